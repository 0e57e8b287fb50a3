/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that full rings borrow: in which order packets come out of it, and that it all comes back. */
#include "capture/ring.h"
#include "capture/spares.h"
#include "capture/track.h"

#include "capture_support.h"

#include <sched.h>
#include <string.h>

#define SMALL ((size_t)1024)
#define BATCH 64

/* A ring of its own, and what it takes of numbered packets. */
typedef struct lane {
	ring ring;
	unsigned put, taken;
} lane;

static spares *lender;

static void lane_init(lane *l)
{
	*l = (lane){0};
	ring_init(&l->ring, g_malloc(SMALL), SMALL, lender);
}

static void lane_clear(lane *l)
{
	g_free(l->ring.bytes);
}

/* Between 8 and 307 bytes. */
static size_t length_of(unsigned number)
{
	return 8 + number * 2654435761u % 300;
}

static void fill(uint8_t *bytes, unsigned number)
{
	for (size_t i = 0; i < length_of(number); i++)
		bytes[i] = (uint8_t)(number * 31 + i * 7);
}

static bool put_next(lane *l)
{
	uint8_t bytes[308];
	fill(bytes, l->put);
	packet p = {bytes, (uint32_t)length_of(l->put), 1, 7, 1234567890};
	bool fitted = ring_put(&l->ring, &p);
	l->put += fitted;
	return fitted;
}

static unsigned put_all(lane *l)
{
	unsigned before = l->put;
	while (put_next(l))
		;
	return l->put - before;
}

/* At most `max` of the packets, of which each must be the next. */
static size_t take(lane *l, size_t max)
{
	packet batch[BATCH];
	ring_place next;
	size_t count = ring_peek(&l->ring, ring_head(&l->ring), batch, MIN(max, BATCH), &next);
	for (size_t i = 0; i < count; i++) {
		uint8_t expected[308];
		fill(expected, l->taken);
		ck_assert_uint_eq(batch[i].length, length_of(l->taken));
		ck_assert_mem_eq(batch[i].bytes, expected, batch[i].length);
		ck_assert_uint_eq(batch[i].serial, 1);
		l->taken++;
	}
	if (count)
		ring_release(&l->ring, next);
	return count;
}

static void take_all(lane *l)
{
	while (take(l, BATCH))
		;
	ck_assert_uint_eq(l->taken, l->put);
}

START_TEST(each_is_lent_once)
{
	lender = spares_new(SPARES_MAX, SMALL);
	uint32_t seen = 0;
	for (unsigned i = 0; i < SPARES_MAX; i++)
		seen |= 1u << (spares_take(lender) - 1);
	ck_assert_uint_eq(seen, UINT32_MAX);
	ck_assert_uint_eq(spares_take(lender), 0);
	ck_assert_uint_eq(spares_lent(lender), SPARES_MAX);
	spares_give(lender, 7);
	ck_assert_uint_eq(spares_lent(lender), SPARES_MAX - 1);
	ck_assert_uint_eq(spares_take(lender), 7);
	spares_destroy(lender);
}
END_TEST

START_TEST(none_are_never_lent)
{
	ck_assert_ptr_null(spares_new(0, SMALL));
	ck_assert_uint_eq(spares_take(NULL), 0);
	ck_assert_uint_eq(spares_lent(NULL), 0);
	spares_destroy(NULL);
}
END_TEST

/* What does not fit goes on in one block after the other, and comes out in order, however it is taken. */
START_TEST(a_full_ring_borrows)
{
	static const size_t takes[] = {1, 3, BATCH};
	lender = spares_new(4, SMALL);
	lane one;
	lane_init(&one);
	unsigned alone = 0;
	while (ring_waiting(&one.ring) + 400 < SMALL && put_next(&one))
		alone++;
	ck_assert_uint_eq(spares_lent(lender), 0);
	ck_assert_uint_gt(put_all(&one), 3 * alone);
	ck_assert_uint_eq(spares_lent(lender), 4);
	while (take(&one, takes[_i]))
		;
	ck_assert_uint_eq(one.taken, one.put);
	ck_assert_uint_eq(spares_lent(lender), 1); /* that which it would go on in */
	ck_assert(put_next(&one));
	take_all(&one);
	ck_assert_uint_eq(spares_lent(lender), 0);
	lane_clear(&one);
	spares_destroy(lender);
}
END_TEST

