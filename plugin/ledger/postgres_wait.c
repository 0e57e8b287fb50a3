/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How gateways hear of one another's commits. The writer tells after it has committed, in a transaction of
 * its own: PostgreSQL lets transactions that notify commit only one at a time, over all gateways. A
 * notification that is lost with its connection, or with its writer, costs a beat: who waits looks every
 * second all the same. */
#include "ledger/postgres_store.h"

#include <poll.h>

/* Where the engine cannot notify. */
#define POLL_MS 200

void postgres_notify(postgres_store *st)
{
	/* Nothing is lost with the notification, so it need not wait for the disk. */
	static const char sql[] = "SELECT set_config('synchronous_commit', 'off', true),"
				  " pg_notify('janus_consent', $1)";
	postgres_values values = {0};
	g_autofree char *log = g_strdup_printf("%" G_GINT64_FORMAT, st->log);
	if (st->engine.notifications == ENGINE_LACKS)
		return;
	postgres_add_text(&values, log);
	postgres_send_off(&st->link, sql, &values);
}

static bool listen_now(postgres_store *st, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(PGresult) done = postgres_run(&st->link, "LISTEN janus_consent", &why);
	if (!done && postgres_is_unknown(&st->link)) {
		st->engine.notifications = ENGINE_LACKS;
		return true;
	}
	if (!done)
		g_propagate_error(error, g_steal_pointer(&why));
	st->listening = done != NULL;
	return st->listening;
}

bool postgres_wait_op(store *s, int wake, unsigned timeout_ms, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	struct pollfd only = {.fd = wake, .events = POLLIN};
	if (!postgres_ready(st, error))
		return false;
	if (st->engine.notifications == ENGINE_LACKS) {
		poll(&only, 1, (int)MIN(timeout_ms, POLL_MS));
		return true;
	}
	if (!st->listening)
		return listen_now(st, error);
	if (postgres_wait(&st->link, wake, timeout_ms, error))
		return true;
	postgres_drop(&st->link);
	return false;
}
