/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random scripts of everything that people and hosts do, played to the meetings and to a model of the rule
 * that is a page long. After each step everybody sends; what is on disk in the end is exactly what the model
 * allows.
 *
 * Seeds are fixed; MODEL_SEED plays another one. */
#include "meeting_evidence.h"
#include "meeting_support.h"

#include <stdlib.h>
#include <string.h>

#define SCRIPTS 24
#define STEPS 100
#define PEOPLE 4
#define FEED 100

/* ---- The model ---- */

typedef struct line {
	capture_track *track; /* NULL: not negotiated */
	bool off, muted, agreed;
	uint64_t sent;
	GArray *allowed; /* numbers (uint64_t), of this participant */
} line;

typedef struct someone {
	peer *peer; /* NULL: not here */
	bool connected;
	line lines[2]; /* audio, video */
} someone;

typedef struct script {
	world world;
	GRand *rand;
	someone people[PEOPLE];
	bool running, unanimous;
	GPtrArray *past; /* of outcome: participants that have left */
	GString *story;
} script;

typedef struct outcome {
	char *id, *mid;
	GArray *allowed;
} outcome;

static const medium media[] = {MEDIUM_AUDIO, MEDIUM_VIDEO};
static const char *const mids[] = {"a", "v"};

static bool everybody_agreed(const script *s, unsigned m)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		if (s->people[i].peer && !s->people[i].lines[m].agreed)
			return false;
	return true;
}

/* The rule. */
static bool is_allowed(const script *s, const someone *who, unsigned m)
{
	const line *l = &who->lines[m];
	return s->running && l->agreed && (!s->unanimous || everybody_agreed(s, m)) && who->connected &&
		l->track && !l->off && !l->muted;
}

/* ---- Steps: each changes the model and does the same to the meeting ---- */

static bool chance(script *s, unsigned percent)
{
	return g_rand_int_range(s->rand, 0, 100) < (gint)percent;
}

static void say(script *s, unsigned i, const char *what)
{
	g_string_append_printf(s->story, "%u %s; ", i, what);
}

static void publish(script *s, unsigned i)
{
	someone *who = &s->people[i];
	if (!who->peer || who->connected)
		return;
	who->lines[0].track = peer_audio(who->peer);
	who->lines[1].track = peer_video(who->peer);
	who->connected = true;
	say(s, i, "publishes");
}

static void unpublish(script *s, unsigned i)
{
	someone *who = &s->people[i];
	if (!who->peer || !who->connected)
		return;
	attendance_disconnected(who->peer->attendance);
	attendance_hangup(who->peer->attendance);
	who->connected = false;
	for (unsigned m = 0; m < 2; m++)
		who->lines[m].off = who->lines[m].muted = false;
	say(s, i, "unpublishes");
}

static void join(script *s, unsigned i)
{
	someone *who = &s->people[i];
	if (who->peer)
		return;
	*who = (someone){.peer = peer_join(&s->world, ROOM, FEED + i, "Somebody")};
	for (unsigned m = 0; m < 2; m++)
		who->lines[m].allowed = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	say(s, i, "joins");
	if (chance(s, 80))
		publish(s, i);
}

static void note_past(script *s, const someone *who, unsigned m)
{
	outcome *o = g_new(outcome, 1);
	*o = (outcome){g_strdup(who->peer->id), g_strdup(mids[m]), who->lines[m].allowed};
	g_ptr_array_add(s->past, o);
}

static bool is_anybody_here(const script *s)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		if (s->people[i].peer)
			return true;
	return false;
}

static void leave(script *s, unsigned i)
{
	someone *who = &s->people[i];
	if (!who->peer)
		return;
	note_past(s, who, 0);
	note_past(s, who, 1);
	peer_free(who->peer);
	*who = (someone){0};
	/* The meeting ends with its last one, and what runs in it. */
	s->running = s->running && is_anybody_here(s);
	say(s, i, "leaves");
}

static unsigned some_media(script *s)
{
	return (unsigned)g_rand_int_range(s->rand, 1, 4);
}

static void agree(script *s, someone *who, unsigned set, bool agreed)
{
	for (unsigned m = 0; m < 2; m++)
		if (set & media[m])
			who->lines[m].agreed = agreed;
	(void)s;
}

static void grant(script *s, unsigned i)
{
	someone *who = &s->people[i];
	unsigned set = some_media(s);
	if (!who->peer)
		return;
	ck_assert_int_eq(peer_decide(who->peer, "record", set, "granted"), 0);
	agree(s, who, set, true);
	say(s, i, "grants");
}

static void refuse(script *s, unsigned i)
{
	someone *who = &s->people[i];
	unsigned set = some_media(s);
	if (!who->peer)
		return;
	ck_assert_int_eq(peer_decide(who->peer, "record", set, "refused"), 0);
	agree(s, who, set, false);
	say(s, i, "refuses");
}

static void withdraw(script *s, unsigned i)
{
	someone *who = &s->people[i];
	if (!who->peer)
		return;
	ck_assert_int_eq(peer_withdraw(who->peer), 0);
	agree(s, who, MEDIA_ALL, false);
	say(s, i, "withdraws");
}

