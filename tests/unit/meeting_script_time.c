/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What time brings, and what another gateway, or a start of this one, brings in the middle of a meeting:
 * notices in other words. */
#include "meeting_script.h"

#include "base/clock.h"
#include "base/jcs.h"
#include "meeting/fleet.h"
#include "meeting_clock.h"

#define TICK_MS 10000

gint64 script_some_time(script *s)
{
	return TICK_MS * (gint64)(1 + script_draw(s, 4));
}

void script_add_expiry(const script *s, json_t *subject, gint64 until_ms)
{
	char text[CLOCK_TEXT_SIZE];

	if (until_ms)
		json_object_set_new(subject, "expires",
			json_string(clock_format(clock_now_ms() + until_ms - s->model.now_ms, text)));
}

/* ---- Time ---- */

static bool is_cell_due(const person *who, unsigned purpose, gint64 now_ms)
{
	bool due = false;

	for (unsigned m = 0; m < MEDIA_COUNT; m++) {
		const decision_cell *cell = &who->member.card.cells[purpose][m];

		due |= cell->decision == DECISION_GRANTED && cell->expires_ms && cell->expires_ms <= now_ms;
	}
	return due;
}

static bool is_meeting_due(const meeting *m, gint64 now_ms)
{
	bool due = false;

	for (unsigned p = 0; p < m->roster.count; p++) {
		due |= m->activities[p].runs_at_ms && m->activities[p].runs_at_ms <= now_ms;
		for (unsigned i = 0; i < m->persons->len; i++)
			due |= is_cell_due(g_ptr_array_index(m->persons, i), p, now_ms);
	}
	return due;
}

/* Has the gateway's own timer look. */
static bool is_anything_due(meetings *all)
{
	SCOPE_LOCK(&all->lock);
	GHashTableIter iter;
	gpointer value;
	bool due = false;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		due |= is_meeting_due(value, clock_now_ms());
	timer_poke(all);
	return due;
}

/* What ends by itself has ended for packets before any timer knows it; what begins begins with the timer. */
void script_pass(script *s, someone *who)
{
	gint64 ms = script_some_time(s) / 2;

	meeting_clock_pass(ms);
	model_pass(&s->model, ms);
	script_send(s, true);
	while (is_anything_due(s->world.all))
		g_thread_yield();
	script_say(s, who, "sees time pass");
}

/* ---- Wording ---- */

/* A notice's entry, as wording.c reads it. */
static json_t *next_version(const notice *before)
{
	json_auto_t *wording = json_deep_copy(before->json);
	char hash[HASH_HEX_SIZE];
	size_t length;

	json_object_set_new(wording, "version", json_integer(before->version + 1));
	g_autofree char *canonical = jcs_dump(wording, &length);
	hash_bytes_hex(canonical, length, hash);
	return json_pack("{s:s, s:I, s:s, s:O}", "purpose", before->purpose, "version",
		(json_int_t)before->version + 1, "notice", hash, "wording", wording);
}

/* Everybody present is sent it, if it is in use. */
static void check_told(script *s, unsigned purpose, const char *hash)
{
	for (unsigned i = 0; i < PEOPLE; i++) {
		const someone *who = &s->model.people[i];

		if (who->announced)
			ck_assert_int_eq(peer_count(who->holder.peer, "{s:s, s:s}", "event", "notice",
						 "notice", hash) > 0,
				s->model.running[purpose].on);
	}
}

void script_reword(script *s, someone *who)
{
	meetings *all = s->world.all;
	unsigned purpose = script_draw(s, PURPOSES);
	const notice *before = notices_find(all->notices, model_purposes[purpose]);

	if (s->model.ledger_down)
		return;
	heard_entry entry = {.log = (char *)ledger_origin(all->ledger), .body = next_version(before)};
	ledger_post(all->ledger, LEDGER_KEPT, "notice", json_deep_copy(entry.body), NULL, NULL, NULL);
	wording_enforce(all, &entry, before);
	s->replaced[purpose] = before->hash;
	s->model.wording[purpose]++;
	script_send(s, true);
	check_told(s, purpose, text_of(entry.body, "notice"));
	json_decref(entry.body);
	script_say(
		s, who, purpose ? "sees the notice for train change" : "sees the notice for record change");
}

/* Nobody agrees to what is not in force any more. */
void script_grant_old(script *s, someone *who)
{
	unsigned purpose = script_draw(s, PURPOSES);

	if (!who->here || !s->replaced[purpose])
		return;
	json_t *subject = script_decisions(s, purpose, 1 + script_draw(s, 3), "granted");
	json_object_set_new(json_array_get(json_object_get(subject, "decisions"), 0), "notice",
		json_string(s->replaced[purpose]));
	ck_assert_int_eq(script_ask_decide(who, subject), 705);
	script_say(s, who, "agrees to words that were");
}
