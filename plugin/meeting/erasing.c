/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing segments (ledger/erasable.h). Keys go with the entry that says so; this goes on with the files,
 * which the writer may still have open. */
#include "meeting/private.h"

#include "ledger/reader.h"

/* ---- Files ---- */

/* The last entry of a segment. NULL when its file is there still. */
static ledger_ticket *finish_one(meetings *all, const erasable *e, const char *reason, const char *by)
{
	g_autoptr(GError) error = NULL;

	if (e->file && !capture_remove(all->settings->recordings, e->file, &error)) {
		g_warning("segment %s is not erased yet: %s", e->segment, error->message);
		return NULL;
	}
	return ledger_append_with(all->ledger, LEDGER_KEPT, "segment", erasable_body(e, "erased", reason, by),
		NULL, erasable_forget(e));
}

static gint64 deadline_of(const meetings *all)
{
	return g_get_monotonic_time() + all->settings->ledger_timeout_ms * G_GINT64_CONSTANT(1000);
}

/* Lock held. */
static bool any_live(meetings *all, const GPtrArray *due)
{
	for (guint i = 0; i < due->len; i++)
		if (g_hash_table_contains(all->live, ((erasable *)due->pdata[i])->segment))
			return true;
	return false;
}

/* The writer is done with a closed gate's segment in a moment, unless the disk hangs. Then it finishes the
 * erasure itself. */
static void await_writer(meetings *all, GPtrArray *due, const char *reason, const char *by)
{
	SCOPE_LOCK(&all->lock);
	gint64 deadline = deadline_of(all);

	while (any_live(all, due) && g_cond_wait_until(&all->finished, &all->lock, deadline))
		;
	for (guint i = 0; i < due->len; i++) {
		const erasable *e = due->pdata[i];

		if (g_hash_table_contains(all->live, e->segment)) {
			segment_erase_later(
				all, e->segment, erasable_body(e, "erased", reason, by), erasable_forget(e));
			g_ptr_array_remove_index(due, i--);
		}
	}
}

/* Adds how many are gone, the ledger saying so, and how many are not. */
static void finish(meetings *all, GPtrArray *due, const char *reason, const char *by, erasure_result *ret)
{
	g_autoptr(GPtrArray) tickets = g_ptr_array_new();

	ret->segments += due->len;
	await_writer(all, due, reason, by);
	for (guint i = 0; i < due->len; i++) {
		ledger_ticket *ticket = finish_one(all, due->pdata[i], reason, by);

		if (ticket)
			g_ptr_array_add(tickets, ticket);
	}
	ret->segments -= due->len - tickets->len;
	ret->stay += due->len - tickets->len;
	for (guint i = 0; i < tickets->len; i++)
		ledger_wait(tickets->pdata[i], all->settings->ledger_timeout_ms, NULL, NULL);
}

bool erasure_run(meetings *all, const char *participant, const char *reason, const char *by,
	erasure_result *ret, GError **error)
{
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);
	g_autoptr(GPtrArray) due = reader ? erasable_due(reader, participant, error) : NULL;
	guint before = ret->stay;

	if (!due)
		return false;
	finish(all, due, reason, by, ret);
	if (!products_erase(all, participant, reason, by, ret, error))
		return false;
	if (ret->stay > before)
		erasure_postpone(all, participant, reason, by);
	return true;
}

/* ---- What could not be done yet ---- */

/* What its entries will say. */
typedef struct waiting {
	char *participant, *reason, *by;
} waiting;

static void waiting_free(gpointer value)
{
	waiting *w = value;

	g_free(w->participant);
	g_free(w->reason);
	g_free(w->by);
	g_free(w);
}

GHashTable *erasures_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, waiting_free);
}

void erasure_later(meetings *all, const char *participant, const char *reason, const char *by)
{
	waiting *w = g_new(waiting, 1);

	*w = (waiting){g_strdup(participant), g_strdup(reason), g_strdup(by)};
	g_hash_table_replace(all->erasures, w->participant, w);
	eraser_poke(all);
}

void erasure_postpone(meetings *all, const char *participant, const char *reason, const char *by)
{
	SCOPE_LOCK(&all->lock);

	erasure_later(all, participant, reason, by);
}

/* Lock held. Nobody waits any more. */
static GPtrArray *take_waiting(meetings *all)
{
	GPtrArray *taken = g_ptr_array_new_with_free_func(waiting_free);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->erasures);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		g_hash_table_iter_steal(&iter);
		g_ptr_array_add(taken, value);
	}
	return taken;
}

/* Lock not held. */
static bool retry(meetings *all, const waiting *w)
{
	erasure_result erased = {0};

	if (erasure_run(all, w->participant, w->reason, w->by, &erased, NULL))
		return erased.stay == 0;
	erasure_postpone(all, w->participant, w->reason, w->by);
	return false;
}

bool erasures_retry(meetings *all)
{
	bool good = true;

	if (!all->ledger_ok || g_hash_table_size(all->erasures) == 0)
		return false;
	g_autoptr(GPtrArray) taken = take_waiting(all);
	g_mutex_unlock(&all->lock);
	for (guint i = 0; i < taken->len; i++)
		good &= retry(all, taken->pdata[i]);
	g_mutex_lock(&all->lock);
	return good;
}

bool erasures_recover(meetings *all, GError **error)
{
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);
	g_autoptr(GPtrArray) of = reader ? erasable_participants(reader, error) : NULL;
	erasure_result erased = {0};

	for (guint i = 0; of && i < of->len; i++)
		if (!erasure_run(all, of->pdata[i], "finished after a crash", "gateway", &erased, error))
			return false;
	return of != NULL;
}

/* ---- By an admin ---- */

static void rotate_segment(meeting *m, const char *segment)
{
	for (guint i = 0; i < m->attendances->len; i++)
		gate_rotate(m->attendances->pdata[i], segment, "erased by an admin", false);
}

/* One that is being captured ends. When the writer is done with it, the log has it. */
static void end_segment(meetings *all, const char *segment)
{
	SCOPE_LOCK(&all->lock);
	gint64 deadline = deadline_of(all);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		rotate_segment(value, segment);
	while (g_hash_table_contains(all->live, segment) &&
		g_cond_wait_until(&all->finished, &all->lock, deadline))
		;
}

static bool begin_segment(meetings *all, const erasable *e, const char *reason, GError **error)
{
	ledger_ticket *ticket = ledger_append_with(all->ledger, LEDGER_ANSWERED, "segment",
		erasable_body(e, "erasing", reason, "admin"), NULL, erasable_forget(e));

	return ledger_wait(ticket, all->settings->ledger_timeout_ms, NULL, error);
}

bool meetings_erase_segment(
	meetings *all, const char *segment, const char *reason, guint *ret_segments, GError **error)
{
	end_segment(all, segment);
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);
	g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func(erasable_free);
	erasure_result erased = {0};
	erasable *e = reader ? erasable_segment(reader, segment, error) : NULL;

	if (!e)
		return false;
	g_ptr_array_add(due, e);
	if (!begin_segment(all, e, reason, error))
		return false;
	g_autofree char *participant = g_strdup(e->participant);
	finish(all, due, reason, "admin", &erased);
	*ret_segments = erased.segments;
	if (erased.stay)
		erasure_postpone(all, participant, reason, "admin");
	return true;
}
