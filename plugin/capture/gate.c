/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/gate.h"

#include <sched.h>

/* A visit lasts as long as copying a packet; after this many looks its thread has most likely lost its core.
 */
#define LOOKS_BEFORE_YIELD 200

static void look_again_soon(unsigned looks)
{
	if (looks >= LOOKS_BEFORE_YIELD)
		sched_yield();
}

capture_segment *gate_set(gate *g, capture_segment *next)
{
	capture_segment *before = atomic_exchange_explicit(&g->segment, next, memory_order_seq_cst);
	unsigned visits = atomic_load_explicit(&g->visits, memory_order_seq_cst);
	if (visits % 2 == 0)
		return before;
	for (unsigned looks = 0; atomic_load_explicit(&g->visits, memory_order_acquire) == visits; looks++)
		look_again_soon(looks);
	return before;
}
