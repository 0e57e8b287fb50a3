/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger: append-only, hash-linked, committed in groups by one thread.
 *
 * An entry's body is canonical JSON (RFC 8785) with the members "type" and "at" and those of its type
 * (docs/ledger.md lists them). Personal data (a display name) is no part of the body: it stands beside it,
 * and the body holds a salted commitment to it, so that it can be erased later and the chain still verifies.
 *   leaf_i = SHA-256(0x00 ‖ SHA-256(salt_i ‖ body_i))     (RFC 6962's leaf hash of a salted commitment, see
 * tree.h) link_i = SHA-256(link_(i−1) ‖ leaf_i), link_(−1) = 32 zero bytes Entries are appended in the order
 * of the calls; index counts from 0.
 *
 * Threads: every function may be called from any thread; callbacks run on the ledger's own thread, or on one
 * that is in ledger_wait, one at a time, and must not wait for the ledger. */
#ifndef CONSENT_LEDGER_H
#define CONSENT_LEDGER_H

#include "base/hash.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef struct ledger ledger;
typedef struct ledger_ticket ledger_ticket;

/* Where a committed entry stands. */
typedef struct ledger_place {
	gint64 index;
	gint64 at_ms;
	char leaf[HASH_HEX_SIZE];
} ledger_place;

typedef enum {
	/* Somebody waits for the verdict: if the commit fails the entry is gone and nothing happened. */
	LEDGER_ANSWERED,
	/* It happened whether the ledger takes it or not (a leave, a withdrawal, a closed segment): the first
	 * verdict is reported, but after a failure the entry stays first in the queue until it can be
	 * committed, unless it is one that the store cannot take (ledger_refused). */
	LEDGER_KEPT,
} ledger_kind;

/* Called once, when the entry is committed (`place`) or the first try failed (place NULL). */
typedef void (*ledger_done)(const ledger_place *place, void *user);

typedef struct ledger_options {
	/* Path of the SQLite file, created with mode 0600 when absent, or address of a PostgreSQL database.
	 */
	const char *store;
	const char *origin; /* this log's name, kept in the store at creation and checked afterwards */
	bool any_origin; /* not checked: an existing store's own name will do; in a store of many logs, that
			    of the key's log, or a new one where another gateway has `origin` */
	/* File of the log's keys (proofs/keyfile.h), made with a new log. NULL: nothing is signed. */
	const char *signing_key;
	/* Health changed: false when a commit failed, true when a probe succeeded again (tried every second,
	 * or four times in the beat of a store that has one). */
	void (*on_health)(bool healthy, const char *why, void *user);
	void *user;
	/* A store that has to be asked whether it is still there is asked several times in so many
	 * milliseconds; 0: as often as suits it. */
	unsigned patience_ms;
} ledger_options;

/* Opens, checks the version, the last entry's hashes and that the store goes on from the newest checkpoint
 * seen, starts the thread. NULL and CONSENT_ERROR_STORE or, about the key, CONSENT_ERROR_CONFIG. */
ledger *ledger_open(const ledger_options *options, GError **error);

/* Commits what waits (one try), stops the thread. */
void ledger_close(ledger *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ledger, ledger_close)

bool ledger_healthy(ledger *l);

/* How many LEDGER_KEPT entries the store could not take although it works, since the ledger was opened: what
 * they say is missing in the log. They were set aside with a warning, and LEDGER_ANSWERED entries of their
 * meetings fail from then on. */
unsigned ledger_refused(ledger *l);

/* While something rests on it that the store can be written, it is also probed (every second) when there is
 * nothing to append, and health says what was found. A store that has a beat of its own is probed in any
 * case. */
void ledger_watch(ledger *l, bool watched);

/* How long the store has been silent, in milliseconds: since it last did what it was asked or, a file, which
 * is not always asked, for as long as it has been at one thing. */
gint64 ledger_silence_ms(ledger *l);

/* The log's name, borrowed. */
const char *ledger_origin(ledger *l);

/* A compact JWS by the log's key over the claims, with that "typ" and the key's thumbprint as "kid" (g_free).
 * NULL for a ledger that does not sign. */
char *ledger_sign(ledger *l, const json_t *claims, const char *type);

/* {"keys":[…],"vkey"}: all public keys as JWKS, and the current one as verifier key of notes. A new
 * reference; NULL for a ledger that does not sign. */
json_t *ledger_keys(ledger *l);

/* Destroys the key to the participant's personal data and appends an `erase` entry in the same transaction:
 * {participant, reason, by}. Waits as ledger_wait does. */
bool ledger_erase(ledger *l, const char *participant, const char *reason, const char *by, unsigned timeout_ms,
	GError **error);

/* Appends; takes the references of `body` and `personal` (NULL: none). "type" and "at" are added to body.
 * Never blocks. Returns a ticket for ledger_wait, which is to be called soon: a LEDGER_ANSWERED entry may lie
 * until then. While the ledger is unhealthy LEDGER_ANSWERED entries fail at once. */
ledger_ticket *ledger_append(ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal);

/* As above without a ticket; `done` may be NULL. */
void ledger_post(ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal,
	ledger_done done, void *user);

/* As the two above, with `values` (takes the reference): an object of named values of the store, which stand
 * beside the log, that are set (a string) or destroyed (null) in the same transaction as the entry, so that
 * neither is there without the other. */
ledger_ticket *ledger_append_with(
	ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal, json_t *values);
void ledger_post_with(ledger *l, ledger_kind kind, const char *type, json_t *body, json_t *personal,
	json_t *values, ledger_done done, void *user);

/* Waits for the verdict and frees the ticket. Whoever comes alone with a LEDGER_ANSWERED entry may commit it
 * itself meanwhile. False with CONSENT_ERROR_LEDGER when there is none that is good. After `timeout_ms` a
 * LEDGER_ANSWERED entry that is still queued is taken back; one that is being committed is waited for, so
 * that false always means: not in the ledger. A LEDGER_KEPT entry is left to its fate, and false means: not
 * yet. `ret_place` may be NULL. */
bool ledger_wait(ledger_ticket *ticket, unsigned timeout_ms, ledger_place *ret_place, GError **error);

/* For a program beside the gateway, which may be running or not: appends one entry of its own to an existing
 * ledger, at once; to each log of a store that holds several. Takes the references. False with
 * CONSENT_ERROR_STORE when the store cannot be written or its end does not verify. */
bool ledger_append_beside(
	const char *store, const char *type, json_t *body, json_t *personal, GError **error);
/* To the log of that origin only (NULL: the store holds one), with `values` as above. */
bool ledger_append_beside_with(const char *store, const char *origin, const char *type, json_t *body,
	json_t *personal, json_t *values, GError **error);

#endif
