/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/rows.h"

#include <sodium.h>
#include <string.h>

/* Some hundred entries with a decision or two. */
#define PIECE (64 * 1024)

void rows_init(store_rows *rows)
{
	*rows = (store_rows){g_array_new(FALSE, FALSE, sizeof(store_row)), g_string_chunk_new(PIECE)};
}

void rows_clear(store_rows *rows)
{
	rows_empty(rows);
	g_array_unref(rows->each);
	g_string_chunk_free(rows->texts);
}

void rows_add(store_rows *rows, const store_row *row)
{
	store_row copy = *row;
	const char **const texts[] = {&copy.log, &copy.type, &copy.room, &copy.meeting, &copy.participant,
		&copy.subject, &copy.body, &copy.personal, &copy.key, &copy.next.body, &copy.next.log,
		&copy.next.type};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (*texts[i])
			*texts[i] = g_string_chunk_insert(rows->texts, *texts[i]);
	g_array_append_val(rows->each, copy);
}

void rows_empty(store_rows *rows)
{
	for (guint i = 0; i < rows->each->len; i++) {
		char *key = (char *)rows_at(rows, i)->key;

		if (key)
			sodium_memzero(key, strlen(key));
	}
	g_array_set_size(rows->each, 0);
	g_string_chunk_clear(rows->texts);
}
