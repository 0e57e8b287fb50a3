/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tool is given to verify by, besides what it verifies: public keys, checkpoints. */
#ifndef CONSENT_CLI_WITNESS_H
#define CONSENT_CLI_WITNESS_H

#include "cli/options.h"
#include "ledger/reader.h"
#include "proofs/text.h"

/* {0} is the empty one. */
typedef struct witness {
	GArray *keys;     /* of note_verifier, of one log, the current one first; NULL: none given */
	GPtrArray *texts; /* the checkpoints' */
	GArray *held;     /* of ledger_held */
} witness;

void witness_clear(witness *w);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(witness, witness_clear)

/* Takes the keys of --key that are of the log `origin`: a verifier key of notes, or a file of such keys, a
 * line each, or a JWKS file, whose keys are taken for that log's. Nothing given: nothing taken.
 * CONSENT_ERROR_VERIFY when none is of that log. */
bool witness_take_keys(witness *w, const arguments *args, const char *origin, GError **error);

/* Takes the checkpoint in the file. `what` says in errors which one it is. */
bool witness_take_checkpoint(witness *w, const char *path, const char *what, GError **error);

/* Takes the public keys of the gateway's key file, and the checkpoint that the gateway keeps beside it, where
 * both are of that log and can be read; says on stderr when they cannot. */
void witness_take_gateway(witness *w, const char *key_file, const char *origin);

/* The same for ledger_verify_with; borrows. */
ledger_witness witness_of(const witness *w);

/* A file's bytes, which must be there (g_bytes_unref). */
GBytes *witness_read(const char *path, size_t max, GError **error);
text_span witness_span(GBytes *bytes);

#endif
