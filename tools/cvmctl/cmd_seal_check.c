// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl seal check: is it all as it was when it was sealed? */
#include <string.h>
#include <time.h>

#include "seal.h"

const struct option_spec seal_check_options[] = {
	{ "fail-on", 0, "WHICH", "exit 9 on changes: any, unexpected (default), none", false },
	{ 0 },
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static int exit_of(const struct seal_set *set, const char *fail_on)
{
	bool any = !strcmp(fail_on, "any"), none = !strcmp(fail_on, "none");
	size_t i;

	for (i = 0; i < set->checked && !none; i++)
		if (seal_is_unexpected(&set->seals[i]) || (any && set->seals[i].state))
			return EXIT_FINDINGS;
	/* who stops a check does not know the rest */
	return set->checked < set->count ? EXIT_FAILED : EXIT_YES;
}

static int show_json(const struct seal_set *set, int exit_status)
{
	json_t *object = json_result(exit_status), *list = json_array(), *seal;
	struct cvm_error err = { 0 };
	size_t i;
	int ret = 0;

	for (i = 0; i < set->checked && !ret; i++) {
		seal = seal_json(&set->seals[i]);
		ret = seal_json_pages(seal, &set->seals[i], &err);
		json_array_append_new(list, seal);
	}
	json_object_set_new(object, "seals", list);
	json_object_set_new(object, "interrupted", json_boolean(set->checked < set->count));
	if (!ret)
		return json_print(object, exit_status);
	json_decref(object);
	return fail(&err, ret);
}

static int show(const struct seal_set *set, int exit_status, double elapsed)
{
	struct cvm_error err = { 0 };
	int ret;

	if (settings.json)
		return show_json(set, exit_status);
	ret = seal_screen_check(set, elapsed, &err);
	if (ret)
		return fail(&err, ret);
	if (set->checked < set->count)
		note("stopped: %zu of %zu seals were not checked", set->count - set->checked,
		     set->count);
	return exit_status;
}

int cmd_seal_check(const struct args *args)
{
	struct seal_set set = { 0 };
	struct cvm_error err = { 0 };
	const char *fail_on;
	double start;
	int ret = args_fail_on(args, &fail_on);

	if (!ret)
		ret = seal_set_get(args, &set);
	if (!ret && !set.count)
		ret = seal_none();
	if (!ret) {
		start = seconds();
		ret = seal_set_check(&set, &err);
		ret = ret ? fail(&err, ret) : show(&set, exit_of(&set, fail_on), seconds() - start);
	}
	seal_set_free(&set);
	return ret;
}
