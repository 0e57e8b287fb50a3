/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Meetings: the entry that began one, with those of its end, its joins and its activities looked up by the
 * meeting's id. */
#include "ledger/paging.h"

/* One meeting being put together. */
typedef struct gathering {
	const records_filter *filter;
	GHashTable *participants; /* ids */
	json_t *activities;       /* in order of appearance */
	json_t *people; /* who was there from when to when; NULL when nobody asked for this meeting */
	gint64 ended_ms;
	bool has_participant, has_purpose, has_display; /* as the filter wants */
} gathering;

static json_t *find_activity(const gathering *g, const char *id)
{
	size_t i;
	json_t *activity;
	json_array_foreach (g->activities, i, activity)
		if (text_is(activity, "activity", id))
			return activity;
	return NULL;
}

static void note_activity(gathering *g, const ledger_entry *entry)
{
	const char *id = json_string_value(json_object_get(entry->body, "activity"));
	json_t *activity = find_activity(g, id);
	if (!activity) {
		activity = json_object();
		record_copy(activity, "activity", entry->body, "activity");
		record_copy(activity, "purpose", entry->body, "purpose");
		record_set_time(activity, "since", entry->at_ms);
		record_set_time(activity, "until", 0);
		json_array_append_new(g->activities, activity);
	}
	if (text_is(entry->body, "state", "stopped"))
		record_set_time(activity, "until", entry->at_ms);
	if (g->filter->purpose && text_is(entry->body, "purpose", g->filter->purpose))
		g->has_purpose = true;
}

static void note_arrival(gathering *g, const ledger_entry *entry)
{
	json_t *person = json_object();
	record_copy(person, "participant", entry->body, "participant");
	record_set_display(person, entry->personal);
	record_set_time(person, "since", entry->at_ms);
	record_set_time(person, "until", 0);
	json_array_append_new(g->people, person);
}

/* Whoever came first of those with this id goes first: with several handles one is as good as another. */
static void note_leave(gathering *g, const ledger_entry *entry)
{
	const char *id = json_string_value(json_object_get(entry->body, "participant"));
	size_t i;
	json_t *person;
	json_array_foreach (g->people, i, person) {
		if (!id || !text_is(person, "participant", id) ||
			!json_is_null(json_object_get(person, "until")))
			continue;
		record_set_time(person, "until", entry->at_ms);
		return;
	}
}

/* A handle that proved the key of somebody known is theirs, from its beginning on: nobody is counted twice.
 */
static void note_bind(gathering *g, const ledger_entry *entry)
{
	const char *former = json_string_value(json_object_get(entry->body, "formerly"));
	const char *id = json_string_value(json_object_get(entry->body, "participant"));
	if (former && id) {
		g_hash_table_remove(g->participants, former);
		g_hash_table_add(g->participants, g_strdup(id));
	}
	size_t i;
	json_t *person;
	json_array_foreach (g->people, i, person)
		if (former && text_is(person, "participant", former))
			record_copy(person, "participant", entry->body, "participant");
}

static void note_join(gathering *g, const ledger_entry *entry)
{
	const char *id = json_string_value(json_object_get(entry->body, "participant"));
	if (id)
		g_hash_table_add(g->participants, g_strdup(id));
	if (g->people)
		note_arrival(g, entry);
	if (g->filter->participant && g_strcmp0(id, g->filter->participant) == 0)
		g->has_participant = true;
	if (!g->has_display)
		g->has_display =
			display_holds(json_object_get(entry->personal, "display"), g->filter->display);
}

static bool gather(const ledger_entry *entry, void *user)
{
	gathering *g = user;
	if (g_strcmp0(entry->type, "join") == 0)
		note_join(g, entry);
	else if (g_strcmp0(entry->type, "activity") == 0)
		note_activity(g, entry);
	else if (g_strcmp0(entry->type, "leave") == 0)
		note_leave(g, entry);
	else if (g_strcmp0(entry->type, "bind") == 0)
		note_bind(g, entry);
	else if (text_is(entry->body, "event", "ended"))
		g->ended_ms = entry->at_ms;
	return true;
}

static json_t *make_record(const ledger_entry *began, const gathering *g)
{
	json_t *record = json_object();
	record_copy(record, "meeting", began->body, "meeting");
	record_copy(record, "room", began->body, "room");
	record_set_time(record, "began", began->at_ms);
	record_set_time(record, "ended", g->ended_ms);
	json_object_set_new(record, "participants", json_integer(g_hash_table_size(g->participants)));
	json_object_set(record, "activities", g->activities);
	if (g->people)
		json_object_set(record, "people", g->people);
	return record;
}

static bool passes(const gathering *g)
{
	return (!g->filter->participant || g->has_participant) && (!g->filter->purpose || g->has_purpose) &&
		(!g->filter->display || g->has_display);
}

static bool give_gathered(records_list *list, const ledger_entry *began, gathering *g)
{
	static const char *const types[] = {"meeting", "join", "activity", "leave", "bind", NULL};
	const ledger_filter of_meeting = {
		.types = types,
		.meeting = json_string_value(json_object_get(began->body, "meeting")),
		.after = began->position + 1,
	};
	list->good = !of_meeting.meeting || ledger_read(list->reader, &of_meeting, gather, g, list->error);
	if (!list->good || !passes(g))
		return list->good;
	return paging_wants(&list->page, began->position, 0) &&
		paging_give(&list->page, make_record(began, g), began->position, 0);
}

static bool give_meeting(const ledger_entry *entry, void *user)
{
	records_list *list = user;
	if (!text_is(entry->body, "event", "began") || paging_passed(&list->page, entry->position, 0))
		return true;
	if (paging_late(&list->page, entry->position))
		return false;
	g_autoptr(GHashTable) participants = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	json_auto_t *activities = json_array(), *people = list->filter->meeting ? json_array() : NULL;
	gathering g = {.filter = list->filter,
		.participants = participants,
		.activities = activities,
		.people = people};
	return give_gathered(list, entry, &g);
}

static bool note_meeting(const ledger_entry *entry, void *user)
{
	char **meeting = user;
	*meeting = g_strdup(json_string_value(json_object_get(entry->body, "meeting")));
	return false;
}

/* A participant is one in one meeting: no need to look at all of them. */
static bool find_meeting(ledger_reader *r, const char *participant, char **ret_meeting, GError **error)
{
	static const char *const join[] = {"join", NULL};
	const ledger_filter joining = {.types = join, .participant = participant};
	return ledger_read(r, &joining, note_meeting, ret_meeting, error);
}

bool records_meetings(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	static const char *const types[] = {"meeting", NULL};
	records_list list;
	if (!records_list_begin(&list, r, filter, "meetings", each, user, error))
		return false;
	g_autofree char *meeting = g_strdup(filter->meeting);
	if (filter->participant && !meeting && !find_meeting(r, filter->participant, &meeting, error))
		return false;
	const ledger_filter entries = {.types = types, .meeting = meeting};
	return records_list_read(&list, entries, give_meeting, ret_cursor);
}
