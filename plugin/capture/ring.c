/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/ring.h"

#include "base/cacheline.h"

#include <string.h>

/* In place of a length. Slots are multiples of eight, so that either always fits. */
#define FILLER UINT32_MAX           /* nothing up to the end of the memory */
#define ELSEWHERE (UINT32_MAX - 1u) /* it goes on in another block */

typedef struct marker {
	uint32_t what;  /* ELSEWHERE */
	uint32_t block; /* 0: its own memory */
} marker;

/* What stands before a packet's bytes. */
typedef struct slot {
	uint32_t length;
	uint32_t serial;
	gint64 at_us;
	uint32_t since_ms;
	uint32_t reserved;
} slot;

void ring_init(ring *r, uint8_t *memory, size_t size, spares *lender)
{
	g_assert(size >= RING_SIZE_MIN && size <= RING_SIZE_MAX && (size & (size - 1)) == 0);

	atomic_init(&r->head, 0);
	atomic_init(&r->tail, 0);
	r->origin = 0;
	r->spares = lender;
	r->size = (uint32_t)size;
	r->writing = r->outside = r->reading = 0;
	/* Touched here, so that the producer waits for no page. */
	r->bytes = memset(memory, 0, size);
}

EVERY_PACKET static size_t slot_size(size_t length)
{
	return (sizeof(slot) + length + 7) & ~(size_t)7;
}

/* Bytes from a position to the end of the memory. */
EVERY_PACKET static size_t room_to_end(const ring *r, uint64_t position)
{
	return r->size - ((position - r->origin) & (r->size - 1));
}

EVERY_PACKET static uint8_t *at(const ring *r, uint64_t position)
{
	return r->bytes + ((position - r->origin) & (r->size - 1));
}

/* An empty ring begins anew at the start of its memory, so that a track touches no more of it than it fills
 * between two drains. */
EVERY_PACKET static void rewind_empty(ring *r, uint64_t head, uint64_t tail)
{
	if (tail == head)
		r->origin = head;
}

/* At `to`, which is where `start` is found. */
EVERY_PACKET static void write_slot(ring *r, uint8_t *to, uint64_t start, const packet *p)
{
	slot header = {p->length, p->serial, p->at_us, p->since_ms, 0};
	memcpy(to, &header, sizeof header);
	memcpy(to + sizeof header, p->bytes, p->length);
	atomic_store_explicit(&r->head, start + slot_size(p->length), memory_order_release);
}

/* The producer's, of a position in the block that it is in. */
static uint8_t *in_block(const ring *r, unsigned block, uint64_t position)
{
	spare *s = spares_at(r->spares, block);
	return s->bytes + (position - s->begins);
}

static void write_marker(ring *r, uint64_t head, unsigned block)
{
	uint8_t *to = r->writing ? in_block(r, r->writing, head) : at(r, head);
	memcpy(to, &(marker){ELSEWHERE, block}, sizeof(marker));
	if (r->writing)
		spares_at(r->spares, r->writing)->next = block;
	else
		r->outside = (uint8_t)block;
}

/* Room for a marker stays behind every packet. */
static bool fits_block(const spares *s, uint64_t offset, size_t size)
{
	return offset + size + sizeof(marker) <= s->size - sizeof(spare);
}

/* On in a block that is borrowed now. */
static bool put_outside(ring *r, const packet *p, uint64_t head, uint64_t tail)
{
	size_t size = slot_size(p->length);
	if (!r->spares || !fits_block(r->spares, 0, size) ||
		head + size - tail > (uint64_t)RING_TIMES_MAX * r->size)
		return false;
	unsigned block = spares_take(r->spares);
	if (block == 0)
		return false;

	spare *s = spares_at(r->spares, block);
	s->begins = head + sizeof(marker);
	s->left = r->writing ? spares_at(r->spares, r->writing)->left : s->begins;
	write_marker(r, head, block);
	r->writing = (uint8_t)block;
	write_slot(r, s->bytes, s->begins, p);
	return true;
}

