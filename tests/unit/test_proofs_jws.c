/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compact JWS with Ed25519: the vector of RFC 8037, and everything that must be refused. */
#include "proofs/jws.h"

#include "base/error.h"

#include "proofs_support.h"

#include <string.h>

/* RFC 8037, appendix A.4; its key is RFC 8032's first one */
#define RFC_SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define RFC_PAYLOAD "Example of Ed25519 signing"
#define RFC_JWS                                                                                              \
	"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."                                          \
	"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

static void rfc_key(signing_key *ret)
{
	uint8_t seed[SIGNING_SEED_SIZE];
	from_hex(RFC_SEED, seed, sizeof(seed));
	signing_key_from_seed(seed, ret);
}

/* A JWS with this header and payload as they are, and a good signature by the RFC's key. */
static char *forge(const char *header, const char *payload)
{
	g_auto(signing_key) key;
	uint8_t signature[SIGNATURE_SIZE];
	g_autofree char *first = text_base64url(header, strlen(header));
	g_autofree char *second = text_base64url(payload, strlen(payload));
	g_autofree char *both = g_strconcat(first, ".", second, NULL);
	rfc_key(&key);
	signing_sign(&key, both, strlen(both), signature);
	g_autofree char *third = text_base64url(signature, sizeof(signature));
	return g_strconcat(both, ".", third, NULL);
}

static bool open_it(const char *text, const char *type, jws *ret, GError **error)
{
	g_auto(signing_key) key;
	rfc_key(&key);
	return jws_open(span_of(text), signing_key_public(&key), type, ret, error);
}

START_TEST(rfc_vector)
{
	g_auto(signing_key) key;
	g_auto(jws) j = {0};
	const jws_header header = {.algorithm = JWS_EDDSA};
	rfc_key(&key);
	g_autofree char *made = jws_make(&header, RFC_PAYLOAD, strlen(RFC_PAYLOAD), &key);
	ck_assert_str_eq(made, RFC_JWS);
	ck_assert(jws_parse(span_of(RFC_JWS), &j, NULL));
	ck_assert(jws_verify(&j, signing_key_public(&key)));
	ck_assert_uint_eq(g_bytes_get_size(j.payload), strlen(RFC_PAYLOAD));
	ck_assert_mem_eq(g_bytes_get_data(j.payload, NULL), RFC_PAYLOAD, strlen(RFC_PAYLOAD));
	ck_assert_ptr_null(j.claims);
	ck_assert_ptr_null(j.type);
	ck_assert_ptr_null(j.key_id);
}
END_TEST

START_TEST(rfc_vector_has_no_claims)
{
	g_autoptr(GError) error = NULL;
	jws j;
	ck_assert(!open_it(RFC_JWS, NULL, &j, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "payload that is not a JSON object");
}
END_TEST

START_TEST(claims_survive)
{
	g_auto(signing_key) key;
	g_auto(jws) j = {0};
	const jws_header header = {JWS_ED25519, "consent-receipt+jwt", "key 1"};
	json_t *claims = json_pack("{s:s, s:i, s:[s,b]}", "sub", "ü", "iat", 1767323045, "list", "x", 1);
	rfc_key(&key);
	g_autofree char *made = jws_make_claims(&header, claims, &key, NULL);
	ck_assert(open_it(made, "consent-receipt+jwt", &j, NULL));
	ck_assert_str_eq(j.type, "consent-receipt+jwt");
	ck_assert_str_eq(j.key_id, "key 1");
	ck_assert_str_eq(json_string_value(json_object_get(j.header, "alg")), "Ed25519");
	ck_assert(json_equal(j.claims, claims));
	/* Canonical: members sorted. */
	const char *canonical = "{\"iat\":1767323045,\"list\":[\"x\",true],\"sub\":\"ü\"}";
	ck_assert_uint_eq(g_bytes_get_size(j.payload), strlen(canonical));
	ck_assert_mem_eq(g_bytes_get_data(j.payload, NULL), canonical, strlen(canonical));
	json_decref(claims);
}
END_TEST

START_TEST(claims_refused)
{
	g_auto(signing_key) key;
	const jws_header header = {JWS_ED25519, NULL, NULL};
	json_t *const bad[] = {
		json_array(), json_string("x"), json_pack("{s:I}", "n", ((json_int_t)1 << 53) + 1)};
	rfc_key(&key);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		ck_assert_ptr_null(jws_make_claims(&header, bad[i], &key, &error));
		assert_error(&error, CONSENT_ERROR_INVALID, "canonical");
		json_decref(bad[i]);
	}
}
END_TEST

