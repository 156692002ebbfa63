// SPDX-License-Identifier: GPL-2.0-or-later
/* What attest --bind seal binds: one digest of what is there now. */
#include <errno.h>

#include "seal.h"

/* Evidence tells the truth also of seals that are broken; who asks for it should know */
static void warn(const struct seal_set *set)
{
	char title[SEAL_TITLE];
	size_t i;

	for (i = 0; i < set->count; i++)
		if (set->seals[i].state != CVM_SEAL_IS_INTACT)
			note("seal %u, %s, is not as it was: %s", set->seals[i].id,
			     seal_title(&set->seals[i], title),
			     cvm_seal_state_name(set->seals[i].state));
}

static int tell_interrupted(void)
{
	note("stopped: not all seals were checked");
	return EXIT_FAILED;
}

/* Checks all seals and takes their root; 0, or the exit status of a failure that was told */
int seal_bind(struct seal_binding *binding)
{
	struct seal_set set = { 0 };
	struct cvm_error err = { 0 };
	size_t i;
	int ret = seal_set_all(&set, &err);

	if (!ret)
		ret = seal_set_check(&set, &err);
	if (!ret)
		ret = cvm_seal_root(settings.device, binding->root, &binding->count, &err);
	if (ret)
		ret = fail(&err, ret);
	else if (set.checked < set.count)
		ret = tell_interrupted();
	else if (!binding->count)
		ret = seal_none();
	else
		warn(&set);
	for (i = 0; i < set.checked; i++)
		binding->not_intact += set.seals[i].state != CVM_SEAL_IS_INTACT;
	seal_set_free(&set);
	return ret;
}
