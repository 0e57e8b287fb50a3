/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ids of one person. Whoever proves a key is the participant of that key from then on, and what they said
 * and what was captured before stands under the id that they had: the `bind` entry names it, `formerly`.
 * Whichever of them somebody names, all are meant where nothing may be left. */
#ifndef CONSENT_LEDGER_IDENTITY_H
#define CONSENT_LEDGER_IDENTITY_H

#include "ledger/reader.h"

/* A set of ids (g_ptr_array_unref), with one in it. */
GPtrArray *identity_new(const char *participant);
/* Unless it is there. */
void identity_add(GPtrArray *ids, const char *participant);

/* Adds all that the reader's logs know the same people by, behind those that are there. After an error some
 * may be missing. */
bool identity_complete(ledger_reader *r, GPtrArray *ids, GError **error);

/* Adds only those that the same people have had since: what they say now they say by the last of them. */
bool identity_add_later(ledger_reader *r, GPtrArray *ids, GError **error);

/* identity_new and identity_complete for one person, in the store at that place; `origin` NULL: in all its
 * logs. NULL on error. */
GPtrArray *identity_find(const char *where, const char *origin, const char *participant, GError **error);

#endif
