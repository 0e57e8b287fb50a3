/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions that somebody makes who has the store and the log's key, but not the participant's: here the test
 * itself, which appends through the ledger, so that hashes, links and checkpoints are all as they should be.
 */
#include "signed_log.h"

#include "base/clock.h"
#include "ledger/signers.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS G_GINT64_CONSTANT(60000)

static help_place place;
static ledger *l;
static person ann, eve;

/* Ann has a key and has granted; Bob has none and has. */
static void setup(void)
{
	person bob;
	place = help_place_new();
	l = signed_log(&place);
	person_init(&ann, "ann", "m1");
	person_init(&eve, "ann", "m1"); /* says that she is Ann */
	person_init(&bob, "bob", "m1");
	person_join(&ann, l, "Ann");
	person_join(&bob, l, "Bob");
	person_bind(&ann, l);
	person_decide(&ann, l, "record", "granted");
	json_t *unsigned_body = person_body(&bob, "decide", "record", "granted");
	json_object_set_new(unsigned_body, "evidence", json_string("session"));
	signed_append(l, "decision", unsigned_body, NULL);
}

static void teardown(void)
{
	ledger_close(l);
	help_place_remove(&place);
}

static void expect(const char *word)
{
	signed_log_expect(&place, word);
}

/* A decision entry about Ann, with that proof (taken). */
static void write_decision(const char *how, const char *purpose, const char *decision, char *proof)
{
	signed_append(l, "decision", person_body(&ann, how, purpose, decision), person_personal(proof));
	g_free(proof);
}

static char *sign(person *by, json_t *subject)
{
	return person_sign(by, subject, clock_now_ms());
}

START_TEST(what_people_signed_verifies)
{
	expect(NULL);
	person_decide(&ann, l, "train", "refused");
	person_withdraw(&ann, l, "record");
	person_decide(&ann, l, "record", "granted");
	person_bind(&ann, l);
	write_decision("withdraw", "record", "withdrawn", sign(&ann, json_pack("{s:[]}", "purposes")));
	expect(NULL);
}
END_TEST

START_TEST(without_a_signature_it_is_found)
{
	write_decision("decide", "record", "granted", NULL);
	expect("did not sign this decision");
}
END_TEST

START_TEST(with_another_ones_signature_it_is_found)
{
	write_decision("decide", "record", "granted", sign(&eve, person_asks("record", "granted")));
	expect("not signed with the participant's key");
}
END_TEST

START_TEST(with_no_personal_data_at_all_it_is_found)
{
	signed_append(l, "decision", person_body(&ann, "decide", "train", "granted"), NULL);
	expect("did not sign this decision");
}
END_TEST

/* A signature over something else. */
static const struct {
	const char *how, *purpose, *decision;
} others[] = {
	{"decide", "train", "granted"},      /* another purpose than the signed one */
	{"decide", "record", "refused"},     /* another decision */
	{"withdraw", "record", "withdrawn"}, /* another kind of request */
	{"withdraw", "record", "granted"},   /* a grant in a withdrawal's clothes */
	{"expire", "train", "granted"},      /* or in those of time */
	{"expire", "train", "expired"},      /* time itself, where nothing ran out */
	{"expire", "record", "expired"},     /* a grant that never does */
	{"something new", "train", "granted"},
};

START_TEST(over_something_else_it_is_found)
{
	write_decision(others[_i].how, others[_i].purpose, others[_i].decision,
		sign(&ann, person_asks("record", "granted")));
	expect(strcmp(others[_i].how, "expire") == 0 ? "time is said to have decided"
						     : "it is not what the participant signed");
}
END_TEST

/* What else the entry says of what was signed. */
static const struct {
	const char *member, *value; /* JSON */
} details[] = {
	{"notice", "\"cd\""},
	{"medium", "\"video\""},
	{"expires", "\"2030-01-01T00:00:00.000Z\""},
};

START_TEST(every_detail_that_was_signed_counts)
{
	json_t *asked = person_asks("record", "granted");
	json_object_set_new(asked, "expires", json_string("2029-01-01T00:00:00Z"));
	json_object_set_new(asked, "lang", json_string("de"));
	g_autofree char *proof = sign(&ann, asked);
	json_t *body = person_body(&ann, "decide", "record", "granted");
	json_t *item = json_array_get(json_object_get(body, "decisions"), 0);
	json_object_set_new(body, "lang", json_string("de"));
	json_object_set_new(item, "expires", json_string("2029-01-01T00:00:00.000Z"));
	json_object_set_new(item, details[_i].member, json_loads(details[_i].value, JSON_DECODE_ANY, NULL));
	signed_append(l, "decision", body, person_personal(proof));
	expect("it is not what the participant signed");
}
END_TEST

