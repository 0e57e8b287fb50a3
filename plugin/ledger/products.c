/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/products.h"

#include "base/error.h"
#include "ledger/paging.h"

#include <string.h>

static const char *const product_types[] = {"product", NULL};

static const char *text(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

/* Keys */

static char *key_name(const char *id)
{
	return g_strconcat("product-key/", id, NULL);
}

json_t *product_keep(const operatorkey *with, const char *id, const uint8_t key[SEALING_KEY_SIZE])
{
	g_autofree char *name = key_name(id);
	g_autofree char *wrapped = wrap_key(with->bytes, name, key);
	return json_pack("{s:s}", name, wrapped);
}

json_t *product_forget(const json_t *record)
{
	g_autofree char *name = key_name(text(record, "product"));
	return json_pack("{s:n}", name);
}

bool product_key(ledger_reader *r, const operatorkey *with, const char *id, uint8_t ret[SEALING_KEY_SIZE],
	bool *ret_found, GError **error)
{
	g_autofree char *name = key_name(id), *wrapped = NULL;
	if (!ledger_value(r, name, &wrapped, error))
		return false;
	*ret_found = wrapped != NULL;
	if (!wrapped || wrap_open(with->bytes, name, wrapped, ret))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
		"%s cannot be opened with the operator's key: give the key file that the gateway uses", name);
	return false;
}

/* Records */

static json_t *make_record(const ledger_entry *entry)
{
	static const char *const members[] = {"product", "room", "meeting", "purpose", "kind", "mediatype",
		"vendor", "rests_on", "until", "bytes", "sha256", "file"};
	json_t *record = json_object();
	json_object_set_new(record, "log", entry->log ? json_string(entry->log) : json_null());
	json_object_set_new(record, "index", json_integer(entry->index));
	record_set_time(record, "time", entry->at_ms);
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		record_copy(record, members[i], entry->body, members[i]);
	json_object_set_new(record, "state", json_string("attached"));
	json_object_set_new(record, "reason", json_null());
	json_object_set_new(record, "erased", json_null());
	return record;
}

static bool take_erased(const ledger_entry *entry, void *user)
{
	json_t *record = user;
	if (!text_is(entry->body, "state", "erased"))
		return true;
	json_object_set_new(record, "state", json_string("erased"));
	json_object_set_new(record, "file", json_null());
	record_copy(record, "reason", entry->body, "reason");
	record_set_time(record, "erased", entry->at_ms);
	return false;
}

static bool rests_on(const json_t *body, const char *participant)
{
	size_t i;
	json_t *item;
	json_array_foreach (json_object_get(body, "rests_on"), i, item)
		if (text_is(item, "participant", participant))
			return true;
	return false;
}

static bool passes(const records_filter *filter, const json_t *body)
{
	return text_is(body, "state", "attached") &&
		(!filter->purpose || text_is(body, "purpose", filter->purpose)) &&
		(!filter->participant || rests_on(body, filter->participant));
}

static bool give_product(const ledger_entry *entry, void *user)
{
	records_list *list = user;
	const ledger_filter later = {.types = product_types,
		.subject = text(entry->body, "product"),
		.after = entry->position + 1};
	if (!passes(list->filter, entry->body) || paging_passed(&list->page, entry->position, 0))
		return true;
	if (!paging_wants(&list->page, entry->position, 0))
		return false;
	json_auto_t *record = make_record(entry);
	list->good = !later.subject || ledger_read(list->reader, &later, take_erased, record, list->error);
	return list->good && paging_give(&list->page, g_steal_pointer(&record), entry->position, 0);
}

bool records_products(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	const ledger_filter entries = {
		.types = product_types, .meeting = filter->meeting, .subject = filter->product};
	records_list list;
	return records_refuse_display(filter, "products", error) &&
		records_list_begin(&list, r, filter, "products", each, user, error) &&
		records_list_read(&list, entries, give_product, ret_cursor);
}

/* What rests on somebody */

typedef struct resting {
	const GPtrArray *ids; /* the participant, and who they were before */
	GPtrArray *meetings, *found;
	product *one;
	const json_t *item; /* of its rests_on */
} resting;

void product_free(gpointer data)
{
	product *p = data;
	json_decref(p->record);
	g_free(p);
}

static bool is_among(const GPtrArray *ids, const char *id)
{
	return id && g_ptr_array_find_with_equal_func((GPtrArray *)ids, id, g_str_equal, NULL);
}

static bool take_meeting(const ledger_entry *entry, void *user)
{
	const resting *now = user;
	const char *meeting = text(entry->body, "meeting");
	if (meeting && !is_among(now->meetings, meeting))
		g_ptr_array_add(now->meetings, g_strdup(meeting));
	return true;
}

