/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only for the thread sanitizer, which cannot see GLib's locks, made of bare futexes in a library that is not
 * instrumented: the same functions on POSIX locks, which it knows. They take the place of GLib's in the
 * programs that link this file; GLib itself goes on using its own. */
#include <glib.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define UNDER_TSAN
#endif

#ifdef UNDER_TSAN
#include <pthread.h>

/* The reference counts of these libraries are atomics that the sanitizer cannot see either; jansson's inline
 * json_decref looks at the count once before it counts. */
__attribute__((visibility("default"))) const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libjansson.so\n"
	       "called_from_lib:libglib-2.0.so\n"
	       "called_from_lib:libsqlite3.so\n"
	       "race:^json_decref$\n";
}

static pthread_mutex_t *mutex_new(void)
{
	pthread_mutex_t *made = g_new(pthread_mutex_t, 1);

	pthread_mutex_init(made, NULL);
	return made;
}

static pthread_cond_t *cond_new(void)
{
	pthread_cond_t *made = g_new(pthread_cond_t, 1);
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(made, &attributes);
	pthread_condattr_destroy(&attributes);
	return made;
}

void g_mutex_init(GMutex *mutex)
{
	__atomic_store_n(&mutex->p, (gpointer)mutex_new(), __ATOMIC_RELEASE);
}

void g_mutex_clear(GMutex *mutex)
{
	pthread_mutex_destroy(mutex->p);
	g_free(mutex->p);
}

void g_mutex_lock(GMutex *mutex)
{
	pthread_mutex_lock(__atomic_load_n(&mutex->p, __ATOMIC_ACQUIRE));
}

void g_mutex_unlock(GMutex *mutex)
{
	pthread_mutex_unlock(mutex->p);
}

void g_cond_init(GCond *cond)
{
	__atomic_store_n(&cond->p, (gpointer)cond_new(), __ATOMIC_RELEASE);
}

void g_cond_clear(GCond *cond)
{
	pthread_cond_destroy(cond->p);
	g_free(cond->p);
}

void g_cond_signal(GCond *cond)
{
	pthread_cond_signal(cond->p);
}

void g_cond_broadcast(GCond *cond)
{
	pthread_cond_broadcast(cond->p);
}

void g_cond_wait(GCond *cond, GMutex *mutex)
{
	pthread_cond_wait(cond->p, mutex->p);
}

gboolean g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us)
{
	struct timespec end = {end_us / G_USEC_PER_SEC, end_us % G_USEC_PER_SEC * 1000};

	return pthread_cond_timedwait(cond->p, mutex->p, &end) == 0;
}
#endif
