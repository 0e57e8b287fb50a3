/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of participants: every way to get them wrong has its code, names the field and changes nothing. */
#include "meeting_evidence.h"

#include <string.h>

static world w;
static peer *ann;

static void setup(void)
{
	world_init(&w);
	ann = peer_join(&w, ROOM, 11, "Ann");
}

static void teardown(void)
{
	g_clear_pointer(&ann, peer_free);
	world_clear(&w);
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16
#define X256 X64 X64 X64 X64
#define X1024 X256 X256 X256 X256

/* "$record" and "$telemetry" become the notice's hash. */
static char *with_hashes(const char *json)
{
	static const char *const purposes[] = {"record", "summarize", "train", "telemetry"};
	GString *text = g_string_new(json);

	for (unsigned i = 0; i < G_N_ELEMENTS(purposes); i++) {
		g_autofree char *name = g_strconcat("$", purposes[i], NULL);
		const notice *n = notices_find(meetings_notices(w.all), purposes[i]);
		g_string_replace(text, name, n->hash, 0);
	}
	return g_string_free(text, FALSE);
}

static json_t *ask_json(const char *json)
{
	g_autofree char *text = with_hashes(json);
	json_t *message = json_loads(text, 0, NULL);

	ck_assert_msg(message != NULL, "%s", json);
	json_t *answer = signalling_answer(&w.signalling, &(caller){.attendance = ann->attendance}, message);
	json_decref(message);
	ck_assert(json_is_object(answer));
	return answer;
}

#define DECIDE(rest) "{\"request\":\"consent_decide\"" rest "}"
#define ITEM "{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"$record\"}"
#define DECISION(item) DECIDE(",\"decisions\":[" item "]")
#define WITHDRAW(rest) "{\"request\":\"consent_withdraw\"" rest "}"

static const struct {
	const char *json;
	int code;
	const char *naming;
} wrong[] = {
	{"{}", 701, "'request'"},
	{"{\"request\":1}", 702, "'request'"},
	{"{\"request\":null}", 702, "'request'"},
	{"{\"request\":\"consent_\"}", 700, "'consent_'"},
	{"{\"request\":\"consent_bind\"}", 701, "'key'"},
	{"{\"request\":\"consent_bind\",\"key\":{}}", 701, "'proof'"},
	{"{\"request\":\"consent_bind\",\"key\":{},\"proof\":\"a.b.c\"}", 702, "'key'"},
	{"{\"request\":\"consent_bind\",\"key\":\"k\",\"proof\":\"a.b.c\"}", 702, "'key'"},
	{"{\"request\":\"consent_receipts\",\"of\":\"Ann\"}", 702, "'of'"},
	{"{\"request\":\"CONSENT_INFO\"}", 700, "'CONSENT_INFO'"},
	{"{\"request\":\"consent_" X1024 "\"}", 700, "'consent_xxx"},
	{"{\"request\":\"consent_xx\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
	 "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
	 "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\"}",
		700, "'consent_xx\xe2\x82\xac"},

	{"{\"request\":\"consent_info\",\"room\":5678}", 703, "'room'"},
	{"{\"request\":\"consent_info\",\"room\":\"1234\"}", 703, "'room'"},
	{"{\"request\":\"consent_info\",\"room\":-1}", 702, "'room'"},
	{"{\"request\":\"consent_info\",\"lang\":1}", 702, "'lang'"},
	{"{\"request\":\"consent_info\",\"lang\":\"\"}", 702, "'lang'"},
	{"{\"request\":\"consent_info\",\"lang\":\"" X256 "\"}", 702, "'lang'"},
	{"{\"request\":\"consent_info\",\"language\":\"en\"}", 702, "'language'"},

	{DECIDE(""), 701, "'decisions'"},
	{DECIDE(",\"decisions\":[]"), 702, "'decisions'"},
	{DECIDE(",\"decisions\":{}"), 702, "'decisions'"},
	{DECIDE(",\"decisions\":\"all\""), 702, "'decisions'"},
	{DECISION("1"), 702, "'decisions[0]'"},
	{DECISION("null"), 702, "'decisions[0]'"},
	{DECISION(ITEM ",[]"), 702, "'decisions[1]'"},
	{DECISION("{}"), 701, "'decisions[0].purpose'"},
	{DECISION(ITEM ",{}"), 701, "'decisions[1].purpose'"},
	{DECISION("{\"purpose\":7,\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"$record\"}"),
		702, "'decisions[0].purpose'"},
	{DECISION("{\"purpose\":\"spy\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"$"
		  "record\"}"),
		704, "'spy'"},
	{DECISION("{\"purpose\":\"record\",\"decision\":\"granted\",\"notice\":\"$record\"}"), 701,
		"'decisions[0].media'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[],\"decision\":\"granted\",\"notice\":\"$record\"}"),
		702, "'decisions[0].media'"},
	{DECISION("{\"purpose\":\"record\",\"media\":\"audio\",\"decision\":\"granted\",\"notice\":\"$"
		  "record\"}"),
		702, "'decisions[0].media'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[1],\"decision\":\"granted\",\"notice\":\"$record\"}"),
		702, "'decisions[0].media[0]'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\",null],\"decision\":\"granted\",\"notice\":"
		  "\"$record\"}"),
		702, "'decisions[0].media[1]'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"smell\"],\"decision\":\"granted\",\"notice\":"
		  "\"$record\"}"),
		704, "'smell'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"data\"],\"decision\":\"granted\",\"notice\":\"$"
		  "record\"}"),
		704, "'decisions[0].media'"},
	{DECISION("{\"purpose\":\"summarize\",\"media\":[\"audio\",\"video\"],\"decision\":\"granted\","
		  "\"notice\":\"$summarize\"}"),
		704, "'decisions[0].media'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"notice\":\"$record\"}"), 701,
		"'decisions[0].decision'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":true,\"notice\":\"$record\"}"),
		702, "'decisions[0].decision'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"withdrawn\",\"notice\":"
		  "\"$record\"}"),
		702, "'decisions[0].decision'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"Granted\",\"notice\":"
		  "\"$record\"}"),
		702, "'decisions[0].decision'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\"}"), 701,
		"'decisions[0].notice'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":1}"),
		702, "'decisions[0].notice'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"" X64
		  "x\"}"),
		702, "'decisions[0].notice'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"$"
		  "train\"}"),
		705, "'notice'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"refused\",\"notice\":\"" X64
		  "\"}"),
		705, "'notice'"},
	{DECISION("{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"$"
		  "record\","
		  "\"participant\":\"x\"}"),
		702, "'decisions[0].participant'"},
	{DECISION(ITEM "," ITEM), 702, "'decisions'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"expires\":\"2020-01-01T00:00:00Z\""), 702, "'expires'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"expires\":\"1970-01-01T00:00:00Z\""), 702, "'expires'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"expires\":\"tomorrow\""), 702, "'expires'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"expires\":4102444800"), 702, "'expires'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"expire\":\"2100-01-01T00:00:00Z\""), 702, "'expire'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"proof\":\"a.b.c\""), 706, "'proof'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"proof\":{}"), 702, "'proof'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"room\":5678"), 703, "'room'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"participant\":\"x\""), 702, "'participant'"},
	{DECIDE(",\"decisions\":[" ITEM "],\"feed\":12"), 702, "'feed'"},

	{WITHDRAW(",\"purposes\":[]"), 702, "'purposes'"},
	{WITHDRAW(",\"purposes\":\"record\""), 702, "'purposes'"},
	{WITHDRAW(",\"purposes\":[1]"), 702, "'purposes[0]'"},
	{WITHDRAW(",\"purposes\":[\"record\",null]"), 702, "'purposes[1]'"},
	{WITHDRAW(",\"purposes\":[\"spy\"]"), 704, "'spy'"},
	{WITHDRAW(",\"purposes\":[\"record\",\"record\"]"), 702, "'purposes'"},
	{WITHDRAW(",\"media\":[]"), 702, "'media'"},
	{WITHDRAW(",\"media\":\"audio\""), 702, "'media'"},
	{WITHDRAW(",\"media\":[1]"), 702, "'media[0]'"},
	{WITHDRAW(",\"media\":[\"smell\"]"), 704, "'smell'"},
	{WITHDRAW(",\"purposes\":[\"summarize\"],\"media\":[\"video\"]"), 704, "'media'"},
	{WITHDRAW(",\"erase\":1"), 702, "'erase'"},
	{WITHDRAW(",\"proof\":\"a.b.c\""), 706, "'proof'"},
	{WITHDRAW(",\"room\":5678"), 703, "'room'"},
	{WITHDRAW(",\"all\":true"), 702, "'all'"},
};

