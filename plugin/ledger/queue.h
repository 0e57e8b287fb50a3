/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries on their way: the ledger's own state, and the queue between the callers and its thread.
 * Private to this folder and its tests. */
#ifndef CONSENT_LEDGER_QUEUE_H
#define CONSENT_LEDGER_QUEUE_H

#include "ledger/entries.h"
#include "ledger/ledger.h"
#include "ledger/store.h"
#include "ledger/tree.h"
#include "ledger/vault.h"
#include "proofs/checkpoint.h"

/* Named values: the path of the key file; the verifier key that signs; former ones, newest first, a line
 * each. */
#define LEDGER_KEYFILE "keyfile"
#define LEDGER_VKEY "vkey"
#define LEDGER_FORMER "former"

/* Those who wait for the entries of one batch wait here, without the ledger's lock. When all have their
 * verdict two of them are woken, and everybody who was woken wakes one more: the ledger's thread, which would
 * be busy with a hundred of them for as long as with a commit, goes on at once, and they come back while it
 * works. */
typedef struct ledger_round {
	int refs; /* atomic: its tickets' and the batch's */
	GMutex lock;
	GCond over;
} ledger_round;

ledger_round *ledger_round_new(void);
void ledger_round_unref(ledger_round *r); /* takes NULL */

/* Lives until the owner and every ticket have let go of it. */
struct ledger {
	int refs; /* atomic */

	int refused; /* atomic: entries that happened and that the store cannot take */
	int watched; /* atomic: a store that is a file is probed as well while nothing waits */

	/* Constant. */
	char *origin;
	bool signs; /* there is a key */
	keyring ring;
	vault_keys *keys;
	uint8_t secret[TREE_SECRET_SIZE];

	GMutex lock;
	GCond work; /* something for the thread to look at */

	/* Under the lock. */
	GQueue waiting; /* of ledger_ticket, in order of the calls; those that failed once and are kept come
			   first */
	bool healthy, closing;
	ledger_round *round; /* of the batch that gathers */
	guint wanted;        /* the thread sleeps until so many wait; 0: it does not */
	bool idle;           /* it sleeps since there is nothing to do */
	bool lent;           /* what is the thread's own is another's, see ledger_help */
	bool reclaimed;      /* and the thread waits to have it back */
	gint64 next;         /* likely index of the first that waits */
	gint64 heard_at;     /* monotonic: when the store last did something */
	gint64 busy_at;      /* monotonic: since when it has been at something; 0: it is not */

	/* The thread's own, or that of who helps it. */
	GThread *thread;
	store *store;
	tip tip;
	GHashTable *barred;         /* ids of meetings that lack one of those */
	char *guard;                /* file that remembers the newest checkpoint (guard.h), or NULL */
	gint64 guard_at;            /* monotonic: not to be written before */
	bool scrub_due;             /* something was erased, and the store not scrubbed since */
	gint64 probe_at;            /* monotonic, microseconds */
	gint64 took_us;             /* the last commit */
	guint answered;             /* how many waited for it */
	guint crowd;                /* how many were answered last before that */
	gint64 pace_us;             /* what a commit takes as a rule */
	struct batch *follower;     /* taken while another is under way; or NULL */
	unsigned probe_ms, beat_ms; /* how often while unhealthy, and while idle (0: only while watched) */
	void (*on_health)(bool healthy, const char *why, void *user);
	void *user;
};

typedef enum { VERDICT_NONE, VERDICT_GOOD, VERDICT_BAD } ledger_verdict;

/* One entry on its way. */
struct ledger_ticket {
	/* Constant. */
	ledger *owner;
	ledger_kind kind;

	int refs;   /* atomic: the queue's and the waiter's */
	bool helps; /* who waits for it calls ledger_help; constant once queued */

	/* Under the ledger's lock. */
	GList node; /* in `waiting` while queued, else in the thread's batch */
	bool queued;
	ledger_round *round; /* of the batch that decides it, constant once queued; NULL: decided at once */

	/* The thread's once queued. */
	entry entry;   /* without a body when it could not be sealed */
	bool in_store; /* committed */
	bool refused;  /* the store cannot take it, or what it rests on */
	ledger_done done;
	void *user;

	ledger_place place; /* the thread's; whoever has seen a good verdict may read it */
	int verdict;        /* atomic, of ledger_verdict: given once */
};

static inline ledger_verdict ticket_verdict(ledger_ticket *t)
{
	return (ledger_verdict)g_atomic_int_get(&t->verdict);
}

/* What ledger_open does, on a store that it takes over (also on failure); `options->store` only names it in
 * errors. */
ledger *ledger_open_on(store *s, const ledger_options *options, unsigned probe_ms, GError **error);

ledger *ledger_ref(ledger *l);
void ledger_unref(ledger *l);

/* Frees the ticket with its last reference; the ledger itself stays. */
void ticket_unref(ledger_ticket *t);

/* The ledger's thread: commits what waits until the ledger is closing. */
gpointer ledger_thread(gpointer l);

/* For who is about to wait: commits what waits, in the thread's stead, if it is little and the thread is
 * idle; to wake it and be woken would take half as long as the commit. Else sees to it that the thread is
 * awake. */
void ledger_help(ledger *l);

/* Commits them in their order. Of each `in_store` or `refused` says what became of it; true: none is without
 * either but for those without a body. False: the store fails. */
bool ledger_commit(ledger *l, const GQueue *tickets, GError **error);

/* The same in steps, for a store that commits in two, each batch in one transaction: compose begins it and
 * writes it at the tip, which moves on; send hands it to the store; land says whether it is committed.
 * Another batch can be composed, at the tip that the last one leaves, and sent before that one has landed; it
 * does not stand when that one is not committed. After a false nothing is left of it: its entries are as
 * before. */
bool ledger_compose(ledger *l, const GQueue *tickets, tip *t, GError **error);
bool ledger_send(ledger *l, GError **error);
bool ledger_land(ledger *l, const GQueue *tickets, const tip *t, GError **error);

/* The store's in_doubt. */
bool ledger_in_doubt(const GError *why, void *l);

/* In a transaction: appends the entry at the tip, which moves on. `keys`: see vault.h, or NULL. `leaf`
 * receives its leaf hash. */
bool ledger_write(store *s, vault_keys *keys, entry *e, tip *t, uint8_t leaf[HASH_SIZE], GError **error);

/* For an entry that is queued, by who queued it: what can be computed while others are being written. */
void ledger_hash_ahead(const uint8_t secret[TREE_SECRET_SIZE], entry *e);

/* In a transaction or without: keeps the ring's verifier keys and its file's path in the store. *ret_changed:
 * the key that signs is another one than before. */
bool ledger_remember_keys(store *s, const keyring *ring, const char *path, bool *ret_changed, GError **error);

/* The log's keys as the store records them, see ledger_recorded_keys. */
GArray *ledger_read_keys(store *s, GError **error);

/* In a transaction: another program may have appended since the tip was read. Checks what it did and moves
 * the tip on; false when the store is not what it was. */
bool ledger_catch_up(store *s, tip *t, GError **error);

/* A signed head of the log, its signature checked. */
typedef struct log_head {
	const char *what; /* for errors */
	checkpoint is;
} log_head;

/* Everything in the log, and that it was each of these heads. */
bool ledger_verify_heads(ledger_reader *r, const log_head *heads, size_t count, gint64 *ret_entries,
	char ret_link[HASH_HEX_SIZE], GError **error);

/* The store's last entry is what its head says, and its hashes hold. */
bool ledger_check_tail(store *s, const tip *t, GError **error);

#endif
