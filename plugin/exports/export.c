/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/export.h"

#include <errno.h>
#include <string.h>

static const export_format *const formats[] = {&export_table, &export_csv, &export_jsonl};

const char *const export_formats[] = {"table", "csv", "jsonl", NULL};

exporter *exporter_new(const char *format, const export_kind *kind, FILE *to)
{
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (strcmp(formats[i]->name, format) != 0)
			continue;
		exporter *e = g_malloc0(formats[i]->size);
		e->format = formats[i];
		e->kind = kind;
		e->to = to;
		return e;
	}
	return NULL;
}

/* A stream keeps its error, so one look after any number of writes is enough; errno is the last failed one's.
 */
static bool check(exporter *e, GError **error)
{
	if (e->failed) {
		g_propagate_error(error, g_steal_pointer(&e->failed));
		return false;
	}
	if (!ferror(e->to))
		return true;
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno),
		"the output cannot be written: %s", g_strerror(errno));
	return false;
}

static void begin_once(exporter *e)
{
	if (!e->begun && e->format->begin)
		e->format->begin(e);
	e->begun = true;
}

bool exporter_write(exporter *e, const json_t *record, GError **error)
{
	errno = 0;
	begin_once(e);
	e->format->record(e, record);
	e->any = true;
	return check(e, error);
}

bool exporter_write_languages(exporter *e, json_t *record, guint64 *rows, GError **error)
{
	const char *lang;
	json_t *text, *languages = json_object_get(json_object_get(record, "wording"), "languages");
	json_object_foreach (languages, lang, text) {
		json_object_set_new(record, "lang", json_string(lang));
		json_object_set(record, "text", text);
		++*rows;
		if (!exporter_write(e, record, error))
			return false;
	}
	return true;
}

bool exporter_begin(exporter *e, GError **error)
{
	errno = 0;
	begin_once(e);
	return check(e, error);
}

void exporter_resume(exporter *e, bool any)
{
	e->begun = true;
	e->any = any;
}

bool exporter_write_flat(exporter *e, const flat_record *record, GError **error)
{
	errno = 0;
	begin_once(e);
	if (!e->line)
		e->line = g_string_new(NULL);
	g_string_truncate(e->line, 0);
	e->format->flat(e, record);
	fwrite(e->line->str, 1, e->line->len, e->to);
	e->any = true;
	return check(e, error);
}

bool exporter_finish(exporter *e, GError **error)
{
	errno = 0;
	begin_once(e);
	if (e->format->end)
		e->format->end(e);
	fflush(e->to);
	return check(e, error);
}

void exporter_free(exporter *e)
{
	if (!e)
		return;
	if (e->format->free)
		e->format->free(e);
	g_clear_error(&e->failed);
	if (e->line)
		g_string_free(e->line, TRUE);
	g_free(e);
}
