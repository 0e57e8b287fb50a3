/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Segments: the entry that opened one, with the one that closed it looked up by the segment's id. */
#include "ledger/paging.h"

static const char *const segment_types[] = {"segment", NULL};

static bool holds(const json_t *purposes, const char *purpose)
{
	size_t i;
	json_t *one;
	json_array_foreach (purposes, i, one)
		if (g_strcmp0(json_string_value(one), purpose) == 0)
			return true;
	return false;
}

static void take_closed(const ledger_entry *entry, json_t *record)
{
	static const char *const members[] = {
		"file", "reason", "first", "last", "ssrc", "packets", "bytes", "lost", "sha256"};
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		record_copy(record, members[i], entry->body, members[i]);
	record_set_time(record, "closed", entry->at_ms);
	if (text_is(record, "state", "open"))
		json_object_set_new(record, "state", json_string("closed"));
}

/* Purposes whose keys are destroyed, while others keep the segment. */
static void narrow(json_t *record, const json_t *ended)
{
	json_t *left = json_array(), *purpose;
	size_t i;
	json_array_foreach (json_object_get(record, "purposes"), i, purpose)
		if (!holds(ended, json_string_value(purpose)))
			json_array_append(left, purpose);
	json_object_set_new(record, "purposes", left);
}

/* An erasure may come before the segment is closed. */
static bool take_later(const ledger_entry *entry, void *user)
{
	json_t *record = user;
	const json_t *state = json_object_get(entry->body, "state");
	if (text_is(entry->body, "state", "closed"))
		take_closed(entry, record);
	else if (text_is(entry->body, "state", "narrowed"))
		narrow(record, json_object_get(entry->body, "purposes"));
	else if (text_is(entry->body, "state", "erasing") || text_is(entry->body, "state", "erased"))
		json_object_set_new(record, "state", json_string(json_string_value(state)));
	if (text_is(entry->body, "state", "erased"))
		record_set_time(record, "erased", entry->at_ms);
	if (text_is(record, "state", "erased"))
		json_object_set_new(record, "file", json_null());
	return true;
}

static bool take_display(const ledger_entry *entry, void *user)
{
	record_set_display(user, entry->personal);
	return false;
}

/* The members come in this order, those of the closing entry null until it is found. */
static json_t *make_record(const ledger_entry *opened)
{
	static const char *const first[] = {"segment", "room", "meeting", "participant"};
	static const char *const then[] = {
		"feed", "mid", "medium", "codec", "encrypted", "purposes", "decisions", "file"};
	static const char *const last[] = {"closed", "reason", "state", "first", "last", "ssrc", "packets",
		"bytes", "lost", "sha256", "erased"};
	json_t *record = json_object();
	for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
		record_copy(record, first[i], opened->body, first[i]);
	record_set_display(record, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(then); i++)
		record_copy(record, then[i], opened->body, then[i]);
	/* The entry has it where it is so. */
	json_object_set_new(
		record, "encrypted", json_boolean(json_is_true(json_object_get(opened->body, "encrypted"))));
	if (json_object_get(opened->body, "keys_of"))
		record_copy(record, "keys_of", opened->body, "keys_of");
	record_set_time(record, "opened", opened->at_ms);
	for (size_t i = 0; i < G_N_ELEMENTS(last); i++)
		json_object_set_new(record, last[i], json_null());
	json_object_set_new(record, "state", json_string("open"));
	return record;
}

static bool add_display(records_list *list, const ledger_entry *opened, json_t *record)
{
	static const char *const join[] = {"join", NULL};
	const ledger_filter joining = {
		.types = join,
		.participant = json_string_value(json_object_get(opened->body, "participant")),
	};
	return !joining.participant || ledger_read(list->reader, &joining, take_display, record, list->error);
}

/* As the filter wants; also false when that cannot be read. */
static bool is_named(records_list *list, const ledger_entry *opened)
{
	if (!list->filter->display)
		return true;
	json_auto_t *named = json_object();
	list->good = add_display(list, opened, named);
	return list->good && display_holds(json_object_get(named, "display"), list->filter->display);
}

static bool complete(records_list *list, const ledger_entry *opened, json_t *record)
{
	const ledger_filter closing = {
		.types = segment_types,
		.subject = json_string_value(json_object_get(opened->body, "segment")),
		.after = opened->position + 1,
	};
	return (!closing.subject || ledger_read(list->reader, &closing, take_later, record, list->error)) &&
		add_display(list, opened, record);
}

static bool give_segment(const ledger_entry *entry, void *user)
{
	records_list *list = user;
	const char *purpose = list->filter->purpose;
	if (!text_is(entry->body, "state", "opened") || paging_passed(&list->page, entry->position, 0))
		return true;
	if (purpose && !holds(json_object_get(entry->body, "purposes"), purpose))
		return true;
	if (paging_late(&list->page, entry->position))
		return false;
	if (!is_named(list, entry))
		return list->good;
	if (!paging_wants(&list->page, entry->position, 0))
		return false;

	json_auto_t *record = make_record(entry);
	list->good = complete(list, entry, record);
	return list->good && paging_give(&list->page, g_steal_pointer(&record), entry->position, 0);
}

bool records_segments(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	const ledger_filter entries = {.types = segment_types,
		.meeting = filter->meeting,
		.participant = filter->participant,
		.subject = filter->segment};
	records_list list;
	return records_list_begin(&list, r, filter, "segments", each, user, error) &&
		records_list_read(&list, entries, give_segment, ret_cursor);
}
