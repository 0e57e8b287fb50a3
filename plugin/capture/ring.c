/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/ring.h"

#include "base/cacheline.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* In place of a length: nothing up to the end of the memory. Slots are multiples of eight, so that it always
 * fits. */
#define FILLER UINT32_MAX

/* What stands before a packet's bytes. */
typedef struct slot {
	uint32_t length;
	uint32_t serial;
	gint64 at_us;
	uint32_t since_ms;
	uint32_t reserved;
} slot;

void ring_init(ring *r, uint8_t *memory, size_t size)
{
	g_assert(size >= RING_SIZE_MIN && (size & (size - 1)) == 0);

	atomic_init(&r->head, 0);
	atomic_init(&r->tail, 0);
	r->origin = 0;
	r->size = size;
	/* Touched here, so that the producer waits for no page. */
	r->bytes = memset(memory, 0, MIN(size, RING_TOUCHED));
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

EVERY_PACKET bool ring_put(ring *r, const packet *p)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed), start = head;
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	rewind_empty(r, head, tail);
	size_t size = slot_size(p->length), to_end = room_to_end(r, head);
	if (size > to_end)
		start += to_end;
	if (start + size - tail > r->size)
		return false;

	if (start != head)
		memcpy(at(r, head), &(uint32_t){FILLER}, sizeof(uint32_t));
	slot header = {p->length, p->serial, p->at_us, p->since_ms, 0};
	memcpy(at(r, start), &header, sizeof header);
	memcpy(at(r, start) + sizeof header, p->bytes, p->length);
	atomic_store_explicit(&r->head, start + size, memory_order_release);
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

/* The packet at *position or after a filler there; moves *position behind it. False at `until`. */
static bool next_packet(const ring *r, uint64_t *position, uint64_t until, packet *ret)
{
	slot header;
	if (*position >= until)
		return false;
	memcpy(&header.length, at(r, *position), sizeof header.length);
	if (header.length == FILLER)
		*position += room_to_end(r, *position);
	if (*position >= until)
		return false;

	memcpy(&header, at(r, *position), sizeof header);
	*ret = (packet){at(r, *position) + sizeof header, header.length, header.serial, header.since_ms,
		header.at_us};
	*position += slot_size(header.length);
	return true;
}

size_t ring_peek(const ring *r, uint64_t until, packet *ret, size_t max, uint64_t *ret_next)
{
	uint64_t position = atomic_load_explicit(&r->tail, memory_order_relaxed);
	packet found;
	size_t count = 0;
	while (count < max && next_packet(r, &position, until, &found)) {
		if (count && found.serial != ret[0].serial)
			break;
		ret[count++] = found;
		*ret_next = position;
	}
	return count;
}

void ring_release(ring *r, uint64_t next)
{
	atomic_store_explicit(&r->tail, next, memory_order_release);
}

void ring_trim(ring *r)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), bytes = (uintptr_t)r->bytes;
	uintptr_t from = (bytes + MIN(r->size, RING_TOUCHED) + page - 1) & ~(page - 1);
	uintptr_t to = (bytes + r->size) & ~(page - 1);

	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}