/* As soon as its own memory is empty, the next packet stands there, whatever still waits in blocks; and all
 * of it is there to be filled, as are the blocks that came back. */
START_TEST(a_ring_comes_home)
{
	lender = spares_new(4, SMALL);
	lane one;
	lane_init(&one);
	for (unsigned round = 0; round < 100; round++) {
		put_all(&one);
		while (spares_lent(lender) == 4)
			ck_assert_uint_eq(take(&one, 1), 1);
		uint64_t before = ring_waiting(&one.ring);
		ck_assert_uint_gt(before, 2 * SMALL);
		put_all(&one);
		/* In later rounds its own memory is not always the first to be emptied. */
		ck_assert_uint_gt(ring_waiting(&one.ring) - before, (round ? 1 : 2) * (SMALL - 400));
	}
	take_all(&one);
	lane_clear(&one);
	spares_destroy(lender);
}
END_TEST

START_TEST(a_block_that_nothing_follows_is_settled)
{
	lender = spares_new(2, SMALL);
	lane one;
	lane_init(&one);
	ring_settle(&one.ring);
	put_all(&one);
	ring_settle(&one.ring); /* it is not empty */
	take_all(&one);
	ck_assert_uint_eq(spares_lent(lender), 1);
	ring_settle(&one.ring);
	ck_assert_uint_eq(spares_lent(lender), 0);
	ck_assert_uint_gt(put_all(&one), 10);
	take_all(&one);
	lane_clear(&one);
	spares_destroy(lender);
}
END_TEST

/* Somebody who fills and fills leaves something for the others. */
START_TEST(one_ring_does_not_take_all)
{
	lender = spares_new(SPARES_MAX, SMALL);
	lane one, other;
	lane_init(&one);
	lane_init(&other);
	put_all(&one);
	ck_assert_uint_gt(spares_lent(lender), RING_TIMES_MAX - 2);
	ck_assert_uint_lt(spares_lent(lender), RING_TIMES_MAX + 3);
	unsigned before = spares_lent(lender);
	put_all(&other);
	ck_assert_uint_gt(spares_lent(lender), before + RING_TIMES_MAX - 2);
	take_all(&one);
	take_all(&other);
	lane_clear(&one);
	lane_clear(&other);
	spares_destroy(lender);
}
END_TEST

/* What fits into no block is refused, and what comes behind it is not. */
START_TEST(too_long_is_refused_everywhere)
{
	static const uint8_t bytes[SMALL];
	packet whole = {bytes, SMALL - 32, 1, 0, 0};
	lender = spares_new(2, SMALL);
	lane one;
	lane_init(&one);
	ck_assert(put_next(&one));
	ck_assert(!ring_put(&one.ring, &whole));
	ck_assert_uint_eq(spares_lent(lender), 0);
	while (spares_lent(lender) == 0)
		ck_assert(put_next(&one));
	ck_assert(!ring_put(&one.ring, &whole));
	ck_assert(put_next(&one));
	take_all(&one);
	ck_assert(!ring_put(&one.ring, &whole));
	ck_assert(put_next(&one));
	take_all(&one);
	ring_settle(&one.ring);
	ck_assert_uint_eq(spares_lent(lender), 0);
	lane_clear(&one);
	spares_destroy(lender);
}
END_TEST

#define STREAMED 30000u
#define LANES 3

static void *stream_in(void *data)
{
	lane *l = data;
	while (l->put < STREAMED)
		if (!put_next(l))
			sched_yield();
	return NULL;
}

