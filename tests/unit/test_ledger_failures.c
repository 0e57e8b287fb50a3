/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store that fails: who is told what, what is kept, and how it goes on. */
#include "ledger_queue_help.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* Which call of which operation fails when three entries are committed together. */
static const struct {
	memory_op op;
	unsigned nth;
} failures[] = {
	{MEMORY_BEGIN, 1}, {MEMORY_APPEND, 1}, {MEMORY_APPEND, 2}, {MEMORY_APPEND, 3}, {MEMORY_COMMIT, 1}};

/* Three entries, the middle one kept, in one transaction that fails. */
static void fail_three(ledger *l, memory_op op, unsigned nth, ledger_ticket *tickets[3])
{
	store_memory_hold(data);
	ledger_ticket *first = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	tickets[0] = ask(l, LEDGER_ANSWERED, 1);
	tickets[1] = ask(l, LEDGER_KEPT, 2);
	tickets[2] = ask(l, LEDGER_ANSWERED, 3);
	/* The held commit is not counted yet. */
	store_memory_fail(data, op, nth + (op == MEMORY_COMMIT), 1);
	store_memory_release(data);
	ck_assert(wait_good(first));
}

START_TEST(a_failure_fails_the_answered_and_keeps_the_kept)
{
	health h;
	ledger_ticket *tickets[3];
	g_autoptr(ledger) l = open_watched(&h, PROBE_SOON);
	fail_three(l, failures[_i].op, failures[_i].nth, tickets);
	for (int i = 0; i < 3; i++)
		wait_bad(tickets[i], LONG_MS);

	await_health(&h, true);
	ck_assert(ledger_healthy(l));
	ck_assert_uint_eq(h.changes, 2);
	help_append(l, "test", "{s:i}", "n", 4);
	expect_entries("0 2 4");
	expect_verifies(3);
}
END_TEST

START_TEST(says_that_it_is_unhealthy_before_anyone_gets_a_verdict)
{
	health h;
	g_autoptr(ledger) l = open_watched(&h, PROBE_NEVER);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	wait_bad(ask(l, LEDGER_ANSWERED, 0), LONG_MS);
	ck_assert(!ledger_healthy(l));
	ck_assert(!h.healthy);
	ck_assert_str_eq(h.why, "the store was told to fail");
}
END_TEST

START_TEST(refuses_at_once_while_unhealthy)
{
	health h;
	verdicts all = {.text = g_string_new(NULL)};
	verdict_of each[] = {{&all, 1}, {&all, 2}};
	g_autoptr(ledger) l = open_watched(&h, PROBE_NEVER);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	wait_bad(ask(l, LEDGER_ANSWERED, 0), LONG_MS);

	wait_bad(ask(l, LEDGER_ANSWERED, 0), LONG_MS);
	post(l, LEDGER_ANSWERED, &each[0]);
	post(l, LEDGER_KEPT, &each[1]);
	wait_bad(ask(l, LEDGER_KEPT, 3), LONG_MS);
	expect_verdicts(&all, 2, "1:-1 2:-1");
	ck_assert_uint_eq(store_memory_count(data, MEMORY_BEGIN), 1);
	expect_entries("");
}
END_TEST

/* Even while the thread is busy with a trial: nobody waits for a disk that has failed. */
START_TEST(refuses_at_once_during_a_trial)
{
	health h;
	ledger *l = open_watched(&h, PROBE_SOON);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	wait_bad(ask(l, LEDGER_KEPT, 0), LONG_MS);
	store_memory_hold(data);
	store_memory_await(data);
	wait_bad(ask(l, LEDGER_ANSWERED, 1), 2 * 60 * 1000);
	store_memory_release(data);
	ledger_close(l);
	expect_entries("0");
}
END_TEST

