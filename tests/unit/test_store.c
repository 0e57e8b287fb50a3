/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One suite for every store: what store.h promises, on each of them. */
#include "ledger_help.h"

#include "base/error.h"

#include <check.h>
#include <string.h>

#define MORE_THAN_A_PAGE 700

static help_place place;

static void setup(void)
{
	place = help_place_new();
}

static void teardown(void)
{
	help_place_remove(&place);
}

/* Rows seen by an iteration, as text: what came, in which order. */

static bool note_index(const store_row *row, void *user)
{
	g_string_append_printf(user, "%s%" G_GINT64_FORMAT, ((GString *)user)->len ? " " : "", row->index);
	return true;
}

static void expect(store *s, const ledger_filter *filter, const char *indices)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	ck_assert(s->ops->iterate(s, filter, note_index, seen, NULL));
	ck_assert_str_eq(seen->str, indices);
}

static bool count_row(const store_row *row, void *user)
{
	gint64 *next = user;
	ck_assert_int_eq(row->index, *next);
	(*next)++;
	return true;
}

static gint64 count_rows(store *s)
{
	gint64 next = 0;
	const ledger_filter all = {0};
	ck_assert(s->ops->iterate(s, &all, count_row, &next, NULL));
	return next;
}

/* Conformance */

static bool compare_row(const store_row *row, void *user)
{
	const store_row *wanted = user;
	ck_assert_int_eq(row->index, wanted->index);
	ck_assert_int_eq(row->at_ms, wanted->at_ms);
	ck_assert_str_eq(row->type, wanted->type);
	ck_assert_pstr_eq(row->room, wanted->room);
	ck_assert_pstr_eq(row->meeting, wanted->meeting);
	ck_assert_pstr_eq(row->participant, wanted->participant);
	ck_assert_pstr_eq(row->subject, wanted->subject);
	ck_assert_str_eq(row->body, wanted->body);
	ck_assert_pstr_eq(row->personal, wanted->personal);
	ck_assert_mem_eq(row->leaf, wanted->leaf, HASH_SIZE);
	ck_assert_mem_eq(row->link, wanted->link, HASH_SIZE);
	ck_assert_mem_eq(row->salt, wanted->salt, HASH_SIZE);
	return true;
}

START_TEST(gives_back_what_it_was_given)
{
	g_autoptr(store) s = help_store(_i, &place);
	store_row full = help_row(0), bare = help_row(1);
	full.room = "1234";
	full.meeting = "müßig ' \" \\ ; -- %s";
	full.participant = "\xf0\x9f\x8e\xa5";
	full.subject = "";
	full.personal = "{\"display\":\"<script>\"}";
	memset(full.salt, 0x5a, HASH_SIZE);

	ck_assert(s->ops->begin(s, NULL));
	ck_assert(s->ops->append(s, &full, NULL));
	ck_assert(s->ops->append(s, &bare, NULL));
	ck_assert(s->ops->commit(s, NULL));

	g_autoptr(store) reader = help_view(_i, s, &place);
	const ledger_filter first = {.room = "1234"}, second = {.after = 1};
	ck_assert(reader->ops->iterate(reader, &first, compare_row, &full, NULL));
	ck_assert(reader->ops->iterate(reader, &second, compare_row, &bare, NULL));
	expect(reader, &(ledger_filter){0}, "0 1");
}
END_TEST

START_TEST(keeps_the_order_over_many_pages)
{
	g_autoptr(store) s = help_store(_i, &place);
	help_fill(s, 0, MORE_THAN_A_PAGE);
	ck_assert_int_eq(count_rows(s), MORE_THAN_A_PAGE);
	expect(s, &(ledger_filter){.after = MORE_THAN_A_PAGE - 2}, "698 699");
	expect(s, &(ledger_filter){.after = MORE_THAN_A_PAGE}, "");
}
END_TEST

typedef struct stopping {
	unsigned left;
} stopping;

static bool stop_soon(const store_row *row, void *user)
{
	(void)row;
	stopping *stop = user;
	return --stop->left > 0;
}

START_TEST(stops_early_when_told)
{
	g_autoptr(store) s = help_store(_i, &place);
	stopping stop = {.left = 3};
	help_fill(s, 0, 10);
	ck_assert(s->ops->iterate(s, &(ledger_filter){0}, stop_soon, &stop, NULL));
	ck_assert_uint_eq(stop.left, 0);
}
END_TEST

typedef struct nesting {
	store *s;
	gint64 next;
} nesting;

