/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has which key, and what needs none: binding, time, other gateways, erasure. */
#include "signers_help.h"
#include "suite.h"

#include "ledger/signers.h"
#include "proofs/jwk.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Binding */

static void write_bind(person *whose, const char *formerly, char *proof)
{
	json_t *body = person_bind_body(&ann);
	json_object_set_new(body, "formerly", formerly ? json_string(formerly) : json_null());
	signed_append(signers_ledger, "bind", body, person_bind_personal(whose, proof));
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
	signed_append(signers_ledger, "decision", person_body(&carl, "decide", "record", "granted"), NULL);
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
	signed_append(signers_ledger, "decision", body, person_personal(proof));
	write_decision("expire", "train", "expired", NULL);
	expect(_i ? NULL : "time is said to have decided");
	if (_i == 0)
		return;
	write_decision("expire", "train", "expired", NULL);
	expect("time is said to have decided");
}
END_TEST

/* Another gateway */

/* What Ann signed there, as other-ann in another meeting, is taken over here. */
static void write_carry_into(const char *meeting, const char *decision, const char *from, char *proof)
{
	json_t *body = person_body(&ann, "decide", "train", decision);
	json_object_del(body, "how");
	json_object_set_new(body, "meeting", json_string(meeting));
	json_object_set_new(
		body, "from", json_pack("{s:s, s:i, s:s}", "log", "other", "index", 7, "participant", from));
	signed_append(signers_ledger, "carry", body, proof ? person_personal(proof) : NULL);
	g_free(proof);
}

static void write_carry(const char *decision, const char *from, char *proof)
{
	write_carry_into(ann.meeting, decision, from, proof);
}

START_TEST(only_what_was_signed_is_taken_over)
{
	person there = ann, eve_there = eve;
	there.id = eve_there.id = "other-ann";
	there.meeting = eve_there.meeting = "m9";
	g_autofree char *proof = sign(&there, person_asks("train", "granted"));
	write_carry("refused", "other-ann", NULL);
	write_carry("granted", "other-ann", g_strdup(proof));
	write_carry("withdrawn", "other-ann", sign(&there, json_pack("{s:[]}", "purposes")));
	expect(NULL);
	if (_i == 0)
		write_carry("granted", "other-ann", NULL);
	else if (_i == 1)
		write_carry("granted", "other-ann", sign(&eve_there, person_asks("train", "granted")));
	else if (_i == 2)
		write_carry("granted", "other-ann", sign(&there, person_asks("record", "granted")));
	else if (_i == 3)
		write_carry("granted", "other-bob", sign(&there, person_asks("train", "granted")));
	else if (_i == 4)
		write_carry("granted", "other-ann", g_strdup(proof));
	else if (_i == 5)
		write_carry("granted", ann.id, sign(&ann, person_asks("train", "granted")));
	else
		write_carry_into("m7", "granted", "other-ann", g_strdup(proof));
	static const char *const words[] = {"key did not sign", "key did not sign",
		"not what the participant signed", "of another participant than it names",
		"has served for another entry before", "said in this meeting itself",
		"into a meeting in which the participant proved no key"};
	expect(words[_i]);
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
	ck_assert(ledger_erase(signers_ledger, "ann", "asked for", "test", 10000, NULL));
	expect(NULL);
	person_decide(&ann, signers_ledger, "train", "refused");
	expect(NULL);
	person_bind(&ann, signers_ledger);
	expect(NULL);
	write_decision("decide", "record", "granted", NULL);
	expect("did not sign this decision");
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&a_second_key_is_found,
		&a_binding_moves_only_who_signed_it, &a_thumbprint_binds_too, &who_has_no_key_signed_nothing,
		&one_decision_can_be_checked_alone, &who_was_erased_is_not_accused};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, a_binding_that_nobody_signed_is_found, 0, 4);
	tcase_add_loop_test(tc, a_grant_may_run_out, 0, 2);
	tcase_add_loop_test(tc, only_what_was_signed_is_taken_over, 0, 7);
}

int main(void)
{
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	Suite *suite = suite_create("signers_keys");
	TCase *tc = tcase_create("signers_keys");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, signers_setup, signers_teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
