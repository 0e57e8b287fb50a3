/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Follows what the other gateways of a fleet write to the store that all share: each of their entries, soon
 * after its commit, by a thread of its own that keeps at it while the store goes and comes.
 *
 * A store that holds but one log has nothing to follow: then nothing is ever called. */
#ifndef CONSENT_LEDGER_FOLLOW_H
#define CONSENT_LEDGER_FOLLOW_H

#include "ledger/reader.h"

struct store;

typedef struct follow follow;

/* The callbacks run on the follower's thread, one at a time, and must not stop it. */
typedef struct follow_options {
	const char *store;        /* as for ledger_open */
	const char *origin;       /* the own log, which is not followed */
	const char *const *types; /* only entries of these, NULL-terminated; NULL: all */

	/* An entry that another log got after follow_start returned: every one, once, those of one log
	 * (entry->log) in their order. */
	void (*on_entry)(const ledger_entry *entry, void *user);
	/* The store cannot be read any more, and nobody knows what others write: false, at most about four
	 * seconds after it went. It can again, and every entry up to then has been given: true. */
	void (*on_store)(bool reached, const char *why, void *user);
	void *user;

	/* How often to look though nobody told of anything, in milliseconds; 0: every second. */
	unsigned beat_ms;
	/* A store that was away must have been there again for so long before on_store says so: the others
	 * have something to catch up with as well, and what they kept meanwhile comes first. */
	unsigned settle_ms;
} follow_options;

/* Returns when it knows how long each log is, so that what is committed from now on is given. NULL with
 * CONSENT_ERROR_STORE when the store cannot be read. */
follow *follow_start(const follow_options *options, GError **error);

/* follow_start in two steps: no callback runs between them. */
follow *follow_begin(const follow_options *options, GError **error);
void follow_go(follow *f);

/* Waits until everything that was committed before the call has been given. False when the store could not be
 * read, or when that took longer. Any thread but the follower's own; no lock that a callback takes. */
bool follow_sync(follow *f, unsigned timeout_ms);

/* How long ago it was last known that the store can be read, in milliseconds; 0 where there is nothing to
 * follow. Any thread. */
gint64 follow_silence_ms(follow *f);

/* Takes NULL. No callback runs any more once this returns. */
void follow_stop(follow *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(follow, follow_stop)

/* What follow_begin does, on a reader of all logs that it takes over (also on failure). */
follow *follow_begin_on(struct store *s, const follow_options *options, GError **error);

#endif
