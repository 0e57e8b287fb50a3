/* SPDX-License-Identifier: GPL-3.0-or-later */
/* consent_export: lists as files, in pages. The log gets an entry before the first page leaves, and one with
 * the last. In between nothing is kept: a cursor names the first entry, which says what is exported. */
#include "signalling/private.h"

#include "base/clock.h"
#include "exports/jsonld.h"
#include "exports/page.h"

#define LIMIT_MAX 10000
#define LIMIT_DEFAULT 2000
/* A cursor from further back begins nothing that its entry still speaks for. */
#define CURSOR_MS (24 * 60 * 60 * G_GINT64_CONSTANT(1000))

/* What is to be handed out: `what`, `format` and `filters` as the entry has them, and from where on. */
typedef struct order {
	json_t *entry;  /* owned */
	gint64 begun;   /* the index of the first page's entry; −1: this is the first page */
	guint64 before; /* rows of the pages before */
	char *cursor;   /* of the list; NULL: from its beginning */
} order;

static void order_clear(order *o)
{
	json_decref(o->entry);
	g_free(o->cursor);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(order, order_clear)

static const char *const filter_names[] = {"meeting", "participant", "purpose", "decision", "from", "to"};

static bool refuse(GError **error, const char *why)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, why);
	return false;
}

static const char *text_of(const order *o, const char *member)
{
	return json_string_value(json_object_get(o->entry, member));
}

/* ---- The first page ---- */

static json_t *filters_of(json_t *message)
{
	g_autofree char *room = ask_room_text(json_object_get(message, "room"));
	json_t *filters = json_object();

	if (room)
		json_object_set_new(filters, "room", json_string(room));
	for (size_t i = 0; i < G_N_ELEMENTS(filter_names); i++)
		if (field_string(message, filter_names[i]))
			json_object_set(filters, filter_names[i], json_object_get(message, filter_names[i]));
	return filters;
}

static bool order_new(json_t *message, order *ret, GError **error)
{
	const char *what = field_string(message, "what"), *format = field_string(message, "format");

	if (!what) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_MISSING,
			"the field 'what' is missing: add it, or a 'cursor'");
		return false;
	}
	if (!ask_check_times(message, error) || !ask_check_decision(message, error))
		return false;
	ret->entry = json_pack("{s:s, s:s, s:o, s:s}", "what", what, "format", format ? format : "jsonl",
		"filters", filters_of(message), "by", "admin");
	ret->begun = -1;
	return true;
}

/* ---- Those that follow ---- */

static bool take_entry(const ledger_entry *entry, void *user)
{
	static const char *const members[] = {"what", "format", "filters", "by"};
	order *o = user;
	json_t *more = json_object_get(entry->body, "more");

	if (entry->index != o->begun || !json_is_true(more) || entry->at_ms < clock_now_ms() - CURSOR_MS)
		return false;
	o->entry = json_object();
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		json_object_set(o->entry, members[i], json_object_get(entry->body, members[i]));
	return false;
}

static bool read_cursor(const char *text, order *ret)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", 3);
	guint64 begun;

	if (g_strv_length(parts) != 3 ||
		!g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, &begun, NULL) ||
		!g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXINT64, &ret->before, NULL) || !*parts[2])
		return false;
	ret->begun = (gint64)begun;
	ret->cursor = g_strdup(parts[2]);
	return true;
}

static bool check_alone(json_t *message, GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach (message, name, value) {
		if (g_str_equal(name, "request") || g_str_equal(name, "cursor") || g_str_equal(name, "limit"))
			continue;
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"the field '%s' is said by the cursor already: leave it out", name);
		return false;
	}
	return true;
}

static bool order_resume(asking *ask, order *ret, GError **error)
{
	static const char *const types[] = {"export", NULL};

	if (!check_alone(ask->message, error))
		return false;
	if (read_cursor(field_string(ask->message, "cursor"), ret)) {
		const ledger_filter one = {.types = types, .after = ret->begun};
		g_autoptr(ledger_reader) own = meetings_read_own(ask->s->meetings, error);
		if (!own || !ledger_read(own, &one, take_entry, ret, error))
			return false;
	}
	return ret->entry ||
		refuse(error,
			"the field 'cursor' is not one that an export of the last day gave: leave it out to "
			"begin anew");
}

/* ---- A page ---- */

