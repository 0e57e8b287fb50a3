/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one gateway at a time may do: advisory locks of the session. Their numbers are of another kind than
 * those of logs (postgres_claim.c), which are pairs. */
#include "ledger/postgres_store.h"

static bool call(postgres_store *st, const char *sql, gint64 number, gint64 *ret, GError **error)
{
	g_autoptr(GError) why = NULL;
	postgres_values values = {0};

	postgres_add_integer(&values, number);
	g_autoptr(PGresult) answer =
		st->engine.locks == ENGINE_LACKS ? NULL : postgres_query(st, sql, &values, &why);
	if (answer)
		*ret = postgres_integer(answer, 0, 0);
	if (why && postgres_is_unknown(&st->link))
		st->engine.locks = ENGINE_LACKS;
	if (answer || st->engine.locks == ENGINE_LACKS)
		return true;
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

bool postgres_reserve(store *s, gint64 number, bool *ret_reserved, GError **error)
{
	gint64 reserved = 1;

	if (!call((postgres_store *)s, "SELECT pg_try_advisory_lock($1::bigint)::integer", number, &reserved,
		    error))
		return false;
	*ret_reserved = reserved != 0;
	return true;
}

bool postgres_release(store *s, gint64 number, GError **error)
{
	gint64 ignored;

	return call((postgres_store *)s, "SELECT pg_advisory_unlock($1::bigint)::integer", number, &ignored,
		error);
}
