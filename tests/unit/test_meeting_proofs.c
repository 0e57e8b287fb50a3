/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nonces, as a participant meets them: a proof with one that will not do is 706, and nothing has changed. */
#include "meeting_evidence.h"

#include "base/clock.h"
#include "meeting/private.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <sodium.h>
#include <stdlib.h>

#define REFUSED 706

static world w;
static peer *ann;
static signing_key key;

static char *ask_nonce(void)
{
	json_t *info = peer_ask(ann, "{s:s}", "request", "consent_info");
	char *nonce = g_strdup(text_of(info, "nonce"));

	json_decref(info);
	return nonce;
}

/* A proof by Ann over the member, with that nonce (g_free). Takes the value. */
static char *prove(const char *nonce, const char *member, json_t *value)
{
	json_auto_t *claims =
		json_pack("{s:s, s:s, s:s, s:I, s:o}", "meeting", ann->attendance->meeting_id, "participant",
			ann->id, "nonce", nonce, "iat", (json_int_t)(clock_now_ms() / 1000), member, value);

	return jws_make_claims(&(jws_header){.algorithm = JWS_EDDSA}, claims, &key, NULL);
}

static int decide(const char *nonce)
{
	json_t *decisions = json_pack("[o]", decision_of(&w, "record", MEDIUM_AUDIO, "granted"));
	g_autofree char *proof = prove(nonce, "decisions", json_incref(decisions));

	return code_of(peer_ask(
		ann, "{s:s, s:o, s:s}", "request", "consent_decide", "decisions", decisions, "proof", proof));
}

static void setup(void)
{
	world_init(&w);
	ck_assert(sodium_init() >= 0);
	signing_key_make(&key);
	ann = peer_join(&w, ROOM, 11, "Ann");
	g_autofree char *nonce = ask_nonce();
	json_t *jwk = jwk_make(signing_key_public(&key));
	g_autofree char *proof = prove(nonce, "bind", json_incref(jwk));
	ck_assert_int_eq(code_of(peer_ask(ann, "{s:s, s:o, s:s}", "request", "consent_bind", "key", jwk,
				 "proof", proof)),
		0);
}

static void teardown(void)
{
	peer_free(ann);
	world_clear(&w);
}

static unsigned decided(void)
{
	json_t *entries = world_entries(&w, "decision");
	unsigned count = (unsigned)json_array_size(entries);

	json_decref(entries);
	return count;
}

/* As if the time had passed. */
static void age_nonces(void)
{
	nonces *all = &ann->attendance->person->nonces;

	for (size_t i = 0; i < NONCES_MAX; i++)
		if (all->each[i].expires_ms)
			all->each[i].expires_ms -= NONCE_LIFE_MS;
}

START_TEST(an_expired_nonce_serves_no_more)
{
	g_autofree char *late = ask_nonce();
	age_nonces();
	ck_assert_int_eq(decide(late), REFUSED);
	ck_assert_uint_eq(decided(), 0);
	g_autofree char *fresh = ask_nonce();
	ck_assert_int_eq(decide(fresh), 0);
	ck_assert_uint_eq(decided(), 1);
	world_verify(&w);
}
END_TEST

START_TEST(a_nonce_serves_once)
{
	g_autofree char *nonce = ask_nonce();
	ck_assert_int_eq(decide(nonce), 0);
	ck_assert_int_eq(decide(nonce), REFUSED);
	ck_assert_uint_eq(decided(), 1);
}
END_TEST

/* One too many: one of them serves no more. (Which one the clock says, and clocks step.) */
START_TEST(the_oldest_nonce_gives_way)
{
	char *issued[NONCES_MAX + 1];
	unsigned refused = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(issued); i++)
		issued[i] = ask_nonce();
	for (size_t i = 0; i < G_N_ELEMENTS(issued); i++) {
		refused += decide(issued[i]) == REFUSED;
		g_free(issued[i]);
	}
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(decided(), NONCES_MAX);
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {
		&an_expired_nonce_serves_no_more, &a_nonce_serves_once, &the_oldest_nonce_gives_way};
	Suite *suite = suite_create("meeting_proofs");
	TCase *cases = tcase_create("nonces");

	tcase_add_checked_fixture(cases, setup, teardown);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(cases, *tests[i]);
	suite_add_tcase(suite, cases);
	return run_capture_suite(suite);
}
