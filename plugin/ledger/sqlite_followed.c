/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/sqlite_followed.h"

#include "ledger/sqlite_store.h"

#include <string.h>

/* The index goes on with the type, then with the place in the log: of one participant decisions come in their
 * order, then what erased them. */
static const char walk[] =
	"SELECT participant, idx FROM entries INDEXED BY entries_participant"
	" WHERE participant IS NOT NULL AND type IN " STORE_NEXT_TYPES " ORDER BY participant, type, idx";

typedef struct followed {
	uint8_t bits[FOLLOWED_BITS / 8];
} followed;

static void mark(followed *f, gint64 idx)
{
	guint64 bit = (guint64)idx % FOLLOWED_BITS;
	f->bits[bit / 8] |= (uint8_t)(1u << bit % 8);
}

static void is_followed(sqlite3_context *context, int count, sqlite3_value **values)
{
	const followed *f = sqlite3_user_data(context);
	guint64 bit = (guint64)sqlite3_value_int64(values[0]) % FOLLOWED_BITS;
	(void)count;
	sqlite3_result_int(context, f->bits[bit / 8] >> bit % 8 & 1);
}

/* Of two in a row of one participant the first is followed. */
static int mark_all(followed *f, sqlite3_stmt *rows)
{
	g_autoptr(GString) before = g_string_new(NULL);
	gint64 idx = -1;
	int result;
	while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(rows, 0),
			   *participant = text ? text : "";
		if (idx >= 0 && strcmp(participant, before->str) == 0)
			mark(f, idx);
		else
			g_string_assign(before, participant);
		idx = sqlite3_column_int64(rows, 1);
	}
	return result;
}

static bool walk_all(sqlite3 *db, followed *f)
{
	sqlite3_stmt *rows = NULL;
	bool good = sqlite3_prepare_v2(db, walk, -1, &rows, NULL) == SQLITE_OK &&
		mark_all(f, rows) == SQLITE_DONE;
	sqlite3_finalize(rows);
	return good;
}

bool sqlite_followed(sqlite3 *db, gint64 *ret_last, GError **error)
{
	if (!sqlite_integer(db, "SELECT coalesce(max(idx), -1) FROM entries", ret_last, error))
		return false;
	followed *f = g_new0(followed, 1);
	bool good = walk_all(db, f);
	/* It takes f also when it fails. */
	good = sqlite3_create_function_v2(db, "followed", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, f,
		       is_followed, NULL, NULL, g_free) == SQLITE_OK &&
		good;
	return good || sqlite_fail(db, "the store cannot be read", error);
}
