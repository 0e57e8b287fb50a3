/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule as a table: a case in which everything holds, and for each condition one in which it alone does
 * not. */
#include "consent/roster.h"

#include "base_support.h"

#define NOTICE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define NOW 1000000
#define INDEX 40

enum { RECORD, SUMMARIZE, PURPOSES };

/* What the other one present is like. */
typedef enum { ALONE, AGREED, AGREED_AUDIO, SILENT, REFUSED, LAPSED, UNTOLD } company;

/* Zero everywhere: one participant, told, whose committed grant of audio stands while the activity runs. */
typedef struct row {
	const char *what;
	bool allowed;

	bool announced, stopped; /* instead of running */
	bool captures_nothing;   /* the purpose */
	bool without_audio;      /* its notice */
	bool untold;             /* the participant */
	decision instead;        /* of the grant; DECISION_UNDECIDED: the grant it is */
	bool silent;             /* never decided */
	bool of_other_notice, uncommitted;
	gint64 expires_ms;
	medium asked; /* 0: audio */
	policy policy;
	company other;
	bool unhealthy;
} row;

static const row rows[] = {
	{"everything holds", .allowed = true},
	{"announced only", .announced = true},
	{"stopped", .stopped = true},
	{"a purpose that captures nothing", .captures_nothing = true},
	{"a medium that the notice does not cover", .without_audio = true},
	{"a medium that was not decided on", .asked = MEDIUM_VIDEO},
	{"not told", .untold = true},
	{"never decided", .silent = true},
	{"refused", .instead = DECISION_REFUSED},
	{"withdrawn", .instead = DECISION_WITHDRAWN},
	{"marked as expired", .instead = DECISION_EXPIRED},
	{"granted under another notice", .of_other_notice = true},
	{"granted but not committed", .uncommitted = true},
	{"the grant ends now", .expires_ms = NOW},
	{"the grant has ended", .expires_ms = NOW - 1},
	{"the grant ends later", .allowed = true, .expires_ms = NOW + 1},
	{"ledger or sink unhealthy", .unhealthy = true},

	{"each, the other has not decided", .allowed = true, .other = SILENT},
	{"each, the other refused", .allowed = true, .other = REFUSED},
	{"each, the other agreed", .allowed = true, .other = AGREED},
	{"each, the other was not told", .other = UNTOLD},

	{"unanimous, alone", .allowed = true, .policy = POLICY_UNANIMOUS},
	{"unanimous, the other agreed", .allowed = true, .policy = POLICY_UNANIMOUS, .other = AGREED},
	{"unanimous, to this medium only", .allowed = true, .policy = POLICY_UNANIMOUS,
		.other = AGREED_AUDIO},
	{"unanimous, the other has not decided", .policy = POLICY_UNANIMOUS, .other = SILENT},
	{"unanimous, the other refused", .policy = POLICY_UNANIMOUS, .other = REFUSED},
	{"unanimous, the other's grant has ended", .policy = POLICY_UNANIMOUS, .other = LAPSED},
	{"unanimous, the other was not told", .policy = POLICY_UNANIMOUS, .other = UNTOLD},
	{"unanimous, refused oneself", .instead = DECISION_REFUSED, .policy = POLICY_UNANIMOUS,
		.other = AGREED},
	{"unanimous, unhealthy", .unhealthy = true, .policy = POLICY_UNANIMOUS, .other = AGREED},
};

typedef struct scene {
	roster roster;
	roster_member one, other;
} scene;

static void scene_init(scene *s)
{
	roster_init(&s->roster);
	s->roster.count = PURPOSES;
	for (unsigned p = 0; p < PURPOSES; p++)
		s->roster.purposes[p] =
			(roster_purpose){.notice = NOTICE, .media = MEDIA_ALL, .captures = true};
	s->one = s->other = (roster_member){0};
	decision_card_init(&s->one.card);
	decision_card_init(&s->other.card);
	roster_add(&s->roster, &s->one);
}

static void scene_clear(scene *s)
{
	roster_clear(&s->roster);
}

static void grant(roster_member *m, unsigned purpose, medium what, gint64 expires_ms)
{
	decision_grant(decision_card_at(&m->card, purpose, what), NOTICE, NOW - 10, expires_ms, INDEX, 1);
}

static void decide(roster_member *m, const row *r)
{
	decision_cell *cell = decision_card_at(&m->card, RECORD, MEDIUM_AUDIO);
	if (r->silent)
		return;
	decision_grant(cell, r->of_other_notice ? OTHER : NOTICE, NOW - 10, r->expires_ms,
		r->uncommitted ? -1 : INDEX, 1);
	if (r->instead)
		decision_close(cell, r->instead, NOTICE, NOW - 5, 2);
}

