/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GLib's locks for ThreadSanitizer, which sees what pthreads do, but not what the inside of a library that it
 * did not build does: without this it takes everything under a GMutex for a race. Empty in any other build.
 */
#include <glib.h>

#ifdef __SANITIZE_THREAD__
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* A GMutex or GCond of all zeros is a good one, so theirs is made at first use. */
static void *made(void **at, void *(*make)(void), void (*destroy)(void *))
{
	void *there = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	void *mine = there ? NULL : make();

	if (there)
		return there;
	if (__atomic_compare_exchange_n(at, &there, mine, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return mine;
	destroy(mine);
	return there;
}

static void *make_mutex(void)
{
	pthread_mutex_t *m = g_new(pthread_mutex_t, 1);

	pthread_mutex_init(m, NULL);
	return m;
}

static void destroy_mutex(void *m)
{
	pthread_mutex_destroy(m);
	g_free(m);
}

static void *make_cond(void)
{
	pthread_cond_t *c = g_new(pthread_cond_t, 1);
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(c, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return c;
}

static void destroy_cond(void *c)
{
	pthread_cond_destroy(c);
	g_free(c);
}

static pthread_mutex_t *mutex_of(GMutex *m)
{
	return made(&m->p, make_mutex, destroy_mutex);
}

static pthread_cond_t *cond_of(GCond *c)
{
	return made(&c->p, make_cond, destroy_cond);
}

void g_mutex_init(GMutex *m)
{
	m->p = NULL;
}

void g_mutex_clear(GMutex *m)
{
	if (m->p)
		destroy_mutex(m->p);
}

void(g_mutex_lock)(GMutex *m)
{
	pthread_mutex_lock(mutex_of(m));
}

gboolean(g_mutex_trylock)(GMutex *m)
{
	return pthread_mutex_trylock(mutex_of(m)) == 0;
}

void(g_mutex_unlock)(GMutex *m)
{
	pthread_mutex_unlock(mutex_of(m));
}

void g_cond_init(GCond *c)
{
	c->p = NULL;
}

void g_cond_clear(GCond *c)
{
	if (c->p)
		destroy_cond(c->p);
}

void g_cond_wait(GCond *c, GMutex *m)
{
	pthread_cond_wait(cond_of(c), mutex_of(m));
}

gboolean g_cond_wait_until(GCond *c, GMutex *m, gint64 end_time)
{
	const struct timespec end = {end_time / G_USEC_PER_SEC, end_time % G_USEC_PER_SEC * 1000};

	return pthread_cond_timedwait(cond_of(c), mutex_of(m), &end) == 0;
}

void g_cond_signal(GCond *c)
{
	pthread_cond_signal(cond_of(c));
}

void g_cond_broadcast(GCond *c)
{
	pthread_cond_broadcast(cond_of(c));
}
#endif
