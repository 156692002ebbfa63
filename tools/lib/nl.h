/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libnl, loaded when the guest's state is first asked for. A verifier never asks, and
 * finding and relocating the library would be a fourteenth of its time. Files that
 * include this header call libnl's functions by their own names.
 */
#ifndef CVM_NL_H
#define CVM_NL_H

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

struct cvm_error;

struct cvm_nl {
	typeof(genl_connect) *genl_connect;
	typeof(genl_ctrl_resolve) *genl_ctrl_resolve;
	typeof(genl_ctrl_resolve_grp) *genl_ctrl_resolve_grp;
	typeof(genlmsg_attrdata) *genlmsg_attrdata;
	typeof(genlmsg_attrlen) *genlmsg_attrlen;
	typeof(genlmsg_parse) *genlmsg_parse;
	typeof(genlmsg_put) *genlmsg_put;
	typeof(nl_cb_alloc) *nl_cb_alloc;
	typeof(nl_cb_err) *nl_cb_err;
	typeof(nl_cb_put) *nl_cb_put;
	typeof(nl_cb_set) *nl_cb_set;
	typeof(nl_geterror) *nl_geterror;
	typeof(nl_recvmsgs) *nl_recvmsgs;
	typeof(nl_recvmsgs_default) *nl_recvmsgs_default;
	typeof(nl_send_auto) *nl_send_auto;
	typeof(nl_socket_add_membership) *nl_socket_add_membership;
	typeof(nl_socket_alloc) *nl_socket_alloc;
	typeof(nl_socket_disable_seq_check) *nl_socket_disable_seq_check;
	typeof(nl_socket_free) *nl_socket_free;
	typeof(nl_socket_get_fd) *nl_socket_get_fd;
	typeof(nl_socket_modify_cb) *nl_socket_modify_cb;
	typeof(nla_data) *nla_data;
	typeof(nla_get_u32) *nla_get_u32;
	typeof(nla_get_u64) *nla_get_u64;
	typeof(nla_get_u8) *nla_get_u8;
	typeof(nla_len) *nla_len;
	typeof(nla_nest_end) *nla_nest_end;
	typeof(nla_nest_start) *nla_nest_start;
	typeof(nla_next) *nla_next;
	typeof(nla_ok) *nla_ok;
	typeof(nla_parse_nested) *nla_parse_nested;
	typeof(nla_put) *nla_put;
	typeof(nla_strlcpy) *nla_strlcpy;
	typeof(nla_type) *nla_type;
	typeof(nlmsg_alloc) *nlmsg_alloc;
	typeof(nlmsg_data) *nlmsg_data;
	typeof(nlmsg_datalen) *nlmsg_datalen;
	typeof(nlmsg_free) *nlmsg_free;
	typeof(nlmsg_hdr) *nlmsg_hdr;
};

/* nl.c */
extern struct cvm_nl cvm_nl;
/* To be called before any of the functions. 0, or -ENOENT when libnl is not installed. */
int cvm_nl_load(struct cvm_error *err);

#ifndef CVM_NL_LOADER
#define genl_connect		    cvm_nl.genl_connect
#define genl_ctrl_resolve	    cvm_nl.genl_ctrl_resolve
#define genl_ctrl_resolve_grp	    cvm_nl.genl_ctrl_resolve_grp
#define genlmsg_attrdata	    cvm_nl.genlmsg_attrdata
#define genlmsg_attrlen		    cvm_nl.genlmsg_attrlen
#define genlmsg_parse		    cvm_nl.genlmsg_parse
#define genlmsg_put		    cvm_nl.genlmsg_put
#define nl_cb_alloc		    cvm_nl.nl_cb_alloc
#define nl_cb_err		    cvm_nl.nl_cb_err
#define nl_cb_put		    cvm_nl.nl_cb_put
#define nl_cb_set		    cvm_nl.nl_cb_set
#define nl_geterror		    cvm_nl.nl_geterror
#define nl_recvmsgs		    cvm_nl.nl_recvmsgs
#define nl_recvmsgs_default	    cvm_nl.nl_recvmsgs_default
#define nl_send_auto		    cvm_nl.nl_send_auto
#define nl_socket_add_membership    cvm_nl.nl_socket_add_membership
#define nl_socket_alloc		    cvm_nl.nl_socket_alloc
#define nl_socket_disable_seq_check cvm_nl.nl_socket_disable_seq_check
#define nl_socket_free		    cvm_nl.nl_socket_free
#define nl_socket_get_fd	    cvm_nl.nl_socket_get_fd
#define nl_socket_modify_cb	    cvm_nl.nl_socket_modify_cb
#define nla_data		    cvm_nl.nla_data
#define nla_get_u32		    cvm_nl.nla_get_u32
#define nla_get_u64		    cvm_nl.nla_get_u64
#define nla_get_u8		    cvm_nl.nla_get_u8
#define nla_len			    cvm_nl.nla_len
#define nla_nest_end		    cvm_nl.nla_nest_end
#define nla_nest_start		    cvm_nl.nla_nest_start
#define nla_next		    cvm_nl.nla_next
#define nla_ok			    cvm_nl.nla_ok
#define nla_parse_nested	    cvm_nl.nla_parse_nested
#define nla_put			    cvm_nl.nla_put
#define nla_strlcpy		    cvm_nl.nla_strlcpy
#define nla_type		    cvm_nl.nla_type
#define nlmsg_alloc		    cvm_nl.nlmsg_alloc
#define nlmsg_data		    cvm_nl.nlmsg_data
#define nlmsg_datalen		    cvm_nl.nlmsg_datalen
#define nlmsg_free		    cvm_nl.nlmsg_free
#define nlmsg_hdr		    cvm_nl.nlmsg_hdr
#endif

#endif /* CVM_NL_H */
