/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PostgreSQL server of the test's own: tests/lib/postgres.sh from C. It belongs to the process that starts
 * it. */
#ifndef POSTGRES_SUPPORT_H
#define POSTGRES_SUPPORT_H

#include <glib.h>
#include <stdbool.h>

typedef struct pg_server {
	char *folder;
	char *url;
	GPid pid; /* 0: not running */
} pg_server;

/* Makes a cluster and starts it. False, and the reason on stderr, where that is not possible here; any other
 * failure ends the test. */
bool pg_server_new(pg_server *server);
/* Stops it and removes its files. */
void pg_server_remove(pg_server *server);

/* Starts, with an option more ("-c x=y", or NULL), and waits until it answers. */
void pg_server_start(pg_server *server, const char *option);
/* SIGINT stops in order, SIGQUIT at once, SIGKILL kills. Waits until it is gone. */
void pg_server_stop(pg_server *server, int signal);

/* As if no gateway had ever written to it. */
void pg_server_empty(const pg_server *server);

/* Runs SQL as the database's owner; the first column of the last statement's first row, "" without one
 * (g_free). The test fails when the server refuses. */
char *pg_server_sql(const pg_server *server, const char *sql);
/* The same with the triggers switched off, as somebody with access to the database could. */
void pg_server_tamper(const pg_server *server, const char *sql);
/* What the server says when it refuses; the test fails when it does not (g_free). */
char *pg_server_refuses(const pg_server *server, const char *sql);

#endif
