/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/postgres_link.h"

#include "base/error.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

void postgres_link_init(postgres_link *l, const char *url)
{
	*l = (postgres_link){.url = g_strdup(url), .limit_ms = POSTGRES_ANSWER_MS};
	l->prepared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	l->fresh = g_ptr_array_new();
}

void postgres_link_clear(postgres_link *l)
{
	postgres_drop(l);
	g_clear_pointer(&l->prepared, g_hash_table_unref);
	g_clear_pointer(&l->fresh, g_ptr_array_unref);
	g_clear_pointer(&l->url, g_free);
}

bool postgres_is_up(const postgres_link *l)
{
	return l->conn && PQstatus(l->conn) == CONNECTION_OK;
}

void postgres_drop(postgres_link *l)
{
	g_clear_pointer(&l->conn, PQfinish);
	g_hash_table_remove_all(l->prepared);
	g_ptr_array_set_size(l->fresh, 0);
	l->open = 0;
}

/* What was sent cannot be taken, now or ever: the classes "data exception" and "program limit exceeded". */
static consent_error code_of(const char *state)
{
	return g_str_has_prefix(state, "22") || g_str_has_prefix(state, "54") ? CONSENT_ERROR_ENTRY
									      : CONSENT_ERROR_STORE;
}

/* libpq ends its messages with a line feed and may put several lines in one; the log wants one. */
static bool fail_with(postgres_link *l, const char *message, GError **error)
{
	g_autofree char *line = g_strdelimit(g_strdup(message ? message : ""), "\n", ' ');
	g_set_error(error, CONSENT_ERROR, code_of(l->state), "the database: %s", g_strstrip(line));
	return false;
}

static bool fail_conn(postgres_link *l, GError **error)
{
	l->state[0] = '\0';
	l->late = false;
	return fail_with(l, PQerrorMessage(l->conn), error);
}

static bool fail_late(postgres_link *l, GError **error)
{
	l->state[0] = '\0';
	l->late = true;
	return fail_with(l, "did not answer in time", error);
}

static bool fail_result(postgres_link *l, const PGresult *result, GError **error)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	g_strlcpy(l->state, state ? state : "", sizeof(l->state));
	l->late = false;
	return fail_with(l, message ? message : PQresultErrorMessage(result), error);
}

/* Notices ("schema already exists, skipping") are for people at a terminal. */
static void ignore_notice(void *user, const PGresult *notice)
{
	(void)user;
	(void)notice;
}

