/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether decisions were made by the participants themselves: whoever has bound a key (entry `bind`) must
 * have signed every grant and refusal after it, over just what the entry says. Somebody who has the store and
 * the log's key, but not the participant's, cannot make such an entry. One thread; entries in order. */
#ifndef CONSENT_LEDGER_SIGNERS_H
#define CONSENT_LEDGER_SIGNERS_H

#include "ledger/store.h"

typedef struct signers signers;

signers *signers_new(void);
void signers_free(signers *all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(signers, signers_free)

/* The next entry; `personal` NULL: it has none, or it was erased. Returns NULL, or what is wrong. */
const char *signers_check(signers *all, const store_row *row, const json_t *body, const json_t *personal);

#endif