START_TEST(kept_entries_survive_many_failures_in_order)
{
	health h;
	g_autoptr(ledger) l = open_watched(&h, PROBE_SOON);
	store_memory_fail(data, MEMORY_COMMIT, 1, 7);
	for (int i = 0; i < 20; i++)
		ledger_post(l, LEDGER_KEPT, "test", json_pack("{s:i}", "n", i), NULL, NULL, NULL);
	await_health(&h, false);
	await_health(&h, true);
	help_append(l, "test", "{s:i}", "n", 20);
	expect_entries("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20");
	expect_verifies(21);
	ck_assert_uint_eq(store_memory_count(data, MEMORY_PROBE), 0);
}
END_TEST

START_TEST(probes_until_it_works_again)
{
	health h;
	g_autoptr(ledger) l = open_watched(&h, PROBE_SOON);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	store_memory_fail(data, MEMORY_PROBE, 1, 5);
	wait_bad(ask(l, LEDGER_ANSWERED, 0), LONG_MS);
	await_health(&h, true);
	ck_assert_uint_eq(store_memory_count(data, MEMORY_PROBE), 6);
	help_append(l, "test", "{s:i}", "n", 1);
	expect_entries("1");
}
END_TEST

/* Nobody has anything to append. */
START_TEST(looks_at_an_idle_store_while_it_is_watched)
{
	health h;
	g_autoptr(ledger) l = open_watched(&h, PROBE_SOON);
	store_memory_fail(data, MEMORY_PROBE, 3, 2);
	ledger_watch(l, true);
	await_health(&h, false);
	await_health(&h, true);
	ck_assert_uint_ge(store_memory_count(data, MEMORY_PROBE), 5);
	ledger_watch(l, false);
	help_append(l, "test", "{s:i}", "n", 1);
	expect_entries("1");
}
END_TEST

START_TEST(an_impossible_entry_fails_alone)
{
	verdicts all = {.text = g_string_new(NULL)};
	verdict_of impossible = {&all, 1};
	g_autoptr(ledger) l = open_ledger();
	store_memory_hold(data);
	ledger_ticket *first = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	ledger_post(l, LEDGER_KEPT, "test", json_pack("{s:s}", "type", "other"), NULL, on_done, &impossible);
	ledger_ticket *broken = ledger_append(l, LEDGER_KEPT, "test", json_array(), json_object());
	ledger_ticket *last = ask(l, LEDGER_ANSWERED, 2);
	store_memory_release(data);
	ck_assert(wait_good(first));
	wait_bad(broken, LONG_MS);
	ck_assert(wait_good(last));
	expect_verdicts(&all, 1, "1:-1");
	ck_assert(ledger_healthy(l));
	expect_entries("0 2");
	expect_verifies(2);
}
END_TEST

/* A store that works but cannot take bodies with this word, and says so when it commits, as a database does.
 */
#define UNSTORABLE "unstorable"
static const store_ops *memory;
static bool poisoned;

static bool begin_clean(store *s, GError **error)
{
	poisoned = false;
	return memory->begin(s, error);
}

static bool append_noting(store *s, const store_row *row, GError **error)
{
	poisoned |= strstr(row->body, UNSTORABLE) != NULL;
	return memory->append(s, row, error);
}

static bool commit_clean(store *s, GError **error)
{
	if (!poisoned)
		return memory->commit(s, error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_ENTRY, "told to refuse it");
	return false;
}

static ledger *open_choosy(health *h)
{
	static store_ops choosy;
	store *s = store_memory_view(data);
	memory = s->ops;
	choosy = *memory;
	choosy.begin = begin_clean;
	choosy.append = append_noting;
	choosy.commit = commit_clean;
	s->ops = &choosy;
	return open_watched_on(s, h, PROBE_NEVER);
}

/* The one that is refused among others of the same transaction. */
static void fail_one_of_seven(ledger *l, int poison, ledger_kind kind)
{
	ledger_ticket *tickets[7];
	store_memory_hold(data);
	ledger_ticket *first = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	for (int i = 0; i < 7; i++)
		tickets[i] = i == poison ? ledger_append(l, kind, UNSTORABLE, json_object(), NULL)
					 : ask(l, i % 2 ? LEDGER_KEPT : LEDGER_ANSWERED, i + 1);
	store_memory_release(data);
	ck_assert(wait_good(first));
	for (int i = 0; i < 7; i++)
		if (i == poison)
			wait_bad(tickets[i], LONG_MS);
		else
			ck_assert(wait_good(tickets[i]));
}

