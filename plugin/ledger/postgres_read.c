/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PostgreSQL store's reading side.
 *
 * Rows are fetched in pages; between two no transaction is open. A page goes on behind the last row of the
 * one before, in the order of an index that begins with what is asked for, so that no page looks at what
 * others have given. */
#include "ledger/postgres_store.h"

#include "base/error.h"
#include "ledger/vault.h"

#include <string.h>

#define PAGE_ROWS 256

/* What goes through all pages. */
typedef struct reading {
	postgres_store *st;
	const ledger_filter *filter;
	const char *origin; /* of the one log that is read, NULL: of all */
	bool by_index;      /* in the order of the log's own index, else of `seq` */
	gint64 first, last; /* of idx or seq */
} reading;

enum {
	COL_IDX,
	COL_SEQ,
	COL_AT,
	COL_TYPE,
	COL_LEAF = 10,
	COL_LINK,
	COL_SALT,
	COL_ORIGIN,
	COL_LOG,
	COL_KEY,
	COL_NEXT
};

static void add_equal(GString *sql, const char *column, const char *value, postgres_values *values)
{
	if (!value)
		return;
	postgres_add_text(values, value);
	g_string_append_printf(sql, " AND e.%s = $%d", column, values->count);
}

static void add_integer(GString *sql, const char *condition, gint64 value, postgres_values *values)
{
	postgres_add_integer(values, value);
	g_string_append_printf(sql, " AND e.%s $%d", condition, values->count);
}

/* More types than there are parameters left would be too many for any question asked here. */
static void add_types(GString *sql, const char *const *types, postgres_values *values)
{
	if (!types)
		return;
	if (!types[0] || !types[1]) {
		add_equal(sql, "type", types[0] ? types[0] : "", values);
		return;
	}
	for (int i = 0; types[i]; i++) {
		postgres_add_text(values, types[i]);
		g_string_append_printf(sql, "%s$%d", i ? ", " : " AND e.type IN (", values->count);
	}
	g_string_append_c(sql, ')');
}

static void add_log(GString *sql, const reading *now, postgres_values *values)
{
	if (!now->origin)
		return;
	if (now->st->origin) {
		add_integer(sql, "log =", now->st->log, values);
		return;
	}
	postgres_add_text(values, now->origin);
	g_string_append_printf(
		sql, " AND e.log = (SELECT log FROM janus_consent.logs WHERE origin = $%d)", values->count);
}

/* Saves two round trips to the server for each row. */
static void add_told(GString *sql, const reading *now)
{
	if (now->filter->many)
		g_string_append(sql,
			", (SELECT m.value FROM janus_consent.meta m WHERE p.data IS NOT NULL AND m.log = "
			"e.log"
			" AND m.name = '" VAULT_KEY_PREFIX "' || coalesce(e.participant, '" VAULT_NOBODY
			"')),"
			" s.idx, s.seq, s.at, s.type, s.body, s.origin, NOT EXISTS ("
			"SELECT 1 FROM janus_consent.entries n WHERE n.participant = e.participant"
			" AND n.type IN " STORE_NEXT_TYPES " AND n.seq > s.seq)");
}

static void add_told_join(GString *sql, const reading *now)
{
	if (now->filter->many)
		g_string_append_printf(sql,
			" LEFT JOIN LATERAL (SELECT n.idx, n.seq, n.at, n.type, n.body, o.origin"
			" FROM janus_consent.entries n JOIN janus_consent.logs o ON o.log = n.log"
			" WHERE n.participant = e.participant AND n.type IN " STORE_NEXT_TYPES
			" AND n.seq > e.seq%s ORDER BY n.seq LIMIT 1) s ON true",
			now->origin ? " AND n.log = e.log" : "");
}

static char *make_sql(const reading *now, postgres_values *values)
{
	const ledger_filter *f = now->filter;
	const char *order = now->by_index ? "idx" : "seq";
	GString *sql = g_string_new("SELECT e.idx, e.seq, e.at, e.type, e.room, e.meeting, e.participant,"
				    " e.subject, e.body, p.data, e.leaf, e.link, p.salt, l.origin, e.log");
	add_told(sql, now);
	g_string_append(sql,
		" FROM janus_consent.entries e"
		" JOIN janus_consent.logs l ON l.log = e.log"
		" LEFT JOIN janus_consent.personal p ON p.log = e.log AND p.idx = e.idx");
	add_told_join(sql, now);
	g_string_append(sql, " WHERE true");
	add_log(sql, now, values);
	add_integer(sql, now->by_index ? "idx >=" : "seq >=", now->first, values);
	if (now->last != G_MAXINT64)
		add_integer(sql, now->by_index ? "idx <=" : "seq <=", now->last, values);
	if (now->origin && !now->by_index)
		add_integer(sql, "idx >=", f->after, values);
	if (now->origin && !now->by_index && f->before)
		add_integer(sql, "idx <", f->before, values);
	if (f->from_ms)
		add_integer(sql, "at >=", f->from_ms, values);
	if (f->to_ms)
		add_integer(sql, "at <", f->to_ms, values);
	add_equal(sql, "subject", f->subject, values);
	add_equal(sql, "participant", f->participant, values);
	add_equal(sql, "meeting", f->meeting, values);
	add_equal(sql, "room", f->room, values);
	add_types(sql, f->types, values);
	g_string_append_printf(sql, " ORDER BY e.%s%s LIMIT %d", order, f->newest ? " DESC" : "", PAGE_ROWS);
	return g_string_free(sql, FALSE);
}

