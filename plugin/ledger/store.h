/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where entries are kept: a small table of operations, so that the ledger, its reader and its checks know no
 * database.
 *
 * A store keeps rows, a head (how many rows and the last one's link, written in the same transaction as the
 * rows) and a few named values. It neither hashes nor judges: what it is given it gives back, also when
 * somebody changed it in between. That is one log. A database server holds several, one a gateway; a handle
 * is for one of them, or, of a reader, for all.
 *
 * Threads: one handle is used by one thread at a time. Several handles on the same data, in one process or
 * many, may read while one writes. Errors are CONSENT_ERROR_STORE unless said; outputs stay untouched on
 * failure. */
#ifndef CONSENT_LEDGER_STORE_H
#define CONSENT_LEDGER_STORE_H

#include "ledger/reader.h"

#include <stdint.h>

/* What a text column reads as when it holds something else than text. It is no UTF-8, so it equals nothing
 * that an entry can hold. */
#define STORE_DAMAGED "\xff"

/* What a row needs to know of another. */
typedef struct store_next {
	const char *body; /* NULL: there is none */
	const char *log, *type;
	gint64 index, position, at_ms;
	bool last; /* it has no next one itself */
} store_next;

typedef struct store_row {
	gint64 index, at_ms;
	/* As in ledger_entry; an append ignores them. */
	gint64 position;
	const char *log;
	const char *type;
	const char *room, *meeting, *participant, *subject; /* copies of the body's members, or NULL */
	const char *body;                                   /* canonical JSON */
	uint8_t leaf[HASH_SIZE], link[HASH_SIZE];           /* all zero when what is stored is no hash */
	const char *personal;                               /* encrypted (vault.h), or NULL */
	uint8_t salt[HASH_SIZE];                            /* nonce of the personal data, all zero without */
	/* Where the filter says `many` and the store can tell: the named value VAULT_KEY_PREFIX +
	 * vault_owner, NULL when there is none, and what ledger_entry.next is. An append ignores them. */
	bool told;
	const char *key;
	store_next next;
} store_row;

/* What ends a decision, as SQL. */
#define STORE_NEXT_TYPES "('decision', 'erase')"

typedef struct store_head {
	gint64 size; /* number of rows; the next one's index */
	uint8_t link[HASH_SIZE];
} store_head;

/* `row` and what it points to live until the callback returns. Return false to stop early. */
typedef bool (*store_each)(const store_row *row, void *user);
typedef bool (*store_each_log)(const char *origin, const store_head *head, void *user);

typedef struct store store;

/* One at work, one to go on with. */
#define STORE_FLIGHTS 2

