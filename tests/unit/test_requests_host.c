/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of hosts and admins: who may ask for what, and that they can ask and stop but never grant. */
#include "meeting_evidence.h"

#include <string.h>

static world w;
static peer *ann, *bob;

static void setup(void)
{
	world_init(&w);
	ann = peer_join(&w, ROOM, 11, "Ann");
	bob = peer_join(&w, OPEN_ROOM, 12, "Bob");
}

static void teardown(void)
{
	g_clear_pointer(&ann, peer_free);
	g_clear_pointer(&bob, peer_free);
	world_clear(&w);
}

typedef enum { STRANGER, ANN, BOB, ADMIN } who;

static json_t *ask(who asks, const char *json)
{
	json_t *message = json_loads(json, 0, NULL);
	caller c = {.admin = asks == ADMIN};

	ck_assert_msg(message != NULL, "%s", json);
	if (asks == ANN || asks == BOB)
		c.attendance = (asks == ANN ? ann : bob)->attendance;
	json_t *answer = signalling_answer(&w.signalling, &c, message);
	json_decref(message);
	ck_assert(json_is_object(answer));
	return answer;
}

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16
#define X256 X64 X64 X64 X64
#define X1024 X256 X256 X256 X256

#define RECORD "\"purpose\":\"record\""
#define START(rest) "{\"request\":\"consent_start\"" rest "}"
#define STOP(rest) "{\"request\":\"consent_stop\"" rest "}"
#define LIST(rest) "{\"request\":\"consent_list\"" rest "}"
#define ERASE(rest) "{\"request\":\"consent_erase\",\"reason\":\"asked\"" rest "}"
#define SECRET_FIELD ",\"secret\":\"" SECRET "\""

