/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sealing/wrap.h"

#include "proofs/text.h"

#include <sodium.h>
#include <string.h>

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED_SIZE (SEALING_KEY_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES)

G_STATIC_ASSERT(SEALING_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

char *wrap_key(const uint8_t with[SEALING_KEY_SIZE], const char *name, const uint8_t key[SEALING_KEY_SIZE])
{
	uint8_t bytes[NONCE_SIZE + SEALED_SIZE];
	randombytes_buf(bytes, NONCE_SIZE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + NONCE_SIZE, NULL, key, SEALING_KEY_SIZE,
		(const uint8_t *)name, strlen(name), NULL, bytes, with);
	return text_base64(bytes, sizeof bytes);
}

bool wrap_open(const uint8_t with[SEALING_KEY_SIZE], const char *name, const char *text,
	uint8_t ret[SEALING_KEY_SIZE])
{
	uint8_t bytes[NONCE_SIZE + SEALED_SIZE], key[SEALING_KEY_SIZE];
	if (!text_read_base64_exactly((text_span){text, strlen(text)}, bytes, sizeof bytes) ||
		crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, bytes + NONCE_SIZE, SEALED_SIZE,
			(const uint8_t *)name, strlen(name), bytes, with) != 0)
		return false;
	memcpy(ret, key, sizeof key);
	sodium_memzero(key, sizeof key);
	return true;
}
