/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A participant's proof: every claim is compared, every check can fail, and a nonce serves once. */
#include "proofs/proof.h"

#include "base/error.h"
#include "proofs/jws.h"

#include "proofs_support.h"

#include <string.h>

#define NOW_MS G_GINT64_CONSTANT(1767323045678)
#define NOW_S 1767323045
#define MEETING "7d1e6e0e-0000-4000-8000-000000000001"
#define PARTICIPANT "7d1e6e0e-0000-4000-8000-000000000002"
#define DECISIONS                                                                                            \
	"[{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"aa\"}]"

#define RFC_JWS                                                                                              \
	"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."                                          \
	"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

typedef struct fixture {
	signing_key key;
	nonces issued;
	char nonce[NONCE_TEXT_SIZE];
	json_t *subject;
	proof_wanted wanted;
} fixture;

static void setup(fixture *f)
{
	uint8_t seed[SIGNING_SEED_SIZE] = {7};
	*f = (fixture){0};
	signing_key_from_seed(seed, &f->key);
	nonces_issue(&f->issued, NOW_MS, NONCE_LIFE_MS, f->nonce);
	f->subject = json_loads("{\"decisions\":" DECISIONS "}", 0, NULL);
	f->wanted = (proof_wanted){
		.public_key = signing_key_public(&f->key),
		.meeting = MEETING,
		.participant = PARTICIPANT,
		.subject = f->subject,
		.at_ms = NOW_MS,
		.window_ms = PROOF_WINDOW_MS,
		.issued = &f->issued,
	};
}

static void teardown(fixture *f)
{
	json_decref(f->subject);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(fixture, teardown)

/* What a browser would claim. */
static json_t *claims_of(const fixture *f)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:O}", "meeting", MEETING, "participant", PARTICIPANT, "nonce",
		f->nonce, "iat", NOW_S, "decisions", json_object_get(f->subject, "decisions"));
}

static char *sign(const fixture *f, const json_t *claims)
{
	const jws_header header = {JWS_EDDSA, NULL, NULL};
	return jws_make_claims(&header, claims, &f->key, NULL);
}

/* Takes `claims`. */
static proof_verdict verdict_on(fixture *f, json_t *claims)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = sign(f, claims);
	json_decref(claims);
	proof_verdict verdict = proof_check(span_of(text), &f->wanted, &error);
	ck_assert_int_eq(verdict == PROOF_GOOD, error == NULL);
	ck_assert(!error || g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_PROOF));
	return verdict;
}

static void assert_verdict(proof_verdict found, proof_verdict wanted, const char *what)
{
	ck_assert_msg(found == wanted, "%s: %s instead of %s", what, proof_verdict_name(found),
		proof_verdict_name(wanted));
}

START_TEST(good_once)
{
	g_auto(fixture) f;
	setup(&f);
	assert_verdict(verdict_on(&f, claims_of(&f)), PROOF_GOOD, "first");
	assert_verdict(verdict_on(&f, claims_of(&f)), PROOF_NONCE, "second");
}
END_TEST

/* Claims changed before they are signed; "null" takes one away. Nothing is used up by any of them. */
static const struct {
	const char *name, *value;
	proof_verdict verdict;
} changes[] = {
	{"meeting", "\"7d1e6e0e-0000-4000-8000-000000000003\"", PROOF_MEETING},
	{"meeting", "\"" MEETING "x\"", PROOF_MEETING},
	{"meeting", "\"\"", PROOF_MEETING},
	{"meeting", "1", PROOF_CLAIMS},
	{"meeting", NULL, PROOF_CLAIMS},
	{"participant", "\"7d1e6e0e-0000-4000-8000-000000000003\"", PROOF_PARTICIPANT},
	{"participant", "[]", PROOF_CLAIMS},
	{"participant", NULL, PROOF_CLAIMS},
	{"nonce", "\"AAAAAAAAAAAAAAAAAAAAAA\"", PROOF_NONCE},
	{"nonce", "\"\"", PROOF_NONCE},
	{"nonce", "7", PROOF_CLAIMS},
	{"nonce", NULL, PROOF_CLAIMS},
	{"iat", "1767322445", PROOF_TIME}, /* 600.678 s ago */
	{"iat", "1767323646", PROOF_TIME}, /* 600.322 s ahead */
	{"iat", "1767323045678", PROOF_TIME},
	{"iat", "0", PROOF_TIME},
	{"iat", "-1767323045", PROOF_TIME},
	{"iat", "1e300", PROOF_TIME},
	{"iat", "\"1767323045\"", PROOF_CLAIMS},
	{"iat", "true", PROOF_CLAIMS},
	{"iat", NULL, PROOF_CLAIMS},
	{"decisions", "[]", PROOF_SUBJECT},
	{"decisions",
		"[{\"purpose\":\"record\",\"media\":[\"audio\",\"video\"],\"decision\":\"granted\","
		"\"notice\":\"aa\"}]",
		PROOF_SUBJECT},
	{"decisions",
		"[{\"purpose\":\"train\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"aa\"}]",
		PROOF_SUBJECT},
	{"decisions",
		"[{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"refused\",\"notice\":\"aa\"}]",
		PROOF_SUBJECT},
	{"decisions",
		"[{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"bb\"}]",
		PROOF_SUBJECT},
	{"decisions",
		"[{\"purpose\":\"record\",\"media\":[\"audio\"],\"decision\":\"granted\",\"notice\":\"aa\","
		"\"more\":1}]",
		PROOF_SUBJECT},
	{"decisions", "null", PROOF_SUBJECT},
	{"decisions", NULL, PROOF_CLAIMS},
	{"purposes", "[\"record\"]", PROOF_CLAIMS}, /* one too many */
	{"exp", "1767323046", PROOF_CLAIMS},
};

