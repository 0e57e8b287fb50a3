/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kinds of record there are to write, and which columns they have. Pure, any thread. */
#ifndef CONSENT_EXPORTS_COLUMNS_H
#define CONSENT_EXPORTS_COLUMNS_H

#include <jansson.h>
#include <stddef.h>

typedef struct export_column {
	const char *title;
	const char *member; /* of the record; "first/at" is "at" in the object "first" */
	const char *each;   /* of a list of objects: this member of each; NULL: the element itself */
	unsigned width; /* most columns of a terminal that it takes there; 0: it has no place in a table */
} export_column;

typedef struct export_kind {
	const char *name; /* "records", "segments", "meetings", "notices", "products" */
	const export_column *columns;
	size_t count;
} export_kind;

extern const export_kind export_records, export_segments, export_meetings, export_notices, export_products;

/* The cell as text (g_free): "" for null, the elements of a list with blanks between. */
char *export_cell(const export_column *column, const json_t *record);

#endif
