/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/ahead.h"

#include "base/thread.h"
#include "ledger/rows.h"

#define BATCHES 3
#define BATCH_ROWS 256

typedef struct batch {
	store_rows rows;
	bool last;
} batch;

typedef struct ahead {
	store *from;
	const ledger_filter *filter;
	batch batches[BATCHES];
	GAsyncQueue *empty, *full;
	batch *filling; /* of the thread that reads */
	int stop;       /* atomic: nobody wants more */
	bool good;      /* of that thread, to be looked at after its end */
	GError *error;
} ahead;

static bool take_row(const store_row *row, void *user)
{
	ahead *a = user;
	rows_add(&a->filling->rows, row);
	if (a->filling->rows.each->len == BATCH_ROWS) {
		g_async_queue_push(a->full, a->filling);
		a->filling = g_async_queue_pop(a->empty);
	}
	return !g_atomic_int_get(&a->stop);
}

static gpointer read_all(gpointer user)
{
	ahead *a = user;
	a->filling = g_async_queue_pop(a->empty);
	a->good = a->from->ops->iterate(a->from, a->filter, take_row, a, &a->error);
	a->filling->last = true;
	g_async_queue_push(a->full, a->filling);
	return NULL;
}

/* What was read before an error is handed over first, as it would be by one thread. */
static bool give(const batch *b, store_each each, void *user)
{
	for (guint i = 0; i < b->rows.each->len; i++)
		if (!each(rows_at(&b->rows, i), user))
			return false;
	return true;
}

static bool give_all(ahead *a, store_each each, void *user)
{
	bool more = true;
	for (bool last = false; !last;) {
		batch *b = g_async_queue_pop(a->full);
		last = b->last;
		more = more && give(b, each, user);
		if (!more)
			g_atomic_int_set(&a->stop, 1);
		rows_empty(&b->rows);
		g_async_queue_push(a->empty, b);
	}
	return more;
}

static void init(ahead *a)
{
	a->empty = g_async_queue_new();
	a->full = g_async_queue_new();
	for (size_t i = 0; i < BATCHES; i++) {
		rows_init(&a->batches[i].rows);
		g_async_queue_push(a->empty, &a->batches[i]);
	}
}

static void clear(ahead *a)
{
	for (size_t i = 0; i < BATCHES; i++)
		rows_clear(&a->batches[i].rows);
	g_async_queue_unref(a->empty);
	g_async_queue_unref(a->full);
}

bool ahead_iterate(store *from, const ledger_filter *filter, store_each each, void *user, GError **error)
{
	ahead a = {.from = from, .filter = filter};
	init(&a);
	GThread *reading = thread_new("consent-ahead", read_all, &a);
	bool more = give_all(&a, each, user);
	g_thread_join(reading);
	clear(&a);
	if (a.good || !more) {
		g_clear_error(&a.error);
		return true;
	}
	g_propagate_error(error, a.error);
	return false;
}
