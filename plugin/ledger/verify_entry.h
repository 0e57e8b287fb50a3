/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether one row of a log is what was written: its hashes, its columns, its personal data, and that a
 * participant with a key signed it. Private to this folder. */
#ifndef CONSENT_LEDGER_VERIFY_ENTRY_H
#define CONSENT_LEDGER_VERIFY_ENTRY_H

#include "ledger/signers.h"

typedef struct entry_context {
	store *store;
	const uint8_t *secret; /* of the salts (tree.h) */
	/* Both or none; without, hashes and columns only. */
	GHashTable *erased; /* participant → gint64, index of the last `erase` */
	signers *signers;   /* that have seen all entries before */
} entry_context;

/* `previous` is the link of the entry before. Returns NULL, or what is wrong. */
const char *entry_check(const entry_context *c, const uint8_t previous[HASH_SIZE], const store_row *row);

#endif