START_TEST(what_is_wrong_changes_nothing)
{
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_VIDEO, "granted"), 0);
	json_t *before = peer_ask(ann, "{s:s}", "request", "consent_info");
	unsigned events = peer_count(ann, "{}");
	json_t *answer = ask_json(wrong[_i].json);
	const char *sentence = text_of(answer, "error");
	ck_assert_ptr_nonnull(sentence);
	ck_assert_msg(integer_of(answer, "error_code") == wrong[_i].code, "%s: %s", wrong[_i].json, sentence);
	ck_assert_str_eq(text_of(answer, "consent"), "event");
	ck_assert_msg(strstr(sentence, wrong[_i].naming) != NULL, "%s: %s", wrong[_i].json, sentence);
	ck_assert_uint_lt(strlen(sentence), 400);
	json_decref(answer);

	json_t *after = peer_ask(ann, "{s:s}", "request", "consent_info");
	ck_assert(json_equal(json_object_get(before, "decisions"), json_object_get(after, "decisions")));
	ck_assert_uint_eq(peer_count(ann, "{}"), events);
	json_decref(before);
	json_decref(after);
	g_clear_pointer(&ann, peer_free);
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	ck_assert_uint_eq(json_array_size(entries), 1);
	json_decref(entries);
}
END_TEST

