/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has a key at other gateways, and what they said there last. */
#include "meeting/fleet.h"

#include "base/clock.h"
#include "ledger/signers.h"

struct elsewheres {
	GHashTable *all; /* log, line feed, participant → elsewhere (owned) */
	closings *closings;
	GHashTable *erased; /* ids of participants: nobody is known by them again */
};

static const char *text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value ? value : "";
}

static char *place_of(const char *log, const char *participant)
{
	return g_strconcat(log, "\n", participant, NULL);
}

static void said_clear(gpointer one)
{
	g_free(((said *)one)->purpose);
	g_free(((said *)one)->proof);
}

static void elsewhere_free(gpointer value)
{
	elsewhere *e = value;

	g_free(e->log);
	g_free(e->meeting);
	g_free(e->room);
	g_free(e->participant);
	g_array_unref(e->said);
	g_free(e);
}

elsewheres *elsewheres_new(void)
{
	elsewheres *all = g_new(elsewheres, 1);

	all->all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, elsewhere_free);
	all->closings = closings_new();
	all->erased = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return all;
}

void elsewheres_free(elsewheres *all)
{
	if (!all)
		return;
	g_hash_table_unref(all->all);
	closings_free(all->closings);
	g_hash_table_unref(all->erased);
	g_free(all);
}

elsewhere *elsewheres_find(elsewheres *all, const char *log, const char *participant)
{
	g_autofree char *place = place_of(log, participant);

	return g_hash_table_lookup(all->all, place);
}

static elsewhere *elsewhere_new(const heard_entry *bind)
{
	elsewhere *e = g_new0(elsewhere, 1);

	e->log = g_strdup(bind->log);
	e->meeting = g_strdup(text(bind->body, "meeting"));
	e->room = room_text(json_object_get(bind->body, "room"));
	e->participant = g_strdup(text(bind->body, "participant"));
	e->said = g_array_new(FALSE, FALSE, sizeof(said));
	g_array_set_clear_func(e->said, said_clear);
	return e;
}

elsewhere *elsewheres_add(elsewheres *all, const heard_entry *bind, const uint8_t *key)
{
	const char *participant = text(bind->body, "participant");
	elsewhere *e = elsewheres_find(all, bind->log, participant);

	if (elsewheres_erased(all, participant))
		return NULL;
	if (!e) {
		e = elsewhere_new(bind);
		g_hash_table_insert(all->all, place_of(bind->log, participant), e);
	}
	memcpy(e->key, key, sizeof e->key);
	return e;
}

GPtrArray *elsewheres_with(elsewheres *all, const char *room, const uint8_t *key)
{
	GPtrArray *found = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->all);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const elsewhere *e = value;

		if (memcmp(e->key, key, sizeof e->key) == 0 && strcmp(e->room, room) == 0)
			g_ptr_array_add(found, value);
	}
	return found;
}

void elsewheres_end(elsewheres *all, const char *log, const char *id)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->all);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const elsewhere *e = value;

		if (strcmp(e->log, log) == 0 && strcmp(e->meeting, id) == 0)
			g_hash_table_iter_remove(&iter);
	}
}

bool elsewheres_erased(const elsewheres *all, const char *participant)
{
	return g_hash_table_contains(all->erased, participant);
}

void elsewheres_forget_key(elsewheres *all, const char *room, const uint8_t *key)
{
	g_autoptr(GPtrArray) same = elsewheres_with(all, room, key);

	closings_forget(all->closings, room, key);
	for (unsigned i = 0; i < same->len; i++) {
		const elsewhere *e = g_ptr_array_index(same, i);
		g_autofree char *place = place_of(e->log, e->participant);

		g_hash_table_add(all->erased, g_strdup(e->participant));
		g_hash_table_remove(all->all, place);
	}
}

/* NULL: nobody. */
static const elsewhere *any_of(const elsewheres *all, const char *participant)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->all);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (strcmp(((const elsewhere *)value)->participant, participant) == 0)
			return value;
	return NULL;
}