START_TEST(a_signed_expiry_and_language_verify)
{
	gint64 soon = clock_now_ms() + 1000;
	char text[CLOCK_TEXT_SIZE];
	json_t *asked = person_asks("record", "granted");
	json_object_set_new(asked, "expires", json_string(clock_format(soon, text)));
	json_object_set_new(asked, "lang", json_string("de"));
	g_autofree char *proof = sign(&ann, asked);
	json_t *body = person_body(&ann, "decide", "record", "granted");
	json_object_set_new(body, "lang", json_string("en"));
	json_object_set_new(
		json_array_get(json_object_get(body, "decisions"), 0), "expires", json_string(text));
	json_t *good = json_deep_copy(body);
	json_object_set_new(good, "lang", json_string("de"));
	signed_append(l, "decision", good, person_personal(proof));
	expect(NULL);
	signed_append(l, "decision", body, person_personal(proof));
	expect("it is not what the participant signed");
}
END_TEST

/* Ann refuses one thing and grants another with one signature: two entries. */
static char *sign_both(void)
{
	json_t *asked = person_asks("train", "refused");
	json_auto_t *more = person_asks("record", "granted");
	json_array_extend(json_object_get(asked, "decisions"), json_object_get(more, "decisions"));
	return sign(&ann, asked);
}

START_TEST(one_signature_may_refuse_and_grant)
{
	g_autofree char *proof = sign_both();
	write_decision("decide", "train", "refused", g_strdup(proof));
	write_decision("decide", "record", "granted", g_strdup(proof));
	expect(NULL);
	write_decision("decide", "record", "granted", g_strdup(proof));
	expect("has served for another entry before");
}
END_TEST

START_TEST(a_refusal_that_was_signed_must_not_be_left_out)
{
	write_decision("decide", "record", "granted", sign_both());
	expect("the participant refused something with the same signature, which is missing");
}
END_TEST

START_TEST(half_of_what_was_signed_is_found)
{
	json_t *asked = person_asks("train", "refused");
	json_t *media = json_object_get(json_array_get(json_object_get(asked, "decisions"), 0), "media");
	json_array_append_new(media, json_string("video"));
	write_decision("decide", "train", "refused", sign(&ann, asked));
	expect("the participant signed more than it says");
}
END_TEST

/* An old signature makes a withdrawn grant no good again. */
START_TEST(a_replayed_signature_is_found)
{
	g_autofree char *proof = sign(&ann, person_asks("record", "granted"));
	write_decision("decide", "record", "granted", g_strdup(proof));
	person_withdraw(&ann, l, "record");
	expect(NULL);
	write_decision("decide", "record", "granted", g_strdup(proof));
	expect("has served for another entry before");
}
END_TEST

START_TEST(a_signature_of_another_occasion_is_found)
{
	person elsewhere = ann;
	if (_i == 0)
		elsewhere.meeting = "m2";
	if (_i == 1)
		elsewhere.id = "bob";
	gint64 at = clock_now_ms() - (_i == 2 ? 12 * MINUTE_MS : 0) + (_i == 3 ? 12 * MINUTE_MS : 0);
	char *proof = person_sign(&elsewhere, person_asks("record", "granted"), at);
	write_decision("decide", "record", "granted", proof);
	expect(_i < 2 ? "of another meeting or participant" : "of another time");
}
END_TEST

START_TEST(a_signature_without_a_nonce_is_found)
{
	json_t *claims = json_pack("{s:s, s:s, s:I}", "meeting", "m1", "participant", "ann", "iat",
		(json_int_t)(clock_now_ms() / 1000));
	json_auto_t *asked = person_asks("record", "granted");
	json_object_update(claims, asked);
	write_decision("decide", "record", "granted",
		jws_make_claims(&(jws_header){.algorithm = JWS_EDDSA}, claims, &ann.key, NULL));
	json_decref(claims);
	expect("has no nonce");
}
END_TEST

/* Binding */

static void write_bind(person *whose, const char *formerly, char *proof)
{
	json_t *body = person_bind_body(&ann);
	json_object_set_new(body, "formerly", formerly ? json_string(formerly) : json_null());
	signed_append(l, "bind", body, person_bind_personal(whose, proof));
	g_free(proof);
}

static json_t *binding(const person *p)
{
	return json_pack("{s:o}", "bind", jwk_make(signing_key_public(&p->key)));
}

START_TEST(a_second_key_is_found)
{
	write_bind(&eve, NULL, sign(&eve, binding(&eve)));
	expect("it binds another key than the participant's");
}
END_TEST

/* Somebody's key is public: it cannot be bound for them. */
START_TEST(a_binding_that_nobody_signed_is_found)
{
	char *const proofs[] = {NULL, sign(&eve, binding(&ann)), sign(&ann, binding(&eve)),
		sign(&ann, person_asks("record", "granted"))};
	static const char *const words[] = {"nobody signed that it is their key",
		"it is not signed with the key that it binds", "what was signed does not bind this key",
		"what was signed does not bind this key"};
	write_bind(&ann, NULL, proofs[_i]);
	expect(words[_i]);
	for (int i = 0; i < 4; i++)
		if (i != _i)
			g_free(proofs[i]);
}
END_TEST