static void take_told(const reading *now, const PGresult *page, int i, store_row *row)
{
	row->key = postgres_text(page, i, COL_KEY);
	row->next = (store_next){.index = postgres_integer(page, i, COL_NEXT),
		.position = postgres_integer(page, i, COL_NEXT + (now->origin ? 0 : 1)),
		.at_ms = postgres_integer(page, i, COL_NEXT + 2),
		.type = postgres_text(page, i, COL_NEXT + 3),
		.body = postgres_text(page, i, COL_NEXT + 4),
		.log = postgres_text(page, i, COL_NEXT + 5),
		.last = PQgetvalue(page, i, COL_NEXT + 6)[0] != 0};
}

static store_row take_row(const reading *now, const PGresult *page, int i)
{
	store_row row = {.index = postgres_integer(page, i, COL_IDX)};
	const char **const texts[] = {
		&row.type, &row.room, &row.meeting, &row.participant, &row.subject, &row.body, &row.personal};
	for (int t = 0; t < (int)G_N_ELEMENTS(texts); t++)
		*texts[t] = postgres_text(page, i, COL_TYPE + t);
	row.at_ms = postgres_integer(page, i, COL_AT);
	row.log = postgres_text(page, i, COL_ORIGIN);
	row.position = now->origin ? row.index : postgres_integer(page, i, COL_SEQ);
	postgres_bytes(page, i, COL_LEAF, row.leaf, HASH_SIZE);
	postgres_bytes(page, i, COL_LINK, row.link, HASH_SIZE);
	postgres_bytes(page, i, COL_SALT, row.salt, HASH_SIZE);
	row.told = now->filter->many;
	if (row.told)
		take_told(now, page, i, &row);
	return row;
}

/* Hands the rows over. False when the receiver wants no more. */
static bool give_page(reading *now, const PGresult *page, store_each each, void *user)
{
	for (int i = 0; i < PQntuples(page); i++) {
		const store_row row = take_row(now, page, i);
		gint64 outer = now->st->log,
		       at = postgres_integer(page, i, now->by_index ? COL_IDX : COL_SEQ);
		if (now->filter->newest)
			now->last = at - 1;
		else
			now->first = at + 1;
		now->st->log = postgres_integer(page, i, COL_LOG);
		bool more = each(&row, user);
		now->st->log = outer;
		if (!more)
			return false;
	}
	return true;
}

static bool read_pages(reading *now, store_each each, void *user, GError **error)
{
	for (bool more = true; more;) {
		postgres_values values = {0};
		g_autofree char *sql = make_sql(now, &values);
		g_autoptr(PGresult) page = postgres_query(now->st, sql, &values, error);
		if (!page)
			return false;
		more = give_page(now, page, each, user) && PQntuples(page) == PAGE_ROWS;
	}
	return true;
}

/* Wall clocks step and differ, so an entry's time says only roughly where it stands: the first and the last
 * entry of the span come from the index on it, once for all pages, and every row is compared again. */
static bool find_span(reading *now, GError **error)
{
	const ledger_filter *f = now->filter;
	postgres_values values = {0};
	g_autoptr(GString) sql = g_string_new(NULL);
	if (!f->from_ms && !f->to_ms)
		return true;
	g_string_printf(sql,
		"SELECT coalesce(min(e.%1$s), 0), coalesce(max(e.%1$s), -1) FROM janus_consent.entries e"
		" WHERE true",
		now->by_index ? "idx" : "seq");
	add_log(sql, now, &values);
	add_integer(sql, "at >=", f->from_ms, &values);
	add_integer(sql, "at <", f->to_ms ? f->to_ms : G_MAXINT64, &values);
	g_autoptr(PGresult) found = postgres_query(now->st, sql->str, &values, error);
	if (!found)
		return false;
	now->first = MAX(now->first, postgres_integer(found, 0, 0));
	if (f->to_ms)
		now->last = MIN(now->last, postgres_integer(found, 0, 1));
	return true;
}

/* One log without anything more selective is read along its own key. */
static bool goes_by_index(const reading *now)
{
	const ledger_filter *f = now->filter;
	return now->origin && !f->subject && !f->participant && !f->meeting && !f->room;
}

bool postgres_iterate(store *s, const ledger_filter *filter, store_each each, void *user, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	reading now = {
		.st = st,
		.filter = filter,
		.origin = st->origin ? st->origin : filter->log,
		.last = G_MAXINT64,
	};
	if (filter->types && !filter->types[0])
		return true;
	now.by_index = goes_by_index(&now);
	bool by_position = !now.origin || now.by_index;
	now.first = by_position ? filter->after : 0;
	if (by_position && filter->before)
		now.last = filter->before - 1;
	return find_span(&now, error) && read_pages(&now, each, user, error);
}