static void bring(scene *s, company c)
{
	if (c == ALONE)
		return;
	roster_add(&s->roster, &s->other);
	s->other.told = c == UNTOLD ? 0 : 1u << RECORD;
	if (c == AGREED || c == AGREED_AUDIO || c == LAPSED || c == UNTOLD)
		grant(&s->other, RECORD, MEDIUM_AUDIO, c == LAPSED ? NOW : 0);
	if (c == AGREED)
		grant(&s->other, RECORD, MEDIUM_VIDEO, 0);
	if (c == REFUSED)
		decision_close(decision_card_at(&s->other.card, RECORD, MEDIUM_AUDIO), DECISION_REFUSED,
			NOTICE, NOW, 1);
}

static void scene_play(scene *s, const row *r)
{
	roster_purpose *p = &s->roster.purposes[RECORD];
	scene_init(s);
	p->state = r->stopped ? ACTIVITY_STOPPED : r->announced ? ACTIVITY_ANNOUNCED : ACTIVITY_RUNNING;
	p->captures = !r->captures_nothing;
	p->media = r->without_audio ? MEDIUM_VIDEO | MEDIUM_DATA : MEDIA_ALL;
	p->policy = r->policy;
	s->roster.healthy = !r->unhealthy;
	s->one.told = r->untold ? 0 : 1u << RECORD;
	decide(&s->one, r);
	bring(s, r->other);
}

START_TEST(the_rule)
{
	const row *r = &rows[_i];
	scene s;
	scene_play(&s, r);
	guint32 allowed = roster_allowed(&s.roster, &s.one, r->asked ? r->asked : MEDIUM_AUDIO, NOW);
	ck_assert_msg(allowed == (r->allowed ? 1u << RECORD : 0), "%s: %s", r->what,
		allowed ? "captured" : "not captured");
	scene_clear(&s);
}
END_TEST

START_TEST(purposes_are_apart)
{
	scene s;
	scene_init(&s);
	for (unsigned p = 0; p < PURPOSES; p++) {
		s.roster.purposes[p].state = ACTIVITY_RUNNING;
		s.one.told |= 1u << p;
	}
	grant(&s.one, SUMMARIZE, MEDIUM_AUDIO, 0);
	ck_assert_uint_eq(roster_allowed(&s.roster, &s.one, MEDIUM_AUDIO, NOW), 1u << SUMMARIZE);
	grant(&s.one, RECORD, MEDIUM_AUDIO, 0);
	ck_assert_uint_eq(
		roster_allowed(&s.roster, &s.one, MEDIUM_AUDIO, NOW), 1u << RECORD | 1u << SUMMARIZE);
	s.one.told = 1u << RECORD;
	ck_assert_uint_eq(roster_allowed(&s.roster, &s.one, MEDIUM_AUDIO, NOW), 1u << RECORD);
	scene_clear(&s);
}
END_TEST

START_TEST(a_purpose_beyond_the_count_is_none)
{
	scene s;
	scene_init(&s);
	s.roster.count = 1;
	s.roster.purposes[SUMMARIZE].state = ACTIVITY_RUNNING;
	s.one.told = UINT32_MAX;
	grant(&s.one, SUMMARIZE, MEDIUM_AUDIO, 0);
	ck_assert_uint_eq(roster_allowed(&s.roster, &s.one, MEDIUM_AUDIO, NOW), 0);
	scene_clear(&s);
}
END_TEST

START_TEST(the_highest_purpose_has_its_bit)
{
	const unsigned last = PURPOSES_MAX - 1;
	scene s;
	scene_init(&s);
	s.roster.count = PURPOSES_MAX;
	for (unsigned p = 0; p < PURPOSES_MAX; p++)
		s.roster.purposes[p] = s.roster.purposes[RECORD];
	s.roster.purposes[last].state = ACTIVITY_RUNNING;
	s.one.told = 1u << last;
	grant(&s.one, last, MEDIUM_DATA, 0);
	ck_assert_uint_eq(roster_allowed(&s.roster, &s.one, MEDIUM_DATA, NOW), 1u << last);
	scene_clear(&s);
}
END_TEST

START_TEST(who_has_left_does_not_count)
{
	scene s;
	scene_init(&s);
	s.roster.purposes[RECORD].state = ACTIVITY_RUNNING;
	s.roster.purposes[RECORD].policy = POLICY_UNANIMOUS;
	s.one.told = 1u << RECORD;
	grant(&s.one, RECORD, MEDIUM_AUDIO, 0);
	bring(&s, UNTOLD);
	ck_assert_uint_eq(roster_allowed(&s.roster, &s.one, MEDIUM_AUDIO, NOW), 0);
	roster_remove(&s.roster, &s.other);
	ck_assert_uint_eq(roster_allowed(&s.roster, &s.one, MEDIUM_AUDIO, NOW), 1u << RECORD);
	scene_clear(&s);
}
END_TEST

