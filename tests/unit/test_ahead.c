/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long lists that one thread reads while the other works on them. */
#include "ledger_help.h"

#include "base/error.h"
#include "ledger/ahead.h"

#include <check.h>
#include <glib/gstdio.h>

/* More than a few batches, and no whole number of them. */
#define MANY 2000

static help_place place;
static store *data;

static void setup_kind(int kind)
{
	place = help_place_new();
	data = help_store(kind, &place);
	help_fill(data, 0, MANY);
}

static void teardown(void)
{
	store_close(data);
	help_place_remove(&place);
}

typedef struct counting {
	gint64 next, stop_at;
	GThread *thread;
} counting;

static bool count(const store_row *row, void *user)
{
	counting *c = user;
	g_autofree char *body = g_strdup_printf("{\"n\":%" G_GINT64_FORMAT "}", c->next);
	ck_assert_ptr_eq(g_thread_self(), c->thread);
	ck_assert_int_eq(row->index, c->next++);
	ck_assert_str_eq(row->body, body);
	return c->next != c->stop_at;
}

START_TEST(gives_every_row_in_order_on_the_calling_thread)
{
	g_autoptr(GError) error = NULL;
	setup_kind(_i);
	store *view = help_view(_i, data, &place);
	counting c = {.thread = g_thread_self()};
	ck_assert(ahead_iterate(view, &(ledger_filter){0}, count, &c, &error));
	ck_assert_int_eq(c.next, MANY);
	c = (counting){.next = 300, .thread = g_thread_self()};
	ck_assert(ahead_iterate(view, &(ledger_filter){.after = 300}, count, &c, &error));
	ck_assert_int_eq(c.next, MANY);
	ck_assert(ahead_iterate(view, &(ledger_filter){.after = MANY}, count, NULL, &error));
	store_close(view);
	teardown();
}
END_TEST

START_TEST(stops_when_nobody_wants_more)
{
	static const gint64 stops[] = {1, 255, 256, 257, 1500, MANY};
	g_autoptr(GError) error = NULL;
	setup_kind(HELP_MEMORY);
	store *view = help_view(HELP_MEMORY, data, &place);
	for (size_t i = 0; i < G_N_ELEMENTS(stops); i++) {
		counting c = {.stop_at = stops[i], .thread = g_thread_self()};
		ck_assert(ahead_iterate(view, &(ledger_filter){0}, count, &c, &error));
		ck_assert_int_eq(c.next, stops[i]);
	}
	store_close(view);
	teardown();
}
END_TEST

/* A store that breaks after so many rows. */
static bool break_later(store *s, const ledger_filter *filter, store_each each, void *user, GError **error)
{
	(void)s;
	for (gint64 i = 0; i < filter->after; i++) {
		store_row row = help_row(i);
		if (!each(&row, user))
			break;
	}
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "broken");
	return false;
}

START_TEST(tells_of_an_error_after_the_rows_before_it)
{
	static const store_ops ops = {.iterate = break_later};
	static const gint64 rows[] = {0, 1, 256, 700};
	store broken = {.ops = &ops};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		counting c = {.thread = g_thread_self()};
		ck_assert(!ahead_iterate(&broken, &(ledger_filter){.after = rows[i]}, count, &c, &error));
		ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
		ck_assert_int_eq(c.next, rows[i]);
	}
}
END_TEST

/* Whoever has stopped does not hear what happened behind. */
START_TEST(an_error_behind_the_end_is_none)
{
	static const store_ops ops = {.iterate = break_later};
	store broken = {.ops = &ops};
	g_autoptr(GError) error = NULL;
	counting c = {.stop_at = 10, .thread = g_thread_self()};
	ck_assert(ahead_iterate(&broken, &(ledger_filter){.after = 100}, count, &c, &error));
	ck_assert_ptr_null(error);
}
END_TEST

static bool count_entry(const ledger_entry *entry, void *user)
{
	(void)entry;
	++*(unsigned *)user;
	return true;
}

START_TEST(one_thread_reads_where_a_second_handle_cannot_be_had)
{
	g_autoptr(GError) error = NULL;
	unsigned seen = 0;
	setup_kind(HELP_SQLITE);
	ledger_reader *reader = ledger_reader_open(place.path, &error);
	ck_assert_int_eq(g_unlink(place.path), 0);
	ck_assert(ledger_read(reader, &(ledger_filter){.ahead = true}, count_entry, &seen, &error));
	ck_assert_uint_eq(seen, MANY);
	ledger_reader_close(reader);
	teardown();
}
END_TEST

START_TEST(names_the_entry_that_cannot_be_read)
{
	g_autoptr(GError) error = NULL;
	unsigned seen = 0;
	setup_kind(HELP_SQLITE);
	help_tamper(&place, "UPDATE entries SET body = '{' WHERE idx = 1000");
	ledger_reader *reader = ledger_reader_open(place.path, &error);
	ck_assert(!ledger_read(reader, &(ledger_filter){.ahead = true}, count_entry, &seen, &error));
	ck_assert_msg(strstr(error->message, "entry 1000 cannot be read") != NULL, "%s", error->message);
	ck_assert_uint_eq(seen, 1000);
	ledger_reader_close(reader);
	teardown();
}
END_TEST

static void add_tests(TCase *tc, int kinds)
{
	tcase_add_loop_test(tc, gives_every_row_in_order_on_the_calling_thread, 0, kinds);
	tcase_add_test(tc, stops_when_nobody_wants_more);
	tcase_add_test(tc, tells_of_an_error_after_the_rows_before_it);
	tcase_add_test(tc, an_error_behind_the_end_is_none);
	tcase_add_test(tc, one_thread_reads_where_a_second_handle_cannot_be_had);
	tcase_add_test(tc, names_the_entry_that_cannot_be_read);
}

int main(void)
{
	return help_run("ahead", add_tests);
}
