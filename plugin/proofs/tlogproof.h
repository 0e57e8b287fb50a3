/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs for files (c2sp.org/tlog-proof@v1): that an entry is in a log, with all that is needed to check it
 * offline but the entry itself and the log's verifier key.
 *   c2sp.org/tlog-proof@v1
 *   extra <base64>                     may be absent; nothing vouches for it
 *   index <decimal>
 *   <base64 hash, a line each>         the inclusion proof
 *   <empty line>
 *   <the checkpoint, as it was signed>
 *
 * Errors as in note.h. Pure functions, any thread. */
#ifndef CONSENT_PROOFS_TLOGPROOF_H
#define CONSENT_PROOFS_TLOGPROOF_H

#include "proofs/checkpoint.h"
#include "proofs/merkle.h"

#define TLOG_PROOF_EXTENSION ".tlog-proof"

typedef struct tlog_proof {
	GBytes *extra; /* or NULL */
	guint64 index;
	merkle_proof path;
	char *checkpoint; /* a signed note */
} tlog_proof;

/* g_free. */
char *tlog_proof_text(const tlog_proof *proof);

/* Reads one; checks its form, that the checkpoint is a note as well, and no signature. */
bool tlog_proof_parse(text_span bytes, tlog_proof *ret, GError **error);

void tlog_proof_clear(tlog_proof *proof);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(tlog_proof, tlog_proof_clear)

/* The entry with that leaf hash is in the log `origin`, whose head is signed with a known key
 * (checkpoint_open). `ret_index`, and `ret_head` (clear it), may be NULL. */
bool tlog_proof_verify(text_span bytes, const uint8_t leaf[HASH_SIZE], const char *origin,
	const note_verifier *known, size_t count, guint64 *ret_index, checkpoint *ret_head, GError **error);

#endif