static void moderate(script *s, unsigned i)
{
	someone *who = &s->people[i];
	unsigned m = (unsigned)g_rand_int_range(s->rand, 0, 2);
	if (!who->connected)
		return;
	json_t *room = json_integer(ROOM), *feed = json_integer(FEED + i);
	who->lines[m].muted = !who->lines[m].muted;
	attendance_moderate(s->world.all, room, feed, mids[m], who->lines[m].muted);
	json_decref(room);
	json_decref(feed);
	say(s, i, "is (un)muted");
}

static void configure(script *s, unsigned i)
{
	someone *who = &s->people[i];
	unsigned m = (unsigned)g_rand_int_range(s->rand, 0, 2);
	if (!who->connected)
		return;
	who->lines[m].off = !who->lines[m].off;
	attendance_relay(who->peer->attendance, NULL, media[m], !who->lines[m].off);
	say(s, i, "switches on or off");
}

static void start(script *s, unsigned i)
{
	bool unanimous = chance(s, 50);
	if (!is_anybody_here(s) || s->running)
		return;
	json_t *answer = world_ask_admin(&s->world, "{s:s, s:i, s:s, s:s}", "request", "consent_start",
		"room", ROOM, "purpose", "record", "policy", unanimous ? "unanimous" : "each");
	ck_assert_int_eq(code_of(answer), 0);
	s->running = true;
	s->unanimous = unanimous;
	say(s, i, unanimous ? "starts unanimously" : "starts");
}

static void stop(script *s, unsigned i)
{
	if (!s->running)
		return;
	ck_assert_int_eq(world_stop(&s->world, ROOM, "record"), 0);
	s->running = false;
	say(s, i, "stops");
}

typedef void (*step)(script *s, unsigned i);
/* As often as they stand here. */
static const step steps[] = {join, join, join, publish, publish, unpublish, leave, grant, grant, grant, grant,
	refuse, withdraw, moderate, configure, configure, start, start, start, stop};

/* ---- Playing ---- */

static void send_all(script *s)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		for (unsigned m = 0; m < 2; m++) {
			line *l = &s->people[i].lines[m];
			if (!l->track || !s->people[i].peer)
				continue;
			uint64_t number = ++l->sent;
			send_number(l->track, number);
			if (is_allowed(s, &s->people[i], m))
				g_array_append_val(l->allowed, number);
		}
}

static void check(const script *s, const outcome *o)
{
	g_autoptr(GArray) found = world_numbers(&s->world, o->id, o->mid);
	bool same = found->len == o->allowed->len &&
		(found->len == 0 ||
			memcmp(found->data, o->allowed->data, found->len * sizeof(uint64_t)) == 0);
	for (unsigned i = 0; !same && i < MIN(found->len, o->allowed->len); i++)
		ck_assert_msg(g_array_index(found, uint64_t, i) == g_array_index(o->allowed, uint64_t, i),
			"%s %s: %" G_GUINT64_FORMAT " instead of %" G_GUINT64_FORMAT " after %s", o->id,
			o->mid, g_array_index(found, uint64_t, i), g_array_index(o->allowed, uint64_t, i),
			s->story->str);
	ck_assert_msg(same, "%s %s: %u packets instead of %u after %s", o->id, o->mid, found->len,
		o->allowed->len, s->story->str);
}

static void outcome_free(gpointer data)
{
	outcome *o = data;
	g_free(o->id);
	g_free(o->mid);
	g_array_unref(o->allowed);
	g_free(o);
}

static guint play(guint32 seed)
{
	script s = {.rand = g_rand_new_with_seed(seed),
		.past = g_ptr_array_new_with_free_func(outcome_free),
		.story = g_string_new(NULL)};
	guint captured = 0;
	world_init(&s.world);
	g_string_printf(s.story, "seed %u: ", seed);
	for (unsigned i = 0; i < STEPS; i++) {
		steps[g_rand_int_range(s.rand, 0, G_N_ELEMENTS(steps))](
			&s, (unsigned)g_rand_int_range(s.rand, 0, PEOPLE));
		send_all(&s);
	}
	for (unsigned i = 0; i < PEOPLE; i++)
		leave(&s, i);
	world_close(&s.world);
	for (guint i = 0; i < s.past->len; i++) {
		check(&s, s.past->pdata[i]);
		captured += ((outcome *)s.past->pdata[i])->allowed->len;
	}
	world_verify(&s.world);
	world_clear(&s.world);
	g_ptr_array_unref(s.past);
	g_string_free(s.story, TRUE);
	g_rand_free(s.rand);
	return captured;
}

START_TEST(what_is_captured_is_what_the_rule_allows)
{
	const char *given = g_getenv("MODEL_SEED");
	guint captured = 0;
	for (guint32 n = 0; n < SCRIPTS / 4; n++)
		captured +=
			play(given ? (guint32)strtoul(given, NULL, 10) : 4711 + (guint32)_i * SCRIPTS + n);
	ck_assert_uint_gt(captured, 100); /* the scripts do try something */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_model");
	TCase *tests = tcase_create("model");
	tcase_add_loop_test(tests, what_is_captured_is_what_the_rule_allows, 0, 4);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
