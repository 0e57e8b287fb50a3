/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exactness: what was handed in before a close is captured, nothing after it, and each packet once. A media
 * thread runs all the while; where it stands when the gate moves is left to chance. Who sees to the order of
 * what both do, the kernel or that thread, is tried both ways. */
#include "capture/segment.h"
#include "capture/track.h"
#include "capture_support.h"

#include <sched.h>

/* One round: at most this many packets, which a ring of this size holds, so that none is lost. */
#define ROUND_PACKETS 400u
#define ROUND_RING ((size_t)64 * 1024)
#define ROUNDS 300u

static uint64_t at(const GArray *numbers, guint i)
{
	return g_array_index(numbers, uint64_t, i);
}

static void check_contiguous(const GArray *numbers)
{
	for (guint i = 1; i < numbers->len; i++)
		ck_assert_uint_eq(at(numbers, i), at(numbers, i - 1) + 1);
}

/* The result says of the segment what the sink holds of it. */
static void check_result(const closing *one, const GArray *numbers)
{
	ck_assert_uint_eq(one->result.packets, numbers->len);
	ck_assert_int_eq(one->file != NULL, numbers->len > 0);
	if (numbers->len == 0)
		return;
	ck_assert_uint_eq(one->result.bytes, numbers->len * NUMBERED_SIZE);
	ck_assert_uint_eq(one->result.first.seq, (uint16_t)at(numbers, 0));
	ck_assert_uint_eq(one->result.last.seq, (uint16_t)at(numbers, numbers->len - 1));
	ck_assert_uint_eq(one->result.last.timestamp, (uint32_t)(at(numbers, numbers->len - 1) * 960));
	ck_assert_uint_eq(one->result.ssrc, TEST_SSRC);
	ck_assert_int_le(one->result.first.at_ms, one->result.last.at_ms);
}

/* Of a segment that was open from before `opened` returned (numbers up to then may be missing) to the close
 * between `before`, the last number handed in by then, and `after`, the last one begun when it returned. */
static void check_round(scene *s, const char *id, uint64_t opened, uint64_t before, uint64_t after)
{
	const closing *one = listener_await(&s->listener, id);
	g_autoptr(GArray) numbers = scene_numbers(s, id);
	ck_assert_uint_eq(one->result.lost, 0);
	check_result(one, numbers);
	check_contiguous(numbers);
	if (before > opened) {
		ck_assert_uint_gt(numbers->len, 0);
		ck_assert_uint_le(at(numbers, 0), opened + 1);
		ck_assert_uint_ge(at(numbers, numbers->len - 1), before);
	}
	if (numbers->len)
		ck_assert_uint_le(at(numbers, numbers->len - 1), after);
}

START_TEST(close_is_exact)
{
	scene s;
	producer p;
	g_autoptr(GRand) rand = announced_rand();
	scene_init(&s, ROUND_RING);
	s.track->gate.fenced |= _i;
	producer_start(&p, s.track, 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		g_autofree char *id = g_strdup_printf("segment-%u", round);
		uint64_t start = atomic_load(&p.done);
		atomic_store(&p.allowed, start + ROUND_PACKETS);
		scene_open(&s, id);
		uint64_t opened = atomic_load(&p.begun);
		producer_await(&p, start + (uint64_t)g_rand_int_range(rand, 0, ROUND_PACKETS));

		uint64_t before = atomic_load(&p.done);
		capture_track_close(s.track, "closed");
		uint64_t after = atomic_load(&p.begun);
		check_round(&s, id, opened, before, after);
		producer_await(&p, start + ROUND_PACKETS);
	}
	producer_stop(&p);
	scene_clear(&s);
}
END_TEST

typedef struct turn {
	char *id;
	uint64_t before, after; /* as in check_round */
} turn;

static void turn_clear(gpointer data)
{
	g_free(((turn *)data)->id);
}

