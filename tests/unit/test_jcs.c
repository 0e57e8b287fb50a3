/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical JSON against the vectors published in RFC 8785, and the corners between them. */
#include "base/jcs.h"

#include "base_support.h"

#include <inttypes.h>
#include <string.h>

/* The canonical form of a text; NULL when it has none. */
static char *canonical(const char *text)
{
	json_error_t why;
	json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	ck_assert_msg(value != NULL, "%s: %s", text, why.text);
	char *out = jcs_dump(value, NULL);
	json_decref(value);
	return out;
}

static void assert_canonical(const char *text, const char *wanted)
{
	g_autofree char *got = canonical(text);
	ck_assert_pstr_eq(got, wanted);
}

START_TEST(sample_object)
{
	/* RFC 8785, 3.2.2 to 3.2.4 */
	assert_canonical(
		"{ \"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],\n"
		"  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
		"  \"literals\": [null, true, false] }",
		"{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
		"\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}
END_TEST

START_TEST(key_order)
{
	/* RFC 8785, 3.2.3 */
	assert_canonical("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
			 "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
			 "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
			 "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
		"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
		"\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\","
		"\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
		"\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}
END_TEST

START_TEST(key_order_corners)
{
	/* surrogates come after U+D7FF and before U+E000 … U+FFFF; among themselves by code point */
	assert_canonical("{\"\\uffff\":6,\"\\ue000\":5,\"\\udbff\\udfff\":4,\"\\ud800\\udc01\":3,"
			 "\"\\ud800\\udc00\":2,\"\\ud7ff\":1}",
		"{\"\xed\x9f\xbf\":1,\"\xf0\x90\x80\x80\":2,\"\xf0\x90\x80\x81\":3,\"\xf4\x8f\xbf\xbf\":4,"
		"\"\xee\x80\x80\":5,\"\xef\xbf\xbf\":6}");
	assert_canonical(
		"{\"x\\uff00\":2,\"x\\ud83d\\ude00\":1}", "{\"x\xf0\x9f\x98\x80\":1,\"x\xef\xbc\x80\":2}");
	assert_canonical(
		"{\"aa\":3,\"a\":2,\"\":1,\"b\":4,\"B\":0}", "{\"\":1,\"B\":0,\"a\":2,\"aa\":3,\"b\":4}");
	assert_canonical("{\"b\":{\"d\":1,\"c\":[{\"z\":1,\"y\":2}]},\"a\":{}}",
		"{\"a\":{},\"b\":{\"c\":[{\"y\":2,\"z\":1}],\"d\":1}}");
	assert_canonical(" [ ] ", "[]");
	assert_canonical(" [ [ ] , { } , \"\" ] ", "[[],{},\"\"]");
}
END_TEST

START_TEST(strings)
{
	assert_canonical("\"\\u0000\\u0001\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u001f\"",
		"\"\\u0000\\u0001\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u001f\"");
	/* only what must be escaped is */
	assert_canonical("\"\\/ \\u007f \\u0080 \\u2028 \\u2029 \\ufeff <>&'\"",
		"\"/ \x7f \xc2\x80 \xe2\x80\xa8 \xe2\x80\xa9 \xef\xbb\xbf <>&'\"");
	/* characters stay as they are: no normalization */
	assert_canonical("\"A\\u030a \\u00c5\"", "\"A\xcc\x8a \xc3\x85\"");
}
END_TEST

typedef struct number_vector {
	uint64_t bits;
	const char *text;
} number_vector;

/* RFC 8785, appendix B, then corners of the shortest form */
static const number_vector numbers[] = {
	{0x0000000000000000, "0"},
	{0x8000000000000000, "0"},
	{0x0000000000000001, "5e-324"},
	{0x8000000000000001, "-5e-324"},
	{0x7fefffffffffffff, "1.7976931348623157e+308"},
	{0xffefffffffffffff, "-1.7976931348623157e+308"},
	{0x4340000000000000, "9007199254740992"},
	{0xc340000000000000, "-9007199254740992"},
	{0x4430000000000000, "295147905179352830000"},
	{0x44b52d02c7e14af5, "9.999999999999997e+22"},
	{0x44b52d02c7e14af6, "1e+23"},
	{0x44b52d02c7e14af7, "1.0000000000000001e+23"},
	{0x444b1ae4d6e2ef4e, "999999999999999700000"},
	{0x444b1ae4d6e2ef4f, "999999999999999900000"},
	{0x444b1ae4d6e2ef50, "1e+21"},
	{0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
	{0x3eb0c6f7a0b5ed8d, "0.000001"},
	{0x41b3de4355555553, "333333333.3333332"},
	{0x41b3de4355555554, "333333333.33333325"},
	{0x41b3de4355555555, "333333333.3333333"},
	{0x41b3de4355555556, "333333333.3333334"},
	{0x41b3de4355555557, "333333333.33333343"},
	{0xbecbf647612f3696, "-0.0000033333333333333333"},
	{0x43143ff3c1cb0959, "1424953923781206.2"},
	/* a power of two whose shortest form is not the nearest decimal of that length */
	{0x3d30000000000000, "5.684341886080802e-14"},
	{0x0010000000000000, "2.2250738585072014e-308"},
	{0x3ff0000000000000, "1"},
	{0x4059000000000000, "100"},
	{0x3fb999999999999a, "0.1"},
};

START_TEST(number)
{
	const number_vector *vector = &numbers[_i];
	double real;
	memcpy(&real, &vector->bits, sizeof(real));
	json_t *value = json_real(real);
	g_autofree char *got = jcs_dump(value, NULL);
	json_decref(value);
	ck_assert_pstr_eq(got, vector->text);
}
END_TEST

START_TEST(integers)
{
	assert_canonical("[0,-0,7,-42,9007199254740992,-9007199254740992]",
		"[0,0,7,-42,9007199254740992,-9007199254740992]");
	/* beyond 2^53: with the same digits or not at all, so that canonical text stays what it is */
	assert_canonical("9007199254740994", "9007199254740994");
	assert_canonical("-9007199254740994", "-9007199254740994");
	assert_canonical("1152921504606847000", "1152921504606847000");
	assert_canonical("1152921504606846976", NULL);
	assert_canonical("9007199254740993", NULL);
	assert_canonical("-9007199254740993", NULL);
	assert_canonical("9223372036854775807", NULL);
	assert_canonical("-9223372036854775808", NULL);
	assert_canonical("[{\"room\":9007199254740993}]", NULL);
}
END_TEST

/* Whatever the bits, the text reads back as the same number. */
START_TEST(numbers_round_trip)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(8785);
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = (uint64_t)g_rand_int(random) << 32 | g_rand_int(random);
		double real;
		memcpy(&real, &bits, sizeof(real));
		json_t *value = json_real(real);
		g_autofree char *got = value ? jcs_dump(value, NULL) : g_strdup("skip");
		ck_assert_msg(!value || g_ascii_strtod(got, NULL) == real, "%016" PRIx64 " %s", bits, got);
		json_decref(value);
	}
}
END_TEST

START_TEST(length_and_nothing)
{
	json_t *value = json_stringn("a\0b", 3);
	size_t length = 0;
	g_autofree char *got = jcs_dump(value, &length);
	json_decref(value);
	ck_assert_uint_eq(length, strlen("\"a\\u0000b\""));
	ck_assert_str_eq(got, "\"a\\u0000b\"");

	length = 7;
	ck_assert_ptr_null(jcs_dump(NULL, &length));
	ck_assert_uint_eq(length, 7);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("jcs");
	TCase *tests = tcase_create("jcs");
	tcase_add_test(tests, sample_object);
	tcase_add_test(tests, key_order);
	tcase_add_test(tests, key_order_corners);
	tcase_add_test(tests, strings);
	tcase_add_loop_test(tests, number, 0, G_N_ELEMENTS(numbers));
	tcase_add_test(tests, integers);
	tcase_add_test(tests, numbers_round_trip);
	tcase_add_test(tests, length_and_nothing);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
