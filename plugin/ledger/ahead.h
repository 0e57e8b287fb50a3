/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a long list with two threads: one fetches the next rows while the other works on those before.
 * Private to this folder. */
#ifndef CONSENT_LEDGER_AHEAD_H
#define CONSENT_LEDGER_AHEAD_H

#include "ledger/store.h"

/* As ops->iterate, with `each` on the calling thread. `from` is used by nobody else meanwhile, `each` must
 * not. Some hundred rows are in memory at a time. */
bool ahead_iterate(store *from, const ledger_filter *filter, store_each each, void *user, GError **error);

#endif