/* Every number from the first one on is in exactly one segment, and on the right side of its rotation. */
static void check_turns(scene *s, const GArray *turns)
{
	uint64_t expected = 0;
	for (guint i = 0; i < turns->len; i++) {
		const turn *one = &g_array_index(turns, turn, i);
		const closing *closed = listener_await(&s->listener, one->id);
		g_autoptr(GArray) numbers = scene_numbers(s, one->id);
		ck_assert_uint_eq(closed->result.lost, 0);
		check_result(closed, numbers);
		for (guint n = 0; n < numbers->len; n++, expected++) {
			if (expected == 0)
				expected = at(numbers, 0);
			ck_assert_uint_eq(at(numbers, n), expected);
		}
		ck_assert_uint_ge(expected, one->before + 1);
		ck_assert_uint_le(expected, one->after + 1);
	}
}

START_TEST(rotation_loses_nothing)
{
	scene s;
	producer p;
	g_autoptr(GRand) rand = announced_rand();
	g_autoptr(GArray) turns = g_array_new(FALSE, TRUE, sizeof(turn));
	g_array_set_clear_func(turns, turn_clear);
	scene_init(&s, (size_t)1024 * 1024);
	scene_open(&s, "segment-0");
	s.track->gate.fenced |= _i;
	producer_start(&p, s.track, ROUND_PACKETS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t start = atomic_load(&p.done);
		atomic_store(&p.allowed, start + ROUND_PACKETS);
		producer_await(&p, start + (uint64_t)g_rand_int_range(rand, 1, ROUND_PACKETS / 4));

		g_autofree char *next = g_strdup_printf("segment-%u", round + 1);
		segment_spec spec = opus_spec(next);
		turn one = {.id = g_strdup_printf("segment-%u", round), .before = atomic_load(&p.done)};
		capture_segment *segment = capture_track_rotate(s.track, &spec, "rotated");
		one.after = atomic_load(&p.begun);
		g_array_append_val(turns, one);
		capture_segment_confirm(segment, true);
		listener_await(&s.listener, one.id); /* so that the ring never fills */
	}
	producer_stop(&p);
	check_turns(&s, turns);
	ck_assert_str_eq(listener_await(&s.listener, "segment-0")->reason, "rotated");
	scene_clear(&s);
}
END_TEST

/* Verdicts that come in any order, also before or after the segments are closed: each number still goes where
 * it was meant to. */
START_TEST(verdicts_in_any_order)
{
	enum { SEGMENTS = 40, EACH = 10 };
	scene s;
	capture_segment *segments[SEGMENTS];
	g_autoptr(GRand) rand = announced_rand();
	scene_init(&s, ROUND_RING);
	for (unsigned i = 0; i < SEGMENTS; i++) {
		g_autofree char *id = g_strdup_printf("%u", i);
		segment_spec spec = opus_spec(id);
		segments[i] = capture_track_rotate(s.track, &spec, "rotated");
		send_numbers(s.track, i * EACH, EACH);
		if (g_rand_boolean(rand))
			capture_track_close(s.track, "closed");
	}
	for (unsigned left = SEGMENTS; left; left--) {
		unsigned pick = (unsigned)g_rand_int_range(rand, 0, (gint32)left);
		unsigned number = 0;
		while (!segments[number] || pick--)
			number++;
		capture_segment_confirm(g_steal_pointer(&segments[number]), number % 3 != 0);
		scene_pass_round(&s); /* the writer sees every order there is */
	}
	capture_track_close(s.track, "closed");
	for (unsigned i = 0; i < SEGMENTS; i++) {
		g_autofree char *id = g_strdup_printf("%u", i);
		const closing *one = listener_await(&s.listener, id);
		ck_assert_uint_eq(one->result.packets, i % 3 ? EACH : 0);
		ck_assert_uint_eq(one->result.lost, i % 3 ? 0 : EACH);
		ck_assert(scene_holds(&s, id, i * EACH, i % 3 ? EACH : 0));
	}
	scene_clear(&s);
}
END_TEST

