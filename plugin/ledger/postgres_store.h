/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the PostgreSQL store's own files share: postgres_begin.c begins a transaction, postgres.c writes,
 * postgres_doubt.c finds out what became of it, postgres_read.c reads, postgres_claim.c keeps a log to one
 * gateway, postgres_schema.c knows tables and versions, postgres_meta.c the named values, postgres_scrub.c
 * clears away what was destroyed, postgres_wait.c waits for other gateways, postgres_reserve.c keeps them
 * from doing the same at the same time.
 *
 * A database holds many logs, one a gateway, in the schema janus_consent. A log is a row of `logs` with its
 * head; its entries carry the log's number. Who writes a log holds it: the row names the holder's token, and
 * every transaction begins by locking the row under that token, so that whoever lost it cannot write any
 * more, however late what they sent arrives. */
#ifndef CONSENT_LEDGER_POSTGRES_STORE_H
#define CONSENT_LEDGER_POSTGRES_STORE_H

#include "ledger/postgres_batch.h"
#include "ledger/postgres_link.h"
#include "ledger/store.h"

/* What an engine that speaks PostgreSQL's protocol may lack; found out when it is first needed. */
typedef enum { ENGINE_UNKNOWN, ENGINE_HAS, ENGINE_LACKS } engine_has;

typedef struct postgres_engine {
	engine_has locks;         /* advisory locks that belong to a session */
	engine_has notifications; /* LISTEN and NOTIFY */
	int lease_ms; /* without session locks: how long a log is held after the holder's last sign of life */
} postgres_engine;

#define POSTGRES_LEASE_MS 10000

/* Sixteen random bytes in hexadecimal, and a NUL. */
#define POSTGRES_TOKEN_SIZE 33

/* Named values: those that the open transaction has set, and those that are known, as of `head`. Between the
 * two are those of commits under way. */
typedef struct postgres_meta {
	GHashTable *pending, *known; /* name → value, NULL: destroyed, or none */
	store_head head;
} postgres_meta;

/* A commit whose answer is still to come. */
typedef struct postgres_flight {
	bool whole; /* it brings its own beginning: the row was not locked before */
	bool sent;
	GError *why;             /* it could not be sent, or not all of it */
	store_head before, head; /* of the log */
	guint rows;
	GHashTable *values; /* the named ones, as in postgres_meta */
	gint64 limit_ms;    /* what the answer may take */
} postgres_flight;

typedef struct postgres_store {
	store base;
	postgres_link link;
	postgres_engine engine;
	store_role role;
	char *name;   /* for messages: without password */
	char *origin; /* NULL: reads all logs */
	gint64 log;   /* the log's number; 0 without one */

	/* Writer only. */
	bool claimed;                    /* on this connection */
	char token[POSTGRES_TOKEN_SIZE]; /* of the last claim; "" before the first */
	int session;                     /* the server's process of that connection */

	bool open;       /* a transaction is */
	bool ahead;      /* its beginning was sent, the answer not looked at; `head` is what meta.head was */
	bool chained;    /* nothing of it was sent: it follows on a flight, and begins with its commit */
	bool sure;       /* meta.head is the head that this connection has committed last */
	store_head head; /* in it, after its appends */
	postgres_batch batch;
	postgres_flight flights[STORE_FLIGHTS]; /* the first is the oldest */
	unsigned flying;
	postgres_meta meta;
	bool untold;      /* others have not been told of the last commit */
	gint64 told_at;   /* monotonic */
	char *scrub_from; /* the transaction that all others must be younger than; NULL: nothing waits */

	bool listening; /* on this connection */
} postgres_store;

/* Connected, and (a writer) holding the log: as far as is known, or made so now. */
bool postgres_ready(postgres_store *st, GError **error);
/* The same without the log. */
bool postgres_connected(postgres_store *st, GError **error);

/* postgres_ask on a connection that is made when there is none, and made anew, once, when it turns out to be
 * lost and no transaction was open. */
PGresult *postgres_query(postgres_store *st, const char *sql, const postgres_values *values, GError **error);

/* Sets CONSENT_ERROR_STORE. Returns false. */
bool postgres_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Whether the last failure was that the engine does not know what it was asked for. */
bool postgres_is_unknown(const postgres_link *l);

/* Makes an empty database a store and brings an older one up to date; refuses others. */
bool postgres_schema_migrate(postgres_store *st, GError **error);
/* Refuses what is not a store of exactly this schema. */
bool postgres_schema_check(postgres_store *st, GError **error);

/* Finds the log of st->origin; a writer makes it when there is none. */
bool postgres_find_log(postgres_store *st, GError **error);
void postgres_new_token(char token[POSTGRES_TOKEN_SIZE]);
/* Makes this connection the log's only writer. Refuses while another one is. */
bool postgres_claim(postgres_store *st, GError **error);
/* Lets go, so that the next gateway need not wait. */
void postgres_unclaim(postgres_store *st);

/* postgres_begin.c */
bool postgres_begin(store *s, GError **error);
/* Before anything is asked of the connection in a transaction: takes the answer to its beginning, if that is
 * still to come. CONSENT_ERROR_STALE when it is to be begun again. */
bool postgres_settle(postgres_store *st, GError **error);
/* Sets CONSENT_ERROR_STALE. Returns false. */
bool postgres_stale(GError **error, const char *why);

/* postgres_doubt.c: whether what the oldest flight brings is in the store, or never will be. Takes over
 * `cause`, why there is a doubt. False without an answer when who commits gives up. */
bool postgres_find_out(postgres_store *st, GError *cause, GError **error);

/* postgres_scrub.c */
bool postgres_scrub(store *s, unsigned patience_ms, GError **error);

void postgres_meta_init(postgres_meta *m);
void postgres_meta_clear(postgres_meta *m);
/* With the head of the transaction that began. */
void postgres_meta_begin(postgres_store *st);
/* Puts what was set into the batch, and gives it away. */
GHashTable *postgres_meta_collect(postgres_store *st);
/* What was set is forgotten, and what was known, too. */
void postgres_meta_drop(postgres_store *st, bool known);
/* What this one brings, which it takes, is committed. */
void postgres_meta_keep(postgres_store *st, postgres_flight *f);

bool postgres_head(store *s, store_head *ret_head, GError **error);
bool postgres_iterate(store *s, const ledger_filter *filter, store_each each, void *user, GError **error);
bool postgres_get(store *s, const char *name, char **ret_value, GError **error);
bool postgres_set(store *s, const char *name, const char *value, GError **error);
bool postgres_logs(store *s, store_each_log each, void *user, GError **error);
bool postgres_check(store *s, GError **error);
bool postgres_check_logs(store *s, GError **error);
bool postgres_wait_op(store *s, int wake, unsigned timeout_ms, GError **error);
void postgres_notify(postgres_store *st);
/* postgres_reserve.c */
bool postgres_reserve(store *s, gint64 number, bool *ret_reserved, GError **error);
bool postgres_release(store *s, gint64 number, GError **error);
void postgres_close(store *s);

extern const store_ops postgres_writer_ops, postgres_reader_ops;

/* store_open for a URL. `engine` (NULL: find out) says what not to use, for tests. */
store *postgres_open(
	const char *url, const char *origin, store_role role, const postgres_engine *engine, GError **error);

#endif
