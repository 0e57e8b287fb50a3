/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes on by itself. The timer lets time pass: countdowns that end, grants that expire, a store that is
 * silent. The eraser finishes erasures that could not be finished at once; it waits for the ledger and the
 * writer, for which nothing else must wait. */
#include "meeting/private.h"

#include "base/clock.h"
#include "base/thread.h"

/* Between two tries to erase what cannot be: at first, and in the end. */
#define ERASURE_PAUSE_US G_TIME_SPAN_SECOND
#define ERASURE_PAUSE_MAX_US (5 * G_TIME_SPAN_MINUTE)

static gint64 tick(meetings *all)
{
	gint64 now = clock_now_ms(), next = health_watch(all, now);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		next = MIN(next, activities_tick(value, now));
		next = MIN(next, decisions_tick(value, now));
	}
	return next - now;
}

static gpointer timer_main(gpointer user)
{
	meetings *all = user;
	SCOPE_LOCK(&all->lock);

	while (!all->stopping) {
		gint64 wait_ms = tick(all);

		g_cond_wait_until(&all->timer_wake, &all->lock, g_get_monotonic_time() + wait_ms * 1000);
	}
	return NULL;
}

/* Lock held. One that has just failed waits a while, a longer one each time. */
static void await_erasure(meetings *all, gint64 *pause_us)
{
	if (!all->ledger_ok || g_hash_table_size(all->erasures) == 0) {
		g_cond_wait(&all->eraser_wake, &all->lock);
		return;
	}
	g_cond_wait_until(&all->eraser_wake, &all->lock, g_get_monotonic_time() + *pause_us);
	*pause_us = MIN(*pause_us * 2, ERASURE_PAUSE_MAX_US);
}

static gpointer eraser_main(gpointer user)
{
	meetings *all = user;
	gint64 pause_us = ERASURE_PAUSE_US;
	SCOPE_LOCK(&all->lock);

	while (!all->stopping)
		if (erasures_retry(all))
			pause_us = ERASURE_PAUSE_US;
		else if (!all->stopping)
			await_erasure(all, &pause_us);
	return NULL;
}

void timer_start(meetings *all)
{
	all->timer = thread_new("consent timer", timer_main, all);
	all->eraser = thread_new("consent eraser", eraser_main, all);
}

static void join(GThread **thread)
{
	g_thread_join(g_steal_pointer(thread));
}

void timer_stop(meetings *all)
{
	if (!all->timer)
		return;
	g_mutex_lock(&all->lock);
	all->stopping = true;
	timer_poke(all);
	eraser_poke(all);
	g_mutex_unlock(&all->lock);
	join(&all->timer);
	join(&all->eraser);
}

void timer_poke(meetings *all)
{
	g_cond_signal(&all->timer_wake);
}

void eraser_poke(meetings *all)
{
	g_cond_signal(&all->eraser_wake);
}
