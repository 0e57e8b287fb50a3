/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for what a thread looks at with every packet. Between two packets of a participant the processor has
 * seen to so many others that nothing of it is in a cache any more: what is paid is the number of lines, and
 * that of the pages on which they are. It is the same for code. */
#ifndef CONSENT_BASE_CACHELINE_H
#define CONSENT_BASE_CACHELINE_H

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE ((size_t)64)

/* A function that runs with every packet: compiler and linker put all of these side by side. */
#define EVERY_PACKET __attribute__((hot))

/* Memory that begins with a line, of which the first `zeroed` bytes are; what is behind them is not even
 * touched. free(). Aborts without memory, as all of GLib does. */
static inline void *cacheline_new(size_t zeroed, size_t more)
{
	size_t whole = (zeroed + more + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	void *memory = aligned_alloc(CACHE_LINE, whole);

	if (!memory)
		g_error("no memory for %zu bytes", whole);
	return memset(memory, 0, zeroed);
}

static inline void *cacheline_new0(size_t bytes)
{
	return cacheline_new(bytes, 0);
}

#endif