typedef struct store_ops {
	/* One transaction at a time, over all handles on the same data: begin waits for its turn, or fails.
	 * After begin: appends, then commit or rollback. What was appended is durable once commit returns
	 * true; after a false from append or commit the caller calls rollback, and then nothing of the
	 * transaction is in the store. Where that cannot be known at once, because the connection was lost
	 * while the store was committing, commit finds out before it returns, calling in_doubt meanwhile.
	 * CONSENT_ERROR_ENTRY from append or commit: the store works, but one of these rows is none that it
	 * can take in any state.
	 * CONSENT_ERROR_STALE from whatever follows begin, only where `retries` is set: somebody else has
	 * written, or the connection was lost, between the last commit and this begin, which did not look.
	 * After a rollback the next begin looks. */
	bool (*begin)(store *s, GError **error);
	bool (*append)(store *s, const store_row *row, GError **error);
	bool (*commit)(store *s, GError **error);
	void (*rollback)(store *s);
	/* Commit in two steps, or both NULL; only for who sets `retries`. The first, whose false is as
	 * commit's, hands the transaction over; the second says what commit would, of the oldest that was
	 * handed over. Between them the next transaction may be begun, on the head that this one leaves,
	 * appended to and handed over, up to STORE_FLIGHTS in all; a get of what is not known then, and
	 * anything else, fails with CONSENT_ERROR_STALE. When one is not committed those that followed on it
	 * are not either, and forgotten; the caller calls rollback. */
	bool (*commit_begin)(store *s, GError **error);
	bool (*commit_end)(store *s, GError **error);

	bool (*head)(store *s, store_head *ret_head, GError **error);
	/* Rows that pass the filter, in order of position, or against it where the filter says `newest`;
	 * those with one below zero too when `after` is. No lock is held and no transaction open while `each`
	 * runs, so it may take its time and may call iterate itself. */
	bool (*iterate)(store *s, const ledger_filter *filter, store_each each, void *user, GError **error);

	/* Named values. *ret_value becomes NULL when there is none (g_free). Set replaces, and with NULL
	 * destroys, the value; between begin and commit it is part of that transaction, and get sees it;
	 * otherwise it is one of its own. In a reader of all logs get asks the log of the row that iterate
	 * has given last and waits for. */
	bool (*get)(store *s, const char *name, char **ret_value, GError **error);
	bool (*set)(store *s, const char *name, const char *value, GError **error);

	/* Writes something and commits it: true when an append would have a chance again. */
	bool (*probe)(store *s, GError **error);
	/* After the destruction of a value: makes what was destroyed unreadable also where the store kept it
	 * for itself, waiting that long for those who read. False when it cannot be now: try again. NULL
	 * where there is nothing to do, or nothing that could be done. */
	bool (*scrub)(store *s, unsigned patience_ms, GError **error);
	bool slow_scrub; /* it takes long: nobody is made to wait for it */
	/* The store's own integrity (its indices agree with its rows, say). CONSENT_ERROR_VERIFY when it is
	 * damaged. */
	bool (*check)(store *s, GError **error);

	/* Where a store holds several logs, else all NULL. */
	/* Every log with its head, in the order in which they were made. */
	bool (*logs)(store *s, store_each_log each, void *user, GError **error);
	/* That these are all that the store has anything of, each by its own name: CONSENT_ERROR_VERIFY when
	 * one was taken out of the list or renamed. */
	bool (*check_logs)(store *s, GError **error);
	/* Returns when another handle may have committed something since the last return, after `timeout_ms`,
	 * or when the file descriptor `wake` can be read. Returns for nothing at times, at the first call on
	 * a connection for one: what was committed before that is found by looking. False when the store
	 * cannot be reached. */
	bool (*wait)(store *s, int wake, unsigned timeout_ms, GError **error);
	/* Of a reader: a number that one handle at a time has, of all on this data. Does not wait:
	 * *ret_reserved becomes whether it is this handle's. It may have it several times, and is rid of it
	 * after as many releases, or when its connection ends. Nothing is written. Where the engine cannot do
	 * that, everybody gets every number. */
	bool (*reserve)(store *s, gint64 number, bool *ret_reserved, GError **error);
	bool (*release)(store *s, gint64 number, GError **error);

	void (*close)(store *s);

	/* How often a writer that has nothing to append should probe, since it would not notice otherwise
	 * that the store is gone; 0: never. */
	unsigned beat_ms;
} store_ops;

/* Implementations embed this first. */
struct store {
	const store_ops *ops;
	/* Set by who commits, or NULL. Called within commit, again and again, while it cannot be known
	 * whether the rows are in the store; false gives up, and then commit's false says nothing. Without it
	 * a commit gives up after ten seconds. */
	bool (*in_doubt)(const GError *why, void *user);
	void *user;
	/* Set by who begins anew after CONSENT_ERROR_STALE: begin may then take the head for what the last
	 * commit left, and need not wait. */
	bool retries;
};

/* Takes NULL. An open transaction is rolled back. */
static inline void store_close(store *s)
{
	if (s)
		s->ops->close(s);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(store, store_close)

typedef enum {
	STORE_WRITER, /* the one gateway that writes the log: makes and migrates the store where needed, and
			 refuses one that another gateway holds */
	STORE_BESIDE, /* another program that appends an entry or two of its own while the gateway runs or
			 not: makes and migrates nothing */
	STORE_READER, /* writes nothing, and wants a store of exactly this schema */
} store_role;

/* Opens the store that the text names: a PostgreSQL database when it begins with postgresql:// or
 * postgres://, else an SQLite file. `origin` names the log; a reader may give NULL for all logs. SQLite files
 * hold one log, and only one of another name is an error. */
store *store_open(const char *where, const char *origin, store_role role, GError **error);

/* Whether the text is the address of a database server, not a path. */
bool store_is_url(const char *where);

/* How messages call it: the text itself, without the password that an address may hold (g_free). */
char *store_name(const char *where);

/* For the one gateway that writes: creates the file (mode 0600) when absent, migrates an older schema, and
 * refuses a file that is no ledger, is newer, or is held by another gateway. */
store *store_sqlite_open(const char *path, GError **error);

/* For another program that appends an entry or two of its own while the gateway runs or not. Creates and
 * migrates nothing. */
store *store_sqlite_open_beside(const char *path, GError **error);

/* For readers; writes nothing to the ledger. Refuses a file that is missing, no ledger, or of another schema.
 */
store *store_sqlite_open_reader(const char *path, GError **error);

/* A reader on any store, which it takes over; ledger_reader_open for the usual one. */
ledger_reader *ledger_reader_on(store *s);
store *ledger_reader_store(ledger_reader *r);

#endif
