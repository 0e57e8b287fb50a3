/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members as stretches of text: what is taken is what a parser would find, and the rest is left to one. */
#include "base/spans.h"

#include "base_support.h"

#include <jansson.h>
#include <string.h>

static const char *const names[] = {"a", "b", "text"};
#define COUNT G_N_ELEMENTS(names)

/* Of good texts: what is in them, and in which form. */
static const struct {
	const char *text, *values[COUNT];
} good[] = {
	{"{}", {NULL, NULL, NULL}},
	{"{\"a\":1}", {"1", NULL, NULL}},
	{"{\"a\":-17,\"b\":0,\"text\":\"x\"}", {"-17", "0", "\"x\""}},
	{"{\"A\":1,\"aa\":2,\"c\":3}", {NULL, NULL, NULL}},
	{"{\"a\":null,\"b\":true,\"text\":false}", {"null", "true", "false"}},
	{"{\"a\":[],\"b\":{},\"text\":\"\"}", {"[]", "{}", "\"\""}},
	{"{\"a\":[1,[\"}\"],{\"x\":[]}],\"text\":\"]\"}", {"[1,[\"}\"],{\"x\":[]}]", NULL, "\"]\""}},
	{"{\"text\":\"Zo\xc3\xab \xf0\x9f\x8e\xa5\"}", {NULL, NULL, "\"Zo\xc3\xab \xf0\x9f\x8e\xa5\""}},
	{"{\"b\":123456789012345678,\"z\":{\"a\":5}}", {NULL, "123456789012345678", NULL}},
};

/* For a parser, or for nobody. */
static const char *const others[] = {"", "1", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
	"{\"a\":1,}", "{\"a\":1}}", "{\"a\":1} ", " {\"a\":1}", "{\"a\": 1}", "{\"a\":1 ,\"b\":2}", "{a:1}",
	"{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":2}", "{\"a\":01}", "{\"a\":-0}", "{\"a\":-}", "{\"a\":+1}",
	"{\"a\":1.5}", "{\"a\":1e3}", "{\"a\":1E3}", "{\"a\":1234567890123456789}", "{\"a\":\"x\\n\"}",
	"{\"a\":\"x\\\"}", "{\"a\":\"x\ny\"}", "{\"\\u0061\":1}", "{\"a\":nul}", "{\"a\":nulll}",
	"{\"a\":truefalse}", "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":[1 2]}", "{\"a\":\"x}", "{\"a\":{\"b\":1}",
	"{\"x\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}"};

START_TEST(finds_what_a_parser_finds)
{
	span found[COUNT];
	json_auto_t *parsed = json_loads(good[_i].text, JSON_REJECT_DUPLICATES, NULL);
	ck_assert(spans_read(good[_i].text, names, COUNT, found));
	ck_assert_ptr_nonnull(parsed);
	for (size_t i = 0; i < COUNT; i++) {
		g_autofree char *text = found[i].at ? g_strndup(found[i].at, found[i].length) : NULL;
		char *written = json_dumps(json_object_get(parsed, names[i]), JSON_COMPACT | JSON_ENCODE_ANY);
		ck_assert_pstr_eq(text, good[_i].values[i]);
		ck_assert_pstr_eq(text, written);
		free(written);
	}
}
END_TEST

START_TEST(leaves_the_rest)
{
	span found[COUNT];
	ck_assert_msg(!spans_read(others[_i], names, COUNT, found), "%s", others[_i]);
}
END_TEST

/* Every prefix of a good text is none, and nothing behind its end is read. */
START_TEST(ends_where_the_text_ends)
{
	span found[COUNT];
	for (size_t length = 0; length < strlen(good[_i].text); length++) {
		g_autofree char *text = g_strndup(good[_i].text, length);
		ck_assert_msg(!spans_read(text, names, COUNT, found), "%s", text);
	}
}
END_TEST

START_TEST(goes_through_arrays)
{
	const char *text = "[{\"a\":1},{\"b\":2,\"c\":{}},{}]", *at = text + 1;
	span found[COUNT];
	ck_assert(spans_read_element(&at, names, COUNT, found) && found[0].length == 1 && !found[1].at);
	ck_assert(spans_read_element(&at, names, COUNT, found) && !found[0].at && *found[1].at == '2');
	ck_assert(spans_read_element(&at, names, COUNT, found) && *at == ']');
	at = "{\"a\":1};";
	ck_assert(!spans_read_element(&at, names, COUNT, found));
	at = "7]";
	ck_assert(!spans_read_element(&at, names, COUNT, found));
}
END_TEST

START_TEST(compares_texts)
{
	ck_assert(span_is((span){"\"abc\"", 5}, "abc"));
	ck_assert(!span_is((span){"\"abc\"", 5}, "ab"));
	ck_assert(!span_is((span){"\"abc\"", 5}, "abd"));
	ck_assert(!span_is((span){"12345", 5}, "234"));
	ck_assert(!span_is((span){0}, ""));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("spans");
	TCase *tests = tcase_create("spans");
	tcase_add_loop_test(tests, finds_what_a_parser_finds, 0, G_N_ELEMENTS(good));
	tcase_add_loop_test(tests, leaves_the_rest, 0, G_N_ELEMENTS(others));
	tcase_add_loop_test(tests, ends_where_the_text_ends, 0, G_N_ELEMENTS(good));
	tcase_add_test(tests, goes_through_arrays);
	tcase_add_test(tests, compares_texts);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
