/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/page.h"

#include "base/error.h"
#include "exports/jsonld.h"

#include <stdlib.h>
#include <string.h>

typedef struct making {
	exporter *to;
	bool by_language; /* a row a language of a wording, not one a wording */
	gint64 until_us;
	guint64 rows;
	GError **error;
	bool good;
} making;

typedef bool (*lister)(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

static const struct {
	const export_kind *kind;
	lister all;
} lists[] = {
	{&export_records, records_decisions},
	{&export_notices, records_notices},
	{&export_meetings, records_meetings},
	{&export_segments, records_segments},
	{&export_products, records_products},
};

static const struct {
	const char *name, *media_type;
} formats[] = {
	{"csv", "text/csv"},
	{"jsonl", "application/jsonl"},
	{"jsonld", "application/ld+json"},
};

static int find_list(const char *what)
{
	for (int i = 0; i < (int)G_N_ELEMENTS(lists); i++)
		if (strcmp(lists[i].kind->name, what) == 0)
			return i;
	return -1;
}

const char *page_media_type(const char *format)
{
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		if (strcmp(formats[i].name, format) == 0)
			return formats[i].media_type;
	return NULL;
}

static bool is_tree(const page_request *q)
{
	return strcmp(q->format, "jsonld") == 0;
}

static bool refuse(GError **error, const char *why)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, why);
	return false;
}

bool page_check(const page_request *q, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (find_list(q->what) < 0)
		return refuse(error,
			"the field 'what' must be \"records\", \"notices\", \"meetings\", \"segments\" or "
			"\"products\"");
	if (!page_media_type(q->format))
		return refuse(
			error, "the field 'format' must be \"jsonl\", \"csv\" or, of records, \"jsonld\"");
	if (!is_tree(q))
		return true;
	if (strcmp(q->what, export_records.name) != 0)
		return refuse(error, "the field 'format' can be \"jsonld\" of records only: use \"jsonl\"");
	if (jsonld_check(q->operator_is, &why))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'format' cannot be \"jsonld\" yet: %s", why->message);
	return false;
}

static bool is_full(const making *now)
{
	return ftell(now->to->to) >= (long)PAGE_BYTES || g_get_monotonic_time() >= now->until_us;
}

static bool take(json_t *record, void *user)
{
	making *now = user;
	if (now->by_language) {
		now->good = exporter_write_languages(now->to, record, &now->rows, now->error);
	} else {
		now->good = exporter_write(now->to, record, now->error);
		now->rows++;
	}
	return now->good && !is_full(now);
}

static bool take_flat(const flat_record *record, void *user)
{
	making *now = user;
	now->good = exporter_write_flat(now->to, record, now->error);
	now->rows++;
	return now->good && !is_full(now);
}

static bool list(making *now, ledger_reader *r, const page_request *q, char **ret_cursor, GError **error)
{
	lister all = lists[find_list(q->what)].all;
	records_filter filter = q->filter;
	filter.until_us = now->until_us;
	/* As the tool: what has a short way takes it. */
	bool good = all == records_decisions && !is_tree(q)
		? records_decisions_flat(r, &filter, take_flat, take, now, ret_cursor, error)
		: all(r, &filter, take, now, ret_cursor, error);
	return good && now->good;
}

/* Only the first page has the beginning, and only the last one the end. */
static bool write_page(
	making *now, ledger_reader *r, const page_request *q, char **ret_cursor, GError **error)
{
	if (q->filter.cursor)
		exporter_resume(now->to, q->before > 0);
	else if (!exporter_begin(now->to, error))
		return false;
	return list(now, r, q, ret_cursor, error) && (*ret_cursor || exporter_finish(now->to, error));
}

bool page_make(ledger_reader *reader, const page_request *q, page *ret, GError **error)
{
	page made = {0};
	FILE *to = open_memstream(&made.text, &made.length);
	g_autoptr(exporter) e = is_tree(q) ? exporter_new_jsonld(to, reader, q->operator_is)
					   : exporter_new(q->format, lists[find_list(q->what)].kind, to);
	making now = {.to = e,
		.by_language = strcmp(q->what, export_notices.name) == 0 && strcmp(q->format, "csv") == 0,
		.until_us = g_get_monotonic_time() + PAGE_MS * G_TIME_SPAN_MILLISECOND,
		.error = error,
		.good = true};
	bool good = write_page(&now, reader, q, &made.cursor, error);
	fclose(to);
	made.rows = now.rows;
	if (good)
		*ret = made;
	else
		page_clear(&made);
	return good;
}

void page_clear(page *p)
{
	g_clear_pointer(&p->text, free);
	g_clear_pointer(&p->cursor, g_free);
}
