/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQLite store's reading side, for the writer's own look-ups and for other processes. */
#include "ledger/sqlite_store.h"

#include "base/error.h"
#include "ledger/rows.h"
#include "ledger/sqlite_followed.h"
#include "ledger/vault.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Rows fetched in one go. Between two pages no transaction is open, so that a reader which waits (on a pager,
 * a network) never keeps the gateway from shortening its write-ahead log. */
#define PAGE_ROWS 256
/* Ids are scattered over the indices, so that a long list comes back to each of their pages: of a million
 * decisions they fit into this (KiB). */
#define LARGE_CACHE "PRAGMA cache_size = -65536"
/* While another process recovers the log after a crash. */
#define BUSY_MS 5000

/* Columns of the query below. */
enum { COL_IDX, COL_AT, COL_TYPE, COL_LEAF = 9, COL_LINK, COL_SALT, COL_KEY, COL_NEXT };

static const char *text_of(sqlite3_stmt *from, int column)
{
	const char *text = (const char *)sqlite3_column_text(from, column);
	size_t bytes = (size_t)sqlite3_column_bytes(from, column);
	return text && strlen(text) == bytes ? text : STORE_DAMAGED;
}

/* NULL for NULL, STORE_DAMAGED for what is no text or has a NUL inside. */
static const char *peek_text(sqlite3_stmt *from, int column)
{
	int type = sqlite3_column_type(from, column);
	return type == SQLITE_NULL ? NULL : type == SQLITE_TEXT ? text_of(from, column) : STORE_DAMAGED;
}

static void take_hash(sqlite3_stmt *from, int column, uint8_t hash[HASH_SIZE])
{
	bool whole = sqlite3_column_type(from, column) == SQLITE_BLOB &&
		sqlite3_column_bytes(from, column) == HASH_SIZE;
	if (whole)
		memcpy(hash, sqlite3_column_blob(from, column), HASH_SIZE);
}

static gint64 take_integer(sqlite3_stmt *from, int column)
{
	return sqlite3_column_type(from, column) == SQLITE_INTEGER ? sqlite3_column_int64(from, column)
								   : G_MININT64;
}

static const char *or_damaged(const char *text)
{
	return text ? text : STORE_DAMAGED;
}

static void take_told(sqlite3_stmt *from, store_row *row)
{
	row->key = peek_text(from, COL_KEY);
	if (sqlite3_column_type(from, COL_NEXT) == SQLITE_NULL)
		return;
	row->next.index = row->next.position = sqlite3_column_int64(from, COL_NEXT);
	row->next.at_ms = take_integer(from, COL_NEXT + 1);
	row->next.type = or_damaged(peek_text(from, COL_NEXT + 2));
	row->next.body = or_damaged(peek_text(from, COL_NEXT + 3));
	row->next.last = sqlite3_column_int(from, COL_NEXT + 4) != 0;
}

static void take_row(sqlite3_stmt *from, bool told, store_rows *to)
{
	store_row row = {.index = sqlite3_column_int64(from, COL_IDX), .told = told};
	const char **const texts[] = {
		&row.type, &row.room, &row.meeting, &row.participant, &row.subject, &row.body, &row.personal};
	for (int i = 0; i < (int)G_N_ELEMENTS(texts); i++)
		*texts[i] = peek_text(from, COL_TYPE + i);
	row.type = or_damaged(row.type);
	row.body = or_damaged(row.body);
	row.position = row.index;
	row.at_ms = take_integer(from, COL_AT);
	take_hash(from, COL_LEAF, row.leaf);
	take_hash(from, COL_LINK, row.link);
	take_hash(from, COL_SALT, row.salt);
	if (told)
		take_told(from, &row);
	rows_add(to, &row);
}

/* One member is looked up in its index, the most selective; a + keeps SQLite from choosing another one, and
 * from walking any whose order is not the entries', since it would then sort all the rest for every page. */
static void add_equal(GString *sql, const char *column, int parameter, const char *value, bool *indexed)
{
	if (!value)
		return;
	g_string_append_printf(sql, " AND %se.%s = ?%d", *indexed ? "+" : "", column, parameter);
	*indexed = true;
}

