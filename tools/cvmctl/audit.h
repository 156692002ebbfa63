/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of "cvmctl audit" and "cvmctl monitor" know of each other. */
#ifndef CVMCTL_AUDIT_H
#define CVMCTL_AUDIT_H

#include "cvmctl.h"
#include "picture.h"

/**
 * struct audit_finding - a finding, and whether the baseline accepts it
 * @finding: as the module gave it
 * @accepted: by the baseline
 */
struct audit_finding {
	struct cvm_finding finding;
	bool accepted;
};

/**
 * struct audit_result - a pass, as it is shown
 * @audit: in numbers
 * @findings: allocated
 * @count: of them in use
 * @room: allocated
 */
struct audit_result {
	struct cvm_audit audit;
	struct audit_finding *findings;
	size_t count;
	size_t room;
};

/* audit_result.c */
/* Findings are judged by the file @baseline, which may be absent unless @must_exist */
int audit_result_get(struct audit_result *result, const char *baseline, bool must_exist,
		     struct cvm_error *err);
void audit_result_free(struct audit_result *result);
const struct audit_finding *audit_result_find(const struct audit_result *result, uint32_t id);
size_t audit_result_unexpected(const struct audit_result *result);

/* audit_screen.c */
void audit_screen(const struct audit_result *result);
void audit_screen_finding(const struct audit_finding *finding, bool full);
void audit_screen_conversion(const struct cvm_conversion *conversion);
char *audit_clock(uint64_t ns, char text[16]);

/* audit_json.c */
json_t *audit_json(const struct audit_result *result);
json_t *audit_json_uses(const struct cvm_audit *audit);
json_t *audit_json_finding(const struct audit_finding *finding);
json_t *audit_json_conversion(const struct cvm_conversion *conversion);
json_t *audit_json_extent(const struct cvm_page_extent *extent);

/* audit_map.c */

/**
 * struct audit_map - what the host can read
 * @picture: of it
 * @extents: the same as JSON
 */
struct audit_map {
	struct picture picture;
	json_t *extents;
};

void audit_map_init(struct audit_map *map);
int audit_map_add(void *ctx, const struct cvm_page_extent *extent);
void audit_map_free(struct audit_map *map);

/* audit_baseline.c: what the administrator has accepted, in a file */
#define AUDIT_BASELINE "/var/lib/cvm/audit-baseline.json"

int audit_baseline_load(const char *path, json_t **baseline);
bool audit_baseline_accepts(const json_t *baseline, const struct cvm_finding *finding);
int audit_baseline_save(const char *path, const struct audit_result *result, int accept_id);
int audit_baseline_diff(const json_t *baseline, const struct audit_result *result);

#endif /* CVMCTL_AUDIT_H */
