/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log in which Ann has bound a key and granted, and Bob has granted without one; and what somebody writes
 * into it who has the store and the log's key: through the ledger, so that hashes, links and checkpoints are
 * all as they should be. */
#ifndef SIGNERS_HELP_H
#define SIGNERS_HELP_H

#include "signed_log.h"

#include "base/clock.h"

#define MINUTE_MS G_GINT64_CONSTANT(60000)

extern help_place signers_place;
extern ledger *signers_ledger;
extern person ann, eve; /* Eve says that she is Ann */

void signers_setup(void);
void signers_teardown(void);

/* As signed_log_expect. */
void expect(const char *word);

/* A decision entry about Ann, with that proof (taken). */
void write_decision(const char *how, const char *purpose, const char *decision, char *proof);

/* Now. */
char *sign(person *by, json_t *subject);

#endif
