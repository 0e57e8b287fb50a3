/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV, JSON Lines and tables: exact bytes, hostile texts, outputs that cannot be written. */
#include "suite.h"

#include "exports/csv.h"
#include "exports/export.h"
#include "exports/table.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const export_column columns[] = {
	{"name", "name", NULL, 12},
	{"at", "first/at", NULL, 0},
	{"list", "list", NULL, 10},
	{"numbers", "items", "n", 0},
	{"last", "last", NULL, 8},
};
static const export_kind kind = {"things", columns, G_N_ELEMENTS(columns)};

/* Writes records to memory. */
static char *export_all(const char *format, json_t *records)
{
	char *text = NULL;
	size_t size = 0, i;
	json_t *record;
	FILE *to = open_memstream(&text, &size);
	g_autoptr(exporter) e = exporter_new(format, &kind, to);
	json_array_foreach (records, i, record)
		ck_assert(exporter_write(e, record, NULL));
	ck_assert(exporter_finish(e, NULL));
	fclose(to);
	json_decref(records);
	return text;
}

static void expect(const char *format, json_t *records, const char *wanted)
{
	ck_assert_ptr_nonnull(records);
	char *text = export_all(format, records);
	ck_assert_str_eq(text, wanted);
	free(text);
}

/* CSV */

static const struct {
	const char *text, *field;
} fields[] = {
	{"", "\"\""},
	{"Ann", "\"Ann\""},
	{"Ann, Bob", "\"Ann, Bob\""},
	{"say \"hi\"", "\"say \"\"hi\"\"\""},
	{"two\nlines\r\nand more", "\"two\nlines\r'\nand more\""},
	{"Zoë 🎥 漢字", "\"Zoë 🎥 漢字\""},
	{"it's", "\"it's\""},
	/* Formulas at the beginning. */
	{"=1+1", "\"'=1+1\""},
	{"+49", "\"'+49\""},
	{"-1", "\"'-1\""},
	{"@SUM(A1)", "\"'@SUM(A1)\""},
	{"\t=1", "\"'\t'=1\""},
	{"\r", "\"'\r\""},
	{"\n=1", "\"'\n'=1\""},
	{"＝1", "\"'＝1\""},
	{"＋1", "\"'＋1\""},
	{"－1", "\"'－1\""},
	{"＠A", "\"'＠A\""},
	/* Behind what is trimmed or not seen. */
	{" =1", "\" '=1\""},
	{"\xc2\xa0=1", "\"\xc2\xa0'=1\""},
	{"\xef\xbb\xbf=1", "\"\xef\xbb\xbf'=1\""},
	{"\xe2\x80\x8b=1", "\"\xe2\x80\x8b'=1\""},
	/* Behind what another reader takes for a field's end. */
	{"a,=1", "\"a,'=1\""},
	{"a;=1", "\"a;'=1\""},
	{"a; =1", "\"a; '=1\""},
	{"a|@x", "\"a|'@x\""},
	{"a\",=1", "\"a\"\",'=1\""},
	{"a\"=1", "\"a\"\"'=1\""},
	{"'=1", "\"''=1\""},
	{"a\t-1", "\"a\t'-1\""},
	/* Harmless. */
	{"1-2", "\"1-2\""},
	{"a=b", "\"a=b\""},
	{"me@home", "\"me@home\""},
	{"2026-01-02T03:04:05.678Z", "\"2026-01-02T03:04:05.678Z\""},
};

START_TEST(a_csv_field_is_no_formula)
{
	g_autoptr(GString) line = g_string_new(NULL);
	csv_append_field(line, fields[_i].text);
	ck_assert_str_eq(line->str, fields[_i].field);
}
END_TEST

START_TEST(csv_is_quoted_and_complete)
{
	expect("csv",
		json_pack("[{s:s, s:{s:s}, s:[s,s], s:[{s:i},{s:i}], s:n}, {s:i}]", "name", "=cmd", "first",
			"at", "noon", "list", "a", "b", "items", "n", 3, "n", 5, "last", "name", 7),
		"\"name\",\"at\",\"list\",\"numbers\",\"last\"\r\n"
		"\"'=cmd\",\"noon\",\"a b\",\"3 5\",\"\"\r\n"
		"\"7\",\"\",\"\",\"\",\"\"\r\n");
}
END_TEST

START_TEST(csv_of_nothing_has_its_titles)
{
	expect("csv", json_array(), "\"name\",\"at\",\"list\",\"numbers\",\"last\"\r\n");
}
END_TEST

/* A plain RFC 4180 reader of one field: what it sees must not begin with a formula, and must be the text but
 * for apostrophes. */
static char *read_field(const char *field)
{
	GString *text = g_string_new(NULL);
	ck_assert(field[0] == '"');
	for (field++; *field; field++) {
		if (*field == '"' && field[1] != '"')
			break;
		if (*field == '"')
			field++;
		g_string_append_c(text, *field);
	}
	ck_assert_str_eq(field, "\"");
	return g_string_free(text, FALSE);
}

static void check_random(GRand *random)
{
	static const char alphabet[] = "=+-@\t\r\n,;|\"' ab";
	char text[12] = {0};
	g_autoptr(GString) field = g_string_new(NULL);
	for (gint32 i = g_rand_int_range(random, 0, 11); i >= 0; i--)
		text[i] = alphabet[g_rand_int_range(random, 0, (gint32)strlen(alphabet))];
	csv_append_field(field, text);
	g_autofree char *read = read_field(field->str);
	ck_assert_msg(!*read || !strchr("=+-@\t\r\n", *read), "%s", field->str);
	for (const char *at = read; *at && at[1]; at++)
		ck_assert_msg(!(strchr(",;|\"\t\r\n", *at) && strchr("=+-@\t\r\n", at[1])), "%s", field->str);

	const char *left = text;
	for (const char *at = read; *at; at++)
		if (*at == *left)
			left++;
		else
			ck_assert_msg(*at == '\'', "%s", field->str);
	ck_assert_msg(!*left, "%s", field->str);
}

