// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Quotes and collateral of the software platform, which were written without this
 * library: every status of platform, TDX module and quoting enclave together, both
 * quote versions, and what the platform can do wrong.
 */
#define _GNU_SOURCE /* asprintf() */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "appraise.h"
#include "tap.h"

static char sp[4096], state[64];

static bool find_sp(void)
{
	const char *build = getenv("CVM_BUILD");

	snprintf(sp, sizeof(sp), "%s/platform/sp", build ? build : "build");
	return !access(sp, X_OK);
}

static bool run_sp(const char *words)
{
	char *command, out[128];
	bool done;

	snprintf(out, sizeof(out), "--out %s/quote", state);

	if (asprintf(&command, "rm -rf %s/tdx && %s quote --state %s %s --report-data %0128d %s%s",
		     state, sp, state, out, 0, words, " > /dev/null 2>&1") < 0)
		tap_bail_out("no memory");
	done = !system(command);
	free(command);
	return done;
}

static struct blob load(const char *name)
{
	char path[1024];
	struct blob blob;

	snprintf(path, sizeof(path), "%s/%s", state, name);
	blob = blob_read(path);
	if (!blob.data)
		tap_bail_out("the platform made no %s", name);
	return blob;
}

/* As cvmctl does with --collateral: everything in the folder. */
static void add_folder(struct cvm_verifier *verifier)
{
	char path[128], name[512];
	const struct dirent *entry;
	struct cvm_error err;
	struct blob blob;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/tdx/collateral", state);
	folder = opendir(path);
	if (!folder)
		tap_bail_out("the platform made no %s", path);
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "tdx/collateral/%s", entry->d_name);
		blob = load(name);
		if (cvm_verifier_add_collateral(verifier, blob.data, blob.len, name, &err))
			tap_bail_out("%s: %s", err.what, err.why);
		blob_free(&blob);
	}
	closedir(folder);
}

static struct cvm_appraisal *appraise(const char *words)
{
	struct cvm_verifier *verifier = verifier_at(time(NULL));
	struct cvm_appraisal *a;
	struct blob quote;

	if (!run_sp(words))
		tap_bail_out("the platform refuses %s", words);
	add_roots(verifier, load("tdx/root.pem"));
	add_folder(verifier);
	quote = load("quote");
	if (cvm_verifier_appraise(verifier, quote.data, quote.len, &a, NULL))
		tap_bail_out("no appraisal");
	blob_free(&quote);
	cvm_verifier_free(verifier);
	return a;
}

static void expect_words(const char *words, const char *status, int exit_code)
{
	struct cvm_appraisal *a = appraise(words);
	const char *found = cvm_tcb_status_name(a->tcb.status);

	if (!tap_ok(a->exit_code == exit_code && (!status || !strcmp(found, status)), "%s: %s",
		    *words ? words : "defaults", status ? status : "refused"))
		tap_note("%s, exit %d: %s", found, a->exit_code, a->summary);
	cvm_appraisal_free(a);
}

/* ---- the matrix ---- */

static const char *const platforms[] = {
	"UpToDate",
	"SWHardeningNeeded",
	"ConfigurationNeeded",
	"ConfigurationAndSWHardeningNeeded",
	"OutOfDate",
	"OutOfDateConfigurationNeeded",
	"Revoked",
};

static const char *const parts[] = { "UpToDate", "OutOfDate", "Revoked" };

/* What is left when a part is out of date: the platform's wish for configuration. */
static const char *out_of_date(const char *platform)
{
	return strstr(platform, "Configuration") ? "OutOfDateConfigurationNeeded" : "OutOfDate";
}

/*
 * The platform gives the running module the newest level there is, whatever its status:
 * Intel's rule then asks for a relaunch wherever the TD can tell which module runs.
 */
static bool is_relaunch(const char *platform, const char *module, const char *qe)
{
	return !strcmp(module, "OutOfDate") && !strcmp(qe, "UpToDate") &&
	       strncmp(platform, "OutOfDate", 9);
}