/* A media thread that was quicker than the one that rotates has put packets of the next segment below the end
 * of the former. They are the next one's, and the former does not wait for its verdict. */
START_TEST(the_next_begins_below_the_end)
{
	scene s;
	segment_spec a = opus_spec("a"), b = opus_spec("b");
	scene_init(&s, ROUND_RING);
	capture_segment *former = capture_track_open(s.track, &a);
	send_numbers(s.track, 1, 5);
	capture_segment *next = capture_track_rotate(s.track, &b, "rotated");
	send_numbers(s.track, 6, 5);
	atomic_store(&former->end, ring_head(&s.track->ring));
	capture_segment_confirm(former, true);
	listener_await(&s.listener, "a");
	ck_assert(scene_holds(&s, "a", 1, 5));

	capture_segment_confirm(next, true);
	capture_track_close(s.track, "closed");
	listener_await(&s.listener, "b");
	ck_assert(scene_holds(&s, "b", 6, 5));
	scene_clear(&s);
}
END_TEST

/* Stress: everything at once against a media thread that never pauses and a ring that is often full. */

#define STRESS_ROUNDS 3000u

static void *confirm_later(void *data)
{
	capture_segment_confirm(data, GPOINTER_TO_SIZE(data) / 64 % 5 != 0);
	return NULL;
}

/* Confirms at once, from another thread, or rejects. Returns that thread, or 0. */
static pthread_t judge(GRand *rand, capture_segment *segment)
{
	pthread_t thread = 0;
	switch (g_rand_int_range(rand, 0, 8)) {
	case 0:
		capture_segment_confirm(segment, false);
		break;
	case 1:
		ck_assert_int_eq(pthread_create(&thread, NULL, confirm_later, segment), 0);
		break;
	default:
		capture_segment_confirm(segment, true);
	}
	return thread;
}

static void disturb(scene *s, GRand *rand, unsigned round)
{
	static const memory_call calls[] = {MEMORY_OPEN, MEMORY_WRITE, MEMORY_CLOSE};
	memory_call call = calls[round / 64 % G_N_ELEMENTS(calls)];
	if (round % 64 == 32)
		memory_sink_fail(s->memory, call, (unsigned)g_rand_int_range(rand, 1, 4), EIO);
	if (round % 64 == 63)
		memory_sink_fail(s->memory, call, 0, 0);
}

static void check_growing(const GArray *numbers)
{
	for (guint i = 1; i < numbers->len; i++)
		ck_assert_uint_gt(at(numbers, i), at(numbers, i - 1));
}

static uint64_t check_stressed(scene *s, unsigned round, uint64_t floor)
{
	g_autofree char *id = g_strdup_printf("segment-%u", round);
	const closing *one = listener_await(&s->listener, id);
	g_autoptr(GArray) numbers = scene_numbers(s, id);
	ck_assert_uint_eq(listener_count(&s->listener, id), 1);
	check_result(one, numbers);
	check_growing(numbers);
	if (numbers->len == 0)
		return floor;
	ck_assert_uint_gt(at(numbers, 0), floor);
	return at(numbers, numbers->len - 1);
}

static void stress_round(scene *s, GRand *rand, unsigned round)
{
	g_autofree char *id = g_strdup_printf("segment-%u", round);
	segment_spec spec = opus_spec(id);
	disturb(s, rand, round);
	capture_segment *segment = capture_track_rotate(s->track, &spec, "rotated");
	pthread_t thread = judge(rand, segment);
	for (int i = g_rand_int_range(rand, 0, 4); i > 0; i--)
		sched_yield();
	if (g_rand_boolean(rand))
		capture_track_close(s->track, "closed");
	if (thread)
		pthread_join(thread, NULL);
}