START_TEST(what_the_store_cannot_take_is_set_aside_alone)
{
	static const char *const others[] = {"0 2 3 4 5 6 7 8", "0 1 3 4 5 6 7 8", "0 1 2 4 5 6 7 8",
		"0 1 2 3 5 6 7 8", "0 1 2 3 4 6 7 8", "0 1 2 3 4 5 7 8", "0 1 2 3 4 5 6 8"};
	health h;
	ledger_kind kind = _i % 2 ? LEDGER_ANSWERED : LEDGER_KEPT;
	ledger *l = open_choosy(&h);
	fail_one_of_seven(l, _i, kind);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 8)));
	ck_assert(ledger_healthy(l));
	ck_assert_uint_eq(h.changes, 0);
	/* Nobody has been told that one which happened is not in the log. */
	ck_assert_uint_eq(ledger_refused(l), kind == LEDGER_KEPT);
	ledger_close(l);
	expect_entries(others[_i]);
	expect_verifies(8);
}
END_TEST

static ledger_ticket *ask_in(ledger *l, ledger_kind kind, const char *type, const char *meeting, int n)
{
	return ledger_append(l, kind, type, json_pack("{s:s, s:i}", "meeting", meeting, "n", n), NULL);
}

START_TEST(nothing_is_granted_in_a_meeting_whose_record_is_not_whole)
{
	health h;
	ledger *l = open_choosy(&h);
	wait_bad(ask_in(l, LEDGER_ANSWERED, UNSTORABLE, "one", 0), LONG_MS);
	ck_assert(wait_good(ask_in(l, LEDGER_ANSWERED, "test", "one", 1)));
	wait_bad(ask_in(l, LEDGER_KEPT, UNSTORABLE, "one", 0), LONG_MS);
	wait_bad(ask_in(l, LEDGER_ANSWERED, "test", "one", 0), LONG_MS);
	ck_assert(wait_good(ask_in(l, LEDGER_KEPT, "test", "one", 2)));
	ck_assert(wait_good(ask_in(l, LEDGER_ANSWERED, "test", "other", 3)));
	ck_assert_uint_eq(ledger_refused(l), 1);
	ck_assert_uint_eq(h.changes, 0);
	ledger_close(l);
	expect_entries("1 2 3");
}
END_TEST

/* Somebody else has written what does not follow: better nothing than on top of it. */
START_TEST(appends_nothing_to_a_changed_store)
{
	health h;
	ledger *l = open_watched(&h, PROBE_NEVER);
	help_append(l, "test", "{s:i}", "n", 0);
	if (_i == 0)
		help_fill(data, 1, 1);
	else
		store_memory_turn_back(data);
	wait_bad(ask(l, LEDGER_ANSWERED, 1), LONG_MS);
	ck_assert(!ledger_healthy(l));
	ck_assert_msg(strstr(h.why, "changed while it was open"), "%s", h.why);
	ledger_close(l);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&says_that_it_is_unhealthy_before_anyone_gets_a_verdict,
		&refuses_at_once_while_unhealthy, &refuses_at_once_during_a_trial,
		&kept_entries_survive_many_failures_in_order, &probes_until_it_works_again,
		&looks_at_an_idle_store_while_it_is_watched, &an_impossible_entry_fails_alone,
		&nothing_is_granted_in_a_meeting_whose_record_is_not_whole};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(
		tc, a_failure_fails_the_answered_and_keeps_the_kept, 0, (int)G_N_ELEMENTS(failures));
	tcase_add_loop_test(tc, what_the_store_cannot_take_is_set_aside_alone, 0, 7);
	tcase_add_loop_test(tc, appends_nothing_to_a_changed_store, 0, 2);
}

int main(void)
{
	return run_suite("ledger_failures", add_tests);
}
