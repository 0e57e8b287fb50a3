/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of the store in PostgreSQL, over ledger_help.h. */
#ifndef POSTGRES_HELP_H
#define POSTGRES_HELP_H

#include "ledger_help.h"

#include "ledger/postgres_store.h"

/* The log of another gateway, beside HELP_ORIGIN. */
#define HELP_OTHER "other.example/consent"

store *open_as(const char *origin, store_role role);
void expect_word(const GError *error, const char *word);
void expect_no_open(const char *origin, store_role role, const char *word);

void run_sql(const char *sql);
void expect_sql(const char *sql, const char *value);

/* The server ends the connections of all gateways and readers. */
void end_sessions(void);

/* The rows that pass, as the first letter of their log's origin and their index, a blank after each. */
void expect_rows(store *s, const ledger_filter *filter, const char *wanted);

/* A main that runs tests, each on an empty database; exit status 77 where there is no server. */
int run_on_postgres(const char *name, const TTest *const *const *tests, size_t count);

#endif
