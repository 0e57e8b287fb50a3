/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys as JWK: the vectors of RFC 8037, and what is no such key. */
#include "proofs/jwk.h"

#include "base/error.h"
#include "base/jcs.h"

#include "proofs_support.h"

#include <string.h>

/* RFC 8037, appendix A.1 to A.3 */
#define RFC_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define RFC_D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define RFC_PUBLIC "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" RFC_X "\"}"
#define RFC_THUMBPRINT "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
#define RFC_BYTES "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

/* RFC 8032's second key */
#define OTHER_X "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"
#define OTHER_BYTES "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define OTHER_PUBLIC "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" OTHER_X "\"}"

static json_t *json_of(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
	ck_assert_msg(json, "%s", text);
	return json;
}

START_TEST(rfc_key)
{
	uint8_t public_key[SIGNING_PUBLIC_SIZE], read[SIGNING_PUBLIC_SIZE];
	char thumbprint[JWK_THUMBPRINT_SIZE];
	from_hex(RFC_BYTES, public_key, sizeof(public_key));
	json_t *jwk = jwk_make(public_key);
	g_autofree char *text = jcs_dump(jwk, NULL);
	ck_assert_str_eq(text, RFC_PUBLIC);
	ck_assert(jwk_parse(jwk, read, NULL));
	ck_assert_mem_eq(read, public_key, sizeof(read));
	ck_assert_ptr_eq(jwk_thumbprint(public_key, thumbprint), thumbprint);
	ck_assert_str_eq(thumbprint, RFC_THUMBPRINT);
	json_decref(jwk);
}
END_TEST

#define WITH(MORE) "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" RFC_X "\"," MORE "}"
#define WITH_X(X) "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":" X "}"

