/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Personal data at rest: encrypted under a random key of the participant it is about, which the store keeps
 * as a named value. Destroying that key is the erasure; what is left tells nothing, also not by trying, since
 * the commitment in the body has a salt that is encrypted as well.
 *
 * A row's `personal` is base64 of XChaCha20-Poly1305(salt ‖ canonical JSON), additional data the
 * participant's id; the row's `salt` holds the nonce (24 bytes, then zeros). */
#ifndef CONSENT_LEDGER_VAULT_H
#define CONSENT_LEDGER_VAULT_H

#include "ledger/entries.h"
#include "ledger/store.h"

#define VAULT_KEY_SIZE 32

/* Names of the values that are keys: this and their owner. */
#define VAULT_KEY_PREFIX "key/"
/* The owner of what is about nobody. */
#define VAULT_NOBODY "-"

/* Whose key a row's personal data is under: its participant's, or, for an entry about none, the log's own. */
const char *vault_owner(const char *participant);

/* The owner's key. `create`: in a transaction; makes one where there is none. *ret_found false: there
 * is none (any more). */
bool vault_key(store *s, const char *participant, bool create, uint8_t key[VAULT_KEY_SIZE], bool *ret_found,
	GError **error);

/* The key that such a value is. False for what is none. */
bool vault_read_key(const char *value, uint8_t key[VAULT_KEY_SIZE]);

/* Encrypts: sets `nonce` and returns the text (g_free). */
char *vault_seal(const uint8_t key[VAULT_KEY_SIZE], const char *participant, const uint8_t salt[HASH_SIZE],
	const char *personal, uint8_t nonce[HASH_SIZE]);

/* Keys that a writer has used, so that it need not ask its store for each entry, and others can encrypt for
 * it. A key is in it only if it is in the store as well, in the open transaction perhaps: the writer wipes
 * them all after a rollback, and when somebody else wrote, who may have destroyed some. They leave no trace
 * in memory then. Any thread. */
typedef struct vault_keys vault_keys;
vault_keys *vault_keys_new(void);
void vault_keys_free(vault_keys *keys); /* takes NULL */
void vault_keys_wipe(vault_keys *keys);

/* In a transaction: vault_key that creates, out of `keys` (NULL: none) if it is there, else kept there. */
bool vault_writing_key(store *s, vault_keys *keys, const char *participant, uint8_t key[VAULT_KEY_SIZE],
	bool *ret_found, GError **error);

/* Encrypts the entry's personal data into it, ahead of its transaction, if its key is known. */
void vault_seal_ahead(vault_keys *keys, entry *e);
/* In the transaction: whether what was encrypted ahead can be written, since the key is still that one. */
bool vault_holds(vault_keys *keys, const entry *e);

/* In a transaction: destroys it, in `keys` (NULL: none) as well. */
bool vault_forget(store *s, vault_keys *keys, const char *participant, GError **error);

/* Decrypts: canonical JSON (g_free) and its salt. NULL when text and key do not belong together. */
char *vault_open(const uint8_t key[VAULT_KEY_SIZE], const char *participant, const char *sealed,
	const uint8_t nonce[HASH_SIZE], uint8_t salt[HASH_SIZE]);

#endif
