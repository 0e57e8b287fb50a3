/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 and its lowercase hexadecimal form. Thread-safe; sodium_init() must have succeeded once.
 *
 * By OpenSSL's libcrypto, which uses the processor's own instructions and so is several times faster than
 * libsodium: recordings are hashed on their way to the disk, and each entry of the ledger half a dozen times.
 */
#ifndef CONSENT_BASE_HASH_H
#define CONSENT_BASE_HASH_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_SIZE 32
#define HASH_HEX_SIZE (2 * HASH_SIZE + 1)

void hash_bytes(const void *bytes, size_t length, uint8_t hash[HASH_SIZE]);

/* A stretch of what is hashed. */
typedef struct hash_part {
	const void *bytes;
	size_t length;
} hash_part;

/* The hash of the parts, one after the other. */
void hash_parts(const hash_part *parts, size_t count, uint8_t hash[HASH_SIZE]);

/* Writes lowercase hexadecimal and a NUL. Returns `hex`. */
char *hash_hex(const uint8_t hash[HASH_SIZE], char hex[HASH_HEX_SIZE]);

/* hash_bytes and hash_hex in one. */
char *hash_bytes_hex(const void *bytes, size_t length, char hex[HASH_HEX_SIZE]);

/* The hash of bytes that come piece by piece. One thread at a time. */
typedef struct hash_stream hash_stream;

hash_stream *hash_stream_new(void);
void hash_stream_add(hash_stream *s, const void *bytes, size_t length);
/* Of all that was added; nothing may be added after that. Returns `hex`. */
char *hash_stream_hex(hash_stream *s, char hex[HASH_HEX_SIZE]);
/* Takes NULL. */
void hash_stream_free(hash_stream *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(hash_stream, hash_stream_free)

#endif
