/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what the logs of a fleet hold, also while the store comes and goes. */
#include "meeting/fleet_self.h"

/* Between two tries to read what was heard of. */
#define RETRY_US 200000

void heard_free(gpointer value)
{
	heard_entry *e = value;

	json_decref(e->body);
	json_decref(e->personal);
	g_free(e->log);
	g_free(e);
}

heard_entry *heard_keep(const ledger_entry *entry)
{
	heard_entry *e = g_new(heard_entry, 1);

	*e = (heard_entry){.log = g_strdup(entry->log),
		.index = entry->index,
		.position = entry->position,
		.at_ms = entry->at_ms,
		.body = json_incref(entry->body),
		.personal = json_incref(entry->personal)};
	return e;
}

static bool add_entry(const ledger_entry *entry, void *user)
{
	g_ptr_array_add(user, heard_keep(entry));
	return true;
}

/* A gateway that runs waits for the store as long as it takes, with its gates closed. One that starts keeps
 * Janus from starting meanwhile: it gives up. */
static bool await_another_try(fleet *f)
{
	gint64 now = g_get_monotonic_time();

	if (f->starting && !f->until_us)
		f->until_us = now + f->patience_ms * G_GINT64_CONSTANT(1000);
	if (f->starting && now >= f->until_us)
		g_atomic_int_set(&f->stopping, 1);
	else
		g_usleep(RETRY_US);
	return !g_atomic_int_get(&f->stopping);
}

GPtrArray *fleet_read(fleet *f, const ledger_filter *filter)
{
	while (!g_atomic_int_get(&f->stopping)) {
		g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(heard_free);
		g_autoptr(GError) error = NULL;

		if (ledger_read(f->reader, filter, add_entry, entries, &error))
			return g_steal_pointer(&entries);
		g_warning("what another gateway wrote cannot be read yet: %s", error->message);
		await_another_try(f);
	}
	return NULL;
}

ledger_reader *fleet_reader(meetings *all)
{
	return all->fleet->reader;
}

bool fleet_pause(meetings *all)
{
	return await_another_try(all->fleet);
}

bool fleet_is_repeated(const json_t *body)
{
	return json_object_get(body, "from") != NULL;
}

json_t *fleet_from(const char *log, gint64 index)
{
	return json_pack("{s:s, s:I}", "log", log, "index", (json_int_t)index);
}
