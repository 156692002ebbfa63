// SPDX-License-Identifier: GPL-2.0-only
/* What passes have found: pages in runs, each with an identity that lasts. */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "audit.h"
#include "cvm.h"

static DEFINE_MUTEX(lock);
static struct cvm_finding_list findings;	/* of the last pass */
static u32 last_id;

static void (*listener)(const struct cvm_finding *finding);

static bool is_fine(enum cvm_page_verdict verdict)
{
	return verdict == CVM_PAGE_VERDICT_NONE || verdict == CVM_PAGE_VERDICT_OK_KNOWN ||
	       verdict == CVM_PAGE_VERDICT_OK_OWNED;
}

static bool joins(const struct cvm_finding *last, unsigned long pfn,
		  const struct cvm_audit_look *look)
{
	if (last->alias && last->alias + last->pages * PAGE_SIZE != look->alias)
		return false;
	if (last->process.pid != look->process.pid)
		return false;
	return last->pfn + last->pages == pfn && last->verdict == look->verdict &&
	       last->use == look->use && last->has_owner == look->has_owner &&
	       (!look->has_owner || last->owner.seq == look->owner.seq);
}

/**
 * cvm_finding_add() - add pages to what a pass has found, unless all is well with them
 * @to: of the pass; pages come in the order of their addresses
 * @pfn: the first page
 * @look: what was seen
 */
void cvm_finding_add(struct cvm_finding_list *to, unsigned long pfn,
		     const struct cvm_audit_look *look)
{
	struct cvm_finding *last = to->count ? &to->list[to->count - 1] : NULL;

	if (is_fine(look->verdict))
		return;
	if (last && joins(last, pfn, look)) {
		last->pages += look->pages;
		return;
	}
	if (to->count == CVM_FINDINGS_MAX) {
		to->dropped++;
		return;
	}
	to->list[to->count++] = (struct cvm_finding){
		.verdict = look->verdict,
		.use = look->use,
		.pfn = pfn,
		.pages = look->pages,
		.alias = look->alias,
		.process = look->process,
		.has_owner = look->has_owner,
		.owner = look->owner,
	};
}

/* What tells of these pages is not their state in the page tables */
static void look_closer(const struct cvm_finding *candidate, unsigned long i,
			struct cvm_audit_look *look)
{
	unsigned long alias = candidate->alias + i * PAGE_SIZE;

	if (candidate->alias &&
	    cvm_alias_disagrees(&candidate->process, alias, candidate->pfn + i)) {
		look->verdict = CVM_PAGE_VERDICT_ALIAS_MISMATCH;
		look->alias = alias;
		look->process = candidate->process;
	}
	if (candidate->verdict == CVM_PAGE_VERDICT_REPLACED &&
	    cvm_sample_page(candidate->pfn + i) == 1) {
		look->verdict = CVM_PAGE_VERDICT_REPLACED;
		look->use = candidate->use;
	}
	if (candidate->alias || candidate->verdict == CVM_PAGE_VERDICT_REPLACED)
		look->pages = 1;
}

/**
 * cvm_finding_confirm() - look at the pages of a candidate for the second time
 * @to: takes the pages for which the verdict is the same
 * @candidate: what the first look found
 *
 * Context: may sleep.
 */
void cvm_finding_confirm(struct cvm_finding_list *to, const struct cvm_finding *candidate)
{
	struct cvm_audit_look look;
	unsigned long i, end = candidate->pfn + candidate->pages;

	for (i = 0; i < candidate->pages; i += look.pages) {
		cvm_audit_look(candidate->pfn + i, end, &look);
		look_closer(candidate, i, &look);
		if (look.verdict == candidate->verdict)
			cvm_finding_add(to, candidate->pfn + i, &look);
		cond_resched();
	}
}

static bool is_same(const struct cvm_finding *a, const struct cvm_finding *b)
{
	if (a->verdict != b->verdict || !a->pages != !b->pages)
		return false;
	return !a->pages || (a->pfn < b->pfn + b->pages && b->pfn < a->pfn + a->pages);
}

/* One that was found before, and that nothing of this pass has taken the place of yet */
static struct cvm_finding *find_same(const struct cvm_finding *finding)
{
	unsigned int i;

	for (i = 0; i < findings.count; i++)
		if (findings.list[i].id && is_same(&findings.list[i], finding))
			return &findings.list[i];
	return NULL;
}

static void identify(struct cvm_finding *finding, u64 now)
{
	struct cvm_finding *before = find_same(finding);

	finding->id = before ? before->id : ++last_id;
	finding->first_seen = before ? before->first_seen : now;
	if (before)
		before->id = 0;
}

/**
 * cvm_finding_publish() - replace what the last pass found
 * @list: what this pass has found
 * @now: nanoseconds of the clock of the day
 *
 * What was found before keeps its identity and its time; listeners hear of the rest.
 *
 * Context: may sleep; one caller at a time.
 */
void cvm_finding_publish(struct cvm_finding_list *list, u64 now)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < list->count; i++)
		identify(&list->list[i], now);
	findings = *list;
	mutex_unlock(&lock);
	for (i = 0; listener && i < list->count; i++)
		if (list->list[i].first_seen == now)
			listener(&list->list[i]);
}

/**
 * cvm_finding_get() - one of the last pass
 * @index: from 0
 * @finding: filled in
 *
 * Return: false when there is none with that number.
 */
bool cvm_finding_get(unsigned int index, struct cvm_finding *finding)
{
	bool there;

	mutex_lock(&lock);
	there = index < findings.count;
	if (there)
		*finding = findings.list[index];
	mutex_unlock(&lock);
	return there;
}

/**
 * cvm_finding_count() - how many the last pass has
 * @count: filled in
 * @dropped: filled in with those for which there was no room
 */
void cvm_finding_count(unsigned int *count, unsigned int *dropped)
{
	mutex_lock(&lock);
	*count = findings.count;
	*dropped = findings.dropped;
	mutex_unlock(&lock);
}

/**
 * cvm_finding_confidence() - how sure is it?
 * @finding: any
 *
 * A page on a CPU's list of free pages is told from its neighbours in the list, and one
 * whose owner nobody knows may have been shared while the tracer was missing calls.
 */
enum cvm_confidence cvm_finding_confidence(const struct cvm_finding *finding)
{
	switch (finding->verdict) {
	case CVM_PAGE_VERDICT_SUSPECT:
		return CVM_CONFIDENCE_LOW;
	case CVM_PAGE_VERDICT_STRAY:
		return CVM_CONFIDENCE_MEDIUM;
	case CVM_PAGE_VERDICT_LEAK:
		return finding->use == CVM_PAGE_USE_FREE ? CVM_CONFIDENCE_HIGH :
							   CVM_CONFIDENCE_MEDIUM;
	default:
		return CVM_CONFIDENCE_HIGH;
	}
}

/**
 * cvm_finding_listen() - whom to tell of what is found for the first time
 * @callback: may sleep
 */
void cvm_finding_listen(void (*callback)(const struct cvm_finding *finding))
{
	listener = callback;
}
