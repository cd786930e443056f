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
#include "known.h"
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

static bool open_target(struct executor *executor, const char *name)
{
	char why[256] = "";

	executor->target = target_by_name(name, why, sizeof(why));
	if (!executor->target) {
		fprintf(stderr, "sockcheck: %s\n", why);
		return false;
	}
	if (executor->target->narrow) {
		fprintf(stderr,
			"sockcheck: programs' memory is beyond the reach of %s\n",
			executor->target->name);
		return false;
	}
	executor->ordinary = getenv("SOCKCHECK_ORDINARY") != NULL;
	if (!execute_open(executor))
		return false;
	executor->name = name;
	return true;
}

bool campaign_open(struct campaign *campaign, const char *target, const char *folder)
{
	if (!rule_count)
		rulebook_visit(add_rule, NULL);
	if (getenv("SOCKCHECK_KNOWN") && !known_read(getenv("SOCKCHECK_KNOWN")))
		return false;
	campaign->folder = folder && *folder ? folder : NULL;
	campaign->began = now();
	if (!open_target(&campaign->executor, target && *target ? target : "host"))
		return false;
	campaign->name = campaign->executor.name;
	campaign->executor.name = NULL;
	return true;
}

bool campaign_against(struct campaign *campaign, const char *target)
{
	const char *first = campaign->executor.target->name;

	if (!open_target(&campaign->other, target))
		return false;
	campaign->executor.against = &campaign->other;
	/* Only one stack is loaded at a time. */
	if (campaign->executor.isolated && campaign->other.isolated)
		campaign->executor.name = campaign->name;
	else
		campaign->other.name = NULL;
	if (strcmp(first, campaign->other.target->name))
		return true;
	fprintf(stderr, "sockcheck: %s against itself\n", first);
	return false;
}

/* What a rule is reached with; each is a place of its own, as far as there is room. */
enum aspect {
	ASPECT_BEHIND, /* the rule before it, and what came where it was not due */
	ASPECT_SOCKET, /* the kind of socket, and the call */
	ASPECT_FLAG,   /* one of the flags to send or to receive with */
	ASPECT_OPTION, /* the option that is asked for */
	ASPECT_TOLD,   /* a control message that came, or a flag of msg_flags */
};

static void hit(const struct campaign *campaign, enum aspect aspect, unsigned int rule,
		unsigned int what)
{
	/* Knuth's multiplicative hash, whose upper bits are the good ones. */
	unsigned int mixed =
		((aspect * CAMPAIGN_RULES + rule) * 65537 + what) * 2654435761u;

	campaign->hit(mixed >> 8);
}

static unsigned int kind_of(const struct world_socket *socket)
{
	if (!socket)
		return 0;
	return ((unsigned int)socket->domain * 8 + (unsigned int)socket->type) * 512 +
	       ((unsigned int)socket->protocol & 511);
}

static void guide_by_told(const struct campaign *campaign, const struct result *result,
			  unsigned int place)
{
	struct msghdr header = { .msg_control = (void *)result->control,
				 .msg_controllen = result->control_length };
	struct cmsghdr *message = NULL;

	if (result->control_length <= sizeof(result->control))
		message = CMSG_FIRSTHDR(&header);
	for (; message; message = CMSG_NXTHDR(&header, message))
		hit(campaign, ASPECT_TOLD, place,
		    (unsigned int)message->cmsg_level * 1024 +
			    (unsigned int)message->cmsg_type);
	for (unsigned int bit = 0; bit < 31; bit++)
		if ((unsigned int)result->flags >> bit & 1)
			hit(campaign, ASPECT_TOLD, place, bit << 24);
}

/* Behaviour is which rules follow each other, of which sockets and by which calls. */
static void guide(const struct campaign *campaign, const struct made *made,
		  const struct oracle *oracle, unsigned int place)
{
	const struct world_socket *on = world_socket(&oracle->world, made->call.fd);
	const struct call *call = &made->call;
	unsigned int flags = 0, other = 0;

	if (call_receives(call->name) || oracle_is_sending(call))
		flags = (unsigned int)call->message.flags;
	if (made->judgement.judged == JUDGED_DIFFERENT)
		other = made->result.value < 0 ? (unsigned int)-made->result.value : 1;
	hit(campaign, ASPECT_BEHIND, place, campaign->last_rule + other * 8191);
	hit(campaign, ASPECT_SOCKET, place,
	    kind_of(on) * 64 + (unsigned int)call->name);
	for (unsigned int bit = 0; flags >> bit && bit < 31; bit++)
		if (flags >> bit & 1)
			hit(campaign, ASPECT_FLAG, place, bit);
	if (call_receives(call->name) && made->result.value >= 0)
		guide_by_told(campaign, &made->result, place);
	if (call->name == CALL_GETSOCKOPT)
		hit(campaign, ASPECT_OPTION, place,
		    (unsigned int)call->option.level * 1024 +
			    (unsigned int)call->option.optname);
}

static void reach(void *context, const struct made *made, const struct oracle *oracle)
{
	struct campaign *campaign = context;
	unsigned int place = slots[slot_of(made->judgement.rule)].place;

	campaign->reached[place]++;
	if (campaign->hit)
		guide(campaign, made, oracle, place);
	campaign->last_rule = place + 1;
}

/* From now on it is known, so that programs go on behind it. */
static void keep_key(struct campaign *campaign, const char *key)
{
	known_add(key);
	if (campaign->findings < CAMPAIGN_FINDINGS)
		snprintf(campaign->keys[campaign->findings++],
			 sizeof(campaign->keys[0]), "%s", key);
}

bool campaign_try(struct campaign *campaign, const struct program *program)
{
	static struct program small;
	struct finding finding;

	campaign->last_rule = 0;
	finding_look(&campaign->executor, program, &finding, &campaign->tally, reach,
		     campaign);
	if (!finding.found)
		return true;
	if (campaign->folder && write_again(campaign->folder, &finding)) {
		keep_key(campaign, finding.key);
		return true;
	}
	small = *program;
	minimise(&campaign->executor, &small, &finding);
	finding_print(&finding, &small, stderr);
	keep_key(campaign, finding.key);
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
		fprintf(out, "  %8lu  %s\n", 1 + known_times(campaign->keys[i]),
			campaign->keys[i]);
	if (known_count())
		fprintf(out, "%u of %u known differences seen\n", known_seen_count(),
			known_count());
	fflush(out);
}

void campaign_rules(const struct campaign *campaign, FILE *out)
{
	for (unsigned int i = 0; i < rule_count; i++)
		if (campaign->reached[i])
			fprintf(out, "%10lu %s\n", campaign->reached[i], rules[i]->id);
}
