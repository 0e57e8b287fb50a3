/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and values on their way to PostgreSQL, a column an array, so that any number of them is one statement.
 * Private to this folder. */
#ifndef CONSENT_LEDGER_POSTGRES_BATCH_H
#define CONSENT_LEDGER_POSTGRES_BATCH_H

#include "ledger/postgres_link.h"
#include "ledger/store.h"

enum {
	BATCH_IDX,
	BATCH_AT,
	BATCH_TYPE,
	BATCH_ROOM,
	BATCH_MEETING,
	BATCH_PARTICIPANT,
	BATCH_SUBJECT,
	BATCH_BODY,
	BATCH_LEAF,
	BATCH_LINK,
	BATCH_PERSONAL_IDX, /* from here on those of rows with personal data only */
	BATCH_SALT,
	BATCH_DATA,
	BATCH_NAME, /* from here on named values */
	BATCH_VALUE,
	BATCH_GONE, /* names of those that are destroyed */
	BATCH_COLUMNS
};

typedef struct postgres_batch {
	GByteArray
		*columns[BATCH_COLUMNS]; /* arrays in PostgreSQL's binary form, their head left to the end */
	guint rows, personal, values, gone;
} postgres_batch;

void postgres_batch_init(postgres_batch *b);
void postgres_batch_clear(postgres_batch *b);

/* Copies the row. */
void postgres_batch_add(postgres_batch *b, const store_row *row);
/* Copies a named value, NULL when it is destroyed; each name once. */
void postgres_batch_value(postgres_batch *b, const char *name, const char *value);
/* Forgets everything. */
void postgres_batch_empty(postgres_batch *b);

/* Each adds the columns of one kind as parameters; they live as long as the batch is not touched. */
void postgres_batch_entries(postgres_batch *b, postgres_values *v);
void postgres_batch_personal(postgres_batch *b, postgres_values *v);
void postgres_batch_values(postgres_batch *b, postgres_values *v);
void postgres_batch_gone(postgres_batch *b, postgres_values *v);

#endif
