/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue and its thread: order, groups, failures, kept entries, timeouts. On the memory store, which fails
 * and waits as told. */
#include "ledger_queue_help.h"

#include "base/clock.h"
#include "base/error.h"
#include "ledger/entries.h"
#include "ledger/queue.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* What works */

START_TEST(tells_where_an_entry_stands)
{
	g_autoptr(ledger) l = open_ledger();
	ledger_place first = help_append(l, "test", "{s:i}", "n", 0);
	ledger_place second = help_append(l, "test", "{s:i}", "n", 1);
	gint64 now = clock_now_ms();
	uint8_t leaf[HASH_SIZE];
	char hex[HASH_HEX_SIZE], at[CLOCK_TEXT_SIZE];

	ck_assert_int_eq(first.index, 0);
	ck_assert_int_eq(second.index, 1);
	ck_assert(first.at_ms <= second.at_ms && second.at_ms <= now && now - first.at_ms < LONG_MS);
	g_autofree char *body =
		g_strdup_printf("{\"at\":\"%s\",\"n\":1,\"type\":\"test\"}", clock_format(second.at_ms, at));
	help_leaf(data, 1, body, leaf);
	ck_assert_str_eq(second.leaf, hash_hex(leaf, hex));
	expect_verifies(2);
}
END_TEST

START_TEST(keeps_the_order_of_the_calls)
{
	g_autoptr(GString) wanted = g_string_new(NULL);
	ledger_ticket *tickets[200];
	g_autoptr(ledger) l = open_ledger();
	for (int i = 0; i < 200; i++) {
		tickets[i] = ask(l, i % 3 ? LEDGER_ANSWERED : LEDGER_KEPT, i);
		g_string_append_printf(wanted, "%s%d", i ? " " : "", i);
	}
	for (int i = 199; i >= 0; i--) {
		ledger_place place;
		ck_assert(ledger_wait(tickets[i], LONG_MS, &place, NULL));
		ck_assert_int_eq(place.index, i);
	}
	expect_entries(wanted->str);
	expect_verifies(200);
}
END_TEST

START_TEST(commits_in_groups_what_waits)
{
	ledger_ticket *tickets[50];
	g_autoptr(ledger) l = open_ledger();
	store_memory_hold(data);
	tickets[0] = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	for (int i = 1; i < 50; i++)
		tickets[i] = ask(l, LEDGER_ANSWERED, i);
	store_memory_release(data);
	for (int i = 0; i < 50; i++)
		ck_assert(wait_good(tickets[i]));
	ck_assert_uint_eq(store_memory_count(data, MEMORY_COMMIT), 2);
	ck_assert_uint_eq(store_memory_count(data, MEMORY_APPEND), 50);
	expect_verifies(50);
}
END_TEST

START_TEST(does_not_wait_for_company)
{
	g_autoptr(ledger) l = open_ledger();
	for (int i = 0; i < 5; i++)
		help_append(l, "test", "{s:i}", "n", i);
	ck_assert_uint_eq(store_memory_count(data, MEMORY_COMMIT), 5);
}
END_TEST

START_TEST(calls_back_in_order)
{
	verdicts all = {.text = g_string_new(NULL)};
	verdict_of each[] = {{&all, 7}, {&all, 8}, {&all, 9}};
	g_autoptr(ledger) l = open_ledger();
	for (int i = 0; i < 3; i++)
		post(l, i == 1 ? LEDGER_KEPT : LEDGER_ANSWERED, &each[i]);
	ledger_post(l, LEDGER_ANSWERED, "test", json_pack("{s:i}", "n", 10), NULL, NULL, NULL);
	expect_verdicts(&all, 3, "7:0 8:1 9:2");
	help_append(l, "test", "{s:i}", "n", 11);
	expect_entries("7 8 9 10 11");
}
END_TEST

typedef struct hammer {
	ledger *l;
	int first;
} hammer;

static gpointer hit(gpointer user)
{
	hammer *h = user;
	gint64 before = -1;
	for (int i = 0; i < 100; i++) {
		ledger_place place;
		ck_assert(ledger_wait(ask(h->l, LEDGER_ANSWERED, h->first + i), LONG_MS, &place, NULL));
		ck_assert_int_gt(place.index, before);
		before = place.index;
	}
	return NULL;
}

START_TEST(serves_many_threads)
{
	GThread *threads[20];
	hammer hammers[20];
	g_autoptr(ledger) l = open_ledger();
	for (int i = 0; i < 20; i++) {
		hammers[i] = (hammer){l, i * 100};
		threads[i] = g_thread_new("hammer", hit, &hammers[i]);
	}
	for (int i = 0; i < 20; i++)
		g_thread_join(threads[i]);
	expect_verifies(2000);
}
END_TEST

/* What takes long */

START_TEST(takes_back_what_waits_too_long)
{
	g_autoptr(ledger) l = open_ledger();
	store_memory_hold(data);
	ledger_ticket *first = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	ledger_ticket *before = ask(l, LEDGER_ANSWERED, 1), *late = ask(l, LEDGER_ANSWERED, 2),
		      *after = ask(l, LEDGER_ANSWERED, 3);
	wait_bad(late, 0);
	store_memory_release(data);
	ck_assert(wait_good(first));
	ck_assert(wait_good(before));
	ck_assert(wait_good(after));
	expect_entries("0 1 3");
	expect_verifies(3);
}
END_TEST

START_TEST(leaves_what_is_kept_to_its_fate)
{
	g_autoptr(ledger) l = open_ledger();
	store_memory_hold(data);
	ledger_ticket *first = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	wait_bad(ask(l, LEDGER_KEPT, 1), 0);
	store_memory_release(data);
	ck_assert(wait_good(first));
	help_append(l, "test", "{s:i}", "n", 2);
	expect_entries("0 1 2");
}
END_TEST

