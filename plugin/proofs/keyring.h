/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of one log: the one it signs with, and those it signed with before, whose signatures stay good.
 *
 * Text form, a key a line (notekey.h): the signer key, then former verifier keys, newest first. Empty lines
 * and lines that begin with "#" are read over. All keys have the log's origin as their name.
 *
 * Errors are CONSENT_ERROR_CONFIG; outputs are untouched then. Pure functions, any thread. */
#ifndef CONSENT_PROOFS_KEYRING_H
#define CONSENT_PROOFS_KEYRING_H

#include "proofs/notekey.h"

#include <jansson.h>

/* Secret: clear it. */
typedef struct keyring {
	note_signer signer;
	GArray *former; /* of note_verifier, newest first */
} keyring;

/* A new key; `former` (may be NULL when `count` is 0) are copied. */
bool keyring_make(
	const char *origin, const note_verifier *former, size_t count, keyring *ret, GError **error);

/* A new key in place of this one, which becomes the newest of the former ones. */
bool keyring_rotate(const keyring *ring, keyring *ret, GError **error);

/* `what` is the name of the source, for the error. A text of another log's keys is refused. */
bool keyring_parse(const char *text, const char *origin, const char *what, keyring *ret, GError **error);

/* Secret: note_secret_free. */
char *keyring_text(const keyring *ring);

/* All verifiers, the current key's first (of note_verifier; g_array_unref). */
GArray *keyring_verifiers(const keyring *ring);

/* All public keys as a JWKS, the current one first. */
json_t *keyring_jwks(const keyring *ring);

/* True when the key is the current one or a former one. */
bool keyring_has(const keyring *ring, const note_verifier *verifier);

void keyring_clear(keyring *ring);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(keyring, keyring_clear)

#endif
