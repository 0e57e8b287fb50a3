/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries that are taken from the queue together, share a transaction as a rule, and are told their verdict
 * together. Private to this folder. */
#ifndef CONSENT_LEDGER_BATCH_H
#define CONSENT_LEDGER_BATCH_H

#include "ledger/queue.h"

typedef struct batch {
	GQueue tickets;
	ledger_round *round;
	bool sent; /* the store has it, but has not answered */
} batch;

/* With the ledger's lock held: takes all that waits. What is in a batch is not taken back by its waiter any
 * more. */
batch batch_take(ledger *l);

/* Without the lock: gives everyone their verdict, in the order of the entries; `good`: what the store could
 * take is committed. Those who are kept and are not in the store go back into the queue. */
void batch_settle(ledger *l, batch *b, bool good);

/* committer.c: what follows a commit. Nobody waits for what can be done after the verdicts. `busy`: the store
 * has the next one already. */
void batch_finish(ledger *l, batch *b, bool good, bool busy, const GError *error);

/* So few are no crowd: nobody gains if they are gathered. */
#define BATCH_FEW 2

/* overlap.c: commits the batch and those that follow on it, for a store that commits in two steps. */
void batch_overlap(ledger *l, batch *b);
/* With the lock held: whether these may be such ones. */
bool batch_may_overlap(const ledger *l, const GQueue *tickets);
/* Those who wait for one that is not sent do not wait until it is known what became of the one before. */
void batch_refuse_follower(ledger *l);

#endif
