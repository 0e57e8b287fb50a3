/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/writer.h"

#include "base/cacheline.h"
#include "base/thread.h"
#include "capture/drain.h"
#include "capture/health.h"
#include "capture/track.h"

static struct timespec timespec_of(gint64 us)
{
	return (struct timespec){us / G_USEC_PER_SEC, us % G_USEC_PER_SEC * 1000};
}

/* Lock held. */
static gint64 next_due_us(const capture *c)
{
	return c->fed->len ? MIN(c->pass_us, c->feed_us) : c->pass_us;
}

/* When to look again at the latest, steady clock; 0: when woken. Lock held. */
static gint64 next_look_us(capture *c)
{
	if (c->active->len)
		return MIN(next_due_us(c),
			g_get_monotonic_time() + (c->hurried ? WRITER_HURRY_US : WRITER_PERIOD_US));
	return atomic_load(&c->healthy) ? 0 : c->probe_us;
}

/* Lock held. Whether something other than packets changed. */
static bool await_wake(capture *c)
{
	gint64 until_us = next_look_us(c);
	struct timespec until = timespec_of(until_us);
	int error = 0;
	while (!c->woken && error == 0)
		error = until_us ? pthread_cond_timedwait(&c->wake, &c->lock, &until)
				 : pthread_cond_wait(&c->wake, &c->lock);
	bool woken = c->woken;
	c->woken = false;
	return woken;
}

/* Lock held. Whether the time has come; *next_us is then moved on. */
static bool is_due(gint64 *next_us, gint64 now_us, gint64 every_us)
{
	bool due = now_us >= *next_us;
	if (due)
		*next_us = now_us + every_us;
	return due;
}

/* Lock held. The segments that the round is over: between passes, while nothing changed and no ring fills,
 * those with a feed are enough, or none. */
static GPtrArray *begin_round(capture *c, bool changed)
{
	gint64 now_us = g_get_monotonic_time();
	bool filling = atomic_exchange_explicit(&c->filling, false, memory_order_relaxed);
	bool hurried = filling || c->hurried;
	c->hurried = filling;
	c->passing = is_due(&c->pass_us, now_us, WRITER_PASS_US);
	c->feeding = is_due(&c->feed_us, now_us, WRITER_FEED_US) || c->passing;
	if (changed || hurried || c->passing)
		return c->active;
	return c->feeding ? c->fed : NULL;
}

/* Fills c->round with the segments of the next round, after a pause unless there is more to do at once. They
 * stay valid: only this thread removes any. False when the library is stopping and every segment is finished:
 * that a round is over none says nothing of those that wait for their verdict. */
static bool next_round(capture *c, bool at_once, bool *ret_stopping)
{
	g_ptr_array_set_size(c->round, 0);
	pthread_mutex_lock(&c->lock);
	bool over = c->stopping && c->active->len == 0;
	bool changed = at_once || over || await_wake(c);
	GPtrArray *segments = begin_round(c, changed);
	if (segments)
		g_ptr_array_extend(c->round, segments, NULL, NULL);
	*ret_stopping = c->stopping;
	pthread_mutex_unlock(&c->lock);
	return !over;
}

static void finish(capture *c, capture_segment *s)
{
	segment_finish(c, s);
	track_settle(s->track);
	pthread_mutex_lock(&c->lock);
	g_ptr_array_remove(c->active, s);
	g_ptr_array_remove(c->fed, s);
	pthread_mutex_unlock(&c->lock);
	segment_unref(s);
}

/* Drains every ring of the round, then finishes one segment: finishing syncs a file, and while that lasts the
 * rings fill. True when there are more to finish. */
static bool run_round(capture *c, bool stopping)
{
	capture_segment *first = NULL;
	unsigned drained = 0;
	gint64 now_us = g_get_monotonic_time();
	for (guint i = 0; i < c->round->len; i++) {
		capture_segment *s = c->round->pdata[i];
		if (stopping)
			track_shut(s->track, s, "shutdown");
		segment_drain(c, s, now_us);
		if (s->drained && drained++ == 0)
			first = s;
	}
	if (first)
		finish(c, first);
	return drained > 1;
}

static void *run(void *data)
{
	capture *c = data;
	bool more = false, stopping;
	health_begin(c);
	while (next_round(c, more, &stopping)) {
		more = run_round(c, stopping);
		health_probe(c);
	}
	return NULL;
}

int writer_start(capture *c)
{
	sigset_t before;
	/* SIGXFSZ, blocked, becomes an error of write. */
	thread_block_signals(&before);
	int error = pthread_create(&c->thread, NULL, run, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		pthread_setname_np(c->thread, "consent-writer");
	return error;
}

void writer_wake(capture *c)
{
	pthread_mutex_lock(&c->lock);
	c->woken = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

EVERY_PACKET void writer_hint(capture *c)
{
	if (!atomic_load_explicit(&c->filling, memory_order_relaxed))
		atomic_store_explicit(&c->filling, true, memory_order_relaxed);
}

void writer_stop(capture *c)
{
	pthread_mutex_lock(&c->lock);
	c->stopping = c->woken = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
}