static gpointer release_soon(gpointer user)
{
	(void)user;
	store_memory_release(data);
	return NULL;
}

/* False must mean "not in the ledger", so there is no giving up in the middle of a commit. */
START_TEST(waits_for_a_commit_under_way)
{
	g_autoptr(ledger) l = open_ledger();
	store_memory_hold(data);
	ledger_ticket *ticket = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	GThread *other = g_thread_new("release", release_soon, NULL);
	ck_assert(ledger_wait(ticket, 0, NULL, NULL));
	g_thread_join(other);
	expect_entries("0");
}
END_TEST

/* Closing and opening again */

START_TEST(closing_commits_what_waits)
{
	ledger *l = open_ledger();
	store_memory_hold(data);
	ledger_ticket *first = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	ledger_ticket *second = ask(l, LEDGER_ANSWERED, 1);
	ledger_post(l, LEDGER_KEPT, "test", json_pack("{s:i}", "n", 2), NULL, NULL, NULL);
	store_memory_release(data);
	ledger_close(l);
	ck_assert(wait_good(first));
	ck_assert(wait_good(second));
	expect_entries("0 1 2");
}
END_TEST

START_TEST(closing_tries_once_more)
{
	health h;
	ledger *l = open_watched(&h, PROBE_NEVER);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	wait_bad(ask(l, LEDGER_KEPT, 0), LONG_MS);
	ledger_close(l);
	expect_entries("0");
	ck_assert(h.healthy);
}
END_TEST

START_TEST(closing_gives_up_when_it_must)
{
	health h;
	ledger *l = open_watched(&h, PROBE_NEVER);
	store_memory_fail(data, MEMORY_COMMIT, 1, 2);
	wait_bad(ask(l, LEDGER_KEPT, 0), LONG_MS);
	ledger_ticket *late = ask(l, LEDGER_KEPT, 1);
	ledger_close(l);
	wait_bad(late, LONG_MS);
	expect_entries("");
	ledger_close(NULL);
}
END_TEST

START_TEST(goes_on_where_it_was)
{
	for (int i = 0; i < 4; i++) {
		g_autoptr(ledger) l = open_ledger();
		ck_assert_int_eq(help_append(l, "test", "{s:i}", "n", i).index, i);
	}
	expect_entries("0 1 2 3");
	expect_verifies(4);
}
END_TEST

START_TEST(goes_on_behind_what_others_append)
{
	g_autoptr(ledger) l = open_ledger();
	help_append(l, "test", "{s:i}", "n", 0);
	help_write(data, clock_now_ms(), "export", NULL, "{s:i}", "n", 1);
	help_write(data, clock_now_ms(), "export", "Ann", "{s:i}", "n", 2);
	ck_assert_int_eq(help_append(l, "test", "{s:i}", "n", 3).index, 3);
	expect_entries("0 1 2 3");
	expect_verifies(4);
}
END_TEST

START_TEST(keeps_its_name)
{
	g_autoptr(GError) error = NULL;
	const ledger_options other = {.store = "/the/path", .origin = "other.example"};
	ledger_close(open_ledger());
	ck_assert_ptr_null(ledger_open_on(store_memory_view(data), &other, PROBE_SOON, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
	ck_assert_msg(strstr(error->message, "test.example/consent") &&
			strstr(error->message, "other.example") &&
			g_str_has_prefix(error->message, "/the/path: "),
		"%s", error->message);
}
END_TEST

static bool copy_row(const store_row *row, void *user)
{
	store_row *copy = user;
	*copy = *row;
	copy->type = g_strdup(row->type);
	copy->body = g_strdup(row->body);
	return true;
}

/* What somebody may have done to the last two of three entries. */
START_TEST(opens_no_store_whose_end_is_wrong)
{
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.origin = "test.example/consent"};
	ledger *l = open_ledger();
	for (int i = 0; i < 3; i++)
		help_append(l, "test", "{s:i}", "n", i);
	ledger_close(l);

	store_row row = {0};
	ck_assert(data->ops->iterate(data, &(ledger_filter){.after = 2}, copy_row, &row, NULL));
	char *type = (char *)row.type, *body = (char *)row.body;
	switch (_i) {
	case 0: /* the end is cut off */
		store_memory_tamper(data, 2, NULL);
		break;
	case 1: /* the last body is another one */
		row.body = "{}";
		store_memory_tamper(data, 2, &row);
		break;
	case 2: /* and its leaf was made to fit */
		row.body = "{}";
		help_leaf(data, 2, row.body, row.leaf);
		store_memory_tamper(data, 2, &row);
		break;
	case 3: /* one is missing in between */
		store_memory_tamper(data, 1, NULL);
		break;
	case 4: /* a column differs */
		row.room = "1234";
		store_memory_tamper(data, 2, &row);
		break;
	}
	ck_assert_ptr_null(ledger_open_on(store_memory_view(data), &options, PROBE_SOON, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
	ck_assert_msg(strstr(error->message, "janus-consent verify"), "%s", error->message);
	g_free(type);
	g_free(body);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&tells_where_an_entry_stands,
		&keeps_the_order_of_the_calls, &commits_in_groups_what_waits, &does_not_wait_for_company,
		&calls_back_in_order, &serves_many_threads, &takes_back_what_waits_too_long,
		&leaves_what_is_kept_to_its_fate, &waits_for_a_commit_under_way, &closing_commits_what_waits,
		&closing_tries_once_more, &closing_gives_up_when_it_must, &goes_on_where_it_was,
		&goes_on_behind_what_others_append, &keeps_its_name};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, opens_no_store_whose_end_is_wrong, 0, 5);
}

int main(void)
{
	return run_suite("ledger", add_tests);
}