bool postgres_connect(postgres_link *l, GError **error)
{
	/* Those before dbname can be overridden by the URL, those after it cannot. */
	static const char *const names[] = {
		"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
	const char *const values[] = {POSTGRES_CONNECT_S, "janus-consent", l->url, "UTF8", NULL};
	postgres_drop(l);
	l->conn = PQconnectdbParams(names, values, 1);
	if (PQstatus(l->conn) != CONNECTION_OK) {
		fail_conn(l, error);
		postgres_drop(l);
		return false;
	}
	PQsetNoticeReceiver(l->conn, ignore_notice, NULL);
	PQsetnonblocking(l->conn, 1);
	return true;
}

static gint64 in_ms(gint64 ms)
{
	return g_get_monotonic_time() + ms * 1000;
}

static int left_ms(gint64 deadline)
{
	gint64 left = deadline - g_get_monotonic_time();
	return left <= 0 ? 0 : (int)MIN((left + 999) / 1000, G_MAXINT);
}

/* Sends and receives until there is a result to take. */
static bool await_result(postgres_link *l, gint64 deadline, GError **error)
{
	int unsent;
	while ((unsent = PQflush(l->conn)) >= 0 && PQisBusy(l->conn)) {
		struct pollfd socket = {
			.fd = PQsocket(l->conn),
			.events = (short)(POLLIN | (unsent ? POLLOUT : 0)),
		};
		int ready = poll(&socket, 1, left_ms(deadline));
		if (ready == 0) {
			fail_late(l, error);
			postgres_drop(l);
			return false;
		}
		if (ready > 0 && (socket.revents & ~POLLOUT) && !PQconsumeInput(l->conn))
			return fail_conn(l, error);
	}
	return unsent >= 0 || fail_conn(l, error);
}

static bool is_good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Takes all results of what was sent; *ret is the last when all are good. */
static bool take_results(postgres_link *l, gint64 deadline, PGresult **ret, GError **error)
{
	g_autoptr(PGresult) last = NULL;
	bool good = true;
	for (;;) {
		if (!await_result(l, deadline, good ? error : NULL))
			return false;
		PGresult *next = PQgetResult(l->conn);
		if (!next)
			break;
		if (good && !is_good(next))
			good = fail_result(l, next, error);
		PQclear(last);
		last = next;
	}
	if (good && !last)
		return fail_conn(l, error);
	if (good)
		*ret = g_steal_pointer(&last);
	return good;
}

/* After a failure it is not known how far the server got. */
static void settle_prepared(postgres_link *l, bool good)
{
	for (guint i = 0; !good && i < l->fresh->len; i++)
		g_hash_table_remove(l->prepared, l->fresh->pdata[i]);
	if (!good || l->open == 0)
		g_ptr_array_set_size(l->fresh, 0);
}

/* In a pipeline each statement's result is followed by a NULL, and all by one for the end. */
static bool take_pipeline(postgres_link *l, gint64 deadline, PGresult **ret_last, GError **error)
{
	g_autoptr(PGresult) last = NULL;
	bool good = true;
	while (postgres_is_up(l)) {
		if (!await_result(l, deadline, good ? error : NULL))
			return false;
		g_autoptr(PGresult) next = PQgetResult(l->conn);
		if (next && PQresultStatus(next) == PGRES_PIPELINE_SYNC) {
			if (good)
				*ret_last = g_steal_pointer(&last);
			return good;
		}
		if (next && good && !is_good(next))
			good = fail_result(l, next, error);
		if (next) {
			PQclear(last);
			last = g_steal_pointer(&next);
		}
	}
	return good ? fail_conn(l, error) : false;
}

static void leave_pipelines(postgres_link *l)
{
	if (l->open == 0 && postgres_is_up(l) && !PQexitPipelineMode(l->conn))
		postgres_drop(l);
}

/* The answer to the first of them. */
static bool take_first(postgres_link *l, gint64 deadline, PGresult **ret_last, GError **error)
{
	bool good = take_pipeline(l, deadline, ret_last, error);
	if (l->open > 0)
		memmove(l->wanted, l->wanted + 1, --l->open * sizeof(l->wanted[0]));
	settle_prepared(l, good);
	leave_pipelines(l);
	return good;
}

/* What became of it matters to nobody, the connection does. */
static bool take_unwanted(postgres_link *l, gint64 deadline, GError **error)
{
	while (l->open > 0 && !l->wanted[0]) {
		g_autoptr(PGresult) ignored = NULL;
		g_autoptr(GError) why = NULL;
		take_first(l, deadline, &ignored, &why);
		if (!postgres_is_up(l)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
	}
	return true;
}

/* Before something is sent: a connection that has nothing else to say. */
static bool make_ready(postgres_link *l, GError **error)
{
	if (!take_unwanted(l, in_ms(l->limit_ms), error))
		return false;
	if (l->conn && l->open == 0)
		return true;
	l->state[0] = '\0';
	l->late = false;
	return fail_with(
		l, l->conn ? "is asked while it is to answer something else" : "not connected", error);
}

PGresult *postgres_run(postgres_link *l, const char *sql, GError **error)
{
	PGresult *result = NULL;
	if (!make_ready(l, error))
		return NULL;
	if (!PQsendQuery(l->conn, sql))
		fail_conn(l, error);
	else
		take_results(l, in_ms(l->limit_ms), &result, error);
	return result;
}

static char *next_name(postgres_link *l)
{
	return g_strdup_printf("s%u", l->names++);
}

static bool prepare(postgres_link *l, const char *sql, const postgres_values *v, gint64 deadline,
	const char **ret_name, GError **error)
{
	g_autoptr(PGresult) done = NULL;
	*ret_name = g_hash_table_lookup(l->prepared, sql);
	if (*ret_name)
		return true;
	g_autofree char *name = next_name(l);
	if (!PQsendPrepare(l->conn, name, sql, v->count, v->types))
		return fail_conn(l, error);
	if (!take_results(l, deadline, &done, error))
		return false;
	*ret_name = name;
	g_hash_table_insert(l->prepared, g_strdup(sql), g_steal_pointer(&name));
	return true;
}

PGresult *postgres_ask(postgres_link *l, const char *sql, const postgres_values *v, GError **error)
{
	PGresult *result = NULL;
	const char *name;
	gint64 deadline = in_ms(l->limit_ms);
	if (!make_ready(l, error) || !prepare(l, sql, v, deadline, &name, error))
		return NULL;
	if (!PQsendQueryPrepared(l->conn, name, v->count, v->data, v->lengths, v->formats, 1))
		fail_conn(l, error);
	else
		take_results(l, deadline, &result, error);
	return result;
}

/* Sends the preparation ahead of the statement, once. NULL when it cannot be sent. */
static const char *prepare_ahead(postgres_link *l, const char *sql, const postgres_values *v)
{
	const char *known = g_hash_table_lookup(l->prepared, sql);
	if (known)
		return known;
	char *name = next_name(l), *key = g_strdup(sql);
	g_hash_table_insert(l->prepared, key, name);
	g_ptr_array_add(l->fresh, key);
	return PQsendPrepare(l->conn, name, sql, v->count, v->types) ? name : NULL;
}

static bool send_prepared(postgres_link *l, const char *sql, const postgres_values *v)
{
	const char *name = prepare_ahead(l, sql, v);
	return name && PQsendQueryPrepared(l->conn, name, v->count, v->data, v->lengths, v->formats, 1);
}

static bool end_pipeline(postgres_link *l, bool wanted)
{
	if (!PQpipelineSync(l->conn))
		return false;
	l->wanted[l->open++] = wanted;
	return true;
}

void postgres_send_off(postgres_link *l, const char *sql, const postgres_values *v)
{
	if (l->open == POSTGRES_PIPELINES || !postgres_pipeline_begin(l, NULL))
		return;
	if (!send_prepared(l, sql, v) || !end_pipeline(l, false))
		postgres_drop(l);
}

bool postgres_pipeline_begin(postgres_link *l, GError **error)
{
	if (l->open > 0 && l->open < POSTGRES_PIPELINES)
		return true;
	return make_ready(l, error) && (PQenterPipelineMode(l->conn) || fail_conn(l, error));
}

bool postgres_pipeline_add(postgres_link *l, const char *sql, const postgres_values *v, GError **error)
{
	bool sent = v->count ? send_prepared(l, sql, v)
			     : PQsendQueryParams(l->conn, sql, 0, NULL, NULL, NULL, NULL, 1);
	return sent || fail_conn(l, error);
}

bool postgres_pipeline_send(postgres_link *l, GError **error)
{
	return end_pipeline(l, true) || fail_conn(l, error);
}

bool postgres_pipeline_take(postgres_link *l, gint64 limit_ms, PGresult **ret_last, GError **error)
{
	gint64 deadline = in_ms(limit_ms);
	return take_unwanted(l, deadline, error) && take_first(l, deadline, ret_last, error);
}

bool postgres_pipeline_end(postgres_link *l, gint64 limit_ms, PGresult **ret_last, GError **error)
{
	return postgres_pipeline_send(l, error) && postgres_pipeline_take(l, limit_ms, ret_last, error);
}

/* Whether something has come; all of it is forgotten. */
static bool forget_notifications(postgres_link *l)
{
	bool any = false;
	PGnotify *one;
	while ((one = PQnotifies(l->conn))) {
		any = true;
		PQfreemem(one);
	}
	return any;
}

bool postgres_wait(postgres_link *l, int wake, unsigned timeout_ms, GError **error)
{
	gint64 deadline = in_ms(timeout_ms);
	if (!make_ready(l, error))
		return false;
	while (!forget_notifications(l)) {
		struct pollfd files[] = {
			{.fd = PQsocket(l->conn), .events = POLLIN}, {.fd = wake, .events = POLLIN}};
		int ready = poll(files, G_N_ELEMENTS(files), left_ms(deadline));
		if (ready == 0 || files[1].revents)
			return true;
		if (ready > 0 && (!PQconsumeInput(l->conn) || !postgres_is_up(l)))
			return fail_conn(l, error);
	}
	return true;
}
