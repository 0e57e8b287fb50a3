/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several people decide at once. In which order they did the ledger says; in that order the model does. */
#include "meeting_evidence.h"
#include "meeting_script.h"

#include <stdlib.h>

#define DECIDERS 3

typedef struct request {
	GThread *thread;
	someone *who;
	json_t *subject; /* NULL: withdraws everything */
	unsigned purpose, media;
	decision decision;
	bool had[PURPOSES][LINES]; /* granted before */
	bool alone;                /* nobody else decides for the same participant */
	uint64_t first; /* number of the first packet that is sent after the answer to a withdrawal */
	int code;
	json_t *entry; /* NULL: there was nothing to record */
} request;

/* ---- All at once ---- */

static gpointer ask(gpointer user)
{
	request *r = user;

	if (r->subject) {
		r->code = script_ask_decide(r->who, r->subject);
		return NULL;
	}
	r->code = script_ask_withdraw(r->who, false);
	for (unsigned l = 0; l < LINES && r->alone; l++)
		if (r->who->lines[l].track)
			send_number(r->who->lines[l].track, r->first + l);
	return NULL;
}

static void plan(script *s, request *r, someone *who)
{
	*r = (request){.who = who,
		.purpose = script_draw(s, PURPOSES),
		.media = 1 + script_draw(s, 3),
		.decision = script_chance(s, 60) ? DECISION_GRANTED : DECISION_REFUSED,
		.first = s->sent + 1};
	s->sent += LINES;
	for (unsigned p = 0; p < PURPOSES; p++)
		for (unsigned l = 0; l < LINES; l++)
			r->had[p][l] = who->self->said[p][l].decision == DECISION_GRANTED;
	if (script_chance(s, 60))
		r->subject = script_decisions(s, r->purpose, r->media, decision_name(r->decision));
}

/* How many. */
static unsigned plan_all(script *s, const someone *first, request *all)
{
	unsigned count = 0;

	for (unsigned i = 0; i < PEOPLE && count < DECIDERS; i++) {
		someone *who = &s->model.people[(first - s->model.people + i) % PEOPLE];

		if (who->here)
			plan(s, &all[count++], who);
	}
	for (unsigned i = 0; i < count; i++) {
		all[i].alone = true;
		for (unsigned j = 0; j < count; j++)
			all[i].alone &= i == j || all[i].who->self != all[j].who->self;
	}
	return count;
}

static void ask_all(request *all, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		all[i].thread = g_thread_new("decider", ask, &all[i]);
	for (unsigned i = 0; i < count; i++)
		g_thread_join(all[i].thread);
	for (unsigned i = 0; i < count; i++)
		ck_assert_int_eq(all[i].code, 0);
}

/* ---- One after the other ---- */

/* Of those of that feed the first one from there on. */
static json_t *entry_of(json_t *entries, size_t from, json_int_t feed)
{
	for (size_t i = from; i < json_array_size(entries); i++)
		if (integer_of(json_array_get(entries, i), "feed") == feed)
			return json_incref(json_array_get(entries, i));
	return NULL;
}

static void find_entries(const script *s, request *all, unsigned count, size_t before)
{
	json_auto_t *entries = world_entries(&s->world, "decision");

	for (unsigned i = 0; i < count; i++) {
		all[i].entry = entry_of(entries, before, script_feed(s, all[i].who));
		ck_assert(all[i].entry || !all[i].subject);
	}
}

static int compare(gconstpointer left, gconstpointer right)
{
	json_int_t l = integer_of(((const request *)left)->entry, "index"),
		   r = integer_of(((const request *)right)->entry, "index");

	return l < r ? -1 : l > r;
}

static bool names(json_t *entry, unsigned purpose, unsigned l)
{
	return entry_count(json_object_get(entry, "decisions"),
		json_pack("{s:s, s:s}", "purpose", model_purposes[purpose], "medium",
			medium_name(model_media[l])));
}

/* All that was granted before; and of what is granted at the same moment what it knew of. */
static void withdraw(script *s, const request *r)
{
	for (unsigned p = 0; p < PURPOSES; p++)
		for (unsigned l = 0; l < LINES; l++)
			if (r->had[p][l] || names(r->entry, p, l))
				model_decide(&s->model, r->who->self, p, model_media[l], DECISION_REFUSED, 0);
}

static void decide(script *s, const request *r)
{
	if (r->subject)
		model_decide(&s->model, r->who->self, r->purpose, r->media, r->decision, 0);
	else
		withdraw(s, r);
}

static size_t count_decisions(const script *s)
{
	json_auto_t *entries = world_entries(&s->world, "decision");

	return json_array_size(entries);
}

void script_decide_together(script *s, someone *who)
{
	request all[DECIDERS];

	if (s->model.ledger_down)
		return;
	unsigned count = plan_all(s, who, all);
	size_t before = count_decisions(s);
	ask_all(all, count);
	find_entries(s, all, count, before);
	qsort(all, count, sizeof *all, compare);
	for (unsigned i = 0; i < count; i++) {
		decide(s, &all[i]);
		script_say(s, all[i].who, all[i].subject ? decision_name(all[i].decision) : "withdrawn");
		json_decref(all[i].entry);
	}
	script_say(s, who, "was the first of these at once");
}
