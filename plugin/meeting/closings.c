/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting/closings.h"

#include <string.h>

/* The last entry of one log that closed it. */
typedef struct closing {
	GQuark log;
	gint64 index, at_ms;
} closing;

struct closings {
	GHashTable *cells; /* place → array of closing */
};

static void cell_free(gpointer value)
{
	g_array_unref(value);
}

closings *closings_new(void)
{
	closings *all = g_new(closings, 1);

	all->cells = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, cell_free);
	return all;
}

void closings_free(closings *all)
{
	if (!all)
		return;
	g_hash_table_unref(all->cells);
	g_free(all);
}

/* Key first: it is of one length and has no line feed, so no room can pass for another person's. */
static char *person_place(const char *room, const uint8_t *key)
{
	GString *place = g_string_new(NULL);

	for (unsigned i = 0; i < SIGNING_PUBLIC_SIZE; i++)
		g_string_append_printf(place, "%02x", key[i]);
	g_string_append_printf(place, "%zu\n%s\n", strlen(room), room);
	return g_string_free(place, FALSE);
}

static char *place_of(const closings_cell *cell)
{
	g_autofree char *person = person_place(cell->room, cell->key);

	return g_strconcat(person, medium_name(cell->medium), "\n", cell->purpose, NULL);
}

static GArray *cell_at(closings *all, const closings_cell *cell)
{
	g_autofree char *place = place_of(cell);
	GArray *found = g_hash_table_lookup(all->cells, place);

	if (!found) {
		found = g_array_new(FALSE, FALSE, sizeof(closing));
		g_hash_table_insert(all->cells, g_steal_pointer(&place), found);
	}
	return found;
}

void closings_note(closings *all, const closings_cell *cell, const char *log, gint64 index, gint64 at_ms)
{
	const closing now = {g_quark_from_string(log), index, at_ms};
	GArray *of = cell_at(all, cell);

	for (unsigned i = 0; i < of->len; i++) {
		closing *c = &g_array_index(of, closing, i);

		if (c->log != now.log)
			continue;
		if (c->index < index)
			*c = now;
		return;
	}
	g_array_append_val(of, now);
}

bool closings_allow(
	const closings *all, const closings_cell *cell, const char *log, gint64 index, bool closed)
{
	g_autofree char *place = place_of(cell);
	const GArray *of = g_hash_table_lookup(all->cells, place);
	GQuark own = g_quark_try_string(log);

	for (unsigned i = 0; of && i < of->len; i++) {
		const closing *c = &g_array_index(of, closing, i);

		if (c->log != own || c->index >= index)
			return false;
	}
	return of || !closed;
}

static gboolean is_aged(gpointer place, gpointer value, gpointer before_ms)
{
	const GArray *of = value;
	bool aged = true;

	(void)place;
	for (unsigned i = 0; i < of->len; i++)
		aged &= g_array_index(of, closing, i).at_ms < *(const gint64 *)before_ms;
	return aged;
}

void closings_age(closings *all, gint64 before_ms)
{
	g_hash_table_foreach_remove(all->cells, is_aged, &before_ms);
}

static gboolean is_of(gpointer place, gpointer value, gpointer person)
{
	(void)value;
	return g_str_has_prefix(place, person);
}

void closings_forget(closings *all, const char *room, const uint8_t *key)
{
	g_autofree char *person = person_place(room, key);

	g_hash_table_foreach_remove(all->cells, is_of, person);
}
