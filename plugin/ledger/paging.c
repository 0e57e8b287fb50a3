/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/paging.h"

#include "base/clock.h"
#include "base/error.h"

#include <string.h>

static char letter(const paging *p)
{
	return p->newest ? g_ascii_toupper(p->kind) : p->kind;
}

static bool parse_cursor(paging *p, const char *text)
{
	guint64 position, part;
	if (text[0] != letter(p))
		return false;
	g_auto(GStrv) parts = g_strsplit(text + 1, ".", 2);
	if (g_strv_length(parts) != 2 ||
		!g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, &position, NULL) ||
		!g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXINT32, &part, NULL))
		return false;
	p->position = (gint64)position;
	p->part = (guint)part;
	return p->resumed = true;
}

bool paging_begin(
	paging *p, char kind, const records_filter *filter, records_each each, void *user, GError **error)
{
	*p = (paging){.kind = kind,
		.limit = filter->limit,
		.until_us = filter->until_us,
		.newest = filter->newest,
		.each = each,
		.user = user};
	if (!filter->cursor || parse_cursor(p, filter->cursor))
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'cursor' is not one that this list gave; leave it out to begin at the first "
		"record");
	return false;
}

static void set_cursor(paging *p, gint64 position, guint part)
{
	g_free(p->cursor);
	p->cursor = g_strdup_printf("%c%" G_GINT64_FORMAT ".%u", letter(p), position, part);
}

void paging_bound(const paging *p, ledger_filter *entries)
{
	entries->newest = p->newest;
	if (!p->newest)
		entries->after = p->position;
	else if (p->resumed)
		entries->before = p->position + 1;
}

bool paging_wants(paging *p, gint64 position, guint part)
{
	if (p->limit == 0 || p->given < p->limit)
		return true;
	set_cursor(p, position, part);
	return false;
}

bool paging_late(paging *p, gint64 position)
{
	bool first = !p->begun;
	p->begun = true;
	if (first || p->until_us == 0 || g_get_monotonic_time() < p->until_us)
		return false;
	set_cursor(p, position, 0);
	return true;
}

bool paging_passed(const paging *p, gint64 position, guint part)
{
	if (!p->resumed)
		return false;
	bool passed = p->newest ? position > p->position : position < p->position;
	return passed || (position == p->position && part < p->part);
}

void paging_count(paging *p, bool more, gint64 position, guint part)
{
	p->given++;
	if (!more)
		set_cursor(p, position, part + 1);
}

bool paging_give(paging *p, json_t *record, gint64 position, guint part)
{
	bool more = p->each(record, p->user);
	json_decref(record);
	paging_count(p, more, position, part);
	return more;
}

bool paging_end(paging *p, bool good, char **ret_cursor)
{
	if (good && ret_cursor)
		*ret_cursor = g_steal_pointer(&p->cursor);
	g_clear_pointer(&p->cursor, g_free);
	return good;
}

bool records_list_begin(records_list *list, ledger_reader *r, const records_filter *filter, const char *what,
	records_each each, void *user, GError **error)
{
	*list = (records_list){.reader = r, .filter = filter, .error = error, .good = true};
	return records_refuse_decision(filter, what, error) &&
		paging_begin(&list->page, what[0], filter, each, user, error);
}

bool records_list_read(records_list *list, ledger_filter entries, ledger_each take, char **ret_cursor)
{
	entries.room = list->filter->room;
	entries.from_ms = list->filter->from_ms;
	entries.to_ms = list->filter->to_ms;
	paging_bound(&list->page, &entries);
	bool good = ledger_read(list->reader, &entries, take, list, list->error) && list->good;
	return paging_end(&list->page, good, ret_cursor);
}

void record_copy(json_t *record, const char *name, const json_t *from, const char *member)
{
	json_t *value = json_object_get(from, member);
	json_object_set_new(record, name, value ? json_incref(value) : json_null());
}

void record_set_time(json_t *record, const char *name, gint64 ms)
{
	char text[CLOCK_TEXT_SIZE];
	json_object_set_new(record, name, ms ? json_string(clock_format(ms, text)) : json_null());
}

void record_set_display(json_t *record, const json_t *personal)
{
	record_copy(record, "display", personal, "display");
}

bool text_is(const json_t *object, const char *member, const char *value)
{
	return g_strcmp0(json_string_value(json_object_get(object, member)), value) == 0;
}

/* As names are compared (g_free); NULL for what is no text. */
static char *fold(const char *text)
{
	g_autofree char *composed = text ? g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
	return composed ? g_utf8_casefold(composed, -1) : NULL;
}

bool display_holds(const json_t *display, const char *part)
{
	if (!part)
		return true;
	g_autofree char *name = fold(json_string_value(display));
	g_autofree char *wanted = fold(part);
	return name && wanted && strstr(name, wanted);
}

bool records_refuse_display(const records_filter *filter, const char *list, GError **error)
{
	if (!filter->display)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'display' does not filter %s; leave it out", list);
	return false;
}

bool records_refuse_decision(const records_filter *filter, const char *list, GError **error)
{
	if (!filter->decision)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'decision' does not filter %s, only records; leave it out", list);
	return false;
}
