/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 (libsodium) and its lowercase hexadecimal form. Thread-safe; sodium_init() must have succeeded
 * once. */
#ifndef CONSENT_BASE_HASH_H
#define CONSENT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_SIZE 32
#define HASH_HEX_SIZE (2 * HASH_SIZE + 1)

void hash_bytes(const void *bytes, size_t length, uint8_t hash[HASH_SIZE]);

/* Writes lowercase hexadecimal and a NUL. Returns `hex`. */
char *hash_hex(const uint8_t hash[HASH_SIZE], char hex[HASH_HEX_SIZE]);

/* hash_bytes and hash_hex in one. */
char *hash_bytes_hex(const void *bytes, size_t length, char hex[HASH_HEX_SIZE]);

#endif
