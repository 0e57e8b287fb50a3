/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to a PostgreSQL server. Nothing here waits for the server longer than it is told: a server
 * that is slow, stopped or cut off is an error after that time, and the connection is given up then. Private
 * to this folder. */
#ifndef CONSENT_LEDGER_POSTGRES_LINK_H
#define CONSENT_LEDGER_POSTGRES_LINK_H

#include <glib.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

/* What an answer may take. With the store's beat of a second and the time to connect it stays below the five
 * seconds in which a gateway that lost its store stops capturing. */
#define POSTGRES_ANSWER_MS 2500
/* Each address that the URL's host has may take so long; libpq takes no less. */
#define POSTGRES_CONNECT_S "2"

/* Of a result, as the server reports errors; five characters and a NUL. */
#define POSTGRES_STATE_SIZE 6

/* So many may be on their way at a time. */
#define POSTGRES_PIPELINES 8

typedef struct postgres_link {
	char *url;
	PGconn *conn;         /* NULL: not connected */
	gint64 limit_ms;      /* what an answer may take; POSTGRES_ANSWER_MS but for who needs longer */
	GHashTable *prepared; /* SQL → name of its prepared statement on this connection */
	guint names;          /* how many were ever given; none is given twice */
	GPtrArray *fresh;     /* SQL that the open pipelines prepare; the strings are those of `prepared` */
	/* Pipelines whose answers are still to come, and for each whether somebody wants it. */
	unsigned open;
	bool wanted[POSTGRES_PIPELINES];
	bool late;                       /* the last failure was one of time: the server may still be at it */
	char state[POSTGRES_STATE_SIZE]; /* of the last failure; "" when the server did not say one */
} postgres_link;

/* Parameters of a statement, in order: $1, $2… What they point to must outlive the call that sends them. */
#define POSTGRES_VALUES 32
typedef struct postgres_values {
	int count;
	const char *data[POSTGRES_VALUES];
	int lengths[POSTGRES_VALUES], formats[POSTGRES_VALUES];
	Oid types[POSTGRES_VALUES];
	char numbers[POSTGRES_VALUES][24];
} postgres_values;

void postgres_add_integer(postgres_values *v, gint64 value);
void postgres_add_text(postgres_values *v, const char *text); /* NULL is NULL */
void postgres_add_bytes(postgres_values *v, const void *bytes, size_t length);
/* In the binary form of the type. */
void postgres_add_binary(postgres_values *v, Oid type, const void *bytes, size_t length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

void postgres_link_init(postgres_link *l, const char *url);
void postgres_link_clear(postgres_link *l);

/* Connects anew. False with CONSENT_ERROR_STORE. */
bool postgres_connect(postgres_link *l, GError **error);
/* Gives the connection up. What was sent may or may not have been done. */
void postgres_drop(postgres_link *l);
/* Whether there is a connection that nothing is known against. */
bool postgres_is_up(const postgres_link *l);

/* Runs one or more statements without parameters and returns the last one's result, columns as text. NULL
 * when one failed, and those after it were not run. */
PGresult *postgres_run(postgres_link *l, const char *sql, GError **error);

/* Runs one statement, prepared at its first use; columns come in binary form. */
PGresult *postgres_ask(postgres_link *l, const char *sql, const postgres_values *values, GError **error);

/* Sends a statement whose answer matters to nobody. A pipeline may follow it at once; anything else waits for
 * its answer. Where too many are on their way already it is not sent. */
void postgres_send_off(postgres_link *l, const char *sql, const postgres_values *values);

/* Several statements in one go, which the server runs up to the first that fails: begin, add for each (those
 * with parameters are prepared at their first use), then end, which waits up to `limit_ms`. *ret_last becomes
 * the last statement's result when all went well. False from end: one of them failed; l->state says why, and
 * the connection is up only if all answers came. */
bool postgres_pipeline_begin(postgres_link *l, GError **error);
bool postgres_pipeline_add(postgres_link *l, const char *sql, const postgres_values *values, GError **error);
bool postgres_pipeline_end(postgres_link *l, gint64 limit_ms, PGresult **ret_last, GError **error);
/* End in two steps. Between them only other pipelines may be begun; their answers are taken in the order in
 * which they were sent. One that uses what one before it was the first to prepare fails where that one fails.
 */
bool postgres_pipeline_send(postgres_link *l, GError **error);
bool postgres_pipeline_take(postgres_link *l, gint64 limit_ms, PGresult **ret_last, GError **error);

/* Waits until the server sends something unasked (a notification), `wake` (−1: none) can be read, or the time
 * is over. False when the connection is lost. */
bool postgres_wait(postgres_link *l, int wake, unsigned timeout_ms, GError **error);

/* Columns of a result in binary form. Integers are 0 and hashes all zero when they are something else. */
gint64 postgres_integer(const PGresult *result, int row, int column);
/* NULL for NULL; owned by the result. */
const char *postgres_text(const PGresult *result, int row, int column);
/* Fills `hash` when the column holds exactly so many bytes. */
void postgres_bytes(const PGresult *result, int row, int column, uint8_t *bytes, size_t length);

/* Number of rows that a statement changed. */
gint64 postgres_changed(PGresult *result);

#endif
