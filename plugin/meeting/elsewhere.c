/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has a key at other gateways, and what they said there last. */
#include "meeting/fleet.h"

#include "base/clock.h"
#include "ledger/signers.h"

/* As long as there may be grants from before (takeover.c), give or take a clock. */
#define CLOSING_AGE_MS (25 * 3600 * G_GINT64_CONSTANT(1000))

struct elsewheres {
	GHashTable *all; /* log, line feed, participant → elsewhere (owned) */
	closings *closings;
	GHashTable *erased; /* ids of participants: nobody is known by them again */
	GHashTable *buried; /* of these: whose `erase` entry this log has */
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
	said *s = one;

	g_free(s->purpose);
	g_free(s->proof);
	g_free(s->of_log);
	g_free(s->of_participant);
	g_free(s->of_meeting);
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
	all->buried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return all;
}

void elsewheres_free(elsewheres *all)
{
	if (!all)
		return;
	g_hash_table_unref(all->all);
	closings_free(all->closings);
	g_hash_table_unref(all->erased);
	g_hash_table_unref(all->buried);
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
	closings_age(all->closings, clock_now_ms() - CLOSING_AGE_MS);
}

bool elsewheres_erased(const elsewheres *all, const char *participant)
{
	return g_hash_table_contains(all->erased, participant);
}

bool elsewheres_bury(elsewheres *all, const char *participant)
{
	return g_hash_table_add(all->buried, g_strdup(participant));
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

/* One thing that an entry says: what, when, and who said it first. */
typedef struct saying {
	const heard_entry *entry;
	const json_t *item;
	gint64 index;       /* in their log */
	const json_t *from; /* NULL: it was said there */
	const char *proof;
} saying;

static bool closes(const json_t *item)
{
	decision d;

	return read_decision(item, &d) && (d == DECISION_REFUSED || d == DECISION_WITHDRAWN);
}

/* Also where something later is known already: it may be a grant, which this stands against elsewhere. */
static void note_closing(elsewheres *all, const elsewhere *e, const saying *what)
{
	const closings_cell cell =
		cell_of(e, text(what->item, "purpose"), medium_from_name(text(what->item, "medium")));

	closings_note(all->closings, &cell, what->from ? text(what->from, "log") : e->log,
		what->from ? json_integer_value(json_object_get(what->from, "index")) : what->index,
		what->entry->at_ms);
}

static void replace(char **text_at, const char *by)
{
	g_free(*text_at);
	*text_at = g_strdup(by);
}

static void set_source(said *one, const elsewhere *e, const saying *what)
{
	const json_t *of = what->from ? what->from : what->entry->body;

	replace(&one->of_log, what->from ? text(of, "log") : e->log);
	replace(&one->of_participant, text(of, "participant"));
	replace(&one->of_meeting, text(of, "meeting"));
	one->of_index = what->from ? json_integer_value(json_object_get(of, "index")) : what->entry->index;
}

static void set_said(said *one, decision d, const saying *what)
{
	one->decision = d;
	g_strlcpy(one->notice, text(what->item, "notice"), sizeof one->notice);
	one->version = json_integer_value(json_object_get(what->item, "version"));
	one->at_ms = what->entry->at_ms;
	one->expires_ms = 0;
	clock_parse(text(what->item, "expires"), &one->expires_ms);
	one->index = what->index;
	replace(&one->proof, what->proof);
	one->erase = json_is_true(json_object_get(what->entry->body, "erase"));
}

static void note_item(elsewheres *all, elsewhere *e, const saying *what)
{
	medium m = medium_from_name(text(what->item, "medium"));
	decision d;

	if (!m || !read_decision(what->item, &d))
		return;
	if (closes(what->item))
		note_closing(all, e, what);
	said *one = said_at(e, text(what->item, "purpose"), m);
	if (what->index <= one->index)
		return;
	set_said(one, d, what);
	set_source(one, e, what);
}

/* A grant that they took over opens nothing: the log that it was given in says it. */
void elsewhere_note(elsewheres *all, elsewhere *e, const heard_entry *entry)
{
	const json_t *from = json_object_get(entry->body, "from");
	const char *proof = from ? NULL : proof_of(e, entry);
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(entry->body, "decisions"), i, item)
		note_item(all, e, &(saying){entry, item, entry->index, from, proof});
}

void elsewhere_note_former(elsewheres *all, elsewhere *e, const heard_entry *entry, const heard_entry *bind)
{
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(entry->body, "decisions"), i, item)
		if (closes(item))
			note_item(all, e, &(saying){entry, item, bind->index, NULL, NULL});
}

void elsewheres_recall(elsewheres *all, const heard_entry *bind, const uint8_t *key, const heard_entry *entry)
{
	elsewhere *e = elsewhere_new(bind);

	memcpy(e->key, key, sizeof e->key);
	elsewhere_note(all, e, entry);
	elsewhere_free(e);
}

void elsewheres_remember(elsewheres *all, const closings_cell *cell, const char *log)
{
	closings_note(all->closings, cell, log, 0, clock_now_ms());
}
