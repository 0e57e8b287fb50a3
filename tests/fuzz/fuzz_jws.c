/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arbitrary bytes as JWS, participants' proofs and JWK, and in JWS that are rightly signed. A JWS has one
 * text only, and only the one that the key made is taken. The first byte chooses which. */
#include "fuzz_proofs.h"

#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <sodium.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_parse(text_span bytes)
{
	g_auto(jws) j = {0};
	if (!jws_parse(bytes, &j, NULL))
		return;
	gsize size;
	const char *input = g_bytes_get_data(j.signed_bytes, &size);
	g_autofree char *signature = text_base64url(j.signature, SIGNATURE_SIZE);
	g_autofree char *again = g_strdup_printf("%.*s.%s", (int)size, input, signature);
	g_assert_true(strlen(again) == bytes.length && memcmp(again, bytes.at, bytes.length) == 0);
	g_assert_true(json_is_object(j.header));
	g_assert_true(!j.claims || json_is_object(j.claims));
}

static proof_verdict fuzz_check(text_span bytes)
{
	g_auto(signing_key) key;
	proof_wanted wanted;
	json_t *subject = fuzz_subject();
	g_autoptr(GError) error = NULL;
	fuzz_key(&key);
	fuzz_wanted(&key, subject, &wanted);
	proof_verdict verdict = proof_check(bytes, &wanted, &error);
	g_assert_true((verdict == PROOF_GOOD) == !error);
	json_decref(subject);
	return verdict;
}

/* Nobody but the key makes a good one. */
static void fuzz_forgery(text_span bytes)
{
	g_autofree char *good = fuzz_proof();
	bool same = strlen(good) == bytes.length && memcmp(good, bytes.at, bytes.length) == 0;
	g_assert_true((fuzz_check(bytes) == PROOF_GOOD) == same);
}

/* Any header and payload, divided by a NUL, rightly signed: what a fuzzer would never come upon. */
static void fuzz_signed(text_span bytes)
{
	g_auto(signing_key) key;
	g_auto(jws) j = {0};
	uint8_t signature[SIGNATURE_SIZE];
	text_span payload = bytes, header;
	if (!text_cut(&payload, '\0', &header))
		return;
	fuzz_key(&key);
	g_autofree char *first = text_base64url(header.at, header.length);
	g_autofree char *second = text_base64url(payload.at, payload.length);
	g_autofree char *both = g_strconcat(first, ".", second, NULL);
	signing_sign(&key, both, strlen(both), signature);
	g_autofree char *third = text_base64url(signature, SIGNATURE_SIZE);
	g_autofree char *text = g_strconcat(both, ".", third, NULL);
	text_span span = {text, strlen(text)};
	if (!jws_open(span, signing_key_public(&key), NULL, &j, NULL))
		return;
	const char *algorithm = json_string_value(json_object_get(j.header, "alg"));
	g_assert_true(g_str_equal(algorithm, "EdDSA") || g_str_equal(algorithm, "Ed25519"));
	g_assert_null(json_object_get(j.header, "crit"));
	fuzz_check(span);
}

static void fuzz_keys(text_span bytes)
{
	json_t *json = json_loadb(bytes.at, bytes.length, 0, NULL);
	uint8_t public_key[SIGNING_PUBLIC_SIZE], again[SIGNING_PUBLIC_SIZE];
	if (jwk_parse(json, public_key, NULL)) {
		json_t *jwk = jwk_make(public_key);
		g_assert_true(jwk_parse(jwk, again, NULL));
		g_assert_cmpmem(public_key, sizeof(public_key), again, sizeof(again));
		json_decref(jwk);
	}
	jwks_find(json, "a", public_key, NULL);
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || sodium_init() < 0)
		return 0;
	text_span bytes = {(const char *)data + 1, size - 1};
	switch (data[0] % 4) {
	case 0:
		fuzz_parse(bytes);
		break;
	case 1:
		fuzz_forgery(bytes);
		break;
	case 2:
		fuzz_signed(bytes);
		break;
	default:
		fuzz_keys(bytes);
	}
	return 0;
}
