/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What our code writes for others to judge, and what it says of what they wrote. */
#ifndef CONSENT_TESTS_INTEROP_ARTEFACTS_H
#define CONSENT_TESTS_INTEROP_ARTEFACTS_H

#include "proofs_log.h"

#define LOG_ORIGIN "consent.example.com/log"
#define OTHER_NAME "witness.example.com/w1"

/* Writes a file in a folder, which is made; ends the program when that fails. */
void put(const char *folder, const char *name, const char *text);

/* Appends a blank and the base64 of the bytes. */
void add_base64(GString *out, const void *bytes, size_t length);

/* Into `folder`: keys, leaves, checkpoints, proofs, notes and tiles of a log. */
void make_log(const char *folder);

/* Into `folder`: a key set, receipts in both names of the algorithm, and their claims. */
void make_jws(const char *folder);

/* Into `folder`: a ledger, made or gone on with, with so many entries more, and a receipt for the last one in
 * receipts/<index>.jws; the log's verifier key in vkey. The program's exit code. */
int make_ledger(const char *folder, unsigned count);

/* Reads lines from standard input: "good" or "bad" as somebody else judged it, and what they judged. Prints
 * those of which our verdict is another one, and how many there were. The program's exit code. */
int check_notes(void);
int check_inclusion(void);
int check_consistency(void);
int check_jws(void);

#endif