static void add_types(GString *sql, const ledger_filter *filter, bool indexed)
{
	if (!filter->types)
		return;
	guint count = g_strv_length((char **)filter->types);
	/* The indices on participant, meeting and room go on with the type. */
	bool helps = !filter->subject && (indexed || count == 1);
	g_string_append_printf(sql, " AND %se.type IN (", helps ? "" : "+");
	for (guint i = 0; i < count; i++)
		g_string_append_printf(sql, "%s?%u", i ? "," : "", 9 + i);
	g_string_append_c(sql, ')');
}

/* Nothing but the types leaves any out. */
static bool is_whole(const ledger_filter *f)
{
	return f->many && f->ahead && !f->subject && !f->participant && !f->meeting && !f->room &&
		!f->from_ms && !f->to_ms;
}

/* One look into an index each, which is a fraction of what a query of its own costs. */
static const char told_columns[] =
	", (SELECT m.value FROM meta m WHERE p.data IS NOT NULL"
	" AND m.name = '" VAULT_KEY_PREFIX "' || coalesce(e.participant, '" VAULT_NOBODY "')),"
	" s.idx, s.at, s.type, s.body, s.idx IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entries n"
	" WHERE n.participant = s.participant AND n.type IN " STORE_NEXT_TYPES " AND n.idx > s.idx)";

/* Nearly all have no next one, and one look tells: the index goes on with the types, so what stands behind
 * the decisions so far is one of the two, or there is none. */
#define LOOK                                                                                                 \
	"(SELECT n.type FROM entries n WHERE n.participant = e.participant"                                  \
	" AND (n.type, n.idx) > ('decision', e.idx) ORDER BY n.type, n.idx LIMIT 1) <= 'erase'"
#define TOLD_JOIN(is_followed)                                                                               \
	" LEFT JOIN entries s ON s.idx = CASE WHEN " is_followed                                             \
	" THEN (SELECT min(n.idx) FROM entries n WHERE n.participant = e.participant"                        \
	" AND n.type IN " STORE_NEXT_TYPES " AND n.idx > e.idx) END"

/* None needs a look where a walk was made before. */
static const char *told_join(const ledger_filter *filter)
{
	return is_whole(filter) ? TOLD_JOIN("followed(e.idx)") : TOLD_JOIN(LOOK);
}

static char *make_sql(const ledger_filter *filter)
{
	bool indexed = false;
	GString *sql = g_string_new("SELECT e.idx, e.at, e.type, e.room, e.meeting, e.participant, e.subject,"
				    " e.body, p.data, e.leaf, e.link, p.salt");
	g_string_append(sql, filter->many ? told_columns : "");
	g_string_append(sql, " FROM entries e LEFT JOIN personal p ON p.idx = e.idx");
	g_string_append(sql, filter->many ? told_join(filter) : "");
	g_string_append(sql, " WHERE e.idx >= ?1 AND e.idx <= ?2");
	if (filter->from_ms || filter->to_ms)
		g_string_append(sql, " AND +e.at >= ?3 AND +e.at < ?4");
	add_equal(sql, "subject", 5, filter->subject, &indexed);
	add_equal(sql, "participant", 6, filter->participant, &indexed);
	add_equal(sql, "meeting", 7, filter->meeting, &indexed);
	add_equal(sql, "room", 8, filter->room, &indexed);
	add_types(sql, filter, indexed);
	g_string_append_printf(sql, " ORDER BY e.idx%s LIMIT %d", filter->newest ? " DESC" : "", PAGE_ROWS);
	return g_string_free(sql, FALSE);
}

static void clear_query(sqlite_query *q)
{
	sqlite3_finalize(q->statement);
	g_free(q->sql);
}