static const struct {
	who asks;
	const char *json;
	int code; /* 0: good */
	const char *naming;
} cases[] = {
	/* Who may */
	{STRANGER, START(",\"room\":1234," RECORD SECRET_FIELD), 0, NULL},
	{STRANGER, START(",\"room\":1234," RECORD), 707, "'secret' is missing: add"},
	{STRANGER, START(",\"room\":1234," RECORD ",\"secret\":\"wrong\""), 707,
		"'secret' is not this room's secret: correct"},
	{ANN, START(",\"room\":1234," RECORD), 707, "'secret'"},
	{ANN, START(",\"room\":1234," RECORD SECRET_FIELD), 0, NULL},
	{BOB, START(",\"room\":1234," RECORD SECRET_FIELD), 0, NULL},
	{BOB, START(",\"room\":5678," RECORD), 0, NULL},
	{BOB, START(",\"room\":5678," RECORD ",\"secret\":\"any\""), 0, NULL},
	{ANN, START(",\"room\":5678," RECORD), 707, "join"},
	{STRANGER, START(",\"room\":5678," RECORD), 707, "join"},
	{STRANGER, START(",\"room\":5678," RECORD ",\"secret\":\"any\""), 707, "join"},
	{ADMIN, START(",\"room\":1234," RECORD), 0, NULL},
	{ADMIN, START(",\"room\":1234," RECORD ",\"secret\":\"wrong\""), 0, NULL},
	{ADMIN, START(",\"room\":5678," RECORD), 0, NULL},
	{STRANGER, LIST(",\"room\":1234"), 707, "'secret'"},
	{STRANGER, LIST(",\"room\":1234" SECRET_FIELD), 0, NULL},
	{BOB, LIST(",\"room\":5678"), 0, NULL},
	{ANN, LIST(",\"room\":5678"), 707, "join"},
	{ADMIN, LIST(",\"room\":5678"), 0, NULL},
	{ANN, STOP(",\"room\":5678," RECORD), 707, "join"},
	{ANN, STOP(",\"room\":1234," RECORD), 707, "'secret'"},

	/* What there is not */
	{ADMIN, START(",\"room\":7," RECORD), 712, "'room'"},
	{ADMIN, STOP(",\"room\":7," RECORD), 712, "'room'"},
	{ADMIN, LIST(",\"room\":7"), 712, "'room'"},
	{ADMIN, START(",\"room\":9," RECORD), 712, "'room' names: start 'record' when"},
	{ADMIN, LIST(",\"room\":9"), 712, "'room' names: there is a meeting as soon as"},
	{ADMIN, STOP(",\"room\":9," RECORD), 712, "'purpose' names 'record'"},
	{ADMIN, STOP(",\"room\":1234," RECORD), 712, "'record'"},
	{ADMIN, START(",\"room\":1234,\"purpose\":\"spy\""), 704, "'spy'"},
	{ADMIN, STOP(",\"room\":1234,\"purpose\":\"spy\""), 704, "'spy'"},

	/* Fields */
	{ADMIN, START(""), 701, "'room'"},
	{ADMIN, START(",\"room\":1234"), 701, "'purpose'"},
	{ADMIN, START(",\"room\":\"1234\"," RECORD), 702, "'room'"},
	{ADMIN, START(",\"room\":[]," RECORD), 702, "'room'"},
	{ADMIN, START(",\"room\":0," RECORD), 702, "'room'"},
	{ADMIN, START(",\"room\":99999999999999999," RECORD), 702, "'room'"},
	{ADMIN, START(",\"room\":1234,\"purpose\":1"), 702, "'purpose'"},
	{ADMIN, START(",\"room\":1234,\"purpose\":\"\""), 702, "'purpose'"},
	{ADMIN, START(",\"room\":1234,\"purpose\":\"" X256 "\""), 702, "'purpose'"},
	{STRANGER, START(",\"room\":1234," RECORD ",\"secret\":1"), 702, "'secret'"},
	{STRANGER, START(",\"room\":1234," RECORD ",\"secret\":\"" X1024 "x\""), 702, "'secret'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"policy\":\"most\""), 702, "'policy'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"policy\":1"), 702, "'policy'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"policy\":\"each\""), 0, NULL},
	{ADMIN, START(",\"room\":1234," RECORD ",\"countdown\":-1"), 702, "'countdown'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"countdown\":86401"), 702,
		"'countdown' must be between 0 and 86400"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"countdown\":86400"), 0, NULL},
	{ADMIN, START(",\"room\":1234," RECORD ",\"countdown\":\"1\""), 702, "'countdown'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"countdown\":1.5"), 702, "'countdown'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"forward\":{}"), 701, "'forward.host'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"forwards\":{}"), 702, "'forwards'"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"participant\":\"x\""), 702, "'participant'"},
	{ADMIN, LIST(",\"room\":1234,\"lang\":\"de\""), 702, "'lang'"},

	/* Admin only */
	{ADMIN, "{\"request\":\"consent_records\"}", 0, NULL},
	{ADMIN, "{\"request\":\"consent_meetings\"}", 0, NULL},
	{ADMIN, "{\"request\":\"consent_segments\"}", 0, NULL},
	{ADMIN, "{\"request\":\"consent_stats\"}", 0, NULL},
	{ANN, "{\"request\":\"consent_records\"}", 707, "'consent_records'"},
	{ANN, "{\"request\":\"consent_meetings\"}", 707, "'consent_meetings'"},
	{ANN, "{\"request\":\"consent_segments\"}", 707, "'consent_segments'"},
	{ANN, "{\"request\":\"consent_stats\"}", 707, "'consent_stats'"},
	{STRANGER, "{\"request\":\"consent_records\",\"room\":1234}", 707, "'consent_records'"},
	{ADMIN, "{\"request\":\"consent_records\",\"limit\":1001}", 702,
		"'limit' must be between 1 and 1000"},
	{ADMIN, "{\"request\":\"consent_records\",\"limit\":0}", 702, "'limit'"},
	{ADMIN, "{\"request\":\"consent_records\",\"limit\":\"1\"}", 702, "'limit'"},
	{ADMIN, "{\"request\":\"consent_records\",\"from\":\"yesterday\"}", 702, "'from'"},
	{ADMIN, "{\"request\":\"consent_records\",\"to\":1}", 702, "'to'"},
	{ADMIN, "{\"request\":\"consent_records\",\"cursor\":\"nonsense\"}", 702, "'cursor' is not one that"},
	{ADMIN, "{\"request\":\"consent_records\",\"cursor\":null}", 0, NULL},
	{ADMIN, "{\"request\":\"consent_records\",\"from\":\"2020-01-01\",\"to\":\"2020-01-02\"}", 0, NULL},
	{ADMIN, "{\"request\":\"consent_meetings\",\"from\":\"2020-01-02\",\"to\":\"2020-01-02\"}", 702,
		"'to' must be later than the field 'from'"},
	{ADMIN, "{\"request\":\"consent_records\",\"decision\":\"refused\"}", 0, NULL},
	{ADMIN, "{\"request\":\"consent_records\",\"decision\":\"undecided\"}", 702,
		"'decision' must be \"granted\""},
	{ADMIN, "{\"request\":\"consent_records\",\"cursor\":5}", 702, "'cursor'"},
	{ADMIN, "{\"request\":\"consent_records\",\"user\":\"x\"}", 702, "'user'"},
	{ADMIN, "{\"request\":\"consent_stats\",\"room\":1}", 702, "'room'"},
	{ADMIN, "{\"request\":\"consent_records\",\"purpose\":\"no such\"}", 0, NULL},
	{ADMIN, "{\"request\":\"consent_segments\",\"decision\":\"granted\"}", 702,
		"'decision' does not filter segments"},
	{ADMIN, "{\"request\":\"consent_proof\",\"index\":999999}", 712,
		"'index': there is no entry 999999 under the newest checkpoint, which covers"},
	{ADMIN, ERASE(",\"participant\":\"x\""), 712, "'participant': the ledger knows"},
	{ADMIN, ERASE(",\"segment\":\"x\""), 712, "'segment': there is no segment of that id"},
	{ADMIN, ERASE(""), 701, "'participant' is missing, or the field 'segment': add one"},
	{ADMIN, ERASE(",\"participant\":\"x\",\"segment\":\"x\""), 702, "leave one out"},
	{ADMIN, START(",\"room\":1234," RECORD ",\"forward\":{\"host\":\"127.0.0.1\",\"port\":5000}"), 702,
		"'purpose' cannot be 'record'"},
	{ADMIN,
		START(",\"room\":1234,\"purpose\":\"telemetry\",\"forward\":{\"host\":\"127.0.0.1\",\"port\":"
		      "5000}"),
		702, "'purpose' cannot be 'telemetry' where media are forwarded"},

	/* Without a name */
	{ANN, "{}", 701, "'request' is missing: add"},
	{ANN, "{\"request\":5}", 702, "'request' must be a string"},
};

