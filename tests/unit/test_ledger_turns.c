/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who commits: the ledger's thread, or whoever waits alone. */
#include "ledger_queue_help.h"

#include "base/scope.h"
#include "ledger/queue.h"

#include <check.h>

static store_ops noting;
static GThread *committer;

static bool note_committer(store *s, GError **error)
{
	committer = g_thread_self();
	return data->ops->commit(s, error);
}

static ledger *open_noting(void)
{
	store *s = store_memory_view(data);
	noting = *s->ops;
	noting.commit = note_committer;
	s->ops = &noting;
	return help_ledger_on(s);
}

static bool is_idle(ledger *l)
{
	SCOPE_LOCK(&l->lock);
	return l->idle;
}

static void await_idle(ledger *l)
{
	while (!is_idle(l))
		g_usleep(1000);
}

START_TEST(who_waits_alone_commits)
{
	g_autoptr(ledger) l = open_noting();
	for (int i = 0; i < 3; i++) {
		await_idle(l);
		help_append(l, "test", "{s:i}", "n", i);
		ck_assert_ptr_eq(committer, g_thread_self());
	}
	expect_verifies(3);
}
END_TEST

START_TEST(what_has_others_to_tell_is_the_threads)
{
	verdicts all = {.text = g_string_new(NULL)};
	verdict_of each = {&all, 1};
	g_autoptr(ledger) l = open_noting();
	await_idle(l);
	post(l, LEDGER_ANSWERED, &each);
	help_append(l, "test", "{s:i}", "n", 2);
	expect_verdicts(&all, 1, "1:0");
	expect_entries("1 2");
}
END_TEST

START_TEST(an_erasure_is_the_threads)
{
	g_autoptr(ledger) l = open_noting();
	await_idle(l);
	ck_assert(ledger_erase(l, "ann", "asked for it", "host", LONG_MS, NULL));
	ck_assert_ptr_ne(committer, g_thread_self());
}
END_TEST

/* A store that does not answer holds nobody for longer than they meant to wait. */
START_TEST(who_may_leave_does_not_commit)
{
	g_autoptr(ledger) l = open_noting();
	await_idle(l);
	store_memory_hold(data);
	ledger_ticket *ticket = ledger_append(l, LEDGER_KEPT, "test", json_pack("{s:i}", "n", 0), NULL);
	wait_bad(ticket, 1);
	store_memory_release(data);
	help_append(l, "test", "{s:i}", "n", 1);
	expect_entries("0 1");
}
END_TEST

static gpointer append_one(gpointer l)
{
	help_append(l, "test", "{s:i}", "n", 0);
	return NULL;
}

/* The first finds the thread idle; the others come while it commits, and are the thread's. */
START_TEST(who_comes_meanwhile_is_not_forgotten)
{
	ledger_ticket *tickets[5];
	g_autoptr(ledger) l = open_noting();
	await_idle(l);
	store_memory_hold(data);
	GThread *first = g_thread_new("first", append_one, l);
	store_memory_await(data);
	for (int i = 0; i < 5; i++)
		tickets[i] = ledger_append(l, i % 2 ? LEDGER_KEPT : LEDGER_ANSWERED, "test",
			json_pack("{s:i}", "n", i + 1), NULL);
	store_memory_release(data);
	for (int i = 0; i < 5; i++)
		ck_assert(wait_good(tickets[i]));
	g_thread_join(first);
	expect_entries("0 1 2 3 4 5");
	ck_assert_uint_eq(store_memory_count(data, MEMORY_COMMIT), 2);
}
END_TEST

START_TEST(the_thread_looks_after_a_store_that_failed_others)
{
	health h;
	g_autoptr(ledger) l = open_watched(&h, PROBE_SOON);
	await_idle(l);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	wait_bad(ledger_append(l, LEDGER_ANSWERED, "test", json_pack("{s:i}", "n", 0), NULL), LONG_MS);
	await_health(&h, true);
	ck_assert_uint_eq(h.changes, 2);
	await_idle(l);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	wait_bad(ledger_append(l, LEDGER_KEPT, "test", json_pack("{s:i}", "n", 1), NULL), LONG_MS);
	await_health(&h, true);
	help_append(l, "test", "{s:i}", "n", 2);
	expect_entries("1 2");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, who_waits_alone_commits);
	tcase_add_test(tc, what_has_others_to_tell_is_the_threads);
	tcase_add_test(tc, an_erasure_is_the_threads);
	tcase_add_test(tc, who_may_leave_does_not_commit);
	tcase_add_test(tc, who_comes_meanwhile_is_not_forgotten);
	tcase_add_test(tc, the_thread_looks_after_a_store_that_failed_others);
}

int main(void)
{
	return run_suite("ledger_turns", add_tests);
}