START_TEST(it_ends_with_the_first_grant_that_ends)
{
	scene s;
	scene_init(&s);
	grant(&s.one, RECORD, MEDIUM_AUDIO, NOW + 20);
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_AUDIO, 1u << RECORD), NOW + 20);
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_VIDEO, 1u << RECORD), 0);
	grant(&s.one, SUMMARIZE, MEDIUM_AUDIO, NOW + 10);
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_AUDIO, 1u << RECORD), NOW + 20);
	ck_assert_int_eq(
		roster_until(&s.roster, &s.one, MEDIUM_AUDIO, 1u << RECORD | 1u << SUMMARIZE), NOW + 10);
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_AUDIO, 0), 0);
	scene_clear(&s);
}
END_TEST

START_TEST(it_ends_for_all_where_all_must_agree)
{
	scene s;
	scene_init(&s);
	grant(&s.one, RECORD, MEDIUM_AUDIO, NOW + 20);
	bring(&s, SILENT);
	grant(&s.other, RECORD, MEDIUM_AUDIO, NOW + 10);
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_AUDIO, 1u << RECORD), NOW + 20);
	s.roster.purposes[RECORD].policy = POLICY_UNANIMOUS;
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_AUDIO, 1u << RECORD), NOW + 10);
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_VIDEO, 1u << RECORD), 0);
	roster_remove(&s.roster, &s.other);
	ck_assert_int_eq(roster_until(&s.roster, &s.one, MEDIUM_AUDIO, 1u << RECORD), NOW + 20);
	scene_clear(&s);
}
END_TEST

static const struct {
	const char *what;
	policy policy;
	company other;
	bool unhealthy, paused;
} pauses[] = {
	{"each never pauses by itself", POLICY_EACH, SILENT, false, false},
	{"each, unhealthy", POLICY_EACH, ALONE, true, true},
	{"unanimous, all agreed", POLICY_UNANIMOUS, AGREED, false, false},
	{"unanimous, all agreed to one medium", POLICY_UNANIMOUS, AGREED_AUDIO, false, false},
	{"unanimous, not decided", POLICY_UNANIMOUS, SILENT, false, true},
	{"unanimous, refused", POLICY_UNANIMOUS, REFUSED, false, true},
	{"unanimous, unhealthy", POLICY_UNANIMOUS, AGREED, true, true},
};

START_TEST(why_it_pauses)
{
	scene s;
	scene_play(&s, &(row){.policy = pauses[_i].policy, .other = pauses[_i].other});
	s.roster.healthy = !pauses[_i].unhealthy;
	ck_assert_msg(
		(roster_paused(&s.roster, RECORD, NOW) != NULL) == pauses[_i].paused, "%s", pauses[_i].what);
	scene_clear(&s);
}
END_TEST

/* Capture of one medium and a pause of the activity exclude one another. */
START_TEST(a_paused_activity_captures_nothing)
{
	const row *r = &rows[_i];
	scene s;
	scene_play(&s, r);
	bool paused = roster_paused(&s.roster, RECORD, NOW) != NULL;
	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		ck_assert_msg(!paused || !roster_allowed(&s.roster, &s.one, m, NOW), "%s", r->what);
	scene_clear(&s);
}
END_TEST

START_TEST(policies_have_names)
{
	policy p = POLICY_UNANIMOUS;
	ck_assert_str_eq(policy_name(POLICY_EACH), "each");
	ck_assert_str_eq(policy_name(POLICY_UNANIMOUS), "unanimous");
	ck_assert(policy_from_name("each", &p));
	ck_assert_int_eq(p, POLICY_EACH);
	ck_assert(policy_from_name("unanimous", &p));
	ck_assert_int_eq(p, POLICY_UNANIMOUS);
	ck_assert(!policy_from_name("Each", &p));
	ck_assert(!policy_from_name("", &p));
	ck_assert_int_eq(p, POLICY_UNANIMOUS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("roster");
	TCase *tests = tcase_create("roster");
	tcase_add_loop_test(tests, the_rule, 0, G_N_ELEMENTS(rows));
	tcase_add_test(tests, purposes_are_apart);
	tcase_add_test(tests, a_purpose_beyond_the_count_is_none);
	tcase_add_test(tests, the_highest_purpose_has_its_bit);
	tcase_add_test(tests, who_has_left_does_not_count);
	tcase_add_test(tests, it_ends_with_the_first_grant_that_ends);
	tcase_add_test(tests, it_ends_for_all_where_all_must_agree);
	tcase_add_loop_test(tests, why_it_pauses, 0, G_N_ELEMENTS(pauses));
	tcase_add_loop_test(tests, a_paused_activity_captures_nothing, 0, G_N_ELEMENTS(rows));
	tcase_add_test(tests, policies_have_names);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
