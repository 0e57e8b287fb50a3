/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of any kind to a stream, in one of the formats: the columns of a kind are data (columns.h), a
 * format is one file.
 *
 * One thread at a time per exporter. Errors are of G_FILE_ERROR's domain, so that a closed pipe
 * (G_FILE_ERROR_PIPE) can be told from a full disk. Nothing but a bounded look-ahead is held in memory. */
#ifndef CONSENT_EXPORTS_EXPORT_H
#define CONSENT_EXPORTS_EXPORT_H

#include "exports/columns.h"
#include "ledger/flat.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct exporter exporter;

/* Names of the formats ("table", "csv", "jsonl"), NULL-terminated; the first is the tool's default. */
extern const char *const export_formats[];

/* NULL when there is no such format. `to` is borrowed, and may be a terminal, a file, a pipe or memory. */
exporter *exporter_new(const char *format, const export_kind *kind, FILE *to);

bool exporter_write(exporter *e, const json_t *record, GError **error);

/* The same with a record as text; of CSV and JSON Lines, and of export_records. */
bool exporter_write_flat(exporter *e, const flat_record *record, GError **error);

/* One of export_notices as a row a language, for formats that cannot hold an object: gets the members "lang"
 * and "text" in turn. Adds to *rows. */
bool exporter_write_languages(exporter *e, json_t *record, guint64 *rows, GError **error);

/* Writes what stands before the first record; else that is written with it. */
bool exporter_begin(exporter *e, GError **error);

/* To be called before the first record where another exporter has written the beginning, and `any` record:
 * what this one writes goes on from there. */
void exporter_resume(exporter *e, bool any);

/* Writes what is held back and flushes. To be called once, after the last record. */
bool exporter_finish(exporter *e, GError **error);

/* Takes NULL. */
void exporter_free(exporter *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(exporter, exporter_free)

/* For formats: embedded first in their own struct. `end` may be NULL; `free` frees what the format itself
 * holds. */
typedef struct export_format {
	const char *name;
	size_t size; /* of the format's struct */
	void (*begin)(exporter *e);
	void (*record)(exporter *e, const json_t *record);
	void (*flat)(exporter *e, const flat_record *record); /* NULL: not in this format */
	void (*end)(exporter *e);
	void (*free)(exporter *e);
} export_format;

struct exporter {
	const export_format *format;
	const export_kind *kind;
	FILE *to;       /* formats need not look at its errors: write and finish do */
	GError *failed; /* set by a format that cannot write a record for another reason; given to whoever
			   writes */
	bool begun;
	bool any;      /* a record has been written */
	GString *line; /* for formats to build something in; NULL until one needs it */
};

extern const export_format export_csv, export_jsonl, export_table;

#endif
