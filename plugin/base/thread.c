/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/thread.h"

void thread_block_signals(sigset_t *before)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	sigset_t blocked;

	sigfillset(&blocked);
	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
		sigdelset(&blocked, faults[i]);
	pthread_sigmask(SIG_SETMASK, &blocked, before);
}

GThread *thread_new(const char *name, GThreadFunc run, gpointer user)
{
	sigset_t before;

	thread_block_signals(&before);
	GThread *thread = g_thread_new(name, run, user);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
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
	sigset_t before;

	thread_block_signals(&before);
	GThread *thread = g_thread_try_new(name, do_task, &t, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (thread)
		g_thread_join(thread);
	else
		work(user);
}