bool postgres_head(store *s, store_head *ret_head, GError **error)
{
	static const char sql[] = "SELECT size, link FROM janus_consent.logs WHERE log = $1";
	postgres_store *st = (postgres_store *)s;
	postgres_values values = {0};
	if (st->open) {
		*ret_head = st->head;
		return true;
	}
	postgres_add_integer(&values, st->log);
	g_autoptr(PGresult) row = postgres_query(st, sql, &values, error);
	if (!row)
		return false;
	if (PQntuples(row) != 1)
		return postgres_refuse(error, "the store has lost the log's head");
	*ret_head = (store_head){.size = postgres_integer(row, 0, 0)};
	postgres_bytes(row, 0, 1, ret_head->link, HASH_SIZE);
	return true;
}

bool postgres_logs(store *s, store_each_log each, void *user, GError **error)
{
	static const char sql[] = "SELECT origin, size, link FROM janus_consent.logs ORDER BY log";
	postgres_store *st = (postgres_store *)s;
	const postgres_values none = {0};
	g_autoptr(PGresult) found = postgres_query(st, sql, &none, error);
	if (!found)
		return false;
	bool more = true;
	for (int i = 0; more && i < PQntuples(found); i++) {
		store_head head = {.size = postgres_integer(found, i, 1)};
		postgres_bytes(found, i, 2, head.link, HASH_SIZE);
		more = each(postgres_text(found, i, 0), &head, user);
	}
	return true;
}

/* An entry whose index the query gives, and what is wrong with it. */
static bool none_is(postgres_store *st, const char *sql, const char *wrong, GError **error)
{
	postgres_values values = {0};
	postgres_add_integer(&values, st->log);
	g_autoptr(PGresult) found = postgres_query(st, sql, &values, error);
	if (!found)
		return false;
	if (PQntuples(found) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "entry %" G_GINT64_FORMAT ": %s",
		postgres_integer(found, 0, 0), wrong);
	return false;
}

/* The server keeps its own indices; what no walk along a log would see is looked for here: personal data of
 * nobody, and entries that a reader of all logs would miss, or see at another place. */
bool postgres_check(store *s, GError **error)
{
	static const char orphans[] =
		"SELECT p.idx FROM janus_consent.personal p WHERE ($1 = 0 OR p.log = $1) AND NOT EXISTS"
		" (SELECT 1 FROM janus_consent.entries e WHERE e.log = p.log AND e.idx = p.idx) LIMIT 1";
	static const char order[] =
		"SELECT idx FROM (SELECT idx, seq, lag(seq) OVER (PARTITION BY log ORDER BY idx) AS before"
		" FROM janus_consent.entries WHERE $1 = 0 OR log = $1) AS steps"
		" WHERE seq <= coalesce(before, 0) ORDER BY idx LIMIT 1";
	postgres_store *st = (postgres_store *)s;
	return none_is(st, orphans, "it does not exist, but there is personal data of it", error) &&
		none_is(st, order, "its place among the entries of all logs was changed", error);
}

/* Without its row in `logs` a log would be found by nobody, and missed by nobody. */
static const char unlisted[] =
	"SELECT t.log::text, (SELECT m.value FROM janus_consent.meta m WHERE m.log = t.log AND m.name = "
	"'origin')"
	" FROM (SELECT log FROM janus_consent.meta UNION ALL SELECT log FROM janus_consent.entries"
	"  UNION ALL SELECT log FROM janus_consent.personal) AS t"
	" WHERE NOT EXISTS (SELECT 1 FROM janus_consent.logs l WHERE l.log = t.log) LIMIT 1";
static const char renamed[] = "SELECT l.origin, m.value FROM janus_consent.logs l JOIN janus_consent.meta m"
			      " ON m.log = l.log AND m.name = 'origin' WHERE m.value <> l.origin LIMIT 1";

/* `wrong` is a format with the two columns of the row that the query must not find. */
G_GNUC_PRINTF(3, 0)
static bool no_log_is(postgres_store *st, const char *sql, const char *wrong, GError **error)
{
	const postgres_values none = {0};
	g_autoptr(PGresult) found = postgres_query(st, sql, &none, error);
	if (!found || PQntuples(found) == 0)
		return found != NULL;
	const char *name = postgres_text(found, 0, 1);
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, wrong, postgres_text(found, 0, 0),
		name ? name : "");
	return false;
}

bool postgres_check_logs(store *s, GError **error)
{
	postgres_store *st = (postgres_store *)s;
	return no_log_is(st, unlisted,
		       "the table logs has no row of log %s (“%s”), of which other tables have some: it was "
		       "removed",
		       error) &&
		no_log_is(st, renamed, "the table logs says “%s” of the log “%s”: it was renamed", error);
}

const store_ops postgres_reader_ops = {
	.head = postgres_head,
	.iterate = postgres_iterate,
	.get = postgres_get,
	.check = postgres_check,
	.logs = postgres_logs,
	.check_logs = postgres_check_logs,
	.wait = postgres_wait_op,
	.reserve = postgres_reserve,
	.release = postgres_release,
	.close = postgres_close,
};
