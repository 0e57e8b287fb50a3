/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions that somebody makes who has the store and the log's key, but not the participant's. */
#include "signers_help.h"
#include "suite.h"

#include "proofs/jws.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

START_TEST(what_people_signed_verifies)
{
	expect(NULL);
	person_decide(&ann, signers_ledger, "train", "refused");
	person_withdraw(&ann, signers_ledger, "record");
	person_decide(&ann, signers_ledger, "record", "granted");
	person_bind(&ann, signers_ledger);
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
	signed_append(signers_ledger, "decision", person_body(&ann, "decide", "train", "granted"), NULL);
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
	signed_append(signers_ledger, "decision", body, person_personal(proof));
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
	signed_append(signers_ledger, "decision", good, person_personal(proof));
	expect(NULL);
	signed_append(signers_ledger, "decision", body, person_personal(proof));
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
	person_withdraw(&ann, signers_ledger, "record");
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

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&what_people_signed_verifies,
		&without_a_signature_it_is_found, &with_another_ones_signature_it_is_found,
		&with_no_personal_data_at_all_it_is_found, &a_signed_expiry_and_language_verify,
		&one_signature_may_refuse_and_grant, &a_refusal_that_was_signed_must_not_be_left_out,
		&half_of_what_was_signed_is_found, &a_replayed_signature_is_found,
		&a_signature_without_a_nonce_is_found};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, over_something_else_it_is_found, 0, (int)G_N_ELEMENTS(others));
	tcase_add_loop_test(tc, every_detail_that_was_signed_counts, 0, (int)G_N_ELEMENTS(details));
	tcase_add_loop_test(tc, a_signature_of_another_occasion_is_found, 0, 4);
}

int main(void)
{
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	Suite *suite = suite_create("signers");
	TCase *tc = tcase_create("signers");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, signers_setup, signers_teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
