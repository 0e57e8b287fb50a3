/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store in memory: a complete one, for tests and for trying things out. It can be told to fail and to wait,
 * which a disk cannot. Views share the data; the data goes with the last view. The functions here may be
 * called from any thread. */
#ifndef CONSENT_LEDGER_MEMORY_H
#define CONSENT_LEDGER_MEMORY_H

#include "ledger/store.h"

typedef enum {
	MEMORY_BEGIN,
	MEMORY_APPEND,
	MEMORY_COMMIT,
	MEMORY_PROBE,
	MEMORY_OPS,
} memory_op;

store *store_memory_new(void);

/* Another handle on the same data. */
store *store_memory_view(store *s);

/* The nth next call (1: the very next) of `op` fails, and so do the following, `times` calls in all; times 0:
 * none does any more. */
void store_memory_fail(store *s, memory_op op, unsigned nth, unsigned times);

/* How often `op` was called. */
unsigned store_memory_count(store *s, memory_op op);

/* Holds the next commit until release; await returns when a commit is being held. */
void store_memory_hold(store *s);
void store_memory_await(store *s);
void store_memory_release(store *s);

/* Changes row `index` as somebody with access to the storage could: `row` replaces it; NULL deletes it. The
 * head stays. */
void store_memory_tamper(store *s, gint64 index, const store_row *row);

/* Forgets everything, as an older copy put in its place would. */
void store_memory_turn_back(store *s);

#endif
