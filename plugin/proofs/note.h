/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed notes (c2sp.org/signed-note): a text, an empty line, and signatures, a line each:
 *   — <key name> <base64 of key id ‖ signature>
 * UTF-8 without control characters but LF. The signatures cover the text with its last LF.
 *
 * Errors are CONSENT_ERROR_VERIFY where a note is read, CONSENT_ERROR_INVALID where one is made; outputs are
 * untouched then. Pure functions, any thread. */
#ifndef CONSENT_PROOFS_NOTE_H
#define CONSENT_PROOFS_NOTE_H

#include "proofs/notekey.h"

#define NOTE_SIGNATURES_MAX 100     /* as many as Go's reader takes */
#define NOTE_SIZE_MAX (1024 * 1024) /* bytes */

typedef struct note_signature {
	char *name;
	guint32 id;
	GBytes *bytes; /* without the key id */
	bool verified; /* by a known key; others are of unknown keys */
} note_signature;

typedef struct note {
	char *text;         /* ends in LF */
	GArray *signatures; /* of note_signature, in their order in the note, at least one */
} note;

/* Reads a note and checks no signature: to learn who is said to have signed it. */
bool note_parse(text_span bytes, note *ret, GError **error);

/* Reads a note and checks every signature of a known key: all must be good, and there must be one. Signatures
 * of unknown keys are left alone. Two different verifiers with one name and id make it fail. */
bool note_open(text_span bytes, const note_verifier *known, size_t count, note *ret, GError **error);

void note_clear(note *n);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(note, note_clear)

/* Signs `text`, which must end in LF, with each of the signers, of which there is at least one. g_free. */
char *note_sign(const char *text, const note_signer *signers, size_t count, GError **error);

/* True when `name` has a verified signature on it. */
bool note_signed_by(const note *n, const char *name);

#endif
