/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which entries have another one of the same participant behind them. For who goes through a whole ledger:
 * one walk along an index in its own order, in place of a look into it for each entry. Private to this
 * folder; one thread at a time. */
#ifndef CONSENT_LEDGER_SQLITE_FOLLOWED_H
#define CONSENT_LEDGER_SQLITE_FOLLOWED_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* One bit an entry; in a larger ledger several share one, and some are looked up in vain. */
#define FOLLOWED_BITS (G_GUINT64_CONSTANT(1) << 23)

/* Makes the SQL function followed(idx) on that connection, which says 1 for decisions with a decision or an
 * erasure of the same participant behind them (and, rarely, for others). It knows nothing of entries that
 * come later than *ret_last (−1: there is none). One transaction to read. It lives as long as the connection,
 * or until this is called again. CONSENT_ERROR_STORE. */
bool sqlite_followed(sqlite3 *db, gint64 *ret_last, GError **error);

#endif
