/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes to the server and comes from it: parameters, and columns of results. */
#include "ledger/postgres_link.h"

#include <string.h>

#define OID_BYTEA 17
#define OID_TEXT 25

void postgres_add_binary(postgres_values *v, Oid type, const void *bytes, size_t length)
{
	g_assert(v->count < POSTGRES_VALUES);
	v->types[v->count] = type;
	v->data[v->count] = bytes;
	v->lengths[v->count] = (int)length;
	v->formats[v->count] = 1;
	v->count++;
}

void postgres_add_bytes(postgres_values *v, const void *bytes, size_t length)
{
	postgres_add_binary(v, OID_BYTEA, bytes, length);
}

void postgres_add_text(postgres_values *v, const char *text)
{
	postgres_add_binary(v, OID_TEXT, text, text ? strlen(text) : 0);
}

/* As text, which the server makes into whatever integer stands there. */
void postgres_add_integer(postgres_values *v, gint64 value)
{
	char *number = v->numbers[v->count];
	g_snprintf(number, sizeof(v->numbers[0]), "%" G_GINT64_FORMAT, value);
	postgres_add_binary(v, 0, number, 0);
	v->formats[v->count - 1] = 0;
}

gint64 postgres_integer(const PGresult *result, int row, int column)
{
	gint64 wide;
	gint32 narrow;
	const char *value = PQgetvalue(result, row, column);
	switch (PQgetlength(result, row, column)) {
	case sizeof(wide):
		memcpy(&wide, value, sizeof(wide));
		return GINT64_FROM_BE(wide);
	case sizeof(narrow):
		memcpy(&narrow, value, sizeof(narrow));
		return GINT32_FROM_BE(narrow);
	default:
		return 0;
	}
}

const char *postgres_text(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

void postgres_bytes(const PGresult *result, int row, int column, uint8_t *bytes, size_t length)
{
	if (!PQgetisnull(result, row, column) && PQgetlength(result, row, column) == (int)length)
		memcpy(bytes, PQgetvalue(result, row, column), length);
}

gint64 postgres_changed(PGresult *result)
{
	return g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
}
