/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads of our own inside somebody else's program. */
#ifndef CONSENT_BASE_THREAD_H
#define CONSENT_BASE_THREAD_H

#include <glib.h>
#include <signal.h>

/* A thread that takes no signals but those of its own faults: the program's handlers may take locks, Janus's
 * do (its log's), and one that interrupted us while we hold them would wait for itself. In all else
 * g_thread_new. */
GThread *thread_new(const char *name, GThreadFunc run, gpointer user);

/* The same for a thread that is made otherwise: what is made until `before` is set again takes none. */
void thread_block_signals(sigset_t *before);

/* Does some work in a thread of its own, and waits for it: what it allocates, and gives back, comes from
 * memory that malloc keeps for such threads, not from between the caller's objects. Where no thread is to be
 * had the caller's does it. */
void thread_aside(const char *name, void (*work)(void *user), void *user);

/* Between two looks at what another thread is about to change, of which there were `looks` already: beyond as
 * many as copying a packet takes, that thread has most likely lost its core, and gets it. */
void thread_look_again(unsigned looks);

#endif
