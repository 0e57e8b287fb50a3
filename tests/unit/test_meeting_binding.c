/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles that prove the key of somebody who has decided already: what closes does so at once, and what is
 * erased is so of whom they were before, too. */
#include "ledger/reader.h"
#include "meeting_evidence.h"
#include "meeting_holder.h"
#include "meeting/private.h"
#include "proofs/jwk.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

/* Longer than a test may take: what does not come stays away. */
#define PATIENCE_MS 120000

static world w;
static holder ann, phone; /* one person; the phone's key is not known yet */

static void setup(void)
{
	world_init(&w);
	world_close(&w);
	w.settings->plain_files = false;
	w.settings->signing_key = g_build_filename(w.folder, "ledger-key", NULL);
	w.settings->ledger_timeout_ms = PATIENCE_MS;
	world_open(&w);
	holder_join(&ann, &w, "Ann", NULL);
	holder_bind(&ann);
	holder_join(&phone, &w, "Phone", &ann);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
}

static void teardown(void)
{
	holder_clear(&ann);
	holder_clear(&phone);
	world_verify(&w);
	world_clear(&w);
}

static void phone_agrees(void)
{
	ck_assert_int_eq(peer_decide(phone.peer, "record", MEDIUM_AUDIO, "granted"), 0);
	holder_await(&phone, true);
}

/* ---- At once ---- */

