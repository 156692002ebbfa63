/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hostile host, in sections headed by the file that implements them. Places where a
 * host could lie include this.
 */
#ifndef HV_HOSTILE_H
#define HV_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vcpu;

/* order.c */
bool order_take(char c);

/* behaviour.c: a hostile host on order */
#define BEHAVIOUR_MAX	160
void behaviour_begin(const char *line);
void behaviour_at_boot(const char *text);
bool behaviour_is(const char *word);
bool behaviour_plays(const char *word);
uint8_t behaviour_played(void);
void behaviour_count(uint64_t n);
const char *behaviour_argument(void);
uint64_t behaviour_number(void);
size_t behaviour_bytes(uint8_t *bytes, size_t max);
void behaviour_patch(const char *word, void *data, uint64_t size);
void behaviour_contradict(const char *word, void *answer, size_t size);

/* leak.c */
uint64_t leak_search(const uint8_t *pattern, size_t n);
void leak_name(const uint8_t *pattern, size_t n, bool secret);
void leak_report(void);

/* withhold.c */
void withhold(uint64_t gpa, const char *why);
bool withhold_fault(struct vcpu *v);

/* fetch.c */
void fetch_watch(uint64_t gpa, uint64_t size);
void fetch_end(void);
bool fetch_fault(struct vcpu *v);
bool fetch_stepped(struct vcpu *v);

/* storm.c */
void storm_blow(struct vcpu *v);

#endif /* HV_HOSTILE_H */
