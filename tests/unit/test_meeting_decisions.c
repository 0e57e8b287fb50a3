/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions: what participants are told, and what the ledger keeps of them. */
#include "meeting_evidence.h"
#include "suite.h"

#include "base/clock.h"

static world w;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

/* ---- Decisions ---- */

START_TEST(a_decision_is_told_to_all)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann"), *bob = peer_join(&w, ROOM, 12, "Bob");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_VIDEO, "refused"), 0);
	peer *both[] = {ann, bob};
	for (unsigned i = 0; i < 2; i++) {
		peer_await(both[i], "{s:s}", "event", "decision");
		json_t *event = peer_await(both[i], "{s:s, s:s, s:i, s:s, s:s, s:s, s:{s:s, s:s}}", "event",
			"decision", "participant", ann->id, "feed", 11, "display", "Ann", "purpose", "record",
			"how", "decide", "decisions", "audio", "granted", "video", "refused");
		ck_assert_int_eq(integer_of(event, "room"), ROOM);
	}
	peer_free(ann);
	peer_free(bob);
}
END_TEST

START_TEST(a_decision_is_kept_with_what_it_was_made_on)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	json_t *answer = peer_ask(ann, "{s:s, s:[o, o], s:s, s:s}", "request", "consent_decide", "decisions",
		decision_of(&w, "record", MEDIUM_AUDIO, "granted"),
		decision_of(&w, "train", MEDIUM_AUDIO | MEDIUM_VIDEO, "refused"), "expires",
		"2100-01-02T03:04:05Z", "lang", "de");
	ck_assert_str_eq(text_of(answer, "consent"), "decided");
	int version = (int)notices_find(meetings_notices(w.all), "record")->version;
	json_decref(answer);
	peer_free(ann);
	world_close(&w);

	json_t *entries = world_entries(&w, "decision"), *entry, *items = json_array();
	size_t i;
	json_array_foreach (entries, i, entry) {
		ck_assert(entry_fits(entry,
			json_pack("{s:i, s:s, s:s, s:s, s:s}", "feed", 11, "how", "decide", "evidence",
				"session", "lang", "de", "display", "Ann")));
		json_array_extend(items, json_object_get(entry, "decisions"));
	}
	ck_assert_uint_eq(json_array_size(items), 3);
	json_t *granted = entry_find(items,
		json_pack("{s:s, s:s, s:s, s:s, s:i}", "purpose", "record", "medium", "audio", "decision",
			"granted", "expires", "2100-01-02T03:04:05.000Z", "version", version));
	ck_assert_ptr_nonnull(granted);
	ck_assert(is_time(json_object_get(granted, "shown")));
	json_t *refused = entry_find(items,
		json_pack("{s:s, s:s, s:s}", "purpose", "train", "medium", "video", "decision", "refused"));
	ck_assert_ptr_nonnull(refused);
	ck_assert(json_is_null(json_object_get(refused, "expires")));
	ck_assert(json_is_null(json_object_get(refused, "shown")));
	json_decref(granted);
	json_decref(refused);
	json_decref(items);
	json_decref(entries);
}
END_TEST

/* Who does not say in which language they read it read what the gateway has shown. */
START_TEST(a_decision_is_kept_with_the_language_of_what_was_shown)
{
	static const char *const langs[] = {"de-AT, en;q=0.5", "tlh"}, *const shown[] = {"de", "en"};

	for (unsigned i = 0; i < G_N_ELEMENTS(langs); i++) {
		peer *ann = peer_join(&w, ROOM, 11 + (json_int_t)i, "Ann");
		json_decref(peer_ask(ann, "{s:s, s:s}", "request", "consent_info", "lang", langs[i]));
		ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
		peer_free(ann);
	}
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	ck_assert_uint_eq(json_array_size(entries), 2);
	for (unsigned i = 0; i < G_N_ELEMENTS(langs); i++)
		ck_assert_str_eq(text_of(json_array_get(entries, i), "lang"), shown[i]);
	json_decref(entries);
}
END_TEST

START_TEST(withdrawing_all_withdraws_what_was_granted)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_decide(ann, "train", MEDIUM_AUDIO, "refused"), 0);
	json_t *answer = peer_ask(ann, "{s:s}", "request", "consent_withdraw");
	json_t *decisions = json_object_get(answer, "decisions");
	ck_assert_uint_eq(entry_count(decisions, json_pack("{s:s}", "decision", "withdrawn")), 1);
	ck_assert_uint_eq(entry_count(decisions, json_pack("{s:s}", "decision", "refused")), 1);
	json_decref(answer);
	peer_await(ann, "{s:s, s:s}", "event", "decision", "how", "withdraw");
	peer_free(ann);
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	json_t *last = json_object_get(json_array_get(entries, 2), "decisions");
	ck_assert_uint_eq(json_array_size(last), 1);
	ck_assert_uint_eq(entry_count(last,
				  json_pack("{s:s, s:s, s:s}", "purpose", "record", "medium", "audio",
					  "decision", "withdrawn")),
		1);
	json_decref(entries);
}
END_TEST

START_TEST(withdrawing_nothing_is_no_entry)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(peer_withdraw(ann), 0);
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	ck_assert_int_eq(peer_withdraw(ann), 0);
	ck_assert_int_eq(peer_withdraw(ann), 0);
	ck_assert_uint_eq(peer_count(ann, "{s:s, s:s}", "event", "decision", "how", "withdraw"), 1);
	peer_free(ann);
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	ck_assert_uint_eq(json_array_size(entries), 2);
	json_decref(entries);
}
END_TEST

