/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "postgres_support.h"

#include <libpq-fe.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT 77
#define START_TRIES 600
#define START_PAUSE_US 50000

/* Check's own assertions are for tests; a server is also started outside of one. */
static void G_GNUC_PRINTF(2, 3) must(bool good, const char *format, ...)
{
	va_list values;
	if (good)
		return;
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

static char *script(void)
{
	const char *top = g_getenv("TOP_SRCDIR");
	return g_build_filename(top ? top : ".", "tests", "lib", "postgres.sh", NULL);
}

/* Runs a command of the script to its end; returns its exit status. */
static int run(const char *command, const pg_server *server, char **ret_output)
{
	g_autofree char *path = script();
	char *arguments[] = {path, (char *)command, server->folder, NULL};
	int status = -1;
	must(g_spawn_sync(
		     NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, ret_output, NULL, &status, NULL),
		"%s cannot be run", path);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *short_name(void)
{
	/* A socket's path has hardly more than a hundred characters. */
	return g_strdup_printf(
		"%s/consent-pg-%d-%x", g_get_tmp_dir(), (int)getpid(), (unsigned)g_get_monotonic_time());
}

bool pg_server_new(pg_server *server)
{
	*server = (pg_server){.folder = short_name()};
	int status = run("make", server, NULL);
	if (status == CANNOT) {
		g_clear_pointer(&server->folder, g_free);
		return false;
	}
	must(status == 0, "no cluster could be made in %s", server->folder);
	must(run("url", server, &server->url) == 0, "the server has no address");
	g_strchomp(server->url);
	pg_server_start(server, NULL);
	return true;
}

void pg_server_remove(pg_server *server)
{
	if (!server->folder)
		return;
	if (server->pid)
		pg_server_stop(server, SIGQUIT);
	run("remove", server, NULL);
	g_free(server->folder);
	g_free(server->url);
	*server = (pg_server){0};
}

/* The script becomes the server, and the server ends with the thread that began it: fork, no helper thread.
 */
static GPid spawn(char *const *arguments)
{
	GPid pid = fork();
	must(pid >= 0, "cannot fork");
	if (pid == 0) {
		setpgid(0, 0);
		execv(arguments[0], arguments);
		_exit(127);
	}
	return pid;
}

static bool answers(const pg_server *server)
{
	PGconn *conn = PQconnectdb(server->url);
	bool good = PQstatus(conn) == CONNECTION_OK;
	PQfinish(conn);
	return good;
}

static GPid spawn_server(const pg_server *server, const char *option)
{
	g_autofree char *path = script();
	g_auto(GStrv) options = g_strsplit(option ? option : "", " ", 2);
	char *arguments[] = {
		path, (char *)"serve", server->folder, options[0], options[0] ? options[1] : NULL, NULL};
	return spawn(arguments);
}

/* After a kill the server's children may hold its memory for a moment, and then it refuses to start. */
void pg_server_start(pg_server *server, const char *option)
{
	server->pid = spawn_server(server, option);
	for (int i = 0; !answers(server); i++) {
		must(i < START_TRIES, "the server does not start; see %s/server.log", server->folder);
		if (waitpid(server->pid, NULL, WNOHANG) != 0)
			server->pid = spawn_server(server, option);
		g_usleep(START_PAUSE_US);
	}
}

void pg_server_stop(pg_server *server, int signal)
{
	must(kill(server->pid, signal) == 0, "the server is gone already");
	must(waitpid(server->pid, NULL, 0) == server->pid, "the server is not ours");
	server->pid = 0;
}

static void ignore_notice(void *user, const char *message)
{
	(void)user;
	(void)message;
}

static PGconn *open_connection(const pg_server *server)
{
	PGconn *conn = PQconnectdb(server->url);
	must(PQstatus(conn) == CONNECTION_OK, "%s", PQerrorMessage(conn));
	PQsetNoticeProcessor(conn, ignore_notice, NULL);
	return conn;
}

char *pg_server_sql(const pg_server *server, const char *sql)
{
	PGconn *conn = open_connection(server);
	PGresult *result = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);
	must(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
		PQresultErrorMessage(result));
	char *value = g_strdup(PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(conn);
	return value;
}

void pg_server_tamper(const pg_server *server, const char *sql)
{
	g_autofree char *both = g_strconcat("SET session_replication_role = replica; ", sql, NULL);
	g_free(pg_server_sql(server, both));
}

char *pg_server_refuses(const pg_server *server, const char *sql)
{
	PGconn *conn = open_connection(server);
	PGresult *result = PQexec(conn, sql);
	must(PQresultStatus(result) == PGRES_FATAL_ERROR, "%s was done", sql);
	char *message = g_strdup(PQresultErrorMessage(result));
	PQclear(result);
	PQfinish(conn);
	return message;
}

void pg_server_empty(const pg_server *server)
{
	g_free(pg_server_sql(server, "DROP SCHEMA IF EXISTS janus_consent CASCADE"));
}