void elsewheres_forget_same(elsewheres *all, const char *participant)
{
	const elsewhere *e;

	while ((e = any_of(all, participant))) {
		g_autofree char *room = g_strdup(e->room);
		uint8_t key[SIGNING_PUBLIC_SIZE];

		memcpy(key, e->key, sizeof key);
		elsewheres_forget_key(all, room, key);
	}
}

static gboolean is_participant(gpointer place, gpointer value, gpointer participant)
{
	(void)place;
	return strcmp(((const elsewhere *)value)->participant, participant) == 0;
}

void elsewheres_forget(elsewheres *all, const char *participant)
{
	g_hash_table_add(all->erased, g_strdup(participant));
	g_hash_table_foreach_remove(all->all, is_participant, (gpointer)participant);
}

/* What they signed the entry with. Who has the store, or another gateway, cannot do that for them. */
static const char *proof_of(const elsewhere *e, const heard_entry *entry)
{
	const char *wrong = signers_signed_by(e->key, entry->body, entry->personal);

	return wrong ? NULL : json_string_value(json_object_get(entry->personal, "proof"));
}

static said *said_at(elsewhere *e, const char *purpose, medium m)
{
	for (unsigned i = 0; i < e->said->len; i++) {
		said *one = &g_array_index(e->said, said, i);

		if (one->medium == m && strcmp(one->purpose, purpose) == 0)
			return one;
	}
	const said none = {.purpose = g_strdup(purpose), .medium = m, .index = -1};
	g_array_append_val(e->said, none);
	return &g_array_index(e->said, said, e->said->len - 1);
}

static bool read_decision(const json_t *item, decision *ret)
{
	for (decision d = DECISION_GRANTED; d <= DECISION_EXPIRED; d++)
		if (strcmp(text(item, "decision"), decision_name(d)) == 0) {
			*ret = d;
			return true;
		}
	return false;
}

static closings_cell cell_of(const elsewhere *e, const char *purpose, medium m)
{
	return (closings_cell){.room = e->room, .key = e->key, .purpose = purpose, .medium = m};
}

bool elsewheres_allow(const elsewheres *all, const elsewhere *e, const said *grant, bool closed)
{
	const closings_cell cell = cell_of(e, grant->purpose, grant->medium);

	return closings_allow(all->closings, &cell, e->log, grant->index, closed);
}

/* Also where something later is known already: it may be a grant, which this stands against elsewhere. */
static void note_closing(
	elsewheres *all, const elsewhere *e, const heard_entry *entry, const char *purpose, medium m)
{
	const closings_cell cell = cell_of(e, purpose, m);

	closings_note(all->closings, &cell, e->log, entry->index, entry->at_ms);
}

static void note_item(
	elsewheres *all, elsewhere *e, const heard_entry *entry, const json_t *item, const char *proof)
{
	medium m = medium_from_name(text(item, "medium"));
	decision d;

	if (!m || !read_decision(item, &d))
		return;
	if (d == DECISION_REFUSED || d == DECISION_WITHDRAWN)
		note_closing(all, e, entry, text(item, "purpose"), m);
	said *one = said_at(e, text(item, "purpose"), m);
	if (entry->index <= one->index)
		return;
	one->decision = d;
	g_strlcpy(one->notice, text(item, "notice"), sizeof one->notice);
	one->version = json_integer_value(json_object_get(item, "version"));
	one->at_ms = entry->at_ms;
	one->expires_ms = 0;
	clock_parse(text(item, "expires"), &one->expires_ms);
	one->index = entry->index;
	g_free(one->proof);
	one->proof = g_strdup(proof);
	one->erase = json_is_true(json_object_get(entry->body, "erase"));
}

void elsewhere_note(elsewheres *all, elsewhere *e, const heard_entry *entry, bool only_closing)
{
	const char *proof = proof_of(e, entry);
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(entry->body, "decisions"), i, item) {
		bool grants = strcmp(text(item, "decision"), decision_name(DECISION_GRANTED)) == 0;

		if (!only_closing || !grants)
			note_item(all, e, entry, item, proof);
	}
}
