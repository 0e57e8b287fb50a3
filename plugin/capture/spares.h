/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that all rings share: a ring that runs full borrows a block, and what comes then stands there. A
 * burst (the key frame of a shared screen has hundreds of kilobytes) thus need not fit into every track's own
 * ring.
 *
 * Which blocks are free is one word of bits, so that taking one and giving one back is one atomic exchange:
 * no lock, no allocation, and nobody waits for a page, for all memory was touched when it was made.
 *
 * Blocks are numbered from 1. What of a block is whose: ring.h. */
#ifndef CONSENT_CAPTURE_SPARES_H
#define CONSENT_CAPTURE_SPARES_H

#include <glib.h>
#include <stdatomic.h>
#include <stdint.h>

/* As many as the word has bits. */
#define SPARES_MAX 32u

/* What stands before a block's bytes. */
typedef struct spare {
	uint64_t begins; /* the ring's position at which its bytes begin */
	uint64_t left;   /* the ring's position at which it left its own memory */
	uint32_t next;   /* the block in which the ring went on, 0: in its own memory */
	uint32_t reserved;
	uint8_t bytes[];
} spare;

typedef struct spares {
	_Atomic uint32_t free; /* bit n: that of block n + 1 */
	uint32_t count, size;  /* constant: how many, and bytes of each, its header included */
	uint8_t *memory;
} spares;

/* `count` blocks, SPARES_MAX at most, of `size` bytes each, a multiple of eight that holds the header. None
 * at all: NULL, which the others take for one that has nothing to lend. */
spares *spares_new(unsigned count, size_t size);
void spares_destroy(spares *s);

/* Any thread. 0: there is none. */
unsigned spares_take(spares *s);
/* Any thread. What the caller did with it until then is done. */
void spares_give(spares *s, unsigned block);

/* Any thread: how many are lent now. */
unsigned spares_lent(const spares *s);

static inline spare *spares_at(const spares *s, unsigned block)
{
	return (spare *)(s->memory + (size_t)(block - 1) * s->size);
}

#endif