START_TEST(a_binding_moves_only_who_signed_it)
{
	person handle = ann;
	handle.id = "handle";
	write_bind(&ann, "handle", sign(&handle, binding(&ann)));
	expect(NULL);
	write_bind(&ann, "bob", sign(&handle, binding(&ann)));
	expect("of another meeting or participant");
}
END_TEST

START_TEST(a_thumbprint_binds_too)
{
	char thumbprint[JWK_THUMBPRINT_SIZE];
	jwk_thumbprint(signing_key_public(&ann.key), thumbprint);
	write_bind(&ann, NULL, sign(&ann, json_pack("{s:s}", "bind", thumbprint)));
	expect(NULL);
}
END_TEST

START_TEST(who_has_no_key_signed_nothing)
{
	person carl;
	person_init(&carl, "carl", "m1");
	signed_append(l, "decision", person_body(&carl, "decide", "record", "granted"), NULL);
	expect("who has bound no key");
}
END_TEST

/* Time */

START_TEST(a_grant_may_run_out)
{
	char text[CLOCK_TEXT_SIZE];
	json_t *asked = person_asks("train", "granted");
	json_object_set_new(
		asked, "expires", json_string(clock_format(clock_now_ms() - _i * MINUTE_MS + 30000, text)));
	g_autofree char *proof = sign(&ann, asked);
	json_t *body = person_body(&ann, "decide", "train", "granted");
	json_object_set_new(
		json_array_get(json_object_get(body, "decisions"), 0), "expires", json_string(text));
	signed_append(l, "decision", body, person_personal(proof));
	write_decision("expire", "train", "expired", NULL);
	expect(_i ? NULL : "time is said to have decided");
	if (_i == 0)
		return;
	write_decision("expire", "train", "expired", NULL);
	expect("time is said to have decided");
}
END_TEST

/* One alone, as another gateway sees it. */
START_TEST(one_decision_can_be_checked_alone)
{
	const uint8_t *key = signing_key_public(&ann.key);
	char now[CLOCK_TEXT_SIZE];
	g_autofree char *proof = sign(&ann, person_asks("record", "granted"));
	json_auto_t *body = person_body(&ann, "decide", "record", "granted");
	json_auto_t *personal = person_personal(proof);
	ck_assert_str_eq(signers_signed_by(key, body, personal), "it has no time");
	json_object_set_new(body, "at", json_string(clock_format(clock_now_ms(), now)));
	ck_assert_ptr_null(signers_signed_by(key, body, personal));
	ck_assert_ptr_nonnull(signers_signed_by(signing_key_public(&eve.key), body, personal));
	ck_assert_ptr_nonnull(signers_signed_by(key, body, NULL));
	json_object_set_new(body, "participant", json_string("bob"));
	ck_assert_ptr_nonnull(signers_signed_by(key, body, personal));
}
END_TEST

/* Nothing is left to check it by, and nothing is made up. */
START_TEST(who_was_erased_is_not_accused)
{
	ck_assert(ledger_erase(l, "ann", "asked for", "test", 10000, NULL));
	expect(NULL);
	person_decide(&ann, l, "train", "refused");
	expect(NULL);
	person_bind(&ann, l);
	expect(NULL);
	write_decision("decide", "record", "granted", NULL);
	expect("did not sign this decision");
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&what_people_signed_verifies,
		&without_a_signature_it_is_found, &with_another_ones_signature_it_is_found,
		&with_no_personal_data_at_all_it_is_found, &a_signed_expiry_and_language_verify,
		&one_signature_may_refuse_and_grant, &a_refusal_that_was_signed_must_not_be_left_out,
		&half_of_what_was_signed_is_found, &a_replayed_signature_is_found,
		&a_signature_without_a_nonce_is_found, &a_second_key_is_found,
		&a_binding_moves_only_who_signed_it, &a_thumbprint_binds_too, &who_has_no_key_signed_nothing,
		&one_decision_can_be_checked_alone, &who_was_erased_is_not_accused};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, over_something_else_it_is_found, 0, (int)G_N_ELEMENTS(others));
	tcase_add_loop_test(tc, every_detail_that_was_signed_counts, 0, (int)G_N_ELEMENTS(details));
	tcase_add_loop_test(tc, a_signature_of_another_occasion_is_found, 0, 4);
	tcase_add_loop_test(tc, a_binding_that_nobody_signed_is_found, 0, 4);
	tcase_add_loop_test(tc, a_grant_may_run_out, 0, 2);
}

int main(void)
{
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	Suite *suite = suite_create("signers");
	TCase *tc = tcase_create("forged");
	tcase_add_checked_fixture(tc, setup, teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
