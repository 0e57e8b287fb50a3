/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operator's key: the one secret under which all keys of recordings are kept. It is in a file of its own,
 * so that neither the ledger with its keys nor the recordings, nor a backup of both, is enough to read any.
 *
 * The file is one line, "consent-capture-key:" ‖ base64 of 32 random bytes; see secretfile.h for its mode and
 * for errors. What is known of a key elsewhere is its id, which tells nothing about it. */
#ifndef CONSENT_SEALING_OPERATORKEY_H
#define CONSENT_SEALING_OPERATORKEY_H

#include "base/hash.h"
#include "sealing/wrap.h"

/* Secret: sodium_memzero. */
typedef struct operatorkey {
	uint8_t bytes[SEALING_KEY_SIZE];
} operatorkey;

/* Lowercase hexadecimal. Returns `id`. */
char *operatorkey_id(const operatorkey *key, char id[HASH_HEX_SIZE]);

/* What a start does. `recorded`: the id of the key that is in use already, NULL: none is. Without it a
 * missing file is made; with it a missing file, or another key, is an error. */
bool operatorkey_open(const char *path, const char *recorded, operatorkey *ret, GError **error);

#endif