/* On in its own memory, which is empty. */
static void put_home(ring *r, const packet *p, uint64_t head)
{
	write_marker(r, head, 0);
	r->writing = 0;
	r->origin = head + sizeof(marker);
	write_slot(r, r->bytes, r->origin, p);
}

/* While it is in a block. What is not too long for one is not too long for its own memory. */
static bool put_borrowing(ring *r, const packet *p, uint64_t head, uint64_t tail)
{
	const spare *here = spares_at(r->spares, r->writing);
	size_t size = slot_size(p->length);
	if (!fits_block(r->spares, 0, size))
		return false;
	if (tail >= here->left)
		put_home(r, p, head);
	else if (fits_block(r->spares, head - here->begins, size))
		write_slot(r, in_block(r, r->writing, head), head, p);
	else
		return put_outside(r, p, head, tail);
	return true;
}

EVERY_PACKET bool ring_put(ring *r, const packet *p)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed), start = head;
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	if (r->writing)
		return put_borrowing(r, p, head, tail);
	rewind_empty(r, head, tail);
	size_t size = slot_size(p->length), to_end = room_to_end(r, head);
	if (size > to_end)
		start += to_end;
	/* What waits in blocks, from before the origin, takes none of its own memory. */
	if (start + size + sizeof(marker) - MAX(tail, r->origin) > r->size)
		return put_outside(r, p, head, tail);

	if (start != head)
		memcpy(at(r, head), &(uint32_t){FILLER}, sizeof(uint32_t));
	write_slot(r, at(r, start), start, p);
	return true;
}

uint64_t ring_head(const ring *r)
{
	return atomic_load_explicit(&r->head, memory_order_acquire);
}

uint64_t ring_tail(const ring *r)
{
	return atomic_load_explicit(&r->tail, memory_order_acquire);
}

static const uint8_t *found_at(const ring *r, const ring_place *place)
{
	return place->block ? in_block(r, place->block, place->position) : at(r, place->position);
}

static void follow(const uint8_t *from, ring_place *place)
{
	marker m;
	memcpy(&m, from, sizeof m);
	*place = (ring_place){place->position + sizeof m, m.block};
}

static packet packet_at(const uint8_t *from)
{
	slot header;
	memcpy(&header, from, sizeof header);
	return (packet){from + sizeof header, header.length, header.serial, header.since_ms, header.at_us};
}

/* The packet at *place or after what stands there instead of one; moves *place behind it. False at `until`.
 */
static bool next_packet(const ring *r, ring_place *place, uint64_t until, packet *ret)
{
	while (place->position < until) {
		const uint8_t *from = found_at(r, place);
		uint32_t what;
		memcpy(&what, from, sizeof what);
		if (what == FILLER) {
			place->position += room_to_end(r, place->position);
		} else if (what == ELSEWHERE) {
			follow(from, place);
		} else {
			*ret = packet_at(from);
			place->position += slot_size(ret->length);
			return true;
		}
	}
	return false;
}

size_t ring_peek(const ring *r, uint64_t until, packet *ret, size_t max, ring_place *ret_next)
{
	ring_place place = {atomic_load_explicit(&r->tail, memory_order_relaxed), r->reading};
	packet found;
	size_t count = 0;
	while (count < max && next_packet(r, &place, until, &found)) {
		if (count && found.serial != ret[0].serial)
			break;
		ret[count++] = found;
		*ret_next = place;
	}
	return count;
}

/* Where it went on from a block; the block is given back. */
static uint8_t leave(const ring *r, unsigned block)
{
	if (block == 0)
		return r->outside;
	uint32_t next = spares_at(r->spares, block)->next;
	spares_give(r->spares, block);
	return (uint8_t)next;
}

void ring_release(ring *r, ring_place next)
{
	while (r->reading != next.block)
		r->reading = leave(r, r->reading);
	atomic_store_explicit(&r->tail, next.position, memory_order_release);
}

void ring_settle(ring *r)
{
	uint64_t head = ring_head(r);
	if (r->reading == 0 || head != ring_tail(r))
		return;
	spares_give(r->spares, r->reading);
	r->reading = r->writing = 0;
	r->origin = head;
}
