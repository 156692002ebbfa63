/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of "cvmctl seal" know of each other. */
#ifndef CVMCTL_SEAL_H
#define CVMCTL_SEAL_H

#include "cvmctl.h"

/* seal_set.c: some seals, or all of them */

/**
 * struct seal_set - seals that a command is about
 * @seals: allocated, in the order of their numbers or as they were named
 * @count: of them in use
 * @room: allocated
 * @checked: how many seal_set_check() got to
 */
struct seal_set {
	struct cvm_seal *seals;
	size_t count;
	size_t room;
	size_t checked;
};

int seal_id(const char *text, uint32_t *id);
int seal_set_get(const struct args *args, struct seal_set *set);
int seal_set_all(struct seal_set *set, struct cvm_error *err);
int seal_set_check(struct seal_set *set, struct cvm_error *err);
void seal_set_free(struct seal_set *set);
int seal_none(void);
/* What nobody but an intruder, a bug or the host does, as far as can be told */
bool seal_is_unexpected(const struct cvm_seal *seal);

/* seal_screen.c */
#define SEAL_TITLE 96

char *seal_title(const struct cvm_seal *seal, char text[SEAL_TITLE]);
int seal_screen(const struct cvm_seal *seal, struct cvm_error *err);
int seal_screen_check(const struct seal_set *set, double seconds, struct cvm_error *err);
int seal_screen_list(const struct seal_set *set);

/* seal_json.c */
json_t *seal_json(const struct cvm_seal *seal);
json_t *seal_json_set(const struct seal_set *set);
int seal_json_pages(json_t *object, const struct cvm_seal *seal, struct cvm_error *err);

#endif /* CVMCTL_SEAL_H */
