/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compact JWS (RFC 7515) with Ed25519 (RFC 8037), and nothing else: <header>.<payload>.<signature>, base64url
 * without padding.
 *
 * A reader takes the algorithm names "Ed25519" (RFC 9864) and "EdDSA", refuses every other one ("none"
 * included), every header with "crit" (no extension is understood here), members that come twice, and text
 * that is not exactly what it should be. Keys in a header ("jwk", "x5c", …) are never looked at: the caller
 * knows the key.
 *
 * Errors are CONSENT_ERROR_VERIFY where one is read, CONSENT_ERROR_INVALID where one is made; outputs are
 * untouched then. Pure functions, any thread. */
#ifndef CONSENT_PROOFS_JWS_H
#define CONSENT_PROOFS_JWS_H

#include "proofs/signing.h"
#include "proofs/text.h"

#include <jansson.h>

#define JWS_SIZE_MAX (256 * 1024) /* bytes */

typedef enum {
	JWS_ED25519, /* "Ed25519" */
	JWS_EDDSA,   /* "EdDSA": the older name, for older libraries */
} jws_algorithm;

typedef struct jws_header {
	jws_algorithm algorithm;
	const char *type;   /* "typ", or NULL */
	const char *key_id; /* "kid", or NULL */
} jws_header;

/* Signs a payload as it is. g_free; never NULL, type and key id must be UTF-8. */
char *jws_make(const jws_header *header, const void *payload, size_t length, const signing_key *key);

/* Signs the canonical form (RFC 8785) of `claims`. NULL when it has none, or is not an object. */
char *jws_make_claims(const jws_header *header, const json_t *claims, const signing_key *key, GError **error);

typedef struct jws {
	json_t *header;     /* an object */
	const char *type;   /* of the header, or NULL */
	const char *key_id; /* of the header, or NULL */
	GBytes *payload;
	json_t *claims; /* the payload, when it is a JSON object without members that come twice; or NULL */
	GBytes *signed_bytes;
	uint8_t signature[SIGNATURE_SIZE];
} jws;

/* Reads one without checking the signature: to find the key. */
bool jws_parse(text_span bytes, jws *ret, GError **error);
bool jws_verify(const jws *j, const uint8_t public_key[SIGNING_PUBLIC_SIZE]);

/* Reads and verifies one that has claims. `type` NULL: any; otherwise the header's must be it (RFC
 * 7515, 4.1.9: without regard to case and to a leading "application/"). */
bool jws_open(text_span bytes, const uint8_t public_key[SIGNING_PUBLIC_SIZE], const char *type, jws *ret,
	GError **error);

void jws_clear(jws *j);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(jws, jws_clear)

#endif