START_TEST(other_claims)
{
	g_auto(fixture) f;
	setup(&f);
	json_t *claims = claims_of(&f);
	if (changes[_i].value)
		json_object_set_new(
			claims, changes[_i].name, json_loads(changes[_i].value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(claims, changes[_i].name);
	assert_verdict(verdict_on(&f, claims), changes[_i].verdict, changes[_i].name);
	assert_verdict(verdict_on(&f, claims_of(&f)), PROOF_GOOD, "afterwards");
}
END_TEST

START_TEST(times_within_the_window)
{
	static const char *const times[] = {"1767322446", "1767323645", "1767323045.678", "1767323045"};
	g_auto(fixture) f;
	setup(&f);
	json_t *claims = claims_of(&f);
	json_object_set_new(claims, "iat", json_loads(times[_i], JSON_DECODE_ANY, NULL));
	assert_verdict(verdict_on(&f, claims), PROOF_GOOD, times[_i]);
}
END_TEST

/* As many claims as wanted, but not the wanted ones. */
START_TEST(another_request)
{
	g_auto(fixture) f;
	setup(&f);
	json_t *claims = claims_of(&f);
	json_object_del(claims, "decisions");
	json_object_set_new(claims, "purposes", json_array());
	assert_verdict(verdict_on(&f, claims), PROOF_CLAIMS, "purposes");
}
END_TEST

/* A NUL in a string must not end the comparison. */
START_TEST(strings_with_a_nul)
{
	static const char *const names[] = {"meeting", "participant", "nonce"};
	static const proof_verdict verdicts[] = {PROOF_MEETING, PROOF_PARTICIPANT, PROOF_NONCE};
	g_auto(fixture) f;
	setup(&f);
	g_autofree char *claims =
		g_strdup_printf("{\"meeting\":\"" MEETING "%s\",\"participant\":\"" PARTICIPANT
				"%s\",\"nonce\":\"%s%s\",\"iat\":%d,\"decisions\":" DECISIONS "}",
			_i == 0 ? "\\u0000x" : "", _i == 1 ? "\\u0000x" : "", f.nonce,
			_i == 2 ? "\\u0000x" : "", NOW_S);
	const jws_header header = {JWS_EDDSA, NULL, NULL};
	g_autofree char *text = jws_make(&header, claims, strlen(claims), &f.key);
	proof_verdict verdict = proof_check(span_of(text), &f.wanted, NULL);
	ck_assert_msg(verdict != PROOF_GOOD && (verdict == verdicts[_i] || verdict == PROOF_FORM), "%s: %s",
		names[_i], proof_verdict_name(verdict));
}
END_TEST

START_TEST(keys_of_others)
{
	g_auto(fixture) f;
	setup(&f);
	g_auto(signing_key) other;
	signing_key_make(&other);
	json_t *claims = claims_of(&f);
	g_autofree char *text = sign(&f, claims);
	json_decref(claims);
	f.wanted.public_key = signing_key_public(&other);
	assert_verdict(proof_check(span_of(text), &f.wanted, NULL), PROOF_SIGNATURE, "another key");
	f.wanted.public_key = signing_key_public(&f.key);
	assert_verdict(proof_check(span_of(text), &f.wanted, NULL), PROOF_GOOD, "the key");
}
END_TEST

START_TEST(no_proofs)
{
	/* the last is RFC 8037's, which has no claims */
	static const char *const texts[] = {"", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", RFC_JWS};
	g_autoptr(GError) error = NULL;
	g_auto(fixture) f;
	setup(&f);
	assert_verdict(proof_check(span_of(texts[_i]), &f.wanted, &error), PROOF_FORM, texts[_i]);
	assert_error(&error, CONSENT_ERROR_PROOF, "the \"proof\" is not a compact JWS");
}
END_TEST

/* What is asked may have more than one member. */
START_TEST(several_subjects)
{
	g_auto(fixture) f;
	setup(&f);
	json_decref(f.subject);
	f.subject = json_pack("{s:[s], s:b}", "purposes", "record", "erase", 1);
	f.wanted.subject = f.subject;
	json_t *claims = json_pack("{s:s, s:s, s:s, s:i, s:[s]}", "meeting", MEETING, "participant",
		PARTICIPANT, "nonce", f.nonce, "iat", NOW_S, "purposes", "record");
	json_t *more = json_deep_copy(claims), *other = json_deep_copy(claims);
	json_object_set_new(more, "erase", json_true());
	json_object_set_new(other, "erase", json_false());
	assert_verdict(verdict_on(&f, claims), PROOF_CLAIMS, "without erase");
	assert_verdict(verdict_on(&f, other), PROOF_SUBJECT, "another erase");
	assert_verdict(verdict_on(&f, more), PROOF_GOOD, "both");
}
END_TEST

/* A proof that was kept with its entry can be checked again, years later. */
START_TEST(kept_proofs)
{
	g_auto(fixture) f;
	setup(&f);
	f.wanted.issued = NULL;
	assert_verdict(verdict_on(&f, claims_of(&f)), PROOF_GOOD, "once");
	assert_verdict(verdict_on(&f, claims_of(&f)), PROOF_GOOD, "twice");
	f.wanted.at_ms += G_GINT64_CONSTANT(86400000);
	assert_verdict(verdict_on(&f, claims_of(&f)), PROOF_TIME, "of another day");
}
END_TEST

/* Nonces */

START_TEST(nonces_serve_once)
{
	nonces n = {0};
	char text[NONCE_TEXT_SIZE];
	ck_assert_ptr_eq(nonces_issue(&n, NOW_MS, 1000, text), text);
	ck_assert_uint_eq(strlen(text), NONCE_TEXT_SIZE - 1);
	ck_assert(nonces_has(&n, text, NOW_MS));
	ck_assert(nonces_has(&n, text, NOW_MS));
	ck_assert(nonces_take(&n, text, NOW_MS));
	ck_assert(!nonces_has(&n, text, NOW_MS));
	ck_assert(!nonces_take(&n, text, NOW_MS));
}
END_TEST

START_TEST(nonces_expire)
{
	nonces n = {0};
	char text[NONCE_TEXT_SIZE];
	nonces_issue(&n, NOW_MS, 1000, text);
	ck_assert(nonces_has(&n, text, NOW_MS + 999));
	ck_assert(!nonces_has(&n, text, NOW_MS + 1000));
	ck_assert(!nonces_take(&n, text, NOW_MS + 1000));
}
END_TEST

START_TEST(nonces_never_issued)
{
	static const char *const texts[] = {"", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB",
		"AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "no nonce"};
	nonces n = {0};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		ck_assert(!nonces_take(&n, texts[i], 0) && !nonces_take(&n, texts[i], NOW_MS));
}
END_TEST

/* The last ones issued are good, older ones have given way; all differ. */
START_TEST(nonces_give_way)
{
	nonces n = {0};
	char texts[3 * NONCES_MAX][NONCE_TEXT_SIZE];
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		nonces_issue(&n, NOW_MS + i, 1000000, texts[i]);
		for (unsigned j = 0; j < i; j++)
			ck_assert_str_ne(texts[i], texts[j]);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
		ck_assert_int_eq(nonces_take(&n, texts[i], NOW_MS + 100), i >= 2 * NONCES_MAX);
}
END_TEST

START_TEST(free_places_come_first)
{
	nonces n = {0};
	char first[NONCE_TEXT_SIZE], taken[NONCE_TEXT_SIZE], text[NONCE_TEXT_SIZE];
	nonces_issue(&n, NOW_MS, 1000, first);
	for (unsigned i = 1; i < NONCES_MAX; i++)
		nonces_issue(&n, NOW_MS + 1, 1000, taken);
	ck_assert(nonces_take(&n, taken, NOW_MS + 1));
	nonces_issue(&n, NOW_MS + 2, 1000, text);
	ck_assert(nonces_has(&n, first, NOW_MS + 2));
	ck_assert(nonces_has(&n, text, NOW_MS + 2));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: participants");
	TCase *tests = tcase_create("proof");
	tcase_add_test(tests, good_once);
	tcase_add_loop_test(tests, other_claims, 0, G_N_ELEMENTS(changes));
	tcase_add_test(tests, another_request);
	tcase_add_loop_test(tests, times_within_the_window, 0, 4);
	tcase_add_loop_test(tests, strings_with_a_nul, 0, 3);
	tcase_add_test(tests, keys_of_others);
	tcase_add_loop_test(tests, no_proofs, 0, 5);
	tcase_add_test(tests, several_subjects);
	tcase_add_test(tests, kept_proofs);
	tcase_add_test(tests, nonces_serve_once);
	tcase_add_test(tests, nonces_expire);
	tcase_add_test(tests, nonces_never_issued);
	tcase_add_test(tests, nonces_give_way);
	tcase_add_test(tests, free_places_come_first);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
