/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Merkle tree over a log's entries (proofs/merkle.h), and its signed head.
 *
 * A leaf's data is a salted commitment to the entry, SHA-256(salt ‖ body), so that the tree can be published
 * and tells nothing; the salt of entry i is HMAC-SHA-256 of i (64 bits, big-endian) under the log's secret,
 * which the store keeps. Who is shown one salt learns no other.
 *
 * The store keeps leaf hashes with the entries, and every eighth level above them as named values; the levels
 * between are computed. The newest checkpoint is written in the transaction of the entries that it covers.
 *
 * The ledger's thread, or whoever else appends, in a transaction; readers on handles of their own. Errors are
 * those of the store. */
#ifndef CONSENT_LEDGER_TREE_H
#define CONSENT_LEDGER_TREE_H

#include "ledger/store.h"
#include "proofs/keyring.h"
#include "proofs/merkle.h"
#include "proofs/tilehashes.h"

#define TREE_SECRET_SIZE 32

/* Where the log ends: all that appending needs. */
typedef struct tip {
	store_head head;
	merkle_tree edge; /* of the same size */
	uint8_t secret[TREE_SECRET_SIZE];
} tip;

/* Reads the store's tip. A log without a secret (a new one) gets it with `create`, in a transaction of its
 * own. */
bool tip_load(store *s, bool create, tip *ret, GError **error);

/* SHA-256(salt ‖ body), the salt being that of the entry `index`. */
void tip_commitment(const uint8_t secret[TREE_SECRET_SIZE], gint64 index, const char *body,
	uint8_t commitment[HASH_SIZE]);

/* The entry's salt. */
void tip_salt(const uint8_t secret[TREE_SECRET_SIZE], gint64 index, uint8_t salt[HASH_SIZE]);

/* In a transaction: takes the next entry's leaf into the tree. */
bool tip_grow(store *s, tip *t, const uint8_t leaf[HASH_SIZE], GError **error);

/* In a transaction: signs the tree's head and keeps it. */
bool tip_sign(store *s, const tip *t, const keyring *ring, GError **error);

/* Whether that kept hash is in the store; levels that are not kept always are. */
bool tree_holds(store *s, unsigned level, guint64 index, const uint8_t hash[HASH_SIZE]);

/* The log's secret. */
bool tree_secret(store *s, uint8_t secret[TREE_SECRET_SIZE], GError **error);

/* The newest checkpoint, a signed note (g_free); NULL for a log that has none yet. */
bool tree_checkpoint(store *s, char **ret_note, GError **error);

/* Hashes of the tree, for roots and proofs. `source` must outlive the reader. */
typedef struct tree_source {
	store *store;
	tile_hashes tiles;
} tree_source;
merkle_reader tree_reader(tree_source *source, store *s);

/* A tlog-proof that entry `index` is in the log, with the newest checkpoint (g_free). CONSENT_ERROR_NOT_FOUND
 * when there is no such entry. */
char *tree_prove(store *s, gint64 index, GError **error);

#endif