static bool names(const json_t *decision, const json_t *record, const json_t *item)
{
	return g_strcmp0(text(decision, "purpose"), text(record, "purpose")) == 0 &&
		g_strcmp0(text(decision, "medium"), text(item, "medium")) == 0;
}

static bool take_erasure(const ledger_entry *entry, void *user)
{
	resting *now = user;
	size_t i;
	json_t *decision;
	now->one->begun |= strcmp(entry->type, "erase") == 0;
	if (json_is_true(json_object_get(entry->body, "erase")))
		json_array_foreach (json_object_get(entry->body, "decisions"), i, decision)
			now->one->begun |= names(decision, now->one->record, now->item);
	return !now->one->begun;
}

/* What was said with the key holds for what the handles captured before they proved it. */
static bool look_for_erasures(ledger_reader *r, resting *now, GError **error)
{
	static const char *const types[] = {"decision", "carry", "erase", NULL};
	gint64 after = json_integer_value(json_object_get(now->one->record, "index")) + 1;
	for (guint i = 0; i < now->ids->len; i++) {
		const ledger_filter later = {
			.types = types, .participant = now->ids->pdata[i], .after = after, .bare = true};
		if (!ledger_read(r, &later, take_erasure, now, error))
			return false;
	}
	return true;
}

static bool look_at(ledger_reader *r, resting *now, product *one, GError **error)
{
	size_t i;
	json_t *item;
	now->one = one;
	one->stays = true;
	json_array_foreach (json_object_get(one->record, "rests_on"), i, item) {
		if (!is_among(now->ids, text(item, "participant")))
			continue;
		one->stays &= text_is(item, "products", PRODUCTS_LIST);
		now->item = item;
		if (!look_for_erasures(r, now, error))
			return false;
	}
	return true;
}

static bool take_product(json_t *record, void *user)
{
	resting *now = user;
	bool rests = false;
	for (guint i = 0; i < now->ids->len; i++)
		rests |= rests_on(record, now->ids->pdata[i]);
	if (!rests || !text_is(record, "state", "attached"))
		return true;
	product *one = g_new0(product, 1);
	one->record = json_incref(record);
	g_ptr_array_add(now->found, one);
	return true;
}

static bool take_former(const ledger_entry *entry, void *user)
{
	const char *former = text(entry->body, "formerly");
	if (former && !is_among(user, former))
		g_ptr_array_add(user, g_strdup(former));
	return true;
}

/* Participants are of one meeting; after a reconnect they have joined it twice. */
static bool find(ledger_reader *r, resting *now, GError **error)
{
	static const char *const joins[] = {"join", NULL};
	bool good = true;
	for (guint i = 0; good && i < now->ids->len; i++) {
		const ledger_filter theirs = {
			.types = joins, .participant = now->ids->pdata[i], .bare = true};
		good = ledger_read(r, &theirs, take_meeting, now, error);
	}
	for (guint i = 0; good && i < now->meetings->len; i++) {
		const records_filter there = {.meeting = now->meetings->pdata[i]};
		good = records_products(r, &there, take_product, now, NULL, error);
	}
	for (guint i = 0; good && i < now->found->len; i++)
		good = look_at(r, now, now->found->pdata[i], error);
	return good;
}

GPtrArray *products_on(ledger_reader *r, const char *participant, GError **error)
{
	static const char *const binds[] = {"bind", NULL};
	const ledger_filter binding = {.types = binds, .participant = participant, .bare = true};
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) meetings = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(product_free);
	resting now = {.ids = ids, .meetings = meetings, .found = found};
	g_ptr_array_add(ids, g_strdup(participant));
	bool good = ledger_read(r, &binding, take_former, ids, error) && find(r, &now, error);
	return good ? g_steal_pointer(&found) : NULL;
}

json_t *product_erased_body(const json_t *record, const char *reason, const char *by)
{
	json_t *body = json_object();
	record_copy(body, "product", record, "product");
	record_copy(body, "meeting", record, "meeting");
	record_copy(body, "room", record, "room");
	json_object_set_new(body, "state", json_string("erased"));
	json_object_set_new(body, "reason", json_string(reason));
	json_object_set_new(body, "by", json_string(by));
	return body;
}

json_t *product_told(const json_t *record, const char *state)
{
	return json_pack("{s:O, s:O, s:O, s:s}", "product", json_object_get(record, "product"), "kind",
		json_object_get(record, "kind"), "purpose", json_object_get(record, "purpose"), "state",
		state);
}
