/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On whom a product rests (ledger/products.h): those of whom something was captured for its purpose in its
 * meeting, and is not erased. */
#ifndef CONSENT_CLI_RESTING_H
#define CONSENT_CLI_RESTING_H

#include "cli/recordings.h"

typedef struct resting {
	char *origin; /* the log that the meeting is in; "" for one without a name; NULL: nobody was found */
	json_t *room;
	json_t *on;      /* "rests_on" of the entry: {"participant","medium","index","products"} */
	gint64 until_ms; /* when the first retention ends; 0: none does */
} resting;

void resting_clear(resting *r);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(resting, resting_clear)

/* `only`: ids with commas between, or NULL for all of them. CONSENT_ERROR_NOT_FOUND when there is nobody, or
 * not everybody whom `only` names. */
bool resting_find(const recordings *all, const char *meeting, const char *purpose, const char *only,
	resting *ret, GError **error);

/* Whether all of "rests_on" grant the purpose now. *ret_why (g_free) says who does not, NULL: all do. */
bool resting_agree(ledger_reader *r, const json_t *on, const char *purpose, gint64 now_ms, char **ret_why,
	GError **error);

#endif
