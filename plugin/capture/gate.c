/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/gate.h"

#include "base/thread.h"

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc has no function for it. */
static bool barrier(int command)
{
	return syscall(SYS_membarrier, command, 0, 0) == 0;
}

bool gate_is_fenced(void)
{
	return !barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

void gate_init(gate *g, bool fenced)
{
	atomic_init(&g->pass, NULL);
	atomic_init(&g->visits, 0);
	g->fenced = fenced;
}

/* A barrier in every thread of the process. It fails only while the kernel lacks memory. */
static void order_all(void)
{
	while (!barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED))
		sched_yield();
}

gate_pass *gate_set(gate *g, gate_pass *next)
{
	gate_pass *before = atomic_exchange_explicit(&g->pass, next, memory_order_seq_cst);
	if (!g->fenced)
		order_all();
	unsigned visits = atomic_load_explicit(&g->visits, memory_order_seq_cst);
	if (visits % 2 == 0)
		return before;
	for (unsigned looks = 0; atomic_load_explicit(&g->visits, memory_order_acquire) == visits; looks++)
		thread_look_again(looks);
	return before;
}