/* Headers, each over {} with a good signature; NULL: taken. */
static const struct {
	const char *header, *words;
} headers[] = {
	{"{\"alg\":\"Ed25519\"}", NULL},
	{"{\"alg\":\"EdDSA\"}", NULL},
	{" { \"typ\" : \"x\", \"alg\" : \"EdDSA\" } ", NULL},
	{"{\"alg\":\"EdDSA\",\"jwk\":{\"kty\":\"OKP\"},\"cty\":1}", NULL}, /* read over */
	{"{\"alg\":\"none\"}", "another \"alg\""},
	{"{\"alg\":\"None\"}", "another \"alg\""},
	{"{\"alg\":\"\"}", "another \"alg\""},
	{"{\"alg\":\"HS256\"}", "another \"alg\""},
	{"{\"alg\":\"ES256\"}", "another \"alg\""},
	{"{\"alg\":\"Ed448\"}", "another \"alg\""},
	{"{\"alg\":\"eddsa\"}", "another \"alg\""},
	{"{\"alg\":\"EdDSA\\u0000\"}", "not a JSON object"},
	{"{\"alg\":null}", "another \"alg\""},
	{"{\"alg\":[\"EdDSA\"]}", "another \"alg\""},
	{"{}", "another \"alg\""},
	{"{\"alg\":\"none\",\"alg\":\"EdDSA\"}", "not a JSON object"},
	{"{\"alg\":\"EdDSA\",\"alg\":\"none\"}", "not a JSON object"},
	{"{\"alg\":\"EdDSA\",\"crit\":[\"exp\"],\"exp\":1}", "\"crit\""},
	{"{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false}", "\"crit\""},
	{"{\"alg\":\"EdDSA\",\"crit\":[]}", "\"crit\""},
	{"{\"alg\":\"EdDSA\",\"crit\":null}", "\"crit\""},
	{"{\"alg\":\"EdDSA\",\"crit\":[\"x\"],\"crit\":[\"x\"]}", "not a JSON object"},
	{"{\"alg\":\"EdDSA\",\"typ\":1}", "\"typ\" or \"kid\""},
	{"{\"alg\":\"EdDSA\",\"kid\":[]}", "\"typ\" or \"kid\""},
	{"[\"EdDSA\"]", "not a JSON object"},
	{"\"EdDSA\"", "not a JSON object"},
	{"{\"alg\":\"EdDSA\"}{}", "not a JSON object"},
	{"{\"alg\":\"EdDSA\"", "not a JSON object"},
	{"", "not a JSON object"},
	{"{\"alg\":\"EdDSA\",\"x\":\"\xff\"}", "not a JSON object"},
};

START_TEST(header_forms)
{
	g_autoptr(GError) error = NULL;
	g_auto(jws) j = {0};
	g_autofree char *text = forge(headers[_i].header, "{}");
	bool good = open_it(text, NULL, &j, &error);
	ck_assert_msg(good == !headers[_i].words, "%s", headers[_i].header);
	if (!good)
		assert_error(&error, CONSENT_ERROR_VERIFY, headers[_i].words);
}
END_TEST

static const char *const no_payloads[] = {"", "[]", "1", "null", "{\"a\":1,\"a\":2}", "{\"a\":1}x",
	"{\"a\":1}\n{}", "{\"a\":\"\xff\"}", "{'a':1}", "{\"a\":1,}"};

START_TEST(payloads_without_claims)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = forge("{\"alg\":\"EdDSA\"}", no_payloads[_i]);
	jws j;
	ck_assert_msg(!open_it(text, NULL, &j, &error), "%s", no_payloads[_i]);
	assert_error(&error, CONSENT_ERROR_VERIFY, "payload that is not a JSON object");
}
END_TEST

/* Every character counts: of all bits that a character can have, only one gives this JWS. */
START_TEST(changed_characters)
{
	g_autofree char *text = forge("{\"alg\":\"EdDSA\"}", "{\"a\":1}");
	for (size_t i = 0; i < strlen(text); i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			g_autofree char *changed = g_strdup(text);
			jws j;
			changed[i] = (char)(changed[i] ^ (1 << bit));
			ck_assert_msg(!open_it(changed, NULL, &j, NULL), "%zu, bit %u", i, bit);
		}
}
END_TEST

