/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/jwk.h"

#include "base/error.h"
#include "base/hash.h"
#include "proofs/text.h"

#include <string.h>

/* What only private and symmetric keys have (RFC 7518, section 6). */
static const char *const private_members[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"};

static bool refuse(GError **error, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "the key %s", why);
	return false;
}

/* Making */

json_t *jwk_make(const uint8_t public_key[SIGNING_PUBLIC_SIZE])
{
	g_autofree char *x = text_base64url(public_key, SIGNING_PUBLIC_SIZE);
	return json_pack("{s:s, s:s, s:s}", "kty", "OKP", "crv", "Ed25519", "x", x);
}

char *jwk_thumbprint(const uint8_t public_key[SIGNING_PUBLIC_SIZE], char text[JWK_THUMBPRINT_SIZE])
{
	uint8_t hash[HASH_SIZE];
	g_autofree char *x = text_base64url(public_key, SIGNING_PUBLIC_SIZE);
	g_autofree char *json = g_strdup_printf("{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", x);
	hash_bytes(json, strlen(json), hash);
	g_autofree char *base64 = text_base64url(hash, sizeof(hash));
	g_strlcpy(text, base64, JWK_THUMBPRINT_SIZE);
	return text;
}

json_t *jwks_make(const uint8_t keys[][SIGNING_PUBLIC_SIZE], size_t count)
{
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++) {
		char kid[JWK_THUMBPRINT_SIZE];
		json_t *jwk = jwk_make(keys[i]);
		json_object_set_new(jwk, "kid", json_string(jwk_thumbprint(keys[i], kid)));
		json_object_set_new(jwk, "use", json_string("sig"));
		json_array_append_new(array, jwk);
	}
	return json_pack("{s:o}", "keys", array);
}

/* Reading */

static bool is_text(const json_t *jwk, const char *name, const char *wanted)
{
	const char *text = json_string_value(json_object_get(jwk, name));
	return text && strcmp(text, wanted) == 0;
}

static bool is_private(const json_t *jwk)
{
	for (size_t i = 0; i < G_N_ELEMENTS(private_members); i++)
		if (json_object_get(jwk, private_members[i]))
			return true;
	return false;
}

static bool has_operation(const json_t *operations, const char *wanted)
{
	for (size_t i = 0; i < json_array_size(operations); i++) {
		const char *operation = json_string_value(json_array_get(operations, i));
		if (operation && strcmp(operation, wanted) == 0)
			return true;
	}
	return false;
}

static bool may_verify(const json_t *jwk)
{
	const json_t *operations = json_object_get(jwk, "key_ops");
	if (json_object_get(jwk, "use") && !is_text(jwk, "use", "sig"))
		return false;
	if (json_object_get(jwk, "alg") && !is_text(jwk, "alg", "Ed25519") && !is_text(jwk, "alg", "EdDSA"))
		return false;
	return !operations || has_operation(operations, "verify");
}

static bool is_ed25519(const json_t *jwk)
{
	return is_text(jwk, "kty", "OKP") && is_text(jwk, "crv", "Ed25519");
}

static bool read_point(const json_t *jwk, uint8_t public_key[SIGNING_PUBLIC_SIZE])
{
	const json_t *x = json_object_get(jwk, "x");
	text_span span = {json_string_value(x), json_string_length(x)};
	return span.at && text_read_base64url_exactly(span, public_key, SIGNING_PUBLIC_SIZE);
}

bool jwk_parse(const json_t *jwk, uint8_t public_key[SIGNING_PUBLIC_SIZE], GError **error)
{
	uint8_t read[SIGNING_PUBLIC_SIZE];
	if (!json_is_object(jwk))
		return refuse(error, "must be a JWK, which is an object");
	if (is_private(jwk))
		return refuse(
			error, "has a private part in it: send the public one only, and make a new one");
	if (!is_ed25519(jwk))
		return refuse(error, "must have \"kty\":\"OKP\" and \"crv\":\"Ed25519\"");
	if (!may_verify(jwk))
		return refuse(
			error, "is not for verifying Ed25519, says its \"use\", \"key_ops\" or \"alg\"");
	if (!read_point(jwk, read))
		return refuse(error, "must have an \"x\" of 32 bytes in base64url");
	if (!signing_is_public_key(read))
		return refuse(error, "has an \"x\" that no Ed25519 key can have");
	memcpy(public_key, read, SIGNING_PUBLIC_SIZE);
	return true;
}

static bool has_key_id(const json_t *jwk, const uint8_t public_key[SIGNING_PUBLIC_SIZE], const char *key_id)
{
	char thumbprint[JWK_THUMBPRINT_SIZE];
	if (json_object_get(jwk, "kid"))
		return is_text(jwk, "kid", key_id);
	return strcmp(jwk_thumbprint(public_key, thumbprint), key_id) == 0;
}

bool jwks_find(
	const json_t *jwks, const char *key_id, uint8_t public_key[SIGNING_PUBLIC_SIZE], GError **error)
{
	const json_t *keys = json_object_get(jwks, "keys");
	if (!json_is_array(keys))
		return refuse(error, "set must be an object with an array \"keys\"");

	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *jwk = json_array_get(keys, i);
		uint8_t read[SIGNING_PUBLIC_SIZE];
		if (jwk_parse(jwk, read, NULL) && has_key_id(jwk, read, key_id)) {
			memcpy(public_key, read, SIGNING_PUBLIC_SIZE);
			return true;
		}
	}
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
		"the key set has no Ed25519 key with the id \"%s\"", key_id);
	return false;
}
