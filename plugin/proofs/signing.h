/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ed25519 (RFC 8032) signatures by libsodium: the one kind of signature here. Pure functions, any thread;
 * sodium_init() must have succeeded once. */
#ifndef CONSENT_PROOFS_SIGNING_H
#define CONSENT_PROOFS_SIGNING_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGNING_SEED_SIZE 32
#define SIGNING_PUBLIC_SIZE 32
#define SIGNATURE_SIZE 64

/* Secret: clear it (g_auto(signing_key)). */
typedef struct signing_key {
	uint8_t secret[SIGNING_SEED_SIZE + SIGNING_PUBLIC_SIZE]; /* seed ‖ public key */
} signing_key;

void signing_key_make(signing_key *ret);
void signing_key_from_seed(const uint8_t seed[SIGNING_SEED_SIZE], signing_key *ret);
const uint8_t *signing_key_seed(const signing_key *key);
const uint8_t *signing_key_public(const signing_key *key);

/* Zeroes it. */
void signing_key_clear(signing_key *key);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(signing_key, signing_key_clear)

void signing_sign(
	const signing_key *key, const void *bytes, size_t length, uint8_t signature[SIGNATURE_SIZE]);

/* False also for weak keys and for signatures in a form that could be changed without the key. */
bool signing_verify(const uint8_t public_key[SIGNING_PUBLIC_SIZE], const void *bytes, size_t length,
	const uint8_t signature[SIGNATURE_SIZE]);

/* True for a point that a key can have: canonical, on the curve, in the main subgroup. */
bool signing_is_public_key(const uint8_t public_key[SIGNING_PUBLIC_SIZE]);

#endif