START_TEST(shapes)
{
	g_autofree char *good = forge("{\"alg\":\"EdDSA\"}", "{}");
	g_auto(GStrv) parts = g_strsplit(good, ".", -1);
	const char *const formats[] = {"%s", "%s.%s", "%s.%s.", "%s.%s.%s.", "%s.%s.%s=", "%s.%s.%s\n",
		"%s.%s. %s", " %s.%s.%s", "%s..%s.%s", ".%s.%s.%s", "%s=.%s.%s", "%s.%s=.%s", "%s.%s.%s.AAAA",
		"%s.%s.%sAAAA", "%s.%s.%s\\"};
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_auto(GStrv) wanted = g_strsplit(formats[i], "%s", -1);
		g_autoptr(GString) text = g_string_new(wanted[0]);
		for (unsigned part = 0; part < 3 && wanted[part + 1]; part++)
			g_string_append_printf(text, "%s%s", parts[part], wanted[part + 1]);
		jws j;
		ck_assert_msg(!open_it(text->str, NULL, &j, NULL), "%s", formats[i]);
	}
	jws j;
	ck_assert(!open_it("", NULL, &j, NULL));
	ck_assert(!open_it("..", NULL, &j, NULL));
	ck_assert(!open_it("...", NULL, &j, NULL));
	ck_assert(open_it(good, NULL, &j, NULL));
	jws_clear(&j);
	g_autofree char *with_nul = g_strconcat(good, "x", NULL);
	with_nul[strlen(good)] = '\0';
	ck_assert(!jws_parse((text_span){with_nul, strlen(good) + 1}, &j, NULL));
}
END_TEST

START_TEST(too_long)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = g_strnfill(JWS_SIZE_MAX + 1, 'A');
	jws j;
	ck_assert(!jws_parse(span_of(text), &j, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "256 KiB");
}
END_TEST

START_TEST(other_keys)
{
	g_autoptr(GError) error = NULL;
	g_auto(signing_key) other;
	g_autofree char *text = forge("{\"alg\":\"EdDSA\"}", "{}");
	const uint8_t zero[SIGNING_PUBLIC_SIZE] = {0};
	jws j;
	signing_key_make(&other);
	ck_assert(!jws_open(span_of(text), signing_key_public(&other), NULL, &j, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "not of this text and key");
	ck_assert(!jws_open(span_of(text), zero, NULL, &j, NULL));
}
END_TEST

/* RFC 7515, 4.1.9 */
static const struct {
	const char *header, *wanted;
	bool good;
} types[] = {
	{"{\"alg\":\"EdDSA\",\"typ\":\"a+jwt\"}", "a+jwt", true},
	{"{\"alg\":\"EdDSA\",\"typ\":\"A+JWT\"}", "a+jwt", true},
	{"{\"alg\":\"EdDSA\",\"typ\":\"application/a+jwt\"}", "a+jwt", true},
	{"{\"alg\":\"EdDSA\",\"typ\":\"a+jwt\"}", "application/a+jwt", true},
	{"{\"alg\":\"EdDSA\",\"typ\":\"b+jwt\"}", "a+jwt", false},
	{"{\"alg\":\"EdDSA\",\"typ\":\"text/a+jwt\"}", "a+jwt", false},
	{"{\"alg\":\"EdDSA\",\"typ\":\"application/a+jwt/x\"}", "a+jwt/x", false},
	{"{\"alg\":\"EdDSA\",\"typ\":\"\"}", "a+jwt", false},
	{"{\"alg\":\"EdDSA\"}", "a+jwt", false},
	{"{\"alg\":\"EdDSA\",\"typ\":\"a+jwt\"}", NULL, true},
};

START_TEST(type)
{
	g_autoptr(GError) error = NULL;
	g_auto(jws) j = {0};
	g_autofree char *text = forge(types[_i].header, "{}");
	ck_assert_int_eq(open_it(text, types[_i].wanted, &j, &error), types[_i].good);
	if (!types[_i].good)
		assert_error(&error, CONSENT_ERROR_VERIFY, "another \"typ\"");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: JWS");
	TCase *tests = tcase_create("JWS");
	tcase_add_test(tests, rfc_vector);
	tcase_add_test(tests, rfc_vector_has_no_claims);
	tcase_add_test(tests, claims_survive);
	tcase_add_test(tests, claims_refused);
	tcase_add_loop_test(tests, header_forms, 0, G_N_ELEMENTS(headers));
	tcase_add_loop_test(tests, payloads_without_claims, 0, G_N_ELEMENTS(no_payloads));
	tcase_add_test(tests, changed_characters);
	tcase_add_test(tests, shapes);
	tcase_add_test(tests, too_long);
	tcase_add_test(tests, other_keys);
	tcase_add_loop_test(tests, type, 0, G_N_ELEMENTS(types));
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