START_TEST(what_is_named_is_withdrawn_whatever_it_was)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	json_t *answer = peer_ask(ann, "{s:s, s:[s], s:[s]}", "request", "consent_withdraw", "purposes",
		"record", "media", "video");
	json_t *decisions = json_object_get(answer, "decisions");
	ck_assert_uint_eq(entry_count(decisions, json_pack("{s:s}", "decision", "withdrawn")), 1);
	ck_assert_uint_eq(entry_count(decisions,
				  json_pack("{s:s, s:s, s:s}", "purpose", "record", "medium", "video",
					  "decision", "withdrawn")),
		1);
	json_decref(answer);
	peer_free(ann);
}
END_TEST

START_TEST(a_grant_expires)
{
	char soon[CLOCK_TEXT_SIZE];
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	clock_format(clock_now_ms() + 200, soon);
	ck_assert_int_eq(
		code_of(peer_ask(ann, "{s:s, s:[o], s:s}", "request", "consent_decide", "decisions",
			decision_of(&w, "record", MEDIUM_AUDIO | MEDIUM_VIDEO, "granted"), "expires", soon)),
		0);
	peer_await(ann, "{s:s, s:s}", "event", "decision", "how", "decide");
	peer_await(ann, "{s:s, s:s, s:{s:s, s:s}}", "event", "decision", "how", "expire", "decisions",
		"audio", "expired", "video", "expired");
	json_t *info = peer_ask(ann, "{s:s}", "request", "consent_info");
	ck_assert_uint_eq(entry_count(json_object_get(info, "decisions"),
				  json_pack("{s:s, s:n}", "decision", "expired", "expires")),
		2);
	json_decref(info);
	peer_free(ann);
	world_close(&w);
	json_t *entries = world_entries(&w, "decision");
	ck_assert_uint_ge(entry_count(entries, json_pack("{s:s}", "how", "expire")), 1);
	json_decref(entries);
}
END_TEST

/* Not a millisecond before its entry. */
START_TEST(a_grant_is_in_force_since_its_entry)
{
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	ck_assert_int_eq(peer_decide(ann, "record", MEDIUM_AUDIO, "granted"), 0);
	json_t *info = peer_ask(ann, "{s:s}", "request", "consent_info");
	json_t *granted =
		entry_find(json_object_get(info, "decisions"), json_pack("{s:s}", "decision", "granted"));
	json_t *entries = world_entries(&w, "decision");
	ck_assert_str_eq(text_of(granted, "since"), text_of(json_array_get(entries, 0), "at"));
	json_decref(entries);
	json_decref(granted);
	json_decref(info);
	peer_free(ann);
}
END_TEST

static char *decide_signed(peer *p)
{
	json_t *answer = peer_ask(p, "{s:s, s:[o]}", "request", "consent_decide", "decisions",
		decision_of(&w, "record", MEDIUM_AUDIO, "granted"));
	char *receipt = g_strdup(text_of(answer, "receipt"));

	ck_assert_ptr_nonnull(receipt);
	json_decref(answer);
	return receipt;
}

START_TEST(the_newest_receipts_are_kept)
{
	enum { KEPT = 64, MORE = 3 };
	char *given[KEPT + MORE];
	world_close(&w);
	w.settings->signing_key = g_build_filename(w.folder, "ledger-key", NULL);
	world_open(&w);
	peer *ann = peer_join(&w, ROOM, 11, "Ann");
	for (unsigned i = 0; i < KEPT + MORE; i++)
		given[i] = decide_signed(ann);
	json_t *answer = peer_ask(ann, "{s:s}", "request", "consent_receipts"), *receipt;
	json_t *receipts = json_object_get(answer, "receipts");
	size_t n;
	ck_assert_uint_eq(json_array_size(receipts), KEPT);
	ck_assert_uint_eq(json_array_size(json_object_get(answer, "proofs")), KEPT);
	json_array_foreach (receipts, n, receipt)
		ck_assert_str_eq(json_string_value(receipt), given[MORE + n]);
	for (unsigned i = 0; i < KEPT + MORE; i++)
		g_free(given[i]);
	json_decref(answer);
	peer_free(ann);
}
END_TEST

static void add_decisions(TCase *tests)
{
	tcase_add_test(tests, a_decision_is_told_to_all);
	tcase_add_test(tests, a_decision_is_kept_with_what_it_was_made_on);
	tcase_add_test(tests, a_decision_is_kept_with_the_language_of_what_was_shown);
	tcase_add_test(tests, withdrawing_all_withdraws_what_was_granted);
	tcase_add_test(tests, withdrawing_nothing_is_no_entry);
	tcase_add_test(tests, what_is_named_is_withdrawn_whatever_it_was);
	tcase_add_test(tests, a_grant_is_in_force_since_its_entry);
	tcase_add_test(tests, a_grant_expires);
	tcase_add_test(tests, the_newest_receipts_are_kept);
}

int main(void)
{
	Suite *suite = suite_create("meeting_decisions");

	add_decisions(suite_case(suite, "decisions", setup, teardown));
	return run_capture_suite(suite);
}
