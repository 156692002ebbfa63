// SPDX-License-Identifier: LGPL-2.1-or-later
/* Loads libnl. */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#define CVM_NL_LOADER
#include "nl.h"

#include "lib.h"

struct cvm_nl cvm_nl;

/* clang-format off */
#define FUNCTION(name) { #name, offsetof(struct cvm_nl, name) }
/* clang-format on */

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	FUNCTION(genl_connect),
	FUNCTION(genl_ctrl_resolve),
	FUNCTION(genl_ctrl_resolve_grp),
	FUNCTION(genlmsg_attrdata),
	FUNCTION(genlmsg_attrlen),
	FUNCTION(genlmsg_parse),
	FUNCTION(genlmsg_put),
	FUNCTION(nl_cb_alloc),
	FUNCTION(nl_cb_err),
	FUNCTION(nl_cb_put),
	FUNCTION(nl_cb_set),
	FUNCTION(nl_geterror),
	FUNCTION(nl_recvmsgs),
	FUNCTION(nl_recvmsgs_default),
	FUNCTION(nl_send_auto),
	FUNCTION(nl_socket_add_membership),
	FUNCTION(nl_socket_alloc),
	FUNCTION(nl_socket_disable_seq_check),
	FUNCTION(nl_socket_free),
	FUNCTION(nl_socket_get_fd),
	FUNCTION(nl_socket_modify_cb),
	FUNCTION(nla_data),
	FUNCTION(nla_get_u32),
	FUNCTION(nla_get_u64),
	FUNCTION(nla_get_u8),
	FUNCTION(nla_len),
	FUNCTION(nla_nest_end),
	FUNCTION(nla_nest_start),
	FUNCTION(nla_next),
	FUNCTION(nla_ok),
	FUNCTION(nla_parse_nested),
	FUNCTION(nla_put),
	FUNCTION(nla_strlcpy),
	FUNCTION(nla_type),
	FUNCTION(nlmsg_alloc),
	FUNCTION(nlmsg_data),
	FUNCTION(nlmsg_datalen),
	FUNCTION(nlmsg_free),
	FUNCTION(nlmsg_hdr),
};

static void *find(void *core, void *generic, const char *name)
{
	void *function = dlsym(generic, name);

	return function ? function : dlsym(core, name);
}

static bool find_all(void *core, void *generic)
{
	bool all = true;
	void *function;
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		function = find(core, generic, functions[i].name);
		memcpy((char *)&cvm_nl + functions[i].offset, &function, sizeof(function));
		all &= !!function;
	}
	return all;
}

int cvm_nl_load(struct cvm_error *err)
{
	void *core, *generic;

	if (cvm_nl.nlmsg_hdr)
		return 0;
	/* never unloaded: what is found stays in use */
	core = dlopen("libnl-3.so.200", RTLD_NOW | RTLD_LOCAL);
	generic = core ? dlopen("libnl-genl-3.so.200", RTLD_NOW | RTLD_LOCAL) : NULL;
	if (generic && find_all(core, generic))
		return 0;
	cvm_nl.nlmsg_hdr = NULL;
	return cvm_error_set(err, -ENOENT, CVM_ERR_IO, "libnl",
			     "cannot be loaded; on Debian:  apt-get install libnl-genl-3-200");
}
