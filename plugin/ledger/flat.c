/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/flat.h"

#include "base/clock.h"
#include "ledger/decisions.h"

#include <string.h>

const char *const flat_names[FLAT_MEMBERS] = {"log", "index", "time", "room", "meeting", "participant",
	"display", "feed", "purpose", "medium", "decision", "notice", "version", "lang", "shown", "how",
	"evidence", "receipt", "expires"};

/* Members of an entry's body and of a decision in it, sorted, and which member of a record each is. */
static const char *const body_names[] = {
	"decisions", "evidence", "feed", "how", "lang", "meeting", "participant", "receipt", "room"};
static const int body_members[] = {-1, FLAT_EVIDENCE, FLAT_FEED, FLAT_HOW, FLAT_LANG, FLAT_MEETING,
	FLAT_PARTICIPANT, FLAT_RECEIPT, FLAT_ROOM};
static const char *const item_names[] = {
	"decision", "expires", "medium", "notice", "purpose", "shown", "version"};
static const int item_members[] = {
	FLAT_DECISION, FLAT_EXPIRES, FLAT_MEDIUM, FLAT_NOTICE, FLAT_PURPOSE, FLAT_SHOWN, FLAT_VERSION};
static const char *const personal_names[] = {"display"};

#define BODY G_N_ELEMENTS(body_names)
#define ITEM G_N_ELEMENTS(item_names)
#define ITEMS_MAX 128

typedef struct telling {
	decisions_listing list;
	flat_each each;
	void *user;
	GString *log; /* as JSON; of the entry before */
	char *of_log;
} telling;

static const span null_span = {"null", 4};

static span or_null(span s)
{
	return s.at ? s : null_span;
}

/* The log's name as JSON. It is the same for all of them, or nearly. */
static span log_of(telling *now, const ledger_entry *entry)
{
	if (now->log->len == 0 || g_strcmp0(now->of_log, entry->log) != 0) {
		json_auto_t *name = entry->log ? json_string(entry->log) : json_null();
		char *text = json_dumps(name, JSON_ENCODE_ANY);
		g_string_assign(now->log, text ? text : "null");
		free(text);
		g_free(now->of_log);
		now->of_log = g_strdup(entry->log);
	}
	return (span){now->log->str, now->log->len};
}

/* Texts of what an entry says, and of its decisions. */
typedef struct entry_spans {
	span body[BODY], display, items[ITEMS_MAX][ITEM];
	guint count;
} entry_spans;

/* Nothing but texts, numbers and the like. */
static bool are_scalars(const span *spans, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (spans[i].at && (*spans[i].at == '{' || *spans[i].at == '['))
			return false;
	return true;
}

/* The sending of its notice stands in the item, or has to be looked for; and what it is about is text. */
static bool is_simple(const span item[ITEM])
{
	span decision = item[0], medium = item[2], purpose = item[4], shown = item[5];
	return are_scalars(item, ITEM) && shown.at && decision.at && *decision.at == '"' && medium.at &&
		*medium.at == '"' && purpose.at && *purpose.at == '"';
}

static bool read_items(span decisions, entry_spans *ret)
{
	const char *at = decisions.at;
	ret->count = 0;
	if (!at || *at != '[')
		return false;
	for (at++; *at != ']'; ret->count++)
		if (ret->count == ITEMS_MAX ||
			!spans_read_element(&at, item_names, ITEM, ret->items[ret->count]) ||
			!is_simple(ret->items[ret->count]))
			return false;
	return true;
}

/* False: it is for the parser. */
static bool read_entry(const ledger_entry *entry, entry_spans *ret)
{
	ret->display = (span){0};
	if (!g_utf8_validate(entry->text, -1, NULL) || !spans_read(entry->text, body_names, BODY, ret->body))
		return false;
	if (entry->personal_text &&
		(!g_utf8_validate(entry->personal_text, -1, NULL) ||
			!spans_read(entry->personal_text, personal_names, 1, &ret->display)))
		return false;
	span participant = ret->body[6];
	return are_scalars(ret->body + 1, BODY - 1) && are_scalars(&ret->display, 1) && participant.at &&
		*participant.at == '"' && read_items(ret->body[0], ret);
}