START_TEST(an_outdated_notice_is_answered_with_the_one_in_force)
{
	json_t *answer = ask_json(DECIDE(",\"lang\":\"de\",\"decisions\":[{\"purpose\":\"record\",\"media\":["
					 "\"audio\"],\"decision\":\"granted\",\"notice\":\"$train\"}]"));
	assert_members(answer,
		(const char *const[]){"purpose", "media", "notice", "title", "summary", "details",
			"recipients", "retention", "version", "lang", "langs", "error", "error_code", NULL});
	ck_assert_str_eq(text_of(answer, "consent"), "event");
	ck_assert_str_eq(text_of(answer, "lang"), "de");
	ck_assert_str_eq(text_of(answer, "notice"), notices_find(meetings_notices(w.all), "record")->hash);
	json_decref(answer);
}
END_TEST

static const char *const right[] = {
	"{\"request\":\"consent_info\"}",
	"{\"request\":\"consent_info\",\"room\":1234,\"lang\":\"de, en;q=0.8\"}",
	DECISION(ITEM),
	DECIDE(",\"decisions\":[" ITEM
	       "],\"expires\":\"9999-12-31T23:59:59Z\",\"room\":1234,\"lang\":\"de\""),
	DECISION(
		"{\"purpose\":\"record\",\"media\":[\"audio\",\"audio\"],\"decision\":\"granted\",\"notice\":"
		"\"$record\"}"),
	DECISION(ITEM ",{\"purpose\":\"record\",\"media\":[\"video\"],\"decision\":\"refused\",\"notice\":"
		      "\"$record\"}"),
	DECISION("{\"purpose\":\"telemetry\",\"media\":[\"data\"],\"decision\":\"granted\",\"notice\":"
		 "\"$telemetry\"}"),
	WITHDRAW(""),
	WITHDRAW(",\"erase\":false,\"room\":1234"),
	WITHDRAW(",\"purposes\":[\"record\",\"train\"],\"media\":[\"audio\"]"),
	WITHDRAW(",\"media\":[\"video\"]"),
};

START_TEST(what_is_right_is_answered)
{
	json_t *answer = ask_json(right[_i]);
	ck_assert_msg(!json_object_get(answer, "error_code"), "%s: %s", right[_i], text_of(answer, "error"));
	ck_assert(json_is_array(json_object_get(answer, "decisions")));
	json_decref(answer);
}
END_TEST

START_TEST(the_answers_have_all_fields)
{
	json_t *decided = ask_json(DECISION(ITEM)), *withdrawn = ask_json(WITHDRAW(""));
	ck_assert_str_eq(text_of(decided, "consent"), "decided");
	ck_assert_str_eq(text_of(withdrawn, "consent"), "withdrawn");
	ck_assert(json_is_integer(json_object_get(withdrawn, "erased")));
	ck_assert_int_eq(integer_of(withdrawn, "erased"), 0);
	json_t *cell = json_array_get(json_object_get(decided, "decisions"), 0);
	assert_members(
		cell, (const char *const[]){"purpose", "medium", "decision", "since", "expires", NULL});
	json_decref(decided);
	json_decref(withdrawn);
}
END_TEST

static const char *const own[] = {"{\"request\":\"consent_info\"}", DECISION(ITEM), WITHDRAW("")};

START_TEST(strangers_and_admins_are_no_participants)
{
	g_autofree char *text = with_hashes(own[_i]);
	json_t *message = json_loads(text, 0, NULL);
	ck_assert_int_eq(code_of(signalling_answer(&w.signalling, &(caller){0}, message)), 703);
	ck_assert_int_eq(code_of(signalling_answer(&w.signalling, &(caller){.admin = true}, message)), 703);
	attendance_leave(ann->attendance, "left");
	ck_assert_int_eq(
		code_of(signalling_answer(&w.signalling, &(caller){.attendance = ann->attendance}, message)),
		703);
	json_decref(message);
}
END_TEST

