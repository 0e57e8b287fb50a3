/* SPDX-License-Identifier: GPL-3.0-or-later */
/* consent_bind, and what participants sign. */
#include "signalling/private.h"

#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <string.h>

/* The claims of the request's proof, or NULL; nothing is verified here. */
static json_t *claims_of(const asking *ask)
{
	const char *proof = field_string(ask->message, "proof");
	g_auto(jws) j = {0};

	if (!proof || !jws_parse((text_span){proof, strlen(proof)}, &j, NULL))
		return NULL;
	return json_incref(j.claims);
}

json_t *ask_subject(const asking *ask, const char *asked)
{
	static const char *const optional[] = {"expires", "media", "erase", "lang"};
	json_t *subject = json_object(), *claims = claims_of(ask);
	json_t *value = json_object_get(ask->message, asked);

	json_object_set_new(subject, asked, value ? json_incref(value) : json_array());
	for (unsigned i = 0; i < G_N_ELEMENTS(optional); i++)
		if (json_object_get(claims, optional[i]) && json_object_get(ask->message, optional[i]))
			json_object_set(subject, optional[i], json_object_get(ask->message, optional[i]));
	json_decref(claims);
	return subject;
}

/* A proof names the key to bind by its thumbprint (RFC 7638) or by the key itself, of which members that say
 * more do not matter. */
static json_t *bind_subject(const asking *ask, const uint8_t *key)
{
	char thumbprint[JWK_THUMBPRINT_SIZE];
	uint8_t named_key[SIGNING_PUBLIC_SIZE];
	json_t *claims = claims_of(ask), *claim = json_object_get(claims, "bind"), *named;

	if (json_is_string(claim))
		named = json_string(jwk_thumbprint(key, thumbprint));
	else if (jwk_parse(claim, named_key, NULL) && memcmp(named_key, key, sizeof named_key) == 0)
		named = json_incref(claim);
	else
		named = json_incref(json_object_get(ask->message, "key"));
	json_decref(claims);
	return json_pack("{s:o}", "bind", named);
}

static bool read_key(const asking *ask, uint8_t *key, GError **error)
{
	g_autoptr(GError) wrong = NULL;

	if (jwk_parse(json_object_get(ask->message, "key"), key, &wrong))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'key' must be a public Ed25519 JWK: %s", wrong->message);
	return false;
}

static json_t *bind(asking *ask, GError **error)
{
	uint8_t key[SIGNING_PUBLIC_SIZE];

	if (!read_key(ask, key, error))
		return NULL;
	json_t *jwk = jwk_make(key);
	bind_request request = {
		.key = jwk,
		.key_bytes = key,
		.proof = field_string(ask->message, "proof"),
		.subject = bind_subject(ask, key),
	};
	json_t *answer = attendance_bind(ask->who->attendance, &request, error);
	json_decref(request.subject);
	json_decref(jwk);
	return answer;
}

static const field bind_fields[] = {
	{"key", FIELD_OBJECT, true, 0},
	{"proof", FIELD_PROOF, true, 0},
	{"room", FIELD_ROOM, false, 0},
	FIELDS_END,
};

const request_row binding_requests[] = {
	{"consent_bind", "bound", BY_PARTICIPANT, bind_fields, bind, RATE_WRITES},
	{0},
};
