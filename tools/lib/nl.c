// SPDX-License-Identifier: LGPL-2.1-or-later
/* Loads libnl. */
#include <dlfcn.h>
#include <errno.h>

#define CVM_NL_LOADER
#include "nl.h"

#include "lib.h"

struct cvm_nl cvm_nl;

static void *find(void *core, void *generic, const char *name)
{
	void *function = dlsym(generic, name);

	return function ? function : dlsym(core, name);
}

static bool find_all(void *core, void *generic)
{
	bool all = true;

#define CVM_NL_FIND(name) all &= !!(cvm_nl.name = find(core, generic, #name));
	CVM_NL_FUNCTIONS(CVM_NL_FIND)
#undef CVM_NL_FIND
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
