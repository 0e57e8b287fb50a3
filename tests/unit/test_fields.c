/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking a request's fields: every type with what it takes and what not. */
#include "signalling/fields.h"

#include "base/error.h"
#include "base_support.h"

#include <string.h>

static const field wanted[] = {
	{"room", FIELD_ROOM, true, 0},
	{"text", FIELD_STRING, false, 0},
	{"short", FIELD_STRING, false, 5},
	{"flag", FIELD_BOOL, false, 0},
	{"number", FIELD_INTEGER, false, 0},
	{"small", FIELD_INTEGER, false, 10},
	{"count", FIELD_COUNT, false, 10},
	{"time", FIELD_TIME, false, 0},
	{"moment", FIELD_MOMENT, false, 0},
	{"cursor", FIELD_CURSOR, false, 0},
	{"list", FIELD_ARRAY, false, 2},
	{"object", FIELD_OBJECT, false, 0},
	{"proof", FIELD_PROOF, false, 0},
	FIELDS_END,
};

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16
#define X256 X64 X64 X64 X64
#define EURO16 "\\u20ac\\u20ac\\u20ac\\u20ac\\u20ac\\u20ac\\u20ac\\u20ac"

static const struct {
	const char *json;
	int code;           /* 0: good */
	const char *naming; /* what the sentence names */
} cases[] = {
	{"{\"room\":1}", 0, NULL},
	{"{\"room\":9007199254740991}", 0, NULL},
	{"{\"room\":\"1234\"}", 0, NULL},
	{"{\"request\":\"whatever\",\"room\":1}", 0, NULL},
	{"{}", 701, "'here.room'"},
	{"{\"ROOM\":1}", 701, "'here.room'"},
	{"{\"room\":0}", 702, "'here.room' must be between 1 and 9007199254740991"},
	{"{\"room\":-1}", 702, "'here.room'"},
	{"{\"room\":9007199254740992}", 702, "'here.room'"},
	{"{\"room\":9223372036854775807}", 702, "'here.room'"},
	{"{\"room\":1.5}", 702, "'here.room' must be an integer or a string"},
	{"{\"room\":null}", 702, "'here.room'"},
	{"{\"room\":true}", 702, "'here.room'"},
	{"{\"room\":[1]}", 702, "'here.room'"},
	{"{\"room\":{}}", 702, "'here.room'"},
	{"{\"room\":\"\"}", 702, "'here.room'"},
	{"{\"room\":\"" X256 "\"}", 0, NULL},
	{"{\"room\":\"" X256 "x\"}", 702, "'here.room' must be at most 256 bytes long"},

	{"{\"room\":1,\"text\":\"" X64 "\"}", 0, NULL},
	{"{\"room\":1,\"text\":\"" X64 "x\"}", 702, "'here.text' must be at most 64 bytes long"},
	{"{\"room\":1,\"text\":\"\"}", 702, "'here.text'"},
	{"{\"room\":1,\"text\":null}", 702, "'here.text'"},
	{"{\"room\":1,\"text\":1}", 702, "'here.text'"},
	{"{\"room\":1,\"text\":[\"a\"]}", 702, "'here.text'"},
	{"{\"room\":1,\"short\":\"12345\"}", 0, NULL},
	{"{\"room\":1,\"short\":\"123456\"}", 702, "'here.short' must be at most 5 bytes long"},

	{"{\"room\":1,\"flag\":true}", 0, NULL},
	{"{\"room\":1,\"flag\":false}", 0, NULL},
	{"{\"room\":1,\"flag\":1}", 702, "'here.flag'"},
	{"{\"room\":1,\"flag\":\"true\"}", 702, "'here.flag'"},
	{"{\"room\":1,\"flag\":null}", 702, "'here.flag'"},

	{"{\"room\":1,\"number\":0}", 0, NULL},
	{"{\"room\":1,\"number\":9007199254740991}", 0, NULL},
	{"{\"room\":1,\"number\":9007199254740992}", 702, "'here.number'"},
	{"{\"room\":1,\"number\":-1}", 702, "'here.number'"},
	{"{\"room\":1,\"number\":-9223372036854775808}", 702, "'here.number'"},
	{"{\"room\":1,\"number\":1.0}", 702, "'here.number'"},
	{"{\"room\":1,\"number\":\"1\"}", 702, "'here.number'"},
	{"{\"room\":1,\"small\":10}", 0, NULL},
	{"{\"room\":1,\"small\":11}", 702, "'here.small' must be between 0 and 10"},
	{"{\"room\":1,\"count\":1}", 0, NULL},
	{"{\"room\":1,\"count\":10}", 0, NULL},
	{"{\"room\":1,\"count\":0}", 702, "'here.count'"},
	{"{\"room\":1,\"count\":11}", 702, "'here.count' must be between 1 and 10"},

	{"{\"room\":1,\"time\":\"2026-01-02T03:04:05Z\"}", 0, NULL},
	{"{\"room\":1,\"time\":\"2026-01-02T03:04:05.678+01:00\"}", 0, NULL},
	{"{\"room\":1,\"time\":\"2026-01-02\"}", 702, "'here.time'"},
	{"{\"room\":1,\"time\":\"\"}", 702, "'here.time'"},
	{"{\"room\":1,\"time\":1767323045}", 702, "'here.time'"},
	{"{\"room\":1,\"time\":null}", 702, "'here.time'"},

	{"{\"room\":1,\"moment\":\"2026-01-02T03:04:05Z\"}", 0, NULL},
	{"{\"room\":1,\"moment\":\"2026-01-02\"}", 0, NULL},
	{"{\"room\":1,\"moment\":\"2026-02-30\"}", 702, "'here.moment' must be a time such as"},
	{"{\"room\":1,\"moment\":\"\"}", 702, "'here.moment'"},
	{"{\"room\":1,\"moment\":null}", 702, "'here.moment'"},
	{"{\"room\":1,\"cursor\":null}", 0, NULL},
	{"{\"room\":1,\"cursor\":\"a1\"}", 0, NULL},
	{"{\"room\":1,\"cursor\":false}", 702, "'here.cursor'"},
	{"{\"room\":1,\"cursor\":\"" X256 "x\"}", 702, "'here.cursor'"},

	{"{\"room\":1,\"list\":[1]}", 0, NULL},
	{"{\"room\":1,\"list\":[1,2]}", 0, NULL},
	{"{\"room\":1,\"list\":[1,2,3]}", 702, "'here.list' must have at most 2 elements"},
	{"{\"room\":1,\"list\":[]}", 702, "'here.list'"},
	{"{\"room\":1,\"list\":{}}", 702, "'here.list'"},
	{"{\"room\":1,\"list\":\"a\"}", 702, "'here.list'"},

	{"{\"room\":1,\"object\":{}}", 0, NULL},
	{"{\"room\":1,\"object\":[]}", 702, "'here.object'"},
	{"{\"room\":1,\"object\":null}", 702, "'here.object'"},

	{"{\"room\":1,\"proof\":\"a.b.c\"}", 0, NULL},
	{"{\"room\":1,\"proof\":7}", 702, "'here.proof'"},
	{"{\"room\":1,\"proof\":\"\"}", 702, "'here.proof'"},

	{"{\"room\":1,\"expire\":\"2026-01-02T03:04:05Z\"}", 702, "'here.expire'"},
	{"{\"room\":1,\"Text\":\"a\"}", 702, "'here.Text'"},
	{"{\"room\":1,\"\":1}", 702, "'here.'"},
	{"{\"room\":1,\"" X256 "\":1}", 702, "'here." X64 "'"},
	/* A name is never cut within a character. */
	{"{\"room\":1,\"x" EURO16 EURO16 EURO16 "\":1}", 702, "'here.x\u20ac"},
	{"{\"room\":1,\"xy" EURO16 EURO16 EURO16 "\":1}", 702, "'here.xy\u20ac"},
};

