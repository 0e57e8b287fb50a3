/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether decisions were made by the participants themselves: whoever has bound a key (entry `bind`, which
 * they signed) must have signed every grant and refusal after it, over just what the entry says (covers.h),
 * each signature for one request. Somebody who has the store and the log's key, but not the participant's,
 * cannot make such an entry, nor one again out of an old signature. Grants run out by themselves only when
 * they say so.
 *
 * One thread; entries in order. */
#ifndef CONSENT_LEDGER_SIGNERS_H
#define CONSENT_LEDGER_SIGNERS_H

#include "ledger/store.h"
#include "proofs/signing.h"

typedef struct signers signers;

signers *signers_new(void);
void signers_free(signers *all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(signers, signers_free)

/* The next entry, with its personal data: NULL where it has none, or `erased`. Returns NULL, or what is
 * wrong. */
const char *signers_check(
	signers *all, const store_row *row, const json_t *body, const json_t *personal, bool erased);

/* A `decision` entry by itself: NULL when that key signed it, or what is wrong. Whether the signature served
 * before only the log tells. */
const char *signers_signed_by(
	const uint8_t key[SIGNING_PUBLIC_SIZE], const json_t *body, const json_t *personal);

#endif
