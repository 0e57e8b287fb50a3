/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger on a memory store, and who waits for it: for the tests of the queue and its failures. */
#ifndef LEDGER_QUEUE_HELP_H
#define LEDGER_QUEUE_HELP_H

#include "ledger_help.h"

#include <check.h>

#define LONG_MS 30000 /* never reached */

/* The store that the ledgers here write to; another handle on it. */
extern store *data;
void queue_setup(void);
void queue_teardown(void);

ledger *open_ledger(void);

/* Health as the ledger tells it; a test waits for a state. */
typedef struct health {
	GMutex lock;
	GCond changed;
	bool healthy;
	unsigned changes;
	char why[200];
	unsigned fail_next;
} health;

/* Probes soon, or never by itself: unhealthy stays unhealthy. */
enum { PROBE_SOON = 5, PROBE_NEVER = 3600 * 1000 };

ledger *open_watched_on(store *s, health *h, unsigned probe_ms);
ledger *open_watched(health *h, unsigned probe_ms);
void await_health(health *h, bool healthy);
/* Of a ledger that is watched by it: the nth commit from now fails, and the nth from each time when it is
 * healthy again; 0: none does any more. */
void fail_every(health *h, unsigned nth);

/* Appends {"n":n}. */
ledger_ticket *ask(ledger *l, ledger_kind kind, int n);
bool wait_good(ledger_ticket *ticket);
void wait_bad(ledger_ticket *ticket, unsigned timeout_ms);

/* The n of all entries in the store, with blanks between. */
void expect_entries(const char *numbers);
void expect_verifies(gint64 wanted);

/* Verdicts of posted entries ("n:index", index −1 for a failure), in the order in which they came. */
typedef struct verdicts {
	GMutex lock;
	GCond changed;
	GString *text;
	unsigned count;
	GThread *thread;
} verdicts;

typedef struct verdict_of {
	verdicts *all;
	int n;
} verdict_of;

void on_done(const ledger_place *place, void *verdict_of_user);
void post(ledger *l, ledger_kind kind, verdict_of *v);
/* Waits for so many; frees the text. */
void expect_verdicts(verdicts *v, unsigned count, const char *text);

int run_suite(const char *name, void (*add_tests)(TCase *tc));

#endif