START_TEST(a_request_is_checked)
{
	g_autoptr(GError) error = NULL;
	json_t *object = json_loads(cases[_i].json, 0, NULL);
	ck_assert_ptr_nonnull(object);
	bool good = fields_check(wanted, object, "here.", &error);
	ck_assert_msg((error ? error->code : 0) == cases[_i].code, "%s: %s", cases[_i].json,
		error ? error->message : "good");
	ck_assert(good == !error);
	if (error) {
		ck_assert_msg(strstr(error->message, cases[_i].naming) != NULL, "%s", error->message);
		ck_assert(g_utf8_validate(error->message, -1, NULL));
	}
	json_decref(object);
}
END_TEST

/* Whatever is no object has no fields. */
static const char *const no_objects[] = {"[]", "[{\"room\":1}]", "\"room\"", "1", "null", "true"};

START_TEST(what_is_no_object_lacks_the_field)
{
	g_autoptr(GError) error = NULL;
	json_t *value = json_loads(no_objects[_i], JSON_DECODE_ANY, NULL);
	ck_assert(!fields_check(wanted, value, "", &error));
	ck_assert_int_eq(error->code, CONSENT_ERROR_MISSING);
	json_decref(value);
}
END_TEST

START_TEST(fields_are_read)
{
	json_t *object = json_pack("{s:s, s:i, s:s, s:s}", "text", "abc", "number", 7, "time",
		"1970-01-01T00:00:01.500Z", "moment", "1970-01-02");
	ck_assert_str_eq(field_string(object, "text"), "abc");
	ck_assert_int_eq(field_integer(object, "number"), 7);
	ck_assert_int_eq(field_time(object, "time"), 1500);
	ck_assert_int_eq(field_time(object, "moment"), 86400000);
	ck_assert_ptr_null(field_string(object, "none"));
	ck_assert_int_eq(field_integer(object, "none"), 0);
	ck_assert_int_eq(field_time(object, "none"), 0);
	json_decref(object);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fields");
	TCase *tests = tcase_create("fields");
	tcase_add_loop_test(tests, a_request_is_checked, 0, G_N_ELEMENTS(cases));
	tcase_add_loop_test(tests, what_is_no_object_lacks_the_field, 0, G_N_ELEMENTS(no_objects));
	tcase_add_test(tests, fields_are_read);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
