/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one thread that lets time pass: countdowns that end, grants that expire, a store that is silent. */
#include "meeting/private.h"

#include "base/clock.h"
#include "base/thread.h"

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
		erasures_retry(all);
		gint64 wait_ms = tick(all);

		g_cond_wait_until(&all->timer_wake, &all->lock, g_get_monotonic_time() + wait_ms * 1000);
	}
	return NULL;
}

void timer_start(meetings *all)
{
	all->timer = thread_new("consent timer", timer_main, all);
}

void timer_stop(meetings *all)
{
	if (!all->timer)
		return;
	g_mutex_lock(&all->lock);
	all->stopping = true;
	g_cond_signal(&all->timer_wake);
	g_mutex_unlock(&all->lock);
	g_thread_join(g_steal_pointer(&all->timer));
}

void timer_poke(meetings *all)
{
	g_cond_signal(&all->timer_wake);
}