START_TEST(random_texts_are_no_formulas_either)
{
	GRand *random = g_rand_new_with_seed(4180);
	for (int i = 0; i < 20000; i++)
		check_random(random);
	g_rand_free(random);
}
END_TEST

/* JSON Lines */

START_TEST(json_lines_lose_nothing)
{
	expect("jsonl", json_pack("[{s:s, s:n, s:[i]}, {}]", "name", "=a\n\"\xe2\x80\xae🎥", "x", "list", 1),
		"{\"name\":\"=a\\n\\\"\xe2\x80\xae🎥\",\"x\":null,\"list\":[1]}\n{}\n");
	expect("jsonl", json_array(), "");
}
END_TEST

/* Tables */

START_TEST(a_table_is_aligned)
{
	expect("table",
		json_pack("[{s:s, s:[s], s:s}, {s:s, s:s}, {s:s, s:i}]", "name", "Ann", "list", "x", "last",
			"end", "name", "漢字", "last", "b", "name", "e\xcc\x81", "last", 5),
		"name  list  last\n"
		"Ann   x     end\n"
		"漢字        b\n"
		"e\xcc\x81           5\n");
	expect("table", json_array(), "");
}
END_TEST

static const struct {
	const char *text, *clean;
	unsigned width;
} cells[] = {
	{"plain", "plain", 10},
	{"\x1b[31mred", "\\u{1b}[31mred", 20},
	{"a\nb\tc\rd", "a\\u{a}b\\u{9}c\\u{d}d", 30},
	{"\xc2\x9b"
	 "31m",
		"\\u{9b}31m", 20},
	{"\xe2\x80\xae"
	 "gnp",
		"\\u{202e}gnp", 20},
	{"\xe2\x81\xa6x", "\\u{2066}x", 20},
	{"\xe2\x80\xa8x", "\\u{2028}x", 20},
	{"12345", "12345", 5},
	{"123456", "1234…", 5},
	{"漢字漢", "漢字漢", 6},
	{"漢字漢", "漢字…", 5},
	{"漢字漢", "漢…", 4},
	{"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81!", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\u{301}!", 20},
	{"", "", 5},
};

START_TEST(a_cell_is_safe_to_print)
{
	g_autofree char *clean = table_clean(cells[_i].text, cells[_i].width);
	ck_assert_str_eq(clean, cells[_i].clean);
	ck_assert_uint_le(table_width(clean), cells[_i].width);
}
END_TEST

/* Widths come from the first rows; what is wider later pushes its row aside, and nothing is held back for
 * long. */
START_TEST(a_long_table_streams)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	g_autoptr(exporter) e = exporter_new("table", &kind, to);
	json_auto_t *narrow = json_pack("{s:s, s:s}", "name", "abcd", "last", "e");
	json_auto_t *wide = json_pack("{s:s, s:s}", "name", "abcdefgh", "last", "e");
	for (int i = 0; i < 250; i++)
		ck_assert(exporter_write(e, narrow, NULL));
	fflush(to);
	ck_assert_uint_eq(size, strlen("name  list  last\n") + 250 * strlen("abcd        e\n"));
	ck_assert(exporter_write(e, wide, NULL));
	ck_assert(exporter_finish(e, NULL));
	fclose(to);
	ck_assert(g_str_has_suffix(text, "\nabcd        e\nabcdefgh        e\n"));
	free(text);
}
END_TEST

/* Outputs */

START_TEST(says_when_the_output_is_full)
{
	json_auto_t *record = json_pack("{s:s}", "name", "Ann");
	for (size_t i = 0; export_formats[i]; i++) {
		g_autoptr(GError) error = NULL;
		FILE *full = fopen("/dev/full", "w");
		g_autoptr(exporter) e = exporter_new(export_formats[i], &kind, full);
		bool good = true;
		for (int j = 0; good && j < 10000; j++)
			good = exporter_write(e, record, &error);
		ck_assert(!good);
		ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC));
		fclose(full);
	}
}
END_TEST

START_TEST(says_so_at_the_end_at_the_latest)
{
	g_autoptr(GError) error = NULL;
	json_auto_t *record = json_pack("{s:s}", "name", "Ann");
	FILE *full = fopen("/dev/full", "w");
	g_autoptr(exporter) e = exporter_new("jsonl", &kind, full);
	ck_assert(exporter_write(e, record, NULL));
	ck_assert(!exporter_finish(e, &error));
	ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC));
	fclose(full);
}
END_TEST

START_TEST(knows_its_formats)
{
	for (size_t i = 0; export_formats[i]; i++) {
		g_autoptr(exporter) e = exporter_new(export_formats[i], &kind, stdout);
		ck_assert_ptr_nonnull(e);
	}
	ck_assert_ptr_null(exporter_new("xml", &kind, stdout));
	exporter_free(NULL);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&csv_is_quoted_and_complete,
		&csv_of_nothing_has_its_titles, &random_texts_are_no_formulas_either,
		&json_lines_lose_nothing, &a_table_is_aligned, &a_long_table_streams,
		&says_when_the_output_is_full, &says_so_at_the_end_at_the_latest, &knows_its_formats};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, a_csv_field_is_no_formula, 0, (int)G_N_ELEMENTS(fields));
	tcase_add_loop_test(tc, a_cell_is_safe_to_print, 0, (int)G_N_ELEMENTS(cells));
}

int main(void)
{
	Suite *suite = suite_create("exports");
	TCase *tc = tcase_create("exports");
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
