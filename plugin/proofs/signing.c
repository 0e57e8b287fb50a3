/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/signing.h"

#include <sodium.h>

G_STATIC_ASSERT(SIGNING_SEED_SIZE == crypto_sign_SEEDBYTES);
G_STATIC_ASSERT(SIGNING_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT(SIGNATURE_SIZE == crypto_sign_BYTES);
G_STATIC_ASSERT(sizeof(signing_key) == crypto_sign_SECRETKEYBYTES);

void signing_key_make(signing_key *ret)
{
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
	crypto_sign_keypair(public_key, ret->secret);
}

void signing_key_from_seed(const uint8_t seed[SIGNING_SEED_SIZE], signing_key *ret)
{
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
	crypto_sign_seed_keypair(public_key, ret->secret, seed);
}

const uint8_t *signing_key_seed(const signing_key *key)
{
	return key->secret;
}

const uint8_t *signing_key_public(const signing_key *key)
{
	return key->secret + SIGNING_SEED_SIZE;
}

void signing_key_clear(signing_key *key)
{
	sodium_memzero(key, sizeof(*key));
}

void signing_sign(const signing_key *key, const void *bytes, size_t length, uint8_t signature[SIGNATURE_SIZE])
{
	crypto_sign_detached(signature, NULL, bytes, length, key->secret);
}

bool signing_verify(const uint8_t public_key[SIGNING_PUBLIC_SIZE], const void *bytes, size_t length,
	const uint8_t signature[SIGNATURE_SIZE])
{
	return crypto_sign_verify_detached(signature, bytes, length, public_key) == 0;
}

bool signing_is_public_key(const uint8_t public_key[SIGNING_PUBLIC_SIZE])
{
	return crypto_core_ed25519_is_valid_point(public_key) == 1;
}