static sqlite3_stmt *get_query(sqlite_store *st, const ledger_filter *filter, GError **error)
{
	g_autofree char *sql = make_sql(filter);
	for (size_t i = 0; i < SQLITE_QUERIES; i++)
		if (g_strcmp0(sql, st->queries[i].sql) == 0)
			return st->queries[i].statement;
	sqlite3_stmt *made = sqlite_prepare(st->db, sql, error);
	if (!made)
		return NULL;
	sqlite_query *slot = &st->queries[st->oldest++ % SQLITE_QUERIES];
	clear_query(slot);
	*slot = (sqlite_query){.sql = g_steal_pointer(&sql), .statement = made};
	return made;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void bind_filter(sqlite3_stmt *query, const ledger_filter *filter, gint64 first, gint64 last)
{
	sqlite3_bind_int64(query, 1, first);
	sqlite3_bind_int64(query, 2, last);
	if (filter->from_ms || filter->to_ms) {
		sqlite3_bind_int64(query, 3, filter->from_ms);
		sqlite3_bind_int64(query, 4, filter->to_ms ? filter->to_ms : G_MAXINT64);
	}
	bind_text(query, 5, filter->subject);
	bind_text(query, 6, filter->participant);
	bind_text(query, 7, filter->meeting);
	bind_text(query, 8, filter->room);
	for (int i = 0; filter->types && filter->types[i]; i++)
		bind_text(query, 9 + i, filter->types[i]);
}

static bool read_page(sqlite_store *st, const ledger_filter *filter, gint64 first, gint64 last,
	store_rows *page, GError **error)
{
	sqlite3_stmt *query = get_query(st, filter, error);
	if (!query)
		return false;
	int result;
	bind_filter(query, filter, first, last);
	rows_empty(page);
	while ((result = sqlite3_step(query)) == SQLITE_ROW)
		take_row(query, filter->many, page);
	if (result != SQLITE_DONE)
		sqlite_fail(st->db, "the store cannot be read", error);
	sqlite3_reset(query);
	sqlite3_clear_bindings(query);
	return result == SQLITE_DONE;
}

static bool find_end(
	sqlite_store *st, const ledger_filter *filter, const char *what, gint64 *ret, GError **error)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT %s FROM entries INDEXED BY entries_at WHERE at >= %" G_GINT64_FORMAT
				" AND at < %" G_GINT64_FORMAT,
			what, filter->from_ms, filter->to_ms ? filter->to_ms : G_MAXINT64);
	return sqlite_integer(st->db, sql, ret, error);
}

/* Wall clocks step, so an entry's time says only roughly where it stands: the first and the last entry of the
 * span come from the index on it, once for all pages, and every row is compared again. */
static bool find_span(
	sqlite_store *st, const ledger_filter *filter, gint64 *first, gint64 *last, GError **error)
{
	gint64 begin;
	if (!filter->from_ms && !filter->to_ms)
		return true;
	if (!find_end(st, filter, "coalesce(min(+idx), 0)", &begin, error))
		return false;
	*first = MAX(*first, begin);
	return !filter->to_ms || find_end(st, filter, "coalesce(max(+idx), -1)", last, error);
}

bool sqlite_iterate(store *s, const ledger_filter *filter, store_each each, void *user, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	gint64 first = filter->after, last = G_MAXINT64;
	g_auto(store_rows) page;
	rows_init(&page);
	if (filter->ahead)
		sqlite3_exec(st->db, LARGE_CACHE, NULL, NULL, NULL);
	if ((is_whole(filter) && !sqlite_followed(st->db, &last, error)) ||
		!find_span(st, filter, &first, &last, error))
		return false;
	last = filter->before ? MIN(last, filter->before - 1) : last;

	for (bool more = true; more;) {
		if (!read_page(st, filter, first, last, &page, error))
			return false;
		more = page.each->len == PAGE_ROWS;
		for (guint i = 0; i < page.each->len; i++) {
			const store_row *row = rows_at(&page, i);
			if (!each(row, user))
				return true;
			*(filter->newest ? &last : &first) = row->index + (filter->newest ? -1 : 1);
		}
	}
	return true;
}

