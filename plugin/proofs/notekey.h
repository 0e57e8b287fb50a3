/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of signed notes (c2sp.org/signed-note), Ed25519 only.
 *
 * A key has a name (for a log: its origin) and an id, the first four bytes of
 * SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). Text forms:
 *   verifier  <name>+<id in hex>+<base64 of 0x01 ‖ public key>
 *   signer    PRIVATE+KEY+<name>+<id in hex>+<base64 of 0x01 ‖ seed>    (as Go's sumdb/note writes it;
 * secret)
 *
 * Errors are CONSENT_ERROR_INVALID; outputs are untouched then. Pure functions, any thread. */
#ifndef CONSENT_PROOFS_NOTEKEY_H
#define CONSENT_PROOFS_NOTEKEY_H

#include "proofs/signing.h"
#include "proofs/text.h"

typedef struct note_verifier {
	char *name;
	guint32 id;
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
} note_verifier;

typedef struct note_signer {
	char *name;
	guint32 id;
	signing_key key;
} note_signer;

/* Not empty, UTF-8, no white space of Unicode, no control characters, no "+". */
bool note_is_name(text_span name);

guint32 note_key_id(const char *name, const uint8_t public_key[SIGNING_PUBLIC_SIZE]);

bool note_verifier_make(
	const char *name, const uint8_t public_key[SIGNING_PUBLIC_SIZE], note_verifier *ret, GError **error);
bool note_verifier_parse(const char *text, note_verifier *ret, GError **error);
char *note_verifier_text(const note_verifier *verifier);
bool note_verifier_equal(const note_verifier *a, const note_verifier *b);
void note_verifier_copy(const note_verifier *from, note_verifier *ret);
void note_verifier_clear(note_verifier *verifier);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(note_verifier, note_verifier_clear)

bool note_signer_make(const char *name, const signing_key *key, note_signer *ret, GError **error);
bool note_signer_parse(const char *text, note_signer *ret, GError **error);
/* Secret: zero it before it is freed (note_secret_free). */
char *note_signer_text(const note_signer *signer);
void note_signer_verifier(const note_signer *signer, note_verifier *ret);
void note_signer_clear(note_signer *signer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(note_signer, note_signer_clear)

/* Zeroes and frees a text; takes NULL. */
void note_secret_free(char *text);

#endif
