/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of rows, many at a time. Private to this folder. */
#ifndef CONSENT_LEDGER_ROWS_H
#define CONSENT_LEDGER_ROWS_H

#include "ledger/store.h"

typedef struct store_rows {
	GArray *each;        /* of store_row; what they point to lives until they are emptied */
	GStringChunk *texts; /* all of theirs, in few pieces */
} store_rows;

void rows_init(store_rows *rows);
void rows_clear(store_rows *rows);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(store_rows, rows_clear)

void rows_add(store_rows *rows, const store_row *row);

/* Wipes the keys in them. */
void rows_empty(store_rows *rows);

static inline const store_row *rows_at(const store_rows *rows, guint i)
{
	return &g_array_index(rows->each, store_row, i);
}

#endif
