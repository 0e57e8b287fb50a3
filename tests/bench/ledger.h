/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of the ledger's bench share. A failure ends the program with its message. */
#ifndef BENCH_LEDGER_H
#define BENCH_LEDGER_H

#include "ledger/ledger.h"
#include "ledger/store.h"

#include <jansson.h>

double bench_now(void); /* seconds */
void bench_must(bool good, const GError *error);

/* The body of a decision entry of the participant of that number. */
json_t *bench_decision(unsigned participant);
json_t *bench_person(void);

/* Each measurement goes on for so many seconds before it counts: files that are still growing, and the first
 * of everything, are no store's usual pace. */
#define BENCH_WARM_UP 0.5

/* How long something took, again and again, in seconds. */
typedef struct bench_times {
	double mean, p50, p99;
	double rate; /* where somebody counts rows: how many a second */
} bench_times;

/* Of at least one duration (double); sorts them. */
bench_times bench_summary(GArray *seconds_each);

/* ledger_bare.c: for so long, after the warm-up, commits to an empty store, without a ledger, transactions of
 * `batch` rows, byte for byte those of as many participants' decisions, with hashes made up. Times are those
 * of a transaction.
 */
bench_times bench_bare(store *s, unsigned batch, double seconds);

/* The path of an SQLite store in the folder; what was there under its name is gone (g_free). */
char *bench_fresh(const char *folder);
/* A signing key in the folder, made anew; its path (g_free). */
char *bench_key(const char *folder);

/* ledger_read.c: fills a store in the folder with that many decisions, then verifies and exports it, next to
 * what sha256sum needs for the same bytes. */
void bench_reading(const char *folder, unsigned records);

#endif