/* Asks with the same and with another filter, and appends, from within. */
static bool ask_again(const store_row *row, void *user)
{
	nesting *n = user;
	ck_assert_int_eq(row->index, n->next++);
	if (row->index % 100 == 0) {
		char wanted[32];
		g_snprintf(wanted, sizeof(wanted), "%" G_GINT64_FORMAT, row->index);
		expect(n->s, &(ledger_filter){.from_ms = row->at_ms, .to_ms = row->at_ms + 1}, wanted);
		expect(n->s, &(ledger_filter){.after = MORE_THAN_A_PAGE - 1}, "699");
	}
	return true;
}

START_TEST(may_be_asked_from_within)
{
	g_autoptr(store) s = help_store(_i, &place);
	nesting n = {.s = s};
	help_fill(s, 0, MORE_THAN_A_PAGE);
	ck_assert(s->ops->iterate(s, &(ledger_filter){0}, ask_again, &n, NULL));
	ck_assert_int_eq(n.next, MORE_THAN_A_PAGE);
}
END_TEST

START_TEST(forgets_what_is_rolled_back)
{
	g_autoptr(store) s = help_store(_i, &place);
	g_autoptr(store) reader = help_view(_i, s, &place);
	store_head head;
	store_row row = help_row(3);
	help_fill(s, 0, 3);

	ck_assert(s->ops->begin(s, NULL));
	ck_assert(s->ops->append(s, &row, NULL));
	ck_assert_int_eq(count_rows(reader), 3);
	s->ops->rollback(s);
	ck_assert_int_eq(count_rows(s), 3);
	ck_assert(s->ops->head(s, &head, NULL));
	ck_assert_int_eq(head.size, 3);

	help_fill(s, 3, 1);
	ck_assert_int_eq(count_rows(reader), 4);
}
END_TEST

START_TEST(refuses_gaps_and_doubles)
{
	static const gint64 wrong[] = {4, 2, 0, -1};
	g_autoptr(store) s = help_store(_i, &place);
	help_fill(s, 0, 3);
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		store_row row = help_row(wrong[i]);
		ck_assert(s->ops->begin(s, NULL));
		ck_assert(!s->ops->append(s, &row, &error));
		ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STORE));
		s->ops->rollback(s);
	}
	ck_assert_int_eq(count_rows(s), 3);
	help_fill(s, 3, 1);
}
END_TEST

START_TEST(head_follows_the_rows)
{
	g_autoptr(store) s = help_store(_i, &place);
	store_head head;
	uint8_t zero[HASH_SIZE] = {0};
	ck_assert(s->ops->head(s, &head, NULL));
	ck_assert_int_eq(head.size, 0);
	ck_assert_mem_eq(head.link, zero, HASH_SIZE);

	help_fill(s, 0, 5);
	ck_assert(s->ops->begin(s, NULL));
	ck_assert(s->ops->commit(s, NULL));
	ck_assert(s->ops->head(s, &head, NULL));
	ck_assert_int_eq(head.size, 5);
	ck_assert_mem_eq(head.link, help_row(4).link, HASH_SIZE);
}
END_TEST