static const char *together(const char *platform, const char *module, const char *qe, bool is_15)
{
	if (!strcmp(platform, "Revoked") || !strcmp(module, "Revoked") || !strcmp(qe, "Revoked"))
		return "Revoked";
	if (is_15 && is_relaunch(platform, module, qe))
		return strstr(platform, "Configuration") ? "TDRelaunchAdvisedConfigurationNeeded"
							 : "TDRelaunchAdvised";
	if (!strcmp(module, "OutOfDate") || !strcmp(qe, "OutOfDate"))
		return out_of_date(platform);
	return platform;
}

static void test_platform(const char *platform, bool is_15)
{
	char words[256];
	size_t k, l;

	for (k = 0; k < ARRAY_SIZE(parts); k++) {
		for (l = 0; l < ARRAY_SIZE(parts); l++) {
			const char *status = together(platform, parts[k], parts[l], is_15);
			bool revoked = !strcmp(status, "Revoked");

			snprintf(words, sizeof(words),
				 "%s tcb-status=%s module-status=%s qe-status=%s",
				 is_15 ? "quote-version=5 td-version=1.5" : "quote-version=4",
				 platform, parts[k], parts[l]);
			expect_words(words, status,
				     revoked			  ? 6
				     : strcmp(status, "UpToDate") ? 8
								  : 0);
		}
	}
}

static void test_matrix(bool is_15)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(platforms); i++)
		test_platform(platforms[i], is_15);
}

/* ---- the rest ---- */

struct wish {
	const char *words;
	const char *status;
	int exit_code;
};

#define UPDATED "quote-version=5 td-version=1.5 tee-tcb-svn=02010600000000000000000000000000"

static const struct wish wishes[] = {
	{ "", "UpToDate", 0 },
	{ "quote-version=5", "UpToDate", 0 },
	{ "quote-version=5 td-version=1.0", "UpToDate", 0 },
	{ "td-version=1.0", "UpToDate", 0 },
	{ "pck-ca=processor", "UpToDate", 0 },
	{ "fmspc=90c06f000000", "UpToDate", 0 },
	{ "td-attributes=0x1", "UpToDate", 8 },
	{ "td-attributes=0x0", "UpToDate", 0 },
	{ "revoke=pck", NULL, 6 },
	{ "revoke=pck-ca", NULL, 6 },
	{ "pck-not-after=2020-01-01T00:00:00Z pck-not-before=2019-01-01T00:00:00Z", NULL, 6 },
	{ "pck-not-before=2090-01-01T00:00:00Z pck-not-after=2091-01-01T00:00:00Z", NULL, 6 },
	{ "issue-date=2020-01-01T00:00:00Z next-update=2020-02-01T00:00:00Z", NULL, 6 },
	{ "issue-date=2090-01-01T00:00:00Z next-update=2090-02-01T00:00:00Z", NULL, 6 },
	{ "fault=quote-bad-signature", NULL, 6 },
	{ "fault=quote-garbage", NULL, 5 },
	/* the module was updated after the TD had been launched */
	{ UPDATED, "TDRelaunchAdvised", 8 },
	{ UPDATED " tcb-status=ConfigurationNeeded", "TDRelaunchAdvisedConfigurationNeeded", 8 },
	{ "td-version=1.5 tee-tcb-svn=02010600000000000000000000000000", "OutOfDate", 8 },
	{ "tcb-status=NoMatchingLevel", "NoMatchingLevel", 8 },
	{ "module-status=NoMatchingLevel", "NoMatchingLevel", 8 },
	{ "qe-status=NoMatchingLevel", "NoMatchingLevel", 8 },
};

static void remove_state(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", state);
	if (system(command))
		tap_note("%s stays", state);
}

int main(void)
{
	size_t i;

	snprintf(state, sizeof(state), "/tmp/cvm-tdx-sp.XXXXXX");
	if (!find_sp()) {
		tap_skip("quotes of the software platform", "it is not built");
		return tap_done();
	}
	if (!mkdtemp(state))
		tap_bail_out("no folder in /tmp");
	for (i = 0; i < ARRAY_SIZE(wishes); i++)
		expect_words(wishes[i].words, wishes[i].status, wishes[i].exit_code);
	test_matrix(false);
	test_matrix(true);
	remove_state();
	return tap_done();
}
