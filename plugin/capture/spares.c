/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/spares.h"

#include "base/cacheline.h"

spares *spares_new(unsigned count, size_t size)
{
	g_assert(count <= SPARES_MAX && size % 8 == 0 && size > sizeof(spare));

	if (count == 0)
		return NULL;
	spares *s = g_new0(spares, 1);
	s->count = count;
	s->size = (uint32_t)size;
	s->memory = cacheline_new0(count * size);
	atomic_init(&s->free, UINT32_MAX >> (SPARES_MAX - count));
	return s;
}

void spares_destroy(spares *s)
{
	if (!s)
		return;
	free(s->memory);
	g_free(s);
}

unsigned spares_take(spares *s)
{
	uint32_t free = s ? atomic_load_explicit(&s->free, memory_order_relaxed) : 0;
	while (free &&
		!atomic_compare_exchange_weak_explicit(
			&s->free, &free, free & (free - 1), memory_order_acquire, memory_order_relaxed))
		;
	return free ? (unsigned)__builtin_ctz(free) + 1 : 0;
}

void spares_give(spares *s, unsigned block)
{
	atomic_fetch_or_explicit(&s->free, (uint32_t)1 << (block - 1), memory_order_release);
}

unsigned spares_lent(const spares *s)
{
	uint32_t free = s ? atomic_load_explicit(&s->free, memory_order_relaxed) : 0;
	return s ? s->count - (unsigned)__builtin_popcount(free) : 0;
}
