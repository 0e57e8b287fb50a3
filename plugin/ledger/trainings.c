/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/trainings.h"

#include "ledger/paging.h"

#include <string.h>

static const char *text(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

/* The segments of one participant: a set of ids, or NULL for anybody's. */

typedef struct owning {
	GHashTable *segments;
	GPtrArray *ids;
	gint64 first; /* index of the entry that opened the first of them; −1: none */
} owning;

static bool take_segment(const ledger_entry *entry, void *user)
{
	owning *own = user;
	const char *id = text(entry->body, "segment");
	if (!id || !text_is(entry->body, "state", "opened"))
		return true;
	if (own->first < 0 || entry->position < own->first)
		own->first = entry->position;
	g_hash_table_add(own->segments, g_strdup(id));
	return true;
}

static bool take_former(const ledger_entry *entry, void *user)
{
	const char *former = text(entry->body, "formerly");
	if (former)
		g_ptr_array_add(user, g_strdup(former));
	return true;
}

static bool read_segments(ledger_reader *r, const char *participant, owning *own, GError **error)
{
	static const char *const binds[] = {"bind", NULL}, *const segments[] = {"segment", NULL};
	const ledger_filter binding = {.types = binds, .participant = participant, .bare = true};
	g_ptr_array_add(own->ids, g_strdup(participant));
	if (!ledger_read(r, &binding, take_former, own->ids, error))
		return false;
	for (guint i = 0; i < own->ids->len; i++) {
		const ledger_filter theirs = {
			.types = segments, .participant = own->ids->pdata[i], .bare = true};
		if (!ledger_read(r, &theirs, take_segment, own, error))
			return false;
	}
	return true;
}

static void owning_begin(owning *own)
{
	own->segments = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	own->ids = g_ptr_array_new_with_free_func(g_free);
	own->first = -1;
}

static void owning_end(owning *own)
{
	g_hash_table_unref(own->segments);
	g_ptr_array_unref(own->ids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(owning, owning_end)

/* Sets. A refresh is an export of the same set, with the segments that are left. */

typedef struct gathering {
	const owning *own; /* NULL: anybody's */
	GPtrArray *order;  /* of json_t *, in the order in which sets were made */
	GHashTable *by_set;
} gathering;

static json_int_t count_segments(const gathering *now, const json_t *segments)
{
	json_int_t count = 0;
	size_t i;
	json_t *one;
	json_array_foreach (segments, i, one)
		count += !now->own || g_hash_table_contains(now->own->segments, json_string_value(one));
	return count;
}

static json_t *make_record(const ledger_entry *entry)
{
	json_t *record = json_object();
	json_object_set_new(record, "log", entry->log ? json_string(entry->log) : json_null());
	json_object_set_new(record, "index", json_integer(entry->index));
	record_set_time(record, "time", entry->at_ms);
	record_copy(record, "set", entry->body, "set");
	record_copy(record, "purpose", entry->body, "purpose");
	json_object_set_new(record, "refreshed", json_null());
	return record;
}

/* A set that is of several logs stands in each of them. */
static bool take_export(const ledger_entry *entry, void *user)
{
	gathering *now = user;
	const char *set = text(entry->body, "set");
	json_t *record = set ? g_hash_table_lookup(now->by_set, set) : NULL;
	if (!set)
		return true;
	if (!record) {
		record = make_record(entry);
		g_ptr_array_add(now->order, record);
		g_hash_table_insert(now->by_set, g_strdup(set), record);
	}
	if (text_is(entry->body, "what", "training-refresh"))
		record_set_time(record, "refreshed", entry->at_ms);
	json_int_t count = count_segments(now, json_object_get(entry->body, "segments"));
	json_object_set_new(record, "segments", json_integer(count));
	return true;
}

static void drop(gpointer record)
{
	json_decref(record);
}

static void gathering_begin(gathering *now, const owning *own)
{
	now->own = own;
	now->order = g_ptr_array_new_with_free_func(drop);
	now->by_set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void gathering_end(gathering *now)
{
	g_hash_table_unref(now->by_set);
	g_ptr_array_unref(now->order);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(gathering, gathering_end)

static bool read_exports(ledger_reader *r, gint64 after, gathering *now, GError **error)
{
	static const char *const exports[] = {"export", NULL};
	const ledger_filter all = {.types = exports, .after = after, .bare = true};
	return ledger_read(r, &all, take_export, now, error);
}

static bool holds(const json_t *record)
{
	return json_integer_value(json_object_get(record, "segments")) > 0;
}

bool trainings_count(
	ledger_reader *r, const char *participant, const char *const *purposes, guint *ret, GError **error)
{
	g_auto(owning) own = {0};
	g_auto(gathering) now = {0};
	owning_begin(&own);
	gathering_begin(&now, &own);
	*ret = 0;
	if (!read_segments(r, participant, &own, error))
		return false;
	if (own.first >= 0 && !read_exports(r, own.first, &now, error))
		return false;
	for (guint i = 0; i < now.order->len; i++) {
		const json_t *record = now.order->pdata[i];
		const char *purpose = text(record, "purpose");
		*ret += holds(record) && purpose && g_strv_contains(purposes, purpose);
	}
	return true;
}

/* The list */

static bool passes(const records_filter *filter, const json_t *record)
{
	return (!filter->purpose || text_is(record, "purpose", filter->purpose)) &&
		(!filter->participant || holds(record));
}

static void give(paging *page, const records_filter *filter, const GPtrArray *order)
{
	for (guint i = 0; i < order->len; i++) {
		json_t *record = order->pdata[i];
		if (!passes(filter, record) || paging_passed(page, i, 0))
			continue;
		if (!paging_wants(page, i, 0) || !paging_give(page, json_incref(record), i, 0))
			return;
	}
}

bool records_training_sets(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	g_auto(owning) own = {0};
	g_auto(gathering) now = {0};
	paging page = {0};
	owning_begin(&own);
	gathering_begin(&now, filter->participant ? &own : NULL);
	if (!records_refuse_decision(filter, "training sets", error) ||
		!paging_begin(&page, 't', filter, each, user, error))
		return false;
	bool good = (!filter->participant || read_segments(r, filter->participant, &own, error)) &&
		read_exports(r, 0, &now, error);
	if (good)
		give(&page, filter, now.order);
	return paging_end(&page, good, ret_cursor);
}
