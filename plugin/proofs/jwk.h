/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public Ed25519 keys as JWK (RFC 7517, RFC 8037): {"kty":"OKP","crv":"Ed25519","x":…}; their thumbprints
 * (RFC 7638), which serve as key ids here; and sets of them (JWKS).
 *
 * A JWK from outside must be public: one with a private member is refused, so that a key which its owner gave
 * away by mistake is neither used nor stored. Pure functions, any thread. */
#ifndef CONSENT_PROOFS_JWK_H
#define CONSENT_PROOFS_JWK_H

#include "proofs/signing.h"

#include <jansson.h>

#define JWK_THUMBPRINT_SIZE 44 /* 32 bytes in base64url, and a NUL */

/* The three members that define the key: as in "cnf". */
json_t *jwk_make(const uint8_t public_key[SIGNING_PUBLIC_SIZE]);

/* CONSENT_ERROR_INVALID, with a sentence that begins with "the key". Members that do not matter are read
 * over; "use", "key_ops" and "alg" must allow verifying Ed25519 where they are there. */
bool jwk_parse(const json_t *jwk, uint8_t public_key[SIGNING_PUBLIC_SIZE], GError **error);

/* Base64url, without padding. Returns `text`. */
char *jwk_thumbprint(const uint8_t public_key[SIGNING_PUBLIC_SIZE], char text[JWK_THUMBPRINT_SIZE]);

/* {"keys":[…]}, each with "kid" (the thumbprint) and "use":"sig". It has no "alg", so that both names of the
 * algorithm are good with it. */
json_t *jwks_make(const uint8_t keys[][SIGNING_PUBLIC_SIZE], size_t count);

/* The set's Ed25519 key whose "kid" is `key_id`, or which has none and this thumbprint. Other kinds of keys
 * in the set are read over. CONSENT_ERROR_NOT_FOUND when there is none, CONSENT_ERROR_INVALID when it is no
 * set. */
bool jwks_find(
	const json_t *jwks, const char *key_id, uint8_t public_key[SIGNING_PUBLIC_SIZE], GError **error);

#endif
