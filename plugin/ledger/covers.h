/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an entry says what the participant signed: their claims (docs/protocol.md, Keys and proofs) next to
 * the entry's body (docs/ledger.md). What a participant did not sign (`shown`, `version`) is not looked at.
 * Pure functions, any thread; each returns NULL, or what is wrong. */
#ifndef CONSENT_LEDGER_COVERS_H
#define CONSENT_LEDGER_COVERS_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* A request that closes and grants is two entries: each must hold all items of its kind. */
typedef enum { COVERS_CLOSING = 1, COVERS_GRANTING = 2 } covers_kind;

/* Which kind a decision entry is; an entry without items, or of both kinds, is none. */
bool covers_kind_of(const json_t *body, covers_kind *ret);

/* Which kinds were signed, as a set. */
unsigned covers_signed_kinds(const json_t *claims);

/* A `decision` entry. */
const char *covers_decision(const json_t *claims, const json_t *body);

/* A `carry` entry: what was signed at another gateway, of which this one need not know everything. Grants
 * were signed for another meeting than that of the entry: otherwise one that was withdrawn since would be
 * good again. */
const char *covers_carried(const json_t *claims, const json_t *body);

/* A `bind` entry's key: the claims name the key itself, with whatever other members, or its thumbprint. */
const char *covers_bind(const json_t *claims, const json_t *key);

/* Somebody's claims of the meeting, at the time of the entry. `participant` is who they were then. */
const char *covers_occasion(const json_t *claims, const json_t *body, const char *participant, gint64 at_ms);

#endif