START_TEST(closes_under_fire)
{
	scene s;
	producer p;
	capture_stats stats;
	uint64_t floor = 0;
	g_autoptr(GRand) rand = announced_rand();
	scene_init(&s, 4096);
	s.track->gate.fenced |= _i;
	producer_start(&p, s.track, UINT64_MAX);
	for (unsigned round = 0; round < STRESS_ROUNDS; round++) {
		stress_round(&s, rand, round);
		capture_get_stats(s.capture, &stats);
	}
	producer_stop(&p);
	capture_track_close(s.track, "closed");
	for (unsigned round = 0; round < STRESS_ROUNDS; round++)
		floor = check_stressed(&s, round, floor);
	capture_get_stats(s.capture, &stats);
	ck_assert_uint_eq(stats.segments, STRESS_ROUNDS);
	scene_clear(&s);
}
END_TEST

/* A track goes while its packets are still in the ring, and while its segment waits for a verdict. */
START_TEST(tracks_go_early)
{
	scene s;
	scene_init(&s, 4096);
	for (unsigned round = 0; round < ROUNDS; round++) {
		g_autofree char *id = g_strdup_printf("%u", round);
		segment_spec spec = opus_spec(id);
		capture_track *t = capture_track_new(s.capture);
		capture_segment *segment = capture_track_open(t, &spec);
		if (round % 2)
			capture_segment_confirm(g_steal_pointer(&segment), true);
		send_numbers(t, 1, 20);
		capture_track_free(t, "left");
		if (segment)
			capture_segment_confirm(segment, true);
		const closing *one = listener_await(&s.listener, id);
		ck_assert_str_eq(one->reason, "left");
		ck_assert(scene_holds(&s, id, 1, 20));
	}
	scene_clear(&s);
}
END_TEST

/* Whoever has many tracks sees in one word whose gates are open, and in one number how many are, also of one
 * that is told of the word late, and hears no more of one that was told of another. */
START_TEST(a_flag_is_up_while_the_gate_is_open)
{
	scene s;
	_Atomic uint64_t flags = 8, others = 0;
	atomic_uint count = 5, others_count = 0;
	scene_init(&s, 4096);
	capture_track_flag(s.track, (capture_flag){&flags, 2, &count});
	ck_assert_uint_eq(atomic_load(&flags), 8);
	ck_assert_uint_eq(atomic_load(&count), 5);
	segment_spec spec = opus_spec("a"), next = opus_spec("b");
	capture_segment_confirm(capture_track_open(s.track, &spec), true);
	ck_assert_uint_eq(atomic_load(&flags), 8 | 2);
	ck_assert_uint_eq(atomic_load(&count), 6);
	capture_segment_confirm(capture_track_rotate(s.track, &next, "replaced"), true);
	ck_assert_uint_eq(atomic_load(&flags), 8 | 2);
	ck_assert_uint_eq(atomic_load(&count), 6);
	capture_track_flag(s.track, (capture_flag){&others, 1, &others_count});
	ck_assert_uint_eq(atomic_load(&flags), 8);
	ck_assert_uint_eq(atomic_load(&count), 5);
	ck_assert_uint_eq(atomic_load(&others), 1);
	ck_assert_uint_eq(atomic_load(&others_count), 1);
	capture_track_close(s.track, "withdrawn");
	ck_assert_uint_eq(atomic_load(&others), 0);
	ck_assert_uint_eq(atomic_load(&others_count), 0);
	capture_track_flag(s.track, (capture_flag){0});
	scene_clear(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_gate");
	TCase *tests = tcase_create("gate");
	tcase_add_loop_test(tests, close_is_exact, 0, 2);
	tcase_add_loop_test(tests, rotation_loses_nothing, 0, 2);
	tcase_add_test(tests, verdicts_in_any_order);
	tcase_add_test(tests, the_next_begins_below_the_end);
	tcase_add_loop_test(tests, closes_under_fire, 0, 2);
	tcase_add_test(tests, tracks_go_early);
	tcase_add_test(tests, a_flag_is_up_while_the_gate_is_open);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
