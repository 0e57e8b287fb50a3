/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed log in a file, for somebody with access to it to tamper with. */
#ifndef TAMPER_HELP_H
#define TAMPER_HELP_H

#include "signed_log.h"

/* More than a tile's worth, so that the store keeps a hash above the leaves. */
#define ENTRIES 260
#define ERASURE 8 /* the entry that says that somebody was erased, whose own is 5 */

extern help_place place;

void tamper_setup(void);
void tamper_teardown(void);

/* The file as it was written. */
void put_back(void);

/* NULL when all is well; else what verify says (g_free). `with` may be NULL. */
char *verify_with(const ledger_witness *with);

/* Found, and with that in the answer; one of two where `other` is given. */
void expect_found(const char *done, const char *word, const char *other);
/* Found at that entry, or where its change shows first. */
void expect_entry(const char *done, int index);
const char *other_place(int index); /* NULL: nowhere else */

/* The file by itself, its triggers in force. */
sqlite3 *open_bare(void);
void run_sql(sqlite3 *db, const char *sql);

#endif