START_TEST(only_a_room_that_exists_can_be_looked_into)
{
	json_t *empty =
		world_ask_stranger(&w, "{s:s, s:i}", "request", "consent_preview", "room", EMPTY_ROOM);

	ck_assert_str_eq(text_of(empty, "consent"), "preview");
	ck_assert_int_eq(integer_of(empty, "people"), 0);
	json_decref(empty);
	ck_assert_int_eq(
		code_of(world_ask_stranger(&w, "{s:s, s:i}", "request", "consent_preview", "room", 404)),
		712);
	ck_assert_int_eq(
		code_of(world_ask_stranger(&w, "{s:s, s:s}", "request", "consent_preview", "room", "lobby")),
		702);
}
END_TEST

START_TEST(too_many_are_refused)
{
	rate r;
	rate_init(&r, g_get_monotonic_time());
	unsigned taken = 0;
	json_t *message = json_pack("{s:s}", "request", "consent_nothing");
	const caller who = {.attendance = ann->attendance, .rate = &r};
	int code;
	while ((code = code_of(signalling_answer(&w.signalling, &who, message))) == 700)
		taken++;
	ck_assert_int_eq(code, 710);
	ck_assert_uint_ge(taken, RATE_BURST);
	json_decref(message);
	rate_clear(&r);
}
END_TEST

/* Time that has stepped back: nothing is earned meanwhile. */
START_TEST(receipts_with_their_proofs_are_dear)
{
	rate r;
	rate_init(&r, g_get_monotonic_time() + 3600 * G_TIME_SPAN_SECOND);
	r.tokens = RATE_LEFT + 9;
	const caller who = {.attendance = ann->attendance, .rate = &r};
	json_t *receipts = json_pack("{s:s}", "request", "consent_receipts");
	json_t *info = json_pack("{s:s}", "request", "consent_info");
	ck_assert_int_eq(code_of(signalling_answer(&w.signalling, &who, receipts)), 710);
	ck_assert_int_eq(code_of(signalling_answer(&w.signalling, &who, info)), 0);
	json_decref(receipts);
	json_decref(info);
	rate_clear(&r);
}
END_TEST

/* A withdrawal is taken where a grant is not. */
START_TEST(what_the_ledger_writes_is_dear)
{
	static const char *const dear[] = {"{\"request\":\"consent_decide\",\"decisions\":[{}]}",
		"{\"request\":\"consent_bind\",\"key\":{},\"proof\":\"a.b.c\"}"};
	rate r;
	rate_init(&r, g_get_monotonic_time() + 3600 * G_TIME_SPAN_SECOND);
	r.tokens = RATE_LEFT + RATE_WRITES;
	const caller who = {.attendance = ann->attendance, .rate = &r};
	for (size_t i = 0; i < G_N_ELEMENTS(dear); i++) {
		json_t *message = json_loads(dear[i], 0, NULL);
		ck_assert_int_eq(code_of(signalling_answer(&w.signalling, &who, message)), 710);
		json_decref(message);
	}
	json_t *withdrawal = json_pack("{s:s}", "request", "consent_withdraw");
	ck_assert_int_eq(code_of(signalling_answer(&w.signalling, &who, withdrawal)), 0);
	json_decref(withdrawal);
	rate_clear(&r);
}
END_TEST

static const struct {
	const char *name;
	bool ours;
} names[] = {
	{"consent_info", true},
	{"CONSENT_decide", true},
	{"consent_", true},
	{"consent", false},
	{"consentinfo", false},
	{"join", false},
	{"", false},
	{" consent_info", false},
};

START_TEST(names_with_the_prefix_are_ours)
{
	ck_assert_int_eq(signalling_is_ours(names[_i].name), names[_i].ours);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("requests_participant");
	TCase *tests = tcase_create("participant");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, what_is_wrong_changes_nothing, 0, G_N_ELEMENTS(wrong));
	tcase_add_test(tests, an_outdated_notice_is_answered_with_the_one_in_force);
	tcase_add_loop_test(tests, what_is_right_is_answered, 0, G_N_ELEMENTS(right));
	tcase_add_test(tests, the_answers_have_all_fields);
	tcase_add_loop_test(tests, strangers_and_admins_are_no_participants, 0, G_N_ELEMENTS(own));
	tcase_add_test(tests, only_a_room_that_exists_can_be_looked_into);
	tcase_add_test(tests, too_many_are_refused);
	tcase_add_test(tests, receipts_with_their_proofs_are_dear);
	tcase_add_test(tests, what_the_ledger_writes_is_dear);
	tcase_add_loop_test(tests, names_with_the_prefix_are_ours, 0, G_N_ELEMENTS(names));
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
