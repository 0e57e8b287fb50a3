/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include <openssl/evp.h>
#include <sodium.h>

G_STATIC_ASSERT(HASH_SIZE == crypto_hash_sha256_BYTES);

/* libcrypto fails only without memory, as GLib does, or where SHA-256 is forbidden, where nothing here can
 * go on. */
static void require(int good)
{
	if (good != 1)
		g_error("libcrypto cannot compute SHA-256");
}

/* Looked up once: that takes longer than hashing a hundred bytes. */
static const EVP_MD *sha256(void)
{
	static gsize known;

	if (g_once_init_enter(&known)) {
		EVP_MD *found = EVP_MD_fetch(NULL, "SHA256", NULL);
		require(found != NULL);
		g_once_init_leave(&known, GPOINTER_TO_SIZE(found));
	}
	return GSIZE_TO_POINTER(known);
}

static EVP_MD_CTX *begin(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	require(context != NULL);
	require(EVP_DigestInit_ex(context, sha256(), NULL));
	return context;
}

void hash_parts(const hash_part *parts, size_t count, uint8_t hash[HASH_SIZE])
{
	EVP_MD_CTX *context = begin();

	for (size_t i = 0; i < count; i++)
		require(EVP_DigestUpdate(context, parts[i].bytes, parts[i].length));
	require(EVP_DigestFinal_ex(context, hash, NULL));
	EVP_MD_CTX_free(context);
}

void hash_bytes(const void *bytes, size_t length, uint8_t hash[HASH_SIZE])
{
	hash_parts(&(hash_part){bytes, length}, 1, hash);
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

struct hash_stream {
	EVP_MD_CTX *context;
};

hash_stream *hash_stream_new(void)
{
	hash_stream *s = g_new(hash_stream, 1);
	s->context = begin();
	return s;
}

void hash_stream_add(hash_stream *s, const void *bytes, size_t length)
{
	require(EVP_DigestUpdate(s->context, bytes, length));
}

char *hash_stream_hex(hash_stream *s, char hex[HASH_HEX_SIZE])
{
	uint8_t hash[HASH_SIZE];
	require(EVP_DigestFinal_ex(s->context, hash, NULL));
	return hash_hex(hash, hex);
}

void hash_stream_free(hash_stream *s)
{
	if (!s)
		return;
	EVP_MD_CTX_free(s->context);
	g_free(s);
}
