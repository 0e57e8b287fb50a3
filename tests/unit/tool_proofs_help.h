/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the tool on a signed log share: Ann has joined, bound a key, refused one thing and
 * granted another; she has a receipt, in receipt.jws. */
#ifndef TOOL_PROOFS_HELP_H
#define TOOL_PROOFS_HELP_H

#include "exports_tool_help.h"
#include "signed_log.h"

#define NAME "Zacharias the Unforgettable" /* Ann's display name */

extern char *receipt; /* compact */

void proofs_setup(void);
void proofs_teardown(void);

/* Files of the place's folder. */
char *file_in(const char *name);
void put(const char *name, const char *text);
char *get(const char *name);
/* Changes a bit. */
void flip(const char *name, size_t at);

/* Runs the tool; “@” in the arguments is the place's folder, %s the ledger. NULL: nothing is to be said
 * there. */
void expect_run(const char *arguments, int code, const char *out, const char *err);
run run_in_place(const char *arguments);
/* What a command prints, into a file. */
void save(const char *arguments, const char *name);
/* The log's verifier key, into the file vkey. */
void save_key(void);
/* So many entries more. */
void grow(unsigned count);

#endif
