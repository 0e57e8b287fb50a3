/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists in pages: nothing lost or twice between them, however a page ends. */
#include "ledger_help.h"

#include "base/error.h"
#include "exports/page.h"
#include "ledger/flat.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define T0 G_GINT64_CONSTANT(1767323045000)
#define ENTRIES 20

static help_place place;
static store *data;
static ledger_reader *reader;

static void setup(void)
{
	place = help_place_new();
	data = help_store(HELP_SQLITE, &place);
	reader = ledger_reader_on(help_view(HELP_SQLITE, data, &place));
}

static void teardown(void)
{
	ledger_reader_close(reader);
	store_close(data);
	help_place_remove(&place);
}

static json_t *item(const char *medium, const char *decision)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:n, s:n}", "purpose", "record", "medium", medium,
		"decision", decision, "notice", "abcd", "version", 1, "shown", "expires");
}

/* Two decisions an entry, each of somebody else; the last of them refuse. */
static void write_decisions(const char *display)
{
	for (int i = 0; i < ENTRIES; i++) {
		g_autofree char *who = g_strdup_printf("p%d", i);
		const char *decision = i == ENTRIES - 1 ? "refused" : "granted";
		help_write(data, T0 + i, "decision", display, "{s:s, s:i, s:s, s:s, s:s, s:[o, o]}",
			"meeting", "m1", "room", 1234, "participant", who, "how", "decide", "evidence",
			"session", "decisions", item("audio", decision), item("video", decision));
	}
}

static void write_notices(void)
{
	for (int version = 1; version <= 3; version++)
		help_write(data, T0 + version, "notice", NULL,
			"{s:s, s:s, s:i, s:{s:s, s:{s:{s:s}, s:{s:s}}}}", "notice", "abcd", "purpose",
			"record", "version", version, "wording", "purpose", "record", "languages", "de",
			"title", "Dürfen wir?", "en", "title", "May we?");
}

/* All pages, one behind the other (g_free). */
static char *join(const char *what, const char *format, unsigned limit, unsigned *ret_pages)
{
	GString *all = g_string_new(NULL);
	g_autofree char *cursor = NULL;
	page_request q = {.what = what, .format = format, .filter = {.limit = limit}};
	ck_assert(page_check(&q, NULL));
	*ret_pages = 0;
	do {
		g_auto(page) p = {0};
		q.filter.cursor = cursor;
		ck_assert(page_make(reader, &q, &p, NULL));
		ck_assert_uint_eq(p.length, strlen(p.text));
		g_string_append(all, p.text);
		q.before += p.rows;
		g_free(cursor);
		cursor = g_steal_pointer(&p.cursor);
		++*ret_pages;
	} while (cursor);
	return g_string_free(all, FALSE);
}

/* Time may end a page earlier on a machine that has much else to do. */
static void expect_pages(const char *what, const char *format, unsigned records)
{
	unsigned pages;
	g_autofree char *whole = join(what, format, 0, &pages);
	for (unsigned limit = 1; limit <= records; limit++) {
		g_autofree char *paged = join(what, format, limit, &pages);
		ck_assert_str_eq(paged, whole);
		ck_assert_uint_ge(pages, (records + limit - 1) / limit);
	}
}

START_TEST(pages_are_the_whole)
{
	setup();
	write_decisions("=Zoë");
	write_notices();
	expect_pages("records", "csv", 2 * ENTRIES);
	expect_pages("records", "jsonl", 2 * ENTRIES);
	expect_pages("notices", "csv", 3);
	expect_pages("notices", "jsonl", 3);
	expect_pages("segments", "csv", 0);
	teardown();
}
END_TEST

START_TEST(of_nothing_there_is_the_title)
{
	unsigned pages;
	setup();
	g_autofree char *csv = join("records", "csv", 0, &pages);
	ck_assert(g_str_has_prefix(csv, "\"log\",\"index\",") && strchr(csv, '\n')[1] == '\0');
	ck_assert_uint_eq(pages, 1);
	g_autofree char *jsonl = join("records", "jsonl", 0, &pages);
	ck_assert_str_eq(jsonl, "");
	teardown();
}
END_TEST

/* Whatever the limit. */
START_TEST(a_page_is_no_larger_than_it_may_be)
{
	setup();
	g_autofree char *name = g_strnfill(PAGE_BYTES / 4, 'n');
	write_decisions(name);
	const page_request q = {.what = "records", .format = "jsonl"};
	g_auto(page) p = {0};
	ck_assert(page_make(reader, &q, &p, NULL));
	ck_assert_ptr_nonnull(p.cursor);
	ck_assert_uint_lt(p.length, PAGE_BYTES + 2 * strlen(name));
	teardown();
}
END_TEST

/* The time of a page */

static bool collect(json_t *record, void *user)
{
	json_array_append(user, record);
	return true;
}

static bool collect_flat(const flat_record *record, void *user)
{
	json_array_append_new(user, json_integer(record->index));
	return true;
}

static bool list_flat(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	return records_decisions_flat(r, filter, collect_flat, each, user, ret_cursor, error);
}

/* Of a time that is over every page looks at one entry, so whoever looks for what is rare comes to an end. */
START_TEST(time_ends_a_page_between_entries)
{
	bool (*all)(ledger_reader *, const records_filter *, records_each, void *, char **, GError **) =
		_i ? list_flat : records_decisions;
	setup();
	write_decisions("Ann");
	records_filter filter = {.decision = "refused", .until_us = 1};
	json_auto_t *found = json_array();
	g_autofree char *cursor = NULL;
	for (unsigned i = 0; i < ENTRIES; i++) {
		g_autofree char *before = g_steal_pointer(&cursor);
		filter.cursor = before;
		ck_assert_uint_eq(json_array_size(found), 0);
		ck_assert(all(reader, &filter, collect, found, &cursor, NULL));
	}
	ck_assert_ptr_null(cursor);
	ck_assert_uint_eq(json_array_size(found), 2);
	teardown();
}
END_TEST

/* What cannot be exported */

START_TEST(refusals_name_the_field)
{
	char *none[] = {NULL};
	const settings nobody = {.rights = none};
	const struct {
		page_request request;
		const char *words;
	} wrong[] = {
		{{.what = "everything", .format = "csv"}, "the field 'what' must be \"records\""},
		{{.what = "records", .format = "table"}, "the field 'format' must be \"jsonl\""},
		{{.what = "notices", .format = "jsonld"}, "of records only"},
		{{.what = "records", .format = "jsonld", .operator_is = &nobody}, "controller_contact"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		ck_assert(!page_check(&wrong[i].request, &error));
		ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_INVALID));
		ck_assert_msg(strstr(error->message, wrong[i].words) != NULL, "%s", error->message);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("page");
	TCase *tc = tcase_create("page");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, pages_are_the_whole);
	tcase_add_test(tc, of_nothing_there_is_the_title);
	tcase_add_test(tc, a_page_is_no_larger_than_it_may_be);
	tcase_add_loop_test(tc, time_ends_a_page_between_entries, 0, 2);
	tcase_add_test(tc, refusals_name_the_field);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
