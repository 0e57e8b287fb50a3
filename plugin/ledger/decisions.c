/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consent records: every decision of every entry, with when and in which language its notice had been sent.
 */
#include "ledger/decisions.h"

#include <string.h>

typedef decisions_listing listing;

/* The latest notice sent to the participant before the decision, for one purpose and wording. */
typedef struct sending {
	const json_t *decision;
	gint64 before; /* position of the decision's entry */
	gint64 at_ms;  /* 0: none was sent */
	char *lang;
} sending;

static bool note_sending(const ledger_entry *entry, void *user)
{
	sending *s = user;
	if (entry->position >= s->before)
		return false;
	if (!text_is(entry->body, "purpose", json_string_value(json_object_get(s->decision, "purpose"))) ||
		!text_is(entry->body, "notice", json_string_value(json_object_get(s->decision, "notice"))))
		return true;
	s->at_ms = entry->at_ms;
	g_free(s->lang);
	s->lang = g_strdup(json_string_value(json_object_get(entry->body, "lang")));
	return true;
}

/* The decision may say itself when its notice was shown; else the entry of its sending does. */
static bool find_sending(listing *list, const ledger_entry *entry, sending *s)
{
	static const char *const types[] = {"notice_sent", NULL};
	if (json_object_get(s->decision, "shown"))
		return true;
	const ledger_filter filter = {
		.types = types,
		.participant = json_string_value(json_object_get(entry->body, "participant")),
	};
	return !filter.participant || ledger_read(list->reader, &filter, note_sending, s, list->error);
}

/* Members in the order in which people read them. */
static json_t *make_record(const ledger_entry *entry, const json_t *decision, const sending *shown)
{
	static const char *const where[] = {"room", "meeting", "participant"};
	static const char *const what[] = {"purpose", "medium", "decision", "notice", "version"};
	json_t *record = json_object();
	json_object_set_new(record, "log", entry->log ? json_string(entry->log) : json_null());
	json_object_set_new(record, "index", json_integer(entry->index));
	record_set_time(record, "time", entry->at_ms);
	for (size_t i = 0; i < G_N_ELEMENTS(where); i++)
		record_copy(record, where[i], entry->body, where[i]);
	record_set_display(record, entry->personal);
	record_copy(record, "feed", entry->body, "feed");
	for (size_t i = 0; i < G_N_ELEMENTS(what); i++)
		record_copy(record, what[i], decision, what[i]);
	record_copy(record, "lang", entry->body, "lang");
	if (!json_is_string(json_object_get(record, "lang")) && shown->lang)
		json_object_set_new(record, "lang", json_string(shown->lang));
	record_set_time(record, "shown", shown->at_ms);
	if (json_object_get(decision, "shown"))
		record_copy(record, "shown", decision, "shown");
	record_copy(record, "how", entry->body, "how");
	record_copy(record, "evidence", entry->body, "evidence");
	record_copy(record, "receipt", entry->body, "receipt");
	record_copy(record, "expires", decision, "expires");
	return record;
}

static bool add_replaced(listing *list, const ledger_entry *entry, const json_t *decision, json_t *record)
{
	json_t *replaced = NULL;
	const succession_of of = {
		.participant = json_string_value(json_object_get(entry->body, "participant")),
		.purpose = json_string_value(json_object_get(decision, "purpose")),
		.medium = json_string_value(json_object_get(decision, "medium")),
		.entry = entry,
	};
	if (!succession_find(list->later, &of, &replaced, list->error))
		return false;
	json_object_set_new(record, "replaced", replaced);
	return true;
}

static bool passes(const records_filter *filter, const json_t *decision)
{
	return (!filter->purpose || text_is(decision, "purpose", filter->purpose)) &&
		(!filter->decision || text_is(decision, "decision", filter->decision));
}

static bool give_decision(listing *list, const ledger_entry *entry, const json_t *decision, guint part)
{
	if (!paging_wants(&list->page, entry->position, part))
		return false;
	sending shown = {.decision = decision, .before = entry->position};
	list->good = find_sending(list, entry, &shown);
	json_auto_t *record = list->good ? make_record(entry, decision, &shown) : NULL;
	g_free(shown.lang);
	list->good = list->good && add_replaced(list, entry, decision, record);
	return list->good && paging_give(&list->page, g_steal_pointer(&record), entry->position, part);
}

bool decisions_give(listing *list, const ledger_entry *entry)
{
	size_t part;
	json_t *decision;
	json_array_foreach (json_object_get(entry->body, "decisions"), part, decision) {
		if (paging_passed(&list->page, entry->position, (guint)part) ||
			!passes(list->filter, decision))
			continue;
		if (!give_decision(list, entry, decision, (guint)part))
			return false;
	}
	return true;
}

static bool give_entry(const ledger_entry *entry, void *user)
{
	listing *list = user;
	if (paging_late(&list->page, entry->position))
		return false;
	bool named = display_holds(json_object_get(entry->personal, "display"), list->filter->display);
	return !named || decisions_give(list, entry);
}

bool decisions_list(listing *list,
	bool (*read)(ledger_reader *, const ledger_filter *, ledger_each, void *, GError **),
	ledger_each give, void *user)
{
	static const char *const types[] = {"decision", NULL};
	const records_filter *filter = list->filter;
	ledger_filter entries = {
		.types = types,
		.room = filter->room,
		.meeting = filter->meeting,
		.participant = filter->participant,
		.from_ms = filter->from_ms,
		.to_ms = filter->to_ms,
		.many = true,
		.ahead = filter->limit == 0,
	};
	paging_bound(&list->page, &entries);
	return read(list->reader, &entries, give, user, list->error) && list->good;
}

bool records_decisions(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	g_autoptr(succession) later = succession_new(r);
	listing list = {.reader = r, .filter = filter, .later = later, .error = error, .good = true};
	return paging_begin(&list.page, 'd', filter, each, user, error) &&
		paging_end(&list.page, decisions_list(&list, ledger_read, give_entry, &list), ret_cursor);
}