/* Several rings and too few blocks: they are taken, handed on and given back all the time. */
START_TEST(lent_between_threads)
{
	lender = spares_new(4, SMALL);
	lane lanes[LANES];
	pthread_t threads[LANES];
	for (unsigned i = 0; i < LANES; i++) {
		lane_init(&lanes[i]);
		pthread_create(&threads[i], NULL, stream_in, &lanes[i]);
	}
	for (unsigned left = LANES; left;) {
		left = 0;
		for (unsigned i = 0; i < LANES; i++) {
			take(&lanes[i], 1 + lanes[i].taken % BATCH);
			left += lanes[i].taken < STREAMED;
		}
	}
	for (unsigned i = 0; i < LANES; i++) {
		pthread_join(threads[i], NULL);
		ring_settle(&lanes[i].ring);
		lane_clear(&lanes[i]);
	}
	ck_assert_uint_eq(spares_lent(lender), 0);
	spares_destroy(lender);
}
END_TEST

/* The library */

#define BURST 150u /* packets; a ring of SMALL holds 21, and RING_TIMES_MAX bound what waits */

static void scene_with_spares(scene *s, unsigned count)
{
	listener_init(&s->listener);
	capture_options options = listener_options(&s->listener);
	options.ring_bytes = SMALL;
	options.spares = count;
	s->memory = memory_sink_new();
	s->capture = capture_create_with(&options, s->memory, NULL);
	ck_assert_ptr_nonnull(s->capture);
	s->track = capture_track_new(s->capture);
}

/* Nothing of a burst is lost that the writer does not see before it is over, and all memory is there for the
 * next, though no packet follows it. */
START_TEST(a_burst_is_captured)
{
	scene s;
	capture_stats stats;
	scene_with_spares(&s, SPARES_MAX);
	segment_spec spec = opus_spec("a");
	capture_segment *pending = capture_track_open(s.track, &spec);
	send_numbers(s.track, 1, BURST);
	capture_get_stats(s.capture, &stats);
	ck_assert_uint_eq(stats.spare_bytes, SPARES_MAX * SMALL);
	ck_assert_uint_gt(stats.lent_bytes, BURST * NUMBERED_SIZE);
	ck_assert_uint_gt(stats.ring_fullest, stats.ring_bytes);

	capture_segment_confirm(pending, true);
	capture_track_close(s.track, "withdrawn");
	const closing *one = listener_await(&s.listener, "a");
	ck_assert_uint_eq(one->result.lost, 0);
	ck_assert(scene_holds(&s, "a", 1, BURST));
	scene_pass_round(&s);
	capture_get_stats(s.capture, &stats);
	ck_assert_uint_eq(stats.lent_bytes, 0);
	scene_clear(&s);
}
END_TEST

/* Each of several segments has what came while its gate was open, also where that stands in borrowed memory.
 */
START_TEST(segments_part_in_borrowed_memory)
{
	static const char *const ids[] = {"a", "b", "c"};
	scene s;
	scene_with_spares(&s, SPARES_MAX);
	capture_segment *pending[G_N_ELEMENTS(ids)];
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++) {
		segment_spec spec = opus_spec(ids[i]);
		pending[i] = capture_track_rotate(s.track, &spec, "changed");
		send_numbers(s.track, 1 + i * 50, 50);
	}
	capture_track_close(s.track, "withdrawn");
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		capture_segment_confirm(pending[i], i != 1);
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		listener_await(&s.listener, ids[i]);
	ck_assert(scene_holds(&s, "a", 1, 50));
	ck_assert(scene_holds(&s, "b", 0, 0));
	ck_assert(scene_holds(&s, "c", 101, 50));
	scene_clear(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_spares");
	TCase *tests = tcase_create("spares");
	tcase_add_test(tests, each_is_lent_once);
	tcase_add_test(tests, none_are_never_lent);
	tcase_add_loop_test(tests, a_full_ring_borrows, 0, 3);
	tcase_add_test(tests, a_ring_comes_home);
	tcase_add_test(tests, a_block_that_nothing_follows_is_settled);
	tcase_add_test(tests, one_ring_does_not_take_all);
	tcase_add_test(tests, too_long_is_refused_everywhere);
	tcase_add_test(tests, lent_between_threads);
	tcase_add_test(tests, a_burst_is_captured);
	tcase_add_test(tests, segments_part_in_borrowed_memory);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
