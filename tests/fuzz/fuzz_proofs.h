/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the targets for proofs/ share with the program that writes their seeds: one log, one receipt, one
 * participant's proof, always the same. */
#ifndef CONSENT_TESTS_FUZZ_PROOFS_H
#define CONSENT_TESTS_FUZZ_PROOFS_H

#include "proofs_log.h"

#include "proofs/proof.h"
#include "proofs/tlogproof.h"

#define FUZZ_ORIGIN "example.com/log"
#define FUZZ_SIZE 11
#define FUZZ_INDEX 6

/* The log's key. */
void fuzz_signer(note_signer *ret);

/* A signed checkpoint, a proof of entry FUZZ_INDEX, and its leaf hash. g_free. */
char *fuzz_checkpoint(void);
char *fuzz_tlog_proof(uint8_t leaf[HASH_SIZE]);

/* A participant's key, their proof, and all that is wanted of it (`subject` is a new reference). */
void fuzz_key(signing_key *ret);
char *fuzz_proof(void);
void fuzz_wanted(const signing_key *key, json_t *subject, proof_wanted *ret);
json_t *fuzz_subject(void);

#endif
