/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints (c2sp.org/tlog-checkpoint): a signed note whose text is a log's head.
 *   <origin>
 *   <size, decimal>
 *   <base64 of the root>
 * More lines may follow; they are read over. The key that signs has the origin as its name.
 *
 * A log must never sign two heads of which one is not the beginning of the other: whoever makes one sees to
 * that (merkle_verify_consistency). Errors as in note.h. Pure functions, any thread. */
#ifndef CONSENT_PROOFS_CHECKPOINT_H
#define CONSENT_PROOFS_CHECKPOINT_H

#include "base/hash.h"
#include "proofs/note.h"

typedef struct checkpoint {
	char *origin;
	guint64 size;
	uint8_t root[HASH_SIZE];
} checkpoint;

/* The text without signatures. An origin that is not a key's name (note_is_name), or a size beyond 2^63 − 1,
 * is refused. g_free. */
char *checkpoint_text(const char *origin, guint64 size, const uint8_t root[HASH_SIZE], GError **error);

/* The text of a note. An empty log's root must be that of the empty tree. */
bool checkpoint_parse(const char *text, checkpoint *ret, GError **error);

/* Text and signatures in one; the origin is the first signer's name. A log that changes its key may sign with
 * the old one besides. */
char *checkpoint_sign(guint64 size, const uint8_t root[HASH_SIZE], const note_signer *signers, size_t count,
	GError **error);

/* Reads a checkpoint of the log `origin`, which must be signed with one of the known keys of that name; known
 * keys of other names (witnesses) may have signed besides. */
bool checkpoint_open(text_span bytes, const char *origin, const note_verifier *known, size_t count,
	checkpoint *ret, GError **error);

void checkpoint_clear(checkpoint *c);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(checkpoint, checkpoint_clear)

#endif