/* Lets the ledger go on when the phone was told that its capture has ended. */
static gpointer unlock_when_closed(gpointer user)
{
	sqlite3 *lock = user;
	json_t *event = holder_await(&phone, false);
	bool bound = strcmp(text_of(event, "reason"), "bound to a key") == 0;

	ck_assert_int_eq(sqlite3_exec(lock, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	return GINT_TO_POINTER(bound);
}

static sqlite3 *lock_ledger(void)
{
	sqlite3 *lock;

	ck_assert_int_eq(sqlite3_open(w.settings->store, &lock), SQLITE_OK);
	sqlite3_busy_timeout(lock, PATIENCE_MS);
	ck_assert_int_eq(sqlite3_exec(lock, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	return lock;
}

START_TEST(what_a_key_refused_closes_before_its_proof_is_recorded)
{
	holder_decide(&ann, "refused");
	phone_agrees();
	sqlite3 *lock = lock_ledger();
	GThread *told = g_thread_new("told", unlock_when_closed, lock);

	holder_bind(&phone);
	ck_assert(GPOINTER_TO_INT(g_thread_join(told)));
	ck_assert_str_eq(phone.id, ann.id);
	holder_expect(&phone, "refused");
	sqlite3_close(lock);
}
END_TEST

/* ---- Whom they were ---- */

static bool has_grant_key(const char *participant)
{
	g_autofree char *name = g_strdup_printf("grant-key/%s/record/audio", participant), *value = NULL;
	g_autoptr(ledger_reader) r = ledger_reader_open(w.settings->store, NULL);

	ck_assert(r && ledger_value(r, name, &value, NULL));
	return value != NULL;
}

static void captured_and_bound(void)
{
	phone_agrees();
	holder_speak(&phone);
	world_await_written(&w, 5);
	holder_bind(&phone);
	world_await_segments(&w, "closed", 1);
}

/* The file stays where it is; the key is gone all the same. When the disk is well again the file goes, too.
 */
START_TEST(the_keys_of_whom_they_were_go_with_the_withdrawal)
{
	g_autofree char *former = g_strdup(phone.id);
	g_autofree char *room = g_build_filename(w.settings->recordings, "1234", NULL);
	g_autofree char *away = g_build_filename(w.folder, "away", NULL);

	captured_and_bound();
	ck_assert(has_grant_key(former));
	ck_assert_int_eq(g_rename(room, away), 0);
	ck_assert(g_file_set_contents(room, "", 0, NULL)); /* a file where the folder was */
	holder_withdraw_all(&phone);
	ck_assert(!has_grant_key(former));
	ck_assert_uint_eq(world_segments(&w, "erased"), 0);
	ck_assert_int_eq(g_unlink(room), 0);
	ck_assert_int_eq(g_rename(away, room), 0);
	world_await_segments(&w, "erased", 1);
	json_t *segments = world_entries(&w, "segment");
	json_t *erased = entry_find(segments, json_pack("{s:s}", "state", "erased"));
	ck_assert_str_eq(text_of(erased, "by"), "participant");
	json_decref(erased);
	json_decref(segments);
}
END_TEST

static unsigned erasures_of(const char *participant)
{
	json_t *entries = world_entries(&w, "erase");
	unsigned count = entry_count(entries, json_pack("{s:s}", "participant", participant));

	json_decref(entries);
	return count;
}

/* They are present, as the participant of the key: of whom nothing is left, either. */
START_TEST(whom_they_were_is_erased_with_who_they_are)
{
	g_autofree char *former = g_strdup(phone.id);

	captured_and_bound();
	holder_decide(&ann, "granted");
	holder_await(&ann, true);
	json_t *answer = world_ask_admin(&w, "{s:s, s:s, s:s}", "request", "consent_erase", "participant",
		former, "reason", "asked for");
	ck_assert_int_eq(json_integer_value(json_object_get(answer, "erased")),
		(json_int_t)world_segments(&w, "opened"));
	json_decref(answer);
	holder_expect(&ann, "undecided");
	holder_expect(&phone, "undecided");
	ck_assert(!has_grant_key(former) && !has_grant_key(ann.id));
	ck_assert_uint_eq(erasures_of(former), 1);
	ck_assert_uint_eq(erasures_of(ann.id), 1);
}
END_TEST

/* Nor does the next start finish what nobody began. */
START_TEST(what_was_withdrawn_before_concerns_nobody_who_agreed_since)
{
	holder_decide(&ann, "granted");
	holder_await(&ann, true);
	holder_withdraw_all(&ann);
	world_await_segments(&w, "erased", 1);
	captured_and_bound();
	g_clear_pointer(&ann.peer, peer_free);
	g_clear_pointer(&phone.peer, peer_free);
	world_close(&w);
	world_open(&w);
	world_close(&w);
	ck_assert_uint_eq(world_segments(&w, "erased"), 1);
}
END_TEST

/* The notice went to the handle before its key was known. */
START_TEST(what_the_handle_was_shown_the_participant_was)
{
	g_clear_pointer(&ann.peer, peer_free);
	ck_assert_int_eq(world_start(&w, ROOM, "train"), 0);
	peer_await(phone.peer, "{s:s, s:s}", "event", "notice", "purpose", "train");
	holder_bind(&phone);
	ck_assert_str_eq(phone.id, ann.id);
	json_auto_t *subject =
		json_pack("{s:[o]}", "decisions", decision_of(&w, "train", MEDIUM_AUDIO, "refused"));
	holder_decide_on(&phone, subject);
	g_clear_pointer(&phone.peer, peer_free);
	world_close(&w);
	json_auto_t *entries = world_entries(&w, "decision");
	json_t *item = json_array_get(json_object_get(json_array_get(entries, 0), "decisions"), 0);
	ck_assert(is_time(json_object_get(item, "shown")));
}
END_TEST

/* As a browser exports it. That what was signed binds this key the ledger's check must see, too. */
START_TEST(a_key_may_come_with_more_than_it_needs)
{
	json_auto_t *bare = jwk_make(signing_key_public(&phone.key)), *exported = json_deep_copy(bare);
	json_t *const keys[] = {exported, exported, bare}, *const named[] = {exported, bare, exported};

	json_object_set_new(exported, "ext", json_true());
	json_object_set_new(exported, "key_ops", json_pack("[s]", "verify"));
	for (unsigned i = 0; i < G_N_ELEMENTS(keys); i++) {
		json_auto_t *answer = holder_ask_bind_by(&phone, keys[i], named[i]);

		ck_assert_str_eq(text_of(answer, "consent"), "bound");
		ck_assert_str_eq(text_of(answer, "participant"), ann.id);
	}
}
END_TEST

static json_t *receipts_of(holder *h)
{
	json_auto_t *answer = peer_ask(h->peer, "{s:s}", "request", "consent_receipts");

	ck_assert_uint_eq(json_array_size(json_object_get(answer, "receipts")),
		json_array_size(json_object_get(answer, "proofs")));
	return json_incref(json_object_get(answer, "receipts"));
}

/* A receipt says whose it is, and where in the log it stands between the others. */
START_TEST(receipts_from_before_are_the_participants_too)
{
	holder_decide(&ann, "granted");
	phone_agrees();
	holder_decide(&ann, "refused");
	json_auto_t *before = receipts_of(&phone), *others = receipts_of(&ann);
	ck_assert_uint_eq(json_array_size(before), 1);
	ck_assert_uint_eq(json_array_size(others), 2);

	holder_bind(&phone);
	json_auto_t *all = receipts_of(&ann);
	ck_assert_uint_eq(json_array_size(all), 3);
	ck_assert(json_equal(json_array_get(all, 0), json_array_get(others, 0)));
	ck_assert(json_equal(json_array_get(all, 1), json_array_get(before, 0)));
	ck_assert(json_equal(json_array_get(all, 2), json_array_get(others, 1)));
}
END_TEST

/* What the other handle decides when the first one's withdrawal comes to be decided. */
static holder *meanwhile;

json_t *__real_decision_make(attendance *a, const decision_request *request, const char *how,
	char **ret_participant, GError **error);
json_t *__wrap_decision_make(attendance *a, const decision_request *request, const char *how,
	char **ret_participant, GError **error);

json_t *__wrap_decision_make(attendance *a, const decision_request *request, const char *how,
	char **ret_participant, GError **error)
{
	if (meanwhile && strcmp(how, "withdraw") == 0)
		holder_decide(g_steal_pointer(&meanwhile), "granted");
	return __real_decision_make(a, request, how, ret_participant, error);
}

/* Whether there was anything else to withdraw or not. */
START_TEST(all_is_what_is_granted_when_it_is_withdrawn)
{
	holder_bind(&phone);
	if (_i) {
		json_auto_t *subject =
			json_pack("{s:[o]}", "decisions", decision_of(&w, "train", MEDIUM_AUDIO, "granted"));
		holder_decide_on(&ann, subject);
	}
	meanwhile = &phone;
	holder_withdraw(&ann);
	holder_expect(&ann, "withdrawn");
	holder_expect(&phone, "withdrawn");
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&what_a_key_refused_closes_before_its_proof_is_recorded,
		&the_keys_of_whom_they_were_go_with_the_withdrawal,
		&whom_they_were_is_erased_with_who_they_are,
		&what_was_withdrawn_before_concerns_nobody_who_agreed_since,
		&what_the_handle_was_shown_the_participant_was,
		&receipts_from_before_are_the_participants_too, &a_key_may_come_with_more_than_it_needs};
	Suite *suite = suite_create("meeting_binding");
	TCase *cases = tcase_create("binding");

	tcase_add_checked_fixture(cases, setup, teardown);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(cases, *tests[i]);
	tcase_add_loop_test(cases, all_is_what_is_granted_when_it_is_withdrawn, 0, 2);
	suite_add_tcase(suite, cases);
	return run_capture_suite(suite);
}
