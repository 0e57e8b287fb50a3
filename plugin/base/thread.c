/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/thread.h"

#include <sched.h>

void thread_block_signals(sigset_t *before)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	sigset_t blocked;

	sigfillset(&blocked);
	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
		sigdelset(&blocked, faults[i]);
	pthread_sigmask(SIG_SETMASK, &blocked, before);
}

/* NULL with an error where no thread is to be had. */
static GThread *try_new(const char *name, GThreadFunc run, gpointer user, GError **error)
{
	sigset_t before;

	thread_block_signals(&before);
	GThread *thread = g_thread_try_new(name, run, user, error);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return thread;
}

GThread *thread_new(const char *name, GThreadFunc run, gpointer user)
{
	g_autoptr(GError) error = NULL;
	GThread *thread = try_new(name, run, user, &error);

	if (!thread)
		g_error("the thread %s cannot be made: %s", name, error->message);
	return thread;
}

typedef struct task {
	void (*work)(void *user);
	void *user;
} task;

static gpointer do_task(gpointer data)
{
	task *t = data;

	t->work(t->user);
	return NULL;
}

void thread_aside(const char *name, void (*work)(void *user), void *user)
{
	task t = {work, user};
	GThread *thread = try_new(name, do_task, &t, NULL);

	if (thread)
		g_thread_join(thread);
	else
		work(user);
}

#define LOOKS_BEFORE_YIELD 200

void thread_look_again(unsigned looks)
{
	if (looks >= LOOKS_BEFORE_YIELD)
		sched_yield();
}
