/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random scripts, played to the meetings and to a model of the rule. After each step everybody sends; what is
 * on disk in the end is exactly what the model allows.
 *
 * Seeds are fixed; MODEL_SEED begins with another one. */
#include "meeting_clock.h"
#include "meeting_evidence.h"
#include "meeting_script.h"

#include <stdlib.h>

#define LOOPS 8
#define SCRIPTS 6 /* a loop */
#define STEPS 120

/* What everybody is told of a purpose in use. */
static void check_state(const script *s, json_t *activities, unsigned purpose)
{
	json_auto_t *one = entry_find(activities, json_pack("{s:s}", "purpose", model_purposes[purpose]));

	ck_assert_msg(g_strcmp0(text_of(one, "state"), model_state(&s->model, purpose)) == 0,
		"%s is %s instead of %s after %s", model_purposes[purpose], text_of(one, "state"),
		model_state(&s->model, purpose), s->story->str);
}

static void check_states(script *s)
{
	json_auto_t *list = world_ask_admin(&s->world, "{s:s, s:i}", "request", "consent_list", "room", ROOM);

	for (unsigned p = 0; p < PURPOSES; p++)
		check_state(s, json_object_get(list, "activities"), p);
}

static GArray *kept_of(const script *s, const char *id, unsigned l)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint64_t));

	for (unsigned i = 0; i < s->model.kept->len; i++) {
		const kept *one = &g_array_index(s->model.kept, kept, i);

		if (one->id == id && one->line == l)
			g_array_append_val(numbers, one->number);
	}
	return numbers;
}

static void check(const script *s, const char *id, unsigned l)
{
	g_autoptr(GArray) found = world_numbers(&s->world, id, model_mids[l]);
	g_autoptr(GArray) wanted = kept_of(s, id, l);

	for (unsigned i = 0; i < MIN(found->len, wanted->len); i++)
		ck_assert_msg(g_array_index(found, uint64_t, i) == g_array_index(wanted, uint64_t, i),
			"%s %s: %" G_GUINT64_FORMAT " instead of %" G_GUINT64_FORMAT " after %s", id,
			model_mids[l], g_array_index(found, uint64_t, i), g_array_index(wanted, uint64_t, i),
			s->story->str);
	ck_assert_msg(found->len == wanted->len, "%s %s: %u packets instead of %u after %s", id,
		model_mids[l], found->len, wanted->len, s->story->str);
}

static void play_steps(script *s)
{
	for (unsigned i = 0; i < STEPS; i++) {
		script_step(s);
		g_string_append_printf(s->story, "(%" G_GUINT64_FORMAT ") ", s->sent + 1);
		check_states(s);
		script_send(s, false);
	}
	script_find_ledger(s, s->model.people);
	for (unsigned i = 0; i < PEOPLE; i++)
		script_leave(s, &s->model.people[i]);
}

/* What a lost ledger left of an erasure, the next start finishes. */
static void close_twice(script *s)
{
	world_close(&s->world);
	world_open(&s->world);
	world_close(&s->world);
}

static void script_init(script *s, guint32 seed)
{
	*s = (script){
		.rand = g_rand_new_with_seed(seed), .ids = g_ptr_array_new(), .story = g_string_new(NULL)};
	meeting_clock_stop();
	world_init(&s->world);
	model_init(&s->model);
	for (unsigned i = 0; i < KEYS; i++)
		signing_key_make(&s->keys[i]);
	g_string_printf(s->story, "seed %u: ", seed);
}

static void script_clear(script *s)
{
	world_clear(&s->world);
	model_clear(&s->model);
	g_ptr_array_unref(s->ids);
	g_string_free(s->story, TRUE);
	g_rand_free(s->rand);
}

static guint play(guint32 seed)
{
	script s;

	script_init(&s, seed);
	play_steps(&s);
	close_twice(&s);
	for (unsigned i = 0; i < s.ids->len; i++)
		for (unsigned l = 0; l < LINES; l++)
			check(&s, g_ptr_array_index(s.ids, i), l);
	guint captured = s.model.kept->len;
	world_verify(&s.world);
	script_clear(&s);
	return captured;
}

START_TEST(what_is_captured_is_what_the_rule_allows)
{
	const char *given = g_getenv("MODEL_SEED");
	guint32 first = (given ? (guint32)strtoul(given, NULL, 10) : 4711) + (guint32)_i * SCRIPTS;
	guint captured = 0;

	for (guint32 n = 0; n < SCRIPTS; n++)
		captured += play(first + n);
	ck_assert_uint_gt(captured, 40); /* the scripts do try something */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_model");
	TCase *tests = tcase_create("model");
	tcase_add_loop_test(tests, what_is_captured_is_what_the_rule_allows, 0, LOOPS);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
