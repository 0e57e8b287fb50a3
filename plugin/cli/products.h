/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products (ledger/products.h) for the commands that erase and hand out. */
#ifndef CONSENT_CLI_PRODUCTS_H
#define CONSENT_CLI_PRODUCTS_H

#include "cli/recordings.h"

/* Removes its file, destroys its key, and says so in the log of that origin, and on stdout. */
bool products_remove(const recordings *all, const char *origin, const json_t *record, const char *reason,
	const char *by, GError **error);

/* The one of that id; *ret_count says whether there was one that is not erased. */
bool products_remove_one(
	const recordings *all, const char *id, const char *reason, guint *ret_count, GError **error);

/* What rests on the participant and goes when they have it erased; what may stay is told on stderr. */
bool products_remove_of(const recordings *all, const char *participant, const char *reason, GError **error);

/* Those whose time is over: as sweep does with segments. Adds to the counts. */
bool products_sweep(
	const recordings *all, gint64 now_ms, guint64 *ret_erased, unsigned *ret_failed, GError **error);

/* Its content (g_free), a zero byte behind it; NULL on failure. CONSENT_ERROR_NOT_FOUND: it has no key any
 * more. */
char *products_read(const recordings *all, const json_t *record, size_t *ret_length, GError **error);

#endif