/* Eight rows: room 1 or 2, meeting a or b, participants p to s, three types; times that step back once. */
static void fill_for_filters(store *s)
{
	static const store_row rows[] = {
		{.type = "join", .room = "1", .meeting = "a", .participant = "p", .at_ms = 100},
		{.type = "decision", .room = "1", .meeting = "a", .participant = "p", .at_ms = 200},
		{.type = "segment",
			.room = "1",
			.meeting = "a",
			.participant = "p",
			.subject = "s1",
			.at_ms = 300},
		{.type = "join", .room = "2", .meeting = "b", .participant = "q", .at_ms = 50},
		{.type = "decision", .room = "2", .meeting = "b", .participant = "q", .at_ms = 150},
		{.type = "segment",
			.room = "1",
			.meeting = "a",
			.participant = "p",
			.subject = "s1",
			.at_ms = 400},
		{.type = "gateway", .at_ms = 500},
		{.type = "decision", .room = "1", .meeting = "a", .participant = "r", .at_ms = 600},
	};
	ck_assert(s->ops->begin(s, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		store_row row = rows[i];
		row.index = (gint64)i;
		row.body = "{}";
		ck_assert(s->ops->append(s, &row, NULL));
	}
	ck_assert(s->ops->commit(s, NULL));
}

START_TEST(filters)
{
	static const char *const decision[] = {"decision", NULL};
	static const char *const two[] = {"join", "segment", NULL};
	static const char *const none[] = {NULL};
	static const struct {
		ledger_filter filter;
		const char *indices;
	} cases[] = {
		{{0}, "0 1 2 3 4 5 6 7"},
		{{.after = 6}, "6 7"},
		{{.types = decision}, "1 4 7"},
		{{.types = two}, "0 2 3 5"},
		{{.types = none}, ""},
		{{.room = "1"}, "0 1 2 5 7"},
		{{.room = "1", .types = two}, "0 2 5"},
		{{.room = "1", .types = decision, .after = 2}, "7"},
		{{.meeting = "b"}, "3 4"},
		{{.meeting = "b", .room = "1"}, ""},
		{{.participant = "p"}, "0 1 2 5"},
		{{.participant = "p", .types = two}, "0 2 5"},
		{{.participant = "p", .meeting = "a", .room = "1", .types = decision}, "1"},
		{{.subject = "s1"}, "2 5"},
		{{.subject = "s1", .types = decision}, ""},
		{{.subject = "s1", .types = two, .after = 3}, "5"},
		{{.room = ""}, ""},
		{{.room = "1' OR '1'='1"}, ""},
		{{.from_ms = 150}, "1 2 4 5 6 7"},
		{{.to_ms = 150}, "0 3"},
		{{.from_ms = 100, .to_ms = 200}, "0 4"},
		{{.from_ms = 100, .to_ms = 200, .room = "1"}, "0"},
		{{.from_ms = 601}, ""},
		{{.to_ms = 1}, ""},
		{{.from_ms = 200, .to_ms = 100}, ""},
	};
	g_autoptr(store) s = help_store(_i, &place);
	fill_for_filters(s);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		expect(s, &cases[i].filter, cases[i].indices);
}
END_TEST

START_TEST(keeps_named_values)
{
	g_autoptr(store) s = help_store(_i, &place);
	g_autofree char *none = g_strdup("before"), *first = NULL, *second = NULL;
	char *was = none;
	ck_assert(s->ops->get(s, "origin", &none, NULL));
	g_free(was);
	ck_assert_ptr_null(none);
	ck_assert(s->ops->set(s, "origin", "a.example/é", NULL));
	ck_assert(s->ops->get(s, "origin", &first, NULL));
	ck_assert_str_eq(first, "a.example/é");
	ck_assert(s->ops->set(s, "origin", "b", NULL));
	ck_assert(s->ops->get(s, "origin", &second, NULL));
	ck_assert_str_eq(second, "b");
}
END_TEST

static void expect_value(store *s, const char *name, const char *wanted)
{
	g_autofree char *value = NULL;
	ck_assert(s->ops->get(s, name, &value, NULL));
	ck_assert_pstr_eq(value, wanted);
}

START_TEST(named_values_are_part_of_a_transaction)
{
	g_autoptr(store) s = help_store(_i, &place);
	g_autoptr(store) reader = help_view(_i, s, &place);
	store_row row = help_row(0);
	ck_assert(s->ops->set(s, "kept", "1", NULL) && s->ops->set(s, "gone", "1", NULL));
	for (int good = 0; good < 2; good++) {
		ck_assert(s->ops->begin(s, NULL));
		expect_value(s, "kept", "1");
		ck_assert(s->ops->append(s, &row, NULL) && s->ops->set(s, "kept", "2", NULL));
		ck_assert(s->ops->set(s, "new", "3", NULL) && s->ops->set(s, "gone", NULL, NULL));
		expect_value(s, "kept", "2");
		expect_value(s, "gone", NULL);
		expect_value(reader, "kept", "1");
		if (good)
			ck_assert(s->ops->commit(s, NULL));
		else
			s->ops->rollback(s);
		expect_value(reader, "kept", good ? "2" : "1");
		expect_value(reader, "new", good ? "3" : NULL);
		expect_value(reader, "gone", good ? NULL : "1");
		expect_value(s, "kept", good ? "2" : "1");
	}
	ck_assert(s->ops->set(s, "kept", NULL, NULL));
	expect_value(reader, "kept", NULL);
}
END_TEST

START_TEST(probes_and_checks)
{
	g_autoptr(store) s = help_store(_i, &place);
	help_fill(s, 0, 2);
	ck_assert(s->ops->probe(s, NULL));
	ck_assert(s->ops->check(s, NULL));
	ck_assert_int_eq(count_rows(s), 2);
}
END_TEST

static void add_tests(TCase *tc, int kinds)
{
	static const TTest *const *const tests[] = {&gives_back_what_it_was_given,
		&keeps_the_order_over_many_pages, &stops_early_when_told, &may_be_asked_from_within,
		&forgets_what_is_rolled_back, &refuses_gaps_and_doubles, &head_follows_the_rows, &filters,
		&keeps_named_values, &named_values_are_part_of_a_transaction, &probes_and_checks};
	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_loop_test(tc, *tests[i], 0, kinds);
}

int main(void)
{
	return help_run("store", add_tests);
}