static page_request request_of(asking *ask, const order *o)
{
	json_t *filters = json_object_get(o->entry, "filters");
	page_request request = {
		.what = text_of(o, "what"),
		.format = text_of(o, "format"),
		.operator_is = meetings_settings(ask->s->meetings),
		.before = o->before,
		.filter = ask_filter(filters, ask->message, LIMIT_DEFAULT),
	};

	request.filter.room = field_string(filters, "room");
	request.filter.cursor = o->cursor;
	return request;
}

/* A page that neither begins nor ends it is under the entry of the first. */
static bool note(asking *ask, order *o, guint64 rows, bool more, GError **error)
{
	bool first = o->begun < 0;
	ledger_place place = {.index = o->begun};

	if (!first && more)
		return true;
	json_t *body = json_deep_copy(o->entry);
	json_object_set_new(body, "rows", json_integer((json_int_t)rows));
	if (more)
		json_object_set_new(body, "more", json_true());
	if (!first)
		json_object_set_new(body, "begun", json_integer(o->begun));
	if (!meetings_note(ask->s->meetings, "export", body, &place, error))
		return false;
	if (first)
		o->begun = place.index;
	return true;
}

/* How far into the ledger it has come, where that is one log: the list's cursor is a letter and a position.
 */
static json_t *progress(ledger_reader *r, const page *p)
{
	gint64 entries = 0;

	if (!ledger_count(r, &entries, NULL) || entries == 0)
		return json_null();
	gint64 read = p->cursor ? g_ascii_strtoll(p->cursor + 1, NULL, 10) : entries;
	return json_pack("{s:I, s:I}", "read", (json_int_t)MIN(read, entries), "of", (json_int_t)entries);
}

static json_t *hand_out(asking *ask, order *o, ledger_reader *r, const page *p, GError **error)
{
	guint64 rows = o->before + p->rows;

	if (!note(ask, o, rows, p->cursor != NULL, error))
		return NULL;
	json_t *cursor = p->cursor
		? json_sprintf("%" G_GINT64_FORMAT "-%" G_GUINT64_FORMAT "-%s", o->begun, rows, p->cursor)
		: json_null();
	return json_pack("{s:O, s:O, s:s, s:I, s:I, s:o, s:s%, s:o}", "what",
		json_object_get(o->entry, "what"), "format", json_object_get(o->entry, "format"),
		"media_type", page_media_type(text_of(o, "format")), "index", (json_int_t)o->begun, "rows",
		(json_int_t)rows, "progress", progress(r, p), "text", p->text, p->length, "cursor", cursor);
}

/* To programs the error says in a member what to configure. */
static bool check(asking *ask, const page_request *q, GError **error)
{
	bool good = page_check(q, error);

	if (!good && g_str_equal(q->format, "jsonld") && g_str_equal(q->what, "records"))
		ask->extra = json_pack("{s:o}", "missing", jsonld_missing(q->operator_is));
	return good;
}

static json_t *export(asking *ask, GError **error)
{
	g_auto(order) o = {0};
	g_auto(page) p = {0};
	bool good = field_string(ask->message, "cursor") ? order_resume(ask, &o, error)
							 : order_new(ask->message, &o, error);

	if (!good)
		return NULL;
	const page_request request = request_of(ask, &o);
	if (!check(ask, &request, error))
		return NULL;
	g_autoptr(ledger_reader) r = ledger_reader_open(meetings_settings(ask->s->meetings)->store, error);
	return r && page_make(r, &request, &p, error) ? hand_out(ask, &o, r, &p, error) : NULL;
}

static const field export_fields[] = {
	{"what", FIELD_STRING, false, 0},
	{"format", FIELD_STRING, false, 0},
	{"room", FIELD_ROOM, false, 0},
	{"meeting", FIELD_STRING, false, 0},
	{"participant", FIELD_STRING, false, 0},
	{"purpose", FIELD_STRING, false, 0},
	{"decision", FIELD_STRING, false, 0},
	{"from", FIELD_MOMENT, false, 0},
	{"to", FIELD_MOMENT, false, 0},
	{"limit", FIELD_COUNT, false, LIMIT_MAX},
	{"cursor", FIELD_CURSOR, false, 0},
	FIELDS_END,
};

const request_row export_requests[] = {
	{"consent_export", "export", BY_ADMIN, export_fields, export, 0},
	{0},
};
