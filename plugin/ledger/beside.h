/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tool writes, beside a gateway that is running or not. Where the store holds several logs, `origin`
 * names one; NULL is all of them, or the only one. Errors leave the ledger as it was unless said. */
#ifndef CONSENT_LEDGER_BESIDE_H
#define CONSENT_LEDGER_BESIDE_H

#include "ledger/ledger.h"

/* Destroys the keys to the personal data of a participant, in every log that knows them, with an `erase`
 * entry for each of their ids (all of identity.h, the first of which was asked for). *ret_clean: the store
 * keeps nothing of it for itself any more; false: a gateway sees to that, or another call.
 *
 * CONSENT_ERROR_NOT_FOUND when no log knows the participant; CONSENT_ERROR_INVALID when they are of a meeting
 * that goes on in a running gateway. */
bool ledger_erase_beside(const char *where, const char *origin, const GPtrArray *ids, const char *reason,
	bool *ret_clean, GError **error);

/* Whether that would be refused now because of a meeting that goes on: to be asked before anything else of
 * the participant's is erased. */
bool ledger_check_erasable(const char *where, const char *origin, const GPtrArray *ids, GError **error);

/* Gives a log a new key: in its key file (`path`; NULL: the one that the store names), with a `key` entry and
 * a checkpoint by the new one. Only while no gateway runs. *ret_vkey (g_free) is the new verifier key. */
bool ledger_rotate_key(
	const char *where, const char *origin, const char *path, char **ret_vkey, GError **error);

#endif
