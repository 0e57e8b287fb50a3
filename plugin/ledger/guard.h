/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guard against a store that was put back to an older copy: a file beside the signing key that holds a
 * checkpoint of late. A gateway does not go on with a store that this checkpoint contradicts, since it would
 * sign another history than it signed before. */
#ifndef CONSENT_LEDGER_GUARD_H
#define CONSENT_LEDGER_GUARD_H

#include "ledger/tree.h"

/* The guard of a log with that key file (g_free). */
char *guard_path(const char *key_file);

/* CONSENT_ERROR_STORE when the store does not go on from the checkpoint in the file. No file: nothing to
 * check. */
bool guard_check(const char *path, store *s, const keyring *ring, GError **error);

/* Replaces the file by the store's newest checkpoint. A failure is a warning in the log: the ledger itself is
 * well. */
void guard_write(const char *path, store *s);

#endif