bool sqlite_head(store *s, store_head *ret_head, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	if (!st->read_head)
		st->read_head = sqlite_prepare(st->db, "SELECT size, link FROM head WHERE one = 1", error);
	if (!st->read_head)
		return false;
	int result = sqlite3_step(st->read_head);
	if (result == SQLITE_ROW) {
		*ret_head = (store_head){.size = take_integer(st->read_head, 0)};
		take_hash(st->read_head, 1, ret_head->link);
	} else if (result == SQLITE_DONE) {
		g_set_error_literal(
			error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the store has lost its head row");
	} else {
		sqlite_fail(st->db, "the store cannot be read", error);
	}
	sqlite3_reset(st->read_head);
	return result == SQLITE_ROW;
}

bool sqlite_get(store *s, const char *name, char **ret_value, GError **error)
{
	sqlite_store *st = (sqlite_store *)s;
	if (!st->read_value)
		st->read_value = sqlite_prepare(st->db, "SELECT value FROM meta WHERE name = ?", error);
	if (!st->read_value)
		return false;
	bind_text(st->read_value, 1, name);
	int result = sqlite3_step(st->read_value);
	bool good = result == SQLITE_ROW || result == SQLITE_DONE ||
		sqlite_fail(st->db, "the store cannot be read", error);
	if (good)
		*ret_value = result == SQLITE_ROW ? g_strdup(peek_text(st->read_value, 0)) : NULL;
	sqlite3_reset(st->read_value);
	sqlite3_clear_bindings(st->read_value);
	return good;
}

void sqlite_close_store(store *s)
{
	sqlite_store *st = (sqlite_store *)s;
	sqlite3_finalize(st->append_entry);
	sqlite3_finalize(st->append_personal);
	sqlite3_finalize(st->write_head);
	sqlite3_finalize(st->read_head);
	sqlite3_finalize(st->read_value);
	sqlite3_finalize(st->write_value);
	for (size_t i = 0; i < SQLITE_QUERIES; i++)
		clear_query(&st->queries[i]);
	sqlite3_close_v2(st->db);
	if (st->lock >= 0)
		close(st->lock);
	g_free(st);
}

static const store_ops reader_ops = {
	.head = sqlite_head,
	.iterate = sqlite_iterate,
	.get = sqlite_get,
	.check = sqlite_check,
	.close = sqlite_close_store,
};

static bool open_as(sqlite_store *st, const char *path, bool immutable, GError **error)
{
	g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
	g_autofree char *uri = g_strdup_printf("file:%s?%s", escaped, immutable ? "immutable=1" : "mode=ro");
	sqlite3_close_v2(st->db);
	st->db = NULL;
	if (sqlite3_open_v2(uri, &st->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
		    NULL) != SQLITE_OK)
		return sqlite_fail(st->db, "cannot be opened", error);
	sqlite3_extended_result_codes(st->db, 1);
	sqlite3_busy_timeout(st->db, BUSY_MS);
	return sqlite_schema_check(st->db, error);
}

/* The write-ahead log is empty or absent: the file alone is the ledger, and nobody is writing to it. */
static bool is_settled(const char *path)
{
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	struct stat found;
	return stat(log, &found) != 0 || found.st_size == 0;
}

/* A reader of a file in WAL mode needs the shared index beside it, and makes it when it is not there. Where
 * it may not (a backup on a read-only file system), a settled file can be read as it is. */
static bool open_reader(sqlite_store *st, const char *path, GError **error)
{
	g_autoptr(GError) first = NULL;
	if (open_as(st, path, false, &first))
		return true;
	int primary = sqlite3_errcode(st->db) & 0xff;
	bool barred = primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY;
	if (barred && is_settled(path))
		return open_as(st, path, true, error);
	g_propagate_error(error, g_steal_pointer(&first));
	if (barred)
		g_prefix_error(error,
			"its write-ahead log cannot be used here, copy both to a folder that can be "
			"written: ");
	return false;
}

store *store_sqlite_open_reader(const char *path, GError **error)
{
	struct stat found = {0};
	bool readable = stat(path, &found) == 0 && access(path, R_OK) == 0;
	if (!readable || !S_ISREG(found.st_mode)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "%s: %s", path,
			readable ? "is no file" : g_strerror(errno));
		return NULL;
	}

	sqlite_store *st = g_new0(sqlite_store, 1);
	st->base.ops = &reader_ops;
	st->lock = -1;
	if (open_reader(st, path, error))
		return &st->base;
	g_prefix_error(error, "%s: ", path);
	sqlite_close_store(&st->base);
	return NULL;
}
