/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file in which a log's keys are kept (keyring.h): mode 0600, of the user who runs the gateway or of
 * root.
 *
 * Errors name the file and the mend: CONSENT_ERROR_CONFIG when the file is lost, another log's, open to
 * others or not a key file; CONSENT_ERROR_FILE when the system refuses. Outputs are untouched then. Any
 * thread, any process: of several that create the file at once, one does and the others load it. */
#ifndef CONSENT_PROOFS_KEYFILE_H
#define CONSENT_PROOFS_KEYFILE_H

#include "proofs/keyring.h"

/* What a start does. `recorded` is the verifier key in text form that the log is known to be signed with,
 * NULL for a log that has no signature yet. Without it a missing file is created; with it a missing file is
 * an error, and so is one that has that key neither as the current one nor among the former ones. */
bool keyfile_open(const char *path, const char *origin, const char *recorded, keyring *ret, GError **error);

/* Loads an existing file. */
bool keyfile_load(const char *path, const char *origin, keyring *ret, GError **error);

/* The name of the log that an existing file is of (g_free). NULL when there is none, or it cannot be read. */
char *keyfile_origin(const char *path);

/* Makes a new key and the file, which must not exist; `former` as in keyring_make (for a log whose file is
 * lost: the key that it had). The folder must exist. */
bool keyfile_create(const char *path, const char *origin, const note_verifier *former, size_t count,
	keyring *ret, GError **error);

/* Puts a new key into the file, the one that was there among the former ones; the old file is replaced in one
 * step. */
bool keyfile_rotate(const char *path, const char *origin, keyring *ret, GError **error);

#endif
