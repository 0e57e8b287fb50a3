/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Withdrawals with erasure at other gateways, of somebody whose meeting here is over. Nobody is here to take
 * them over, but this log has what was captured. */
#include "meeting/fleet.h"

#include <string.h>

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool is_own(const meetings *all, const char *log)
{
	return g_strcmp0(log, ledger_origin(all->ledger)) == 0;
}

/* ---- One of them ---- */

/* NULL when the gateway ends meanwhile. */
static GPtrArray *read_asked(meetings *all, const char *participant)
{
	do {
		g_autoptr(GError) error = NULL;
		GPtrArray *asked =
			erasable_asked(fleet_reader(all), ledger_origin(all->ledger), participant, &error);

		if (asked)
			return asked;
		g_warning("what was captured of somebody who withdrew at another gateway cannot be found "
			  "yet: %s",
			error->message);
	} while (fleet_pause(all));
	return NULL;
}

/* Whether the segment is asked for by this item; then `values` destroys the key of its grant. */
static bool forget(const erasable *e, const json_t *item, json_t *values)
{
	const char *purpose = text(item, "purpose"), *of = text(e->opened, "medium");

	if (g_strcmp0(of, text(item, "medium")) != 0)
		return false;
	for (unsigned i = 0; i < e->asked->len; i++)
		if (g_strcmp0(g_ptr_array_index(e->asked, i), purpose) == 0) {
			segmentkeys_forget_grant(values, segmentkeys_owner(e->opened), purpose, of);
			return true;
		}
	return false;
}

/* Items of theirs that something here was captured under. */
static json_t *find_items(const heard_entry *entry, const GPtrArray *asked, json_t *values)
{
	json_t *items = json_array(), *item;
	size_t i;

	json_array_foreach (json_object_get(entry->body, "decisions"), i, item) {
		bool found = false;

		for (unsigned k = 0; k < asked->len; k++)
			found |= forget(g_ptr_array_index(asked, k), item, values);
		if (found)
			json_array_append(items, item);
	}
	return items;
}

/* Of the meeting that something was captured in last. */
static json_t *carry_body(const heard_entry *entry, const erasable *last, json_t *items)
{
	json_t *from = fleet_from(entry->log, entry->index);

	json_object_set(from, "participant", json_object_get(entry->body, "participant"));
	json_object_set(from, "meeting", json_object_get(entry->body, "meeting"));
	return json_pack("{s:O, s:O, s:O, s:o, s:b, s:O}", "meeting",
		json_object_get(last->opened, "meeting"), "room", json_object_get(last->opened, "room"),
		"participant", json_object_get(entry->body, "participant"), "from", from, "erase", true,
		"decisions", items);
}

static void erase_asked(meetings *all, const heard_entry *entry)
{
	const char *participant = text(entry->body, "participant");
	g_autoptr(GPtrArray) asked = read_asked(all, participant);
	json_t *values = json_object();
	json_auto_t *items = asked ? find_items(entry, asked, values) : NULL;

	if (json_array_size(items) == 0) {
		json_decref(values);
		return;
	}
	SCOPE_LOCK(&all->lock);
	erasure_post(all, "carry", carry_body(entry, g_ptr_array_index(asked, asked->len - 1), items), NULL,
		values, participant);
	g_message("%s | withdrawn at another gateway, erased", participant);
}

/* ---- When it is heard ---- */

static bool is_captured(const person *p, const json_t *body)
{
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(body, "decisions"), i, item) {
		const notice *n = notices_find(p->all->notices, text(item, "purpose"));

		if (n && (p->captured[n->slot] & medium_from_name(text(item, "medium"))))
			return true;
	}
	return false;
}

static bool is_captured_in(const meeting *m, const json_t *body)
{
	for (unsigned i = 0; i < m->persons->len; i++) {
		const person *p = g_ptr_array_index(m->persons, i);

		if (strcmp(p->id, text(body, "participant")) == 0 && is_captured(p, body))
			return true;
	}
	return false;
}

/* Whoever is here takes it over themselves, and with it all that was captured before. */
static bool is_taken_over(meetings *all, const json_t *body)
{
	GHashTableIter iter;
	gpointer value;
	SCOPE_LOCK(&all->lock);

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (is_captured_in(value, body))
			return true;
	return false;
}

static bool asks(const json_t *body)
{
	return json_is_true(json_object_get(body, "erase")) && text(body, "participant");
}

void afterwards_heard(meetings *all, const heard_entry *entry)
{
	if (asks(entry->body) && !is_taken_over(all, entry->body))
		erase_asked(all, entry);
}

/* ---- What was said while this gateway did not run ---- */

typedef struct catching_up {
	meetings *all;
	gint64 started,
		complete; /* positions of this gateway's starts: the last, and the last that was whole */
	GPtrArray *heard; /* of heard_entry */
} catching_up;

/* A start that somebody could join after had caught up with all before. */
static bool note_start(const ledger_entry *entry, void *user)
{
	catching_up *now = user;
	const char *event = text(entry->body, "event");

	if (!is_own(now->all, entry->log))
		return true;
	if (g_strcmp0(event, "started") == 0)
		now->started = entry->position;
	else if (g_strcmp0(event, "began") == 0)
		now->complete = now->started;
	return true;
}

/* Few of the many are parsed. */
static bool note_asking(const ledger_entry *entry, void *user)
{
	catching_up *now = user;
	ledger_entry one = *entry;

	if (is_own(now->all, entry->log) || !strstr(entry->text, "\"erase\":true") ||
		!ledger_entry_parse(&one, NULL))
		return true;
	if (asks(one.body))
		g_ptr_array_add(now->heard, heard_keep(&one));
	json_decref(one.body);
	return true;
}

static bool read_asking(catching_up *now, GError **error)
{
	static const char *const starts[] = {"gateway", "meeting", NULL};
	static const char *const decisions[] = {"decision", "carry", NULL};
	ledger_reader *reader = fleet_reader(now->all);

	g_ptr_array_set_size(now->heard, 0);
	return ledger_read(reader, &(ledger_filter){.types = starts, .bare = true}, note_start, now, error) &&
		ledger_read_texts(reader,
			&(ledger_filter){.types = decisions, .after = now->complete, .bare = true},
			note_asking, now, error);
}

void afterwards_catch_up(meetings *all)
{
	g_autoptr(GPtrArray) heard = g_ptr_array_new_with_free_func(heard_free);
	catching_up now = {.all = all, .heard = heard};
	bool good;

	do {
		g_autoptr(GError) error = NULL;

		good = read_asking(&now, &error);
		if (!good)
			g_warning("what was withdrawn at other gateways cannot be read yet: %s",
				error->message);
	} while (!good && fleet_pause(all));
	for (unsigned i = 0; good && i < heard->len; i++)
		erase_asked(all, g_ptr_array_index(heard, i));
}
