/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include <glib.h>
#include <sodium.h>

G_STATIC_ASSERT(HASH_SIZE == crypto_hash_sha256_BYTES);

void hash_bytes(const void *bytes, size_t length, uint8_t hash[HASH_SIZE])
{
	crypto_hash_sha256(hash, bytes, length);
}

char *hash_hex(const uint8_t hash[HASH_SIZE], char hex[HASH_HEX_SIZE])
{
	return sodium_bin2hex(hex, HASH_HEX_SIZE, hash, HASH_SIZE);
}

char *hash_bytes_hex(const void *bytes, size_t length, char hex[HASH_HEX_SIZE])
{
	uint8_t hash[HASH_SIZE];
	hash_bytes(bytes, length, hash);
	return hash_hex(hash, hex);
}