START_TEST(a_request_is_judged)
{
	json_t *answer = ask(cases[_i].asks, cases[_i].json);
	const char *sentence = text_of(answer, "error");
	ck_assert_msg(integer_of(answer, "error_code") == cases[_i].code, "%s: %s", cases[_i].json,
		sentence ? sentence : "good");
	if (cases[_i].naming)
		ck_assert_msg(strstr(sentence, cases[_i].naming) != NULL, "%s: %s", cases[_i].json, sentence);
	if (cases[_i].code) {
		ck_assert_uint_eq(peer_count(ann, "{}"), 0);
		ck_assert_uint_eq(peer_count(bob, "{}"), 0);
		ck_assert_ptr_null(strstr(sentence, SECRET));
	}
	json_decref(answer);
}
END_TEST

START_TEST(a_list_says_everything)
{
	json_decref(ask(ADMIN, START(",\"room\":1234," RECORD)));
	json_t *list = ask(ADMIN, LIST(",\"room\":1234"));
	ck_assert_str_eq(text_of(list, "consent"), "list");
	assert_members(list, (const char *const[]){"meeting", "room", "activities", "participants", NULL});
	ck_assert_uint_eq(json_array_size(json_object_get(list, "activities")), 1);
	json_t *one = json_array_get(json_object_get(list, "participants"), 0);
	ck_assert_str_eq(text_of(one, "id"), ann->id);
	ck_assert_ptr_null(json_object_get(one, "you"));
	json_decref(list);
}
END_TEST

START_TEST(stats_count)
{
	json_t *stats = ask(ADMIN, "{\"request\":\"consent_stats\"}");
	ck_assert_str_eq(text_of(stats, "consent"), "stats");
	ck_assert_int_eq(integer_of(stats, "meetings"), 2);
	ck_assert(json_is_true(json_object_get(json_object_get(stats, "ledger"), "healthy")));
	assert_members(json_object_get(stats, "capture"),
		(const char *const[]){
			"healthy", "packets", "bytes", "lost", "segments", "open", "lag_ms", "rings", NULL});
	json_decref(stats);
}
END_TEST

/* Pages of two over five decisions. */
START_TEST(records_come_in_pages)
{
	json_t *cursor = NULL;
	unsigned count = 0, pages = 0;
	for (unsigned i = 0; i < 5; i++)
		ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, i % 2 ? "granted" : "refused"), 0);
	ck_assert_int_eq(peer_decide(bob, "record", MEDIUM_AUDIO, "granted"), 0);
	do {
		json_t *message =
			json_pack("{s:s, s:i, s:i}", "request", "consent_records", "room", ROOM, "limit", 2);
		if (cursor)
			json_object_set_new(message, "cursor", cursor);
		json_t *page = signalling_answer(&w.signalling, &(caller){.admin = true}, message);
		ck_assert_str_eq(text_of(page, "consent"), "records");
		count += entry_count(json_object_get(page, "records"),
			json_pack("{s:s, s:i, s:s, s:s}", "participant", ann->id, "room", ROOM, "purpose",
				"record", "display", "Ann"));
		cursor = json_incref(json_object_get(page, "cursor"));
		ck_assert(json_is_null(cursor) || json_is_string(cursor));
		json_decref(page);
		json_decref(message);
		pages++;
	} while (!json_is_null(cursor));
	ck_assert_uint_eq(count, 5);
	ck_assert_uint_ge(pages, 3);
	json_decref(cursor);
}
END_TEST

START_TEST(meetings_and_segments_are_listed)
{
	json_decref(ask(ADMIN, START(",\"room\":1234," RECORD)));
	peer_audio(ann);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_withdraw(ann), 0);
	json_t *meetings_page = ask(ADMIN, "{\"request\":\"consent_meetings\",\"room\":1234}");
	json_t *one = json_array_get(json_object_get(meetings_page, "meetings"), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(meetings_page, "meetings")), 1);
	assert_members(one,
		(const char *const[]){
			"meeting", "room", "began", "ended", "participants", "activities", NULL});
	json_t *segments = ask(ADMIN, "{\"request\":\"consent_segments\",\"participant\":\"nobody\"}");
	ck_assert_uint_eq(json_array_size(json_object_get(segments, "segments")), 0);
	json_decref(segments);
	json_decref(meetings_page);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("requests_host");
	TCase *tests = tcase_create("host");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, a_request_is_judged, 0, G_N_ELEMENTS(cases));
	tcase_add_test(tests, a_list_says_everything);
	tcase_add_test(tests, stats_count);
	tcase_add_test(tests, records_come_in_pages);
	tcase_add_test(tests, meetings_and_segments_are_listed);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