/* NULL: it is one. */
static const struct {
	const char *jwk, *words;
} keys[] = {
	{RFC_PUBLIC, NULL},
	{WITH("\"ext\":true,\"key_ops\":[\"verify\"]"), NULL}, /* as a browser exports it */
	{WITH("\"alg\":\"Ed25519\",\"use\":\"sig\",\"kid\":\"x\""), NULL},
	{WITH("\"alg\":\"EdDSA\",\"unknown\":{}"), NULL},
	{WITH("\"d\":\"" RFC_D "\""), "private part"},
	{WITH("\"d\":null"), "private part"},
	{WITH("\"k\":\"AAAA\""), "private part"},
	{WITH("\"p\":\"AAAA\""), "private part"},
	{WITH("\"oth\":[]"), "private part"},
	{WITH("\"use\":\"enc\""), "not for verifying"},
	{WITH("\"use\":1"), "not for verifying"},
	{WITH("\"alg\":\"ES256\""), "not for verifying"},
	{WITH("\"alg\":\"none\""), "not for verifying"},
	{WITH("\"key_ops\":[\"sign\"]"), "not for verifying"},
	{WITH("\"key_ops\":[]"), "not for verifying"},
	{WITH("\"key_ops\":\"verify\""), "not for verifying"},
	{"{\"crv\":\"X25519\",\"kty\":\"OKP\",\"x\":\"" RFC_X "\"}", "\"kty\""},
	{"{\"crv\":\"Ed448\",\"kty\":\"OKP\",\"x\":\"" RFC_X "\"}", "\"kty\""},
	{"{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" RFC_X "\",\"y\":\"" RFC_X "\"}", "\"kty\""},
	{"{\"crv\":\"Ed25519\",\"x\":\"" RFC_X "\"}", "\"kty\""},
	{"{\"kty\":\"OKP\",\"x\":\"" RFC_X "\"}", "\"kty\""},
	{"{\"crv\":\"Ed25519\",\"kty\":\"OKP\"}", "\"x\""},
	{WITH_X("1"), "\"x\""},
	{WITH_X("\"\""), "\"x\""},
	{WITH_X("\"" RFC_X "=\""), "\"x\""},
	{WITH_X("\"" RFC_X "A\""), "\"x\""},
	{WITH_X("\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo\""), "\"x\""}, /* not the URL's alphabet */
	{WITH_X("\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp\""), "\"x\""}, /* stray bits */
	{WITH_X("\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""), "no Ed25519 key can have"},
	{WITH_X("\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""), "no Ed25519 key can have"},
	{"[]", "must be a JWK"},
	{"\"" RFC_X "\"", "must be a JWK"},
	{"null", "must be a JWK"},
};

START_TEST(key_forms)
{
	g_autoptr(GError) error = NULL;
	uint8_t public_key[SIGNING_PUBLIC_SIZE] = {42};
	json_t *jwk = json_of(keys[_i].jwk);
	bool good = jwk_parse(jwk, public_key, &error);
	ck_assert_msg(good == !keys[_i].words, "%s", keys[_i].jwk);
	if (!good) {
		assert_error(&error, CONSENT_ERROR_INVALID, keys[_i].words);
		ck_assert_uint_eq(public_key[0], 42);
	}
	json_decref(jwk);
}
END_TEST

START_TEST(no_key_at_all)
{
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
	ck_assert(!jwk_parse(NULL, public_key, NULL));
	ck_assert(!jwks_find(NULL, "x", public_key, NULL));
}
END_TEST

/* Sets */

START_TEST(sets)
{
	uint8_t public_keys[2][SIGNING_PUBLIC_SIZE], found[SIGNING_PUBLIC_SIZE];
	char thumbprint[JWK_THUMBPRINT_SIZE];
	from_hex(RFC_BYTES, public_keys[0], SIGNING_PUBLIC_SIZE);
	from_hex(OTHER_BYTES, public_keys[1], SIGNING_PUBLIC_SIZE);
	json_t *set = jwks_make((const uint8_t(*)[SIGNING_PUBLIC_SIZE])public_keys, 2);
	g_autofree char *text = jcs_dump(set, NULL);
	g_autofree char *wanted =
		g_strdup_printf("{\"keys\":["
				"{\"crv\":\"Ed25519\",\"kid\":\"" RFC_THUMBPRINT
				"\",\"kty\":\"OKP\",\"use\":\"sig\",\"x\":\"" RFC_X "\"},"
				"{\"crv\":\"Ed25519\",\"kid\":\"%s\",\"kty\":\"OKP\",\"use\":"
				"\"sig\",\"x\":\"" OTHER_X "\"}]}",
			jwk_thumbprint(public_keys[1], thumbprint));
	ck_assert_str_eq(text, wanted);
	ck_assert(jwks_find(set, thumbprint, found, NULL));
	ck_assert_mem_eq(found, public_keys[1], SIGNING_PUBLIC_SIZE);
	ck_assert(jwks_find(set, RFC_THUMBPRINT, found, NULL));
	ck_assert_mem_eq(found, public_keys[0], SIGNING_PUBLIC_SIZE);
	json_decref(set);
}
END_TEST

/* Which key of a set an id finds: its bytes in hexadecimal, or the words of the error. */
static const struct {
	const char *set, *key_id, *bytes, *words;
} searches[] = {
	{"{\"keys\":[" WITH("\"kid\":\"a\"") "," OTHER_PUBLIC "]}", "a", RFC_BYTES, NULL},
	{"{\"keys\":[" OTHER_PUBLIC "," RFC_PUBLIC "]}", RFC_THUMBPRINT, RFC_BYTES, NULL},
	/* an id of its own comes before the thumbprint */
	{"{\"keys\":[" WITH("\"kid\":\"a\"") "]}", RFC_THUMBPRINT, NULL, "no Ed25519 key with the id"},
	{"{\"keys\":[" WITH("\"kid\":1") "]}", RFC_THUMBPRINT, NULL, "no Ed25519 key with the id"},
	{"{\"keys\":[1,null,{\"kty\":\"RSA\",\"kid\":\"a\"}," WITH("\"kid\":\"a\"") "]}", "a", RFC_BYTES,
		NULL},
	{"{\"keys\":[" WITH("\"kid\":\"a\",\"d\":\"" RFC_D "\"") "]}", "a", NULL,
		"no Ed25519 key with the id"},
	{"{\"keys\":[]}", "a", NULL, "no Ed25519 key with the id"},
	{"{\"keys\":{}}", "a", NULL, "array \"keys\""},
	{"{}", "a", NULL, "array \"keys\""},
	{"[]", "a", NULL, "array \"keys\""},
};

START_TEST(searching)
{
	g_autoptr(GError) error = NULL;
	uint8_t found[SIGNING_PUBLIC_SIZE] = {42};
	json_t *set = json_of(searches[_i].set);
	bool good = jwks_find(set, searches[_i].key_id, found, &error);
	ck_assert_msg(good == !searches[_i].words, "%s", searches[_i].set);
	if (good) {
		assert_hash(found, searches[_i].bytes);
	} else {
		ck_assert_msg(strstr(error->message, searches[_i].words), "%s", error->message);
		ck_assert_uint_eq(found[0], 42);
	}
	json_decref(set);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: JWK");
	TCase *tests = tcase_create("JWK");
	tcase_add_test(tests, rfc_key);
	tcase_add_loop_test(tests, key_forms, 0, G_N_ELEMENTS(keys));
	tcase_add_test(tests, no_key_at_all);
	tcase_add_test(tests, sets);
	tcase_add_loop_test(tests, searching, 0, G_N_ELEMENTS(searches));
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
