/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ledger's tests share: stores of every kind, rows to put into them, entries as the gateway writes
 * them. */
#ifndef LEDGER_HELP_H
#define LEDGER_HELP_H

#include "ledger/ledger.h"
#include "ledger/memory.h"
#include "ledger/reader.h"
#include "ledger/store.h"
#include "ledger/tree.h"

#include "postgres_support.h"

#include <check.h>
#include <sqlite3.h>

/* Kinds of store that one suite runs over, for tcase_add_loop_test. */
enum { HELP_MEMORY, HELP_SQLITE, HELP_POSTGRES, HELP_STORES };

#define HELP_ORIGIN "test.example/consent"

/* A main that runs one suite. `kinds` are those that there are here, for the end of such a loop: with
 * PostgreSQL, whose server runs meanwhile, or without, and then the reason is printed. */
int help_run(const char *name, void (*add_tests)(TCase *tc, int kinds));
/* The server, while there is one. */
extern pg_server help_server;

typedef struct help_place {
	char *folder; /* a fresh temporary one */
	char *path;   /* the ledger in it */
} help_place;

help_place help_place_new(void);
void help_place_remove(help_place *place);

/* A store of that kind, ready to write, and another handle that reads what it has committed. */
store *help_store(int kind, const help_place *place);
store *help_view(int kind, store *writer, const help_place *place);

/* A well-formed row: body {"n":index}, hashes made up. */
store_row help_row(gint64 index);
/* One transaction with rows first … first + count − 1. */
void help_fill(store *s, gint64 first, unsigned count);

/* A ledger on the SQLite file, or on a store that it takes over with a probe every few milliseconds. */
ledger *help_ledger(const help_place *place);
ledger *help_ledger_on(store *s);

/* Appends and waits; the test fails when the ledger does not take it. Format and arguments as json_pack's. */
ledger_place help_append(ledger *l, const char *type, const char *format, ...);
/* The same with {"display": display} as personal data. */
ledger_place help_append_named(ledger *l, const char *type, const char *display, const char *format, ...);

/* The same without a ledger, straight into a store, at a time of the test's choice; display may be NULL.
 * Returns the index. */
gint64 help_write(store *s, gint64 at_ms, const char *type, const char *display, const char *format, ...);

/* The leaf hash that the entry would have in the store's log. */
void help_leaf(store *s, gint64 index, const char *body, uint8_t leaf[HASH_SIZE]);

/* Runs SQL on the file as somebody with access to it could, without its triggers meanwhile. */
void help_tamper(const help_place *place, const char *sql);
/* The first column of the first row, as text (g_free). */
char *help_select(const help_place *place, const char *sql);

#endif
