/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/jws.h"

#include "base/error.h"
#include "base/jcs.h"

#include <stdlib.h>
#include <string.h>

#define MEDIA_PREFIX "application/"

static bool reject(GError **error, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the JWS %s", why);
	return false;
}

void jws_clear(jws *j)
{
	json_decref(j->header);
	json_decref(j->claims);
	g_clear_pointer(&j->payload, g_bytes_unref);
	g_clear_pointer(&j->signed_bytes, g_bytes_unref);
	*j = (jws){0};
}

/* Making */

static const char *algorithm_name(jws_algorithm algorithm)
{
	return algorithm == JWS_EDDSA ? "EdDSA" : "Ed25519";
}

/* In base64url. */
static char *write_header(const jws_header *header)
{
	json_t *json = json_pack("{s:s, s:s*, s:s*}", "alg", algorithm_name(header->algorithm), "typ",
		header->type, "kid", header->key_id);
	char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
	char *base64 = text_base64url(text, strlen(text));
	free(text);
	json_decref(json);
	return base64;
}

char *jws_make(const jws_header *header, const void *payload, size_t length, const signing_key *key)
{
	uint8_t signature[SIGNATURE_SIZE];
	g_autofree char *first = write_header(header);
	g_autofree char *second = text_base64url(payload, length);
	g_autofree char *both = g_strconcat(first, ".", second, NULL);
	signing_sign(key, both, strlen(both), signature);
	g_autofree char *third = text_base64url(signature, sizeof(signature));
	return g_strconcat(both, ".", third, NULL);
}

char *jws_make_claims(const jws_header *header, const json_t *claims, const signing_key *key, GError **error)
{
	size_t length;
	g_autofree char *payload = json_is_object(claims) ? jcs_dump(claims, &length) : NULL;
	if (payload)
		return jws_make(header, payload, length, key);
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"claims must be an object of which a canonical form exists");
	return NULL;
}

/* Reading */

/* NULL unless it is one JSON object, the same to every reader. */
static json_t *read_object(GBytes *bytes)
{
	gsize size;
	const char *text = g_bytes_get_data(bytes, &size);
	json_t *json = json_loadb(text ? text : "", size, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(json))
		return json;
	json_decref(json);
	return NULL;
}

static bool read_name(const json_t *header, const char *name, const char **ret, GError **error)
{
	const json_t *member = json_object_get(header, name);
	if (member && !json_is_string(member))
		return reject(error, "has a \"typ\" or \"kid\" that is not a string");
	*ret = json_string_value(member);
	return true;
}

static bool check_header(jws *j, GError **error)
{
	const char *algorithm = json_string_value(json_object_get(j->header, "alg"));
	if (!algorithm ||
		(strcmp(algorithm, algorithm_name(JWS_ED25519)) != 0 &&
			strcmp(algorithm, algorithm_name(JWS_EDDSA)) != 0))
		return reject(error, "has another \"alg\" than Ed25519 (or EdDSA)");
	if (json_object_get(j->header, "crit"))
		return reject(error, "asks with \"crit\" for an extension that is not known here");
	return read_name(j->header, "typ", &j->type, error) && read_name(j->header, "kid", &j->key_id, error);
}

static bool read_header(text_span base64, jws *j, GError **error)
{
	g_autoptr(GBytes) bytes = text_read_base64url(base64);
	j->header = bytes ? read_object(bytes) : NULL;
	if (!j->header)
		return reject(error, "has a header that is not a JSON object in base64url");
	return check_header(j, error);
}

static bool read_parts(text_span bytes, jws *j, GError **error)
{
	text_span rest = bytes, header, payload;
	if (bytes.length > JWS_SIZE_MAX)
		return reject(error, "is longer than 256 KiB");
	if (!text_cut(&rest, '.', &header) || !text_cut(&rest, '.', &payload))
		return reject(error, "does not have three parts");
	if (!read_header(header, j, error))
		return false;
	if (!(j->payload = text_read_base64url(payload)))
		return reject(error, "has a payload that is not base64url");
	if (!text_read_base64url_exactly(rest, j->signature, SIGNATURE_SIZE))
		return reject(error, "has a signature that is not 64 bytes in base64url");
	j->signed_bytes = g_bytes_new(bytes.at, (gsize)(rest.at - bytes.at - 1));
	j->claims = read_object(j->payload);
	return true;
}

bool jws_parse(text_span bytes, jws *ret, GError **error)
{
	g_auto(jws) read = {0};
	if (!read_parts(bytes, &read, error))
		return false;
	*ret = read;
	read = (jws){0};
	return true;
}

/* Checking */

bool jws_verify(const jws *j, const uint8_t public_key[SIGNING_PUBLIC_SIZE])
{
	gsize size;
	const void *bytes = g_bytes_get_data(j->signed_bytes, &size);
	return signing_verify(public_key, bytes, size, j->signature);
}

static const char *short_type(const char *type)
{
	size_t prefix = strlen(MEDIA_PREFIX);
	bool full = g_ascii_strncasecmp(type, MEDIA_PREFIX, prefix) == 0 && !strchr(type + prefix, '/');
	return full ? type + prefix : type;
}

static bool has_type(const jws *j, const char *type)
{
	return j->type && g_ascii_strcasecmp(short_type(j->type), short_type(type)) == 0;
}

bool jws_open(text_span bytes, const uint8_t public_key[SIGNING_PUBLIC_SIZE], const char *type, jws *ret,
	GError **error)
{
	g_auto(jws) read = {0};
	if (!jws_parse(bytes, &read, error))
		return false;
	if (!jws_verify(&read, public_key))
		return reject(error, "has a signature that is not of this text and key");
	if (!read.claims)
		return reject(error, "has a payload that is not a JSON object");
	if (type && !has_type(&read, type))
		return reject(error, "is of another \"typ\"");
	*ret = read;
	read = (jws){0};
	return true;
}
