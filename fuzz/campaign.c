/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * campaign.c - many programs against one target.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "campaign.h"
#include "minimise.h"
#include "sandbox.h"
#include "write.h"

static const struct rule *rules[CAMPAIGN_RULES];
static unsigned int rule_count;

/* A rule's place by its address: as many slots as make collisions rare. */
#define SLOTS_OF_RULES 8192
static struct {
	const struct rule *rule;
	unsigned int place;
} slots[SLOTS_OF_RULES];

static unsigned int slot_of(const struct rule *rule)
{
	unsigned int slot = (unsigned int)((uintptr_t)rule / 16 % SLOTS_OF_RULES);

	while (slots[slot].rule && slots[slot].rule != rule)
		slot = (slot + 1) % SLOTS_OF_RULES;
	return slot;
}

static void add_rule(const struct rule *rule, enum call_name call, void *context)
{
	unsigned int slot = slot_of(rule);

	(void)call;
	(void)context;
	if (rule_count == CAMPAIGN_RULES)
		abort();
	slots[slot].rule = rule;
	slots[slot].place = rule_count;
	rules[rule_count++] = rule;
}

unsigned int campaign_rule_count(void)
{
	return rule_count;
}

const struct rule *campaign_rule(unsigned int i)
{
	return rules[i];
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

bool campaign_open(struct campaign *campaign, const char *target, const char *folder)
{
	char why[256] = "";

	if (!rule_count)
		rulebook_visit(add_rule, NULL);
	campaign->executor.target =
		target_by_name(target && *target ? target : "host", why, sizeof(why));
	if (!campaign->executor.target) {
		fprintf(stderr, "sockcheck: %s\n", why);
		return false;
	}
	campaign->folder = folder && *folder ? folder : NULL;
	campaign->executor.ordinary = getenv("SOCKCHECK_ORDINARY") != NULL;
	campaign->began = now();
	return execute_open(&campaign->executor);
}

static void reach(void *context, const struct rule *rule)
{
	struct campaign *campaign = context;
	unsigned int place = slots[slot_of(rule)].place;
	size_t pair;

	campaign->reached[place]++;
	if (campaign->counters) {
		pair = (campaign->last_rule * 31 + place) % campaign->counter_count;
		campaign->counters[pair]++;
	}
	campaign->last_rule = place + 1;
}

static bool is_new(struct campaign *campaign, const char *key)
{
	for (unsigned int i = 0; i < campaign->findings; i++)
		if (!strcmp(campaign->keys[i], key)) {
			campaign->times[i]++;
			return false;
		}
	if (campaign->findings == CAMPAIGN_FINDINGS)
		return false;
	snprintf(campaign->keys[campaign->findings], sizeof(campaign->keys[0]), "%s",
		 key);
	campaign->times[campaign->findings++] = 1;
	return true;
}

bool campaign_try(struct campaign *campaign, const struct program *program)
{
	static struct program small;
	struct finding finding;

	campaign->last_rule = 0;
	finding_look(&campaign->executor, program, &finding, &campaign->tally, reach,
		     campaign);
	if (!finding.found || !is_new(campaign, finding.key))
		return true;
	small = *program;
	minimise(&campaign->executor, &small, &finding);
	finding_print(&finding, &small, stderr);
	if (!campaign->folder)
		return false;
	write_finding(campaign->folder, &finding, &small);
	return true;
}

static unsigned int reached_count(const struct campaign *campaign)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < rule_count; i++)
		count += campaign->reached[i] != 0;
	return count;
}

void campaign_report(const struct campaign *campaign, FILE *out)
{
	const struct tally *tally = &campaign->tally;
	double seconds = now() - campaign->began;

	fprintf(out,
		"%lu programs, %lu calls, of which %lu judged (%.1f %%), %lu not made; "
		"%.0f programs, %.0f calls a second\n"
		"%u of %u rules reached; %u findings; %lu differences did not come "
		"again; %lu network namespaces\n",
		tally->programs, tally->calls, tally->judged,
		tally->calls ? 100.0 * (double)tally->judged / (double)tally->calls
			     : 0.0,
		tally->skipped, (double)tally->programs / seconds,
		(double)tally->calls / seconds, reached_count(campaign), rule_count,
		campaign->findings, finding_fleeting(), sandbox_namespaces());
	for (unsigned int i = 0; i < campaign->findings; i++)
		fprintf(out, "  %8lu  %s\n", campaign->times[i], campaign->keys[i]);
	fflush(out);
}

void campaign_rules(const struct campaign *campaign, FILE *out)
{
	for (unsigned int i = 0; i < rule_count; i++)
		if (campaign->reached[i])
			fprintf(out, "%10lu %s\n", campaign->reached[i], rules[i]->id);
}