static char *bare(span s)
{
	return g_strndup(s.at + 1, s.length - 2);
}

static bool find_replaced(telling *now, const ledger_entry *entry, flat_record *record)
{
	if (entry->told && !entry->next) {
		record->replaced = json_null();
		return true;
	}
	g_autofree char *participant = bare(record->members[FLAT_PARTICIPANT]);
	g_autofree char *purpose = bare(record->members[FLAT_PURPOSE]),
			*medium = bare(record->members[FLAT_MEDIUM]);
	const succession_of of = {participant, purpose, medium, entry};
	return now->list.good = succession_find(now->list.later, &of, &record->replaced, now->list.error);
}

static bool passes(const records_filter *filter, const span item[ITEM])
{
	return (!filter->purpose || span_is(item[4], filter->purpose)) &&
		(!filter->decision || span_is(item[0], filter->decision));
}

static bool give_item(
	telling *now, const ledger_entry *entry, flat_record *record, const span item[ITEM], guint part)
{
	paging *page = &now->list.page;
	if (paging_passed(page, entry->position, part) || !passes(now->list.filter, item))
		return true;
	if (!paging_wants(page, entry->position, part))
		return false;
	for (size_t i = 0; i < ITEM; i++)
		record->members[item_members[i]] = or_null(item[i]);
	if (!find_replaced(now, entry, record))
		return false;
	bool more = now->each(record, now->user);
	json_decref(record->replaced);
	paging_count(page, more, entry->position, part);
	return more;
}

static bool give_spans(telling *now, const ledger_entry *entry, const entry_spans *spans)
{
	char index[24], at[CLOCK_TEXT_SIZE], time[CLOCK_TEXT_SIZE + 2];
	flat_record record = {.index = entry->index};
	record.members[FLAT_LOG] = log_of(now, entry);
	record.members[FLAT_INDEX] =
		(span){index, (size_t)g_snprintf(index, sizeof index, "%" G_GINT64_FORMAT, entry->index)};
	record.members[FLAT_TIME] = entry->at_ms
		? (span){time,
			  (size_t)g_snprintf(time, sizeof time, "\"%s\"", clock_format(entry->at_ms, at))}
		: null_span;
	for (size_t i = 1; i < BODY; i++)
		record.members[body_members[i]] = or_null(spans->body[i]);
	record.members[FLAT_DISPLAY] = or_null(spans->display);
	for (guint part = 0; part < spans->count; part++)
		if (!give_item(now, entry, &record, spans->items[part], part))
			return false;
	return true;
}

static bool give_parsed(telling *now, const ledger_entry *entry)
{
	ledger_entry parsed = *entry;
	if (!ledger_entry_parse(&parsed, now->list.error))
		return now->list.good = false;
	bool more = decisions_give(&now->list, &parsed);
	json_decref(parsed.body);
	json_decref(parsed.personal);
	return more;
}

static bool give_entry(const ledger_entry *entry, void *user)
{
	telling *now = user;
	entry_spans spans;
	if (paging_late(&now->list.page, entry->position))
		return false;
	return read_entry(entry, &spans) ? give_spans(now, entry, &spans) : give_parsed(now, entry);
}

bool records_decisions_flat(ledger_reader *r, const records_filter *filter, flat_each each,
	records_each other, void *user, char **ret_cursor, GError **error)
{
	g_autoptr(succession) later = succession_new(r);
	telling now = {.list = {.reader = r, .filter = filter, .later = later, .error = error, .good = true},
		.each = each,
		.user = user,
		.log = g_string_new(NULL)};
	bool good = paging_begin(&now.list.page, 'd', filter, other, user, error) &&
		paging_end(&now.list.page, decisions_list(&now.list, ledger_read_texts, give_entry, &now),
			ret_cursor);
	g_string_free(now.log, TRUE);
	g_free(now.of_log);
	return good;
}
