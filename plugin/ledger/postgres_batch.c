/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/postgres_batch.h"

#include <string.h>

/* The server's numbers of the types. */
#define INTEGERS 1016
#define TEXTS 1009
#define BYTES 1001

static const struct {
	Oid array, element;
} types[BATCH_COLUMNS] = {
	[BATCH_IDX] = {INTEGERS, 20},
	[BATCH_AT] = {INTEGERS, 20},
	[BATCH_TYPE] = {TEXTS, 25},
	[BATCH_ROOM] = {TEXTS, 25},
	[BATCH_MEETING] = {TEXTS, 25},
	[BATCH_PARTICIPANT] = {TEXTS, 25},
	[BATCH_SUBJECT] = {TEXTS, 25},
	[BATCH_BODY] = {TEXTS, 25},
	[BATCH_LEAF] = {BYTES, 17},
	[BATCH_LINK] = {BYTES, 17},
	[BATCH_PERSONAL_IDX] = {INTEGERS, 20},
	[BATCH_SALT] = {BYTES, 17},
	[BATCH_DATA] = {TEXTS, 25},
	[BATCH_NAME] = {TEXTS, 25},
	[BATCH_VALUE] = {TEXTS, 25},
	[BATCH_GONE] = {TEXTS, 25},
};

/* An array's head: dimensions, whether there are NULLs, the element's type, number of elements, index of the
 * first. Each element is a length (−1: NULL) and its bytes. All big-endian. */
typedef struct array_head {
	guint32 dimensions, nulls, element, count, first;
} array_head;

void postgres_batch_empty(postgres_batch *b)
{
	for (int i = 0; i < BATCH_COLUMNS; i++)
		g_byte_array_set_size(b->columns[i], sizeof(array_head));
	b->rows = b->personal = b->values = b->gone = 0;
}

void postgres_batch_init(postgres_batch *b)
{
	for (int i = 0; i < BATCH_COLUMNS; i++)
		b->columns[i] = g_byte_array_new();
	postgres_batch_empty(b);
}

void postgres_batch_clear(postgres_batch *b)
{
	for (int i = 0; i < BATCH_COLUMNS; i++)
		g_clear_pointer(&b->columns[i], g_byte_array_unref);
}

static void add_bytes(postgres_batch *b, int column, const void *bytes, size_t length)
{
	guint32 size = GUINT32_TO_BE((guint32)length);
	g_byte_array_append(b->columns[column], (const guint8 *)&size, sizeof(size));
	g_byte_array_append(b->columns[column], bytes, (guint)length);
}

static void add_integer(postgres_batch *b, int column, gint64 value)
{
	gint64 wire = GINT64_TO_BE(value);
	add_bytes(b, column, &wire, sizeof(wire));
}

static void add_text(postgres_batch *b, int column, const char *text)
{
	static const guint8 null[] = {0xff, 0xff, 0xff, 0xff};
	if (text)
		add_bytes(b, column, text, strlen(text));
	else
		g_byte_array_append(b->columns[column], null, sizeof(null));
}

void postgres_batch_add(postgres_batch *b, const store_row *row)
{
	add_integer(b, BATCH_IDX, row->index);
	add_integer(b, BATCH_AT, row->at_ms);
	add_text(b, BATCH_TYPE, row->type);
	add_text(b, BATCH_ROOM, row->room);
	add_text(b, BATCH_MEETING, row->meeting);
	add_text(b, BATCH_PARTICIPANT, row->participant);
	add_text(b, BATCH_SUBJECT, row->subject);
	add_text(b, BATCH_BODY, row->body);
	add_bytes(b, BATCH_LEAF, row->leaf, HASH_SIZE);
	add_bytes(b, BATCH_LINK, row->link, HASH_SIZE);
	b->rows++;
	if (!row->personal)
		return;
	add_integer(b, BATCH_PERSONAL_IDX, row->index);
	add_bytes(b, BATCH_SALT, row->salt, HASH_SIZE);
	add_text(b, BATCH_DATA, row->personal);
	b->personal++;
}

void postgres_batch_value(postgres_batch *b, const char *name, const char *value)
{
	if (!value) {
		add_text(b, BATCH_GONE, name);
		b->gone++;
		return;
	}
	add_text(b, BATCH_NAME, name);
	add_text(b, BATCH_VALUE, value);
	b->values++;
}

static void put_columns(postgres_batch *b, int first, int last, guint count, postgres_values *v)
{
	for (int i = first; i <= last; i++) {
		const array_head head = {
			.dimensions = GUINT32_TO_BE(1),
			.nulls = GUINT32_TO_BE(1),
			.element = GUINT32_TO_BE(types[i].element),
			.count = GUINT32_TO_BE(count),
			.first = GUINT32_TO_BE(1),
		};
		memcpy(b->columns[i]->data, &head, sizeof(head));
		postgres_add_binary(v, types[i].array, b->columns[i]->data, b->columns[i]->len);
	}
}

void postgres_batch_entries(postgres_batch *b, postgres_values *v)
{
	put_columns(b, BATCH_IDX, BATCH_LINK, b->rows, v);
}

void postgres_batch_personal(postgres_batch *b, postgres_values *v)
{
	put_columns(b, BATCH_PERSONAL_IDX, BATCH_DATA, b->personal, v);
}

void postgres_batch_values(postgres_batch *b, postgres_values *v)
{
	put_columns(b, BATCH_NAME, BATCH_VALUE, b->values, v);
}

void postgres_batch_gone(postgres_batch *b, postgres_values *v)
{
	put_columns(b, BATCH_GONE, BATCH_GONE, b->gone, v);
}
