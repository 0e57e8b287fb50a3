/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts, losses, a stalled sink, ends of consent and statistics, on a sink in memory. */
#include "base/clock.h"
#include "capture/ring.h"
#include "capture/track.h"
#include "capture_support.h"

#include <sched.h>
#include <string.h>

static scene s;

static void setup(void)
{
	scene_init(&s, 4096);
}

static void teardown(void)
{
	scene_clear(&s);
}

static capture_segment *open_pending(const char *id)
{
	segment_spec spec = opus_spec(id);
	return capture_track_open(s.track, &spec);
}

/* What a ring of 4096 bytes holds of numbered packets: 24 bytes before each, rounded up to eight. */
#define RING_PACKETS (4096 / 48)

/* Verdicts */

START_TEST(nothing_is_written_before_the_verdict)
{
	capture_segment *segment = open_pending("a");
	send_numbers(s.track, 1, 50); /* more than the writer lets wait */
	scene_pass_round(&s);         /* without a packet of its own: no stream */
	ck_assert_uint_eq(memory_sink_calls(s.memory, MEMORY_OPEN), 0);

	capture_segment_confirm(segment, true);
	memory_sink_await(s.memory, MEMORY_WRITE, 1);
	send_numbers(s.track, 51, 5);
	capture_track_close(s.track, "withdrawn");
	const closing *one = listener_await(&s.listener, "a");
	ck_assert(scene_holds(&s, "a", 1, 55));
	ck_assert_str_eq(one->reason, "withdrawn");
	ck_assert_str_eq(one->file, "room/a");
	ck_assert_uint_eq(one->result.lost, 0);
}
END_TEST

START_TEST(rejected_means_no_file)
{
	capture_segment *segment = open_pending("a");
	send_numbers(s.track, 1, 10);
	capture_segment_confirm(segment, false);
	send_numbers(s.track, 11, 10); /* the gate is closed */
	const closing *one = listener_await(&s.listener, "a");
	ck_assert_str_eq(one->reason, "not confirmed");
	ck_assert_ptr_null(one->file);
	ck_assert_str_eq(one->result.sha256, "");
	ck_assert_uint_eq(one->result.packets, 0);
	ck_assert_uint_eq(one->result.bytes, 0);
	ck_assert_uint_eq(one->result.lost, 10);
	ck_assert_uint_eq(memory_sink_calls(s.memory, MEMORY_OPEN), 0);

	scene_open(&s, "b");
	send_numbers(s.track, 21, 10);
	capture_track_close(s.track, "withdrawn");
	listener_await(&s.listener, "b");
	ck_assert(scene_holds(&s, "b", 21, 10));
}
END_TEST

START_TEST(closed_before_the_verdict)
{
	capture_segment *segment = open_pending("a");
	send_numbers(s.track, 1, 10);
	capture_track_close(s.track, "withdrawn");
	scene_pass_round(&s);
	ck_assert_uint_eq(listener_count(&s.listener, "a"), 0);
	capture_segment_confirm(segment, _i);
	const closing *one = listener_await(&s.listener, "a");
	ck_assert_str_eq(one->reason, "withdrawn");
	ck_assert(scene_holds(&s, "a", 1, _i ? 10 : 0));
}
END_TEST

START_TEST(an_empty_segment_leaves_nothing)
{
	scene_open(&s, "a");
	capture_track_close(s.track, "withdrawn");
	capture_track_close(s.track, "again"); /* a closed gate stays as it is */
	const closing *one = listener_await(&s.listener, "a");
	ck_assert_str_eq(one->reason, "withdrawn");
	ck_assert_ptr_null(one->file);
	ck_assert_uint_eq(memory_sink_calls(s.memory, MEMORY_OPEN), 0);
}
END_TEST

START_TEST(opening_replaces)
{
	scene_open(&s, "a");
	send_numbers(s.track, 1, 3);
	scene_open(&s, "b");
	send_numbers(s.track, 4, 3);
	capture_track_close(s.track, "withdrawn");
	listener_await(&s.listener, "b");
	ck_assert_str_eq(listener_await(&s.listener, "a")->reason, "replaced");
	ck_assert(scene_holds(&s, "a", 1, 3));
	ck_assert(scene_holds(&s, "b", 4, 3));
}
END_TEST

START_TEST(told_in_the_order_of_opening)
{
	static const char *const ids[] = {"a", "b", "c", "d"};
	memory_sink_stall(s.memory, true);
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++) {
		scene_open(&s, ids[i]);
		send_number(s.track, i);
	}
	capture_track_close(s.track, "withdrawn");
	memory_sink_stall(s.memory, false);
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		listener_await(&s.listener, ids[i]);
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		ck_assert_str_eq(((closing *)s.listener.closings->pdata[i])->id, ids[i]);
}
END_TEST

/* The user pointer comes back, and what a packet's marks say. */
START_TEST(results_say_what_was_captured)
{
	segment_spec spec = opus_spec("a");
	spec.user = &spec;
	gint64 before = clock_now_ms();
	capture_segment_confirm(capture_track_open(s.track, &spec), true);
	send_numbers(s.track, 65534, 4);
	gint64 after = clock_now_ms();
	capture_track_close(s.track, "withdrawn");
	const segment_result *result = &listener_await(&s.listener, "a")->result;
	ck_assert_ptr_eq(result->user, &spec);
	ck_assert_uint_eq(result->packets, 4);
	ck_assert_uint_eq(result->ssrc, TEST_SSRC);
	ck_assert_uint_eq(result->first.seq, 65534);
	ck_assert_uint_eq(result->last.seq, 1);
	ck_assert_uint_eq(result->first.timestamp, 65534u * 960);
	ck_assert_int_le(before, result->first.at_ms);
	ck_assert_int_le(result->first.at_ms, result->last.at_ms);
	ck_assert_int_le(result->last.at_ms, after);
}
END_TEST

/* What does not belong to a segment's medium is no part of it. */
START_TEST(only_the_medium)
{
	uint8_t rtcp[28] = {0x80, 200}, rtp[NUMBERED_SIZE];
	numbered_rtp(2, rtp);
	scene_open(&s, "a");
	capture_track_packet(s.track, rtcp, sizeof rtcp);
	capture_track_packet(s.track, rtp, 11);
	capture_track_message(s.track, "text", 4, false);
	send_number(s.track, 1);

	segment_spec spec = opus_spec("d");
	spec.medium = MEDIUM_DATA;
	capture_segment_confirm(capture_track_open(s.track, &spec), true);
	capture_track_packet(s.track, rtp, sizeof rtp);
	capture_track_message(s.track, rtp, sizeof rtp, true);
	capture_track_message(s.track, "", 0, false);
	capture_track_close(s.track, "withdrawn");
	const closing *data = listener_await(&s.listener, "d");
	ck_assert(scene_holds(&s, "a", 1, 1));
	ck_assert(scene_holds(&s, "d", 2, 1));
	ck_assert_uint_eq(data->result.packets, 1);
	ck_assert_uint_eq(data->result.ssrc, 0);
	ck_assert_uint_eq(listener_await(&s.listener, "a")->result.lost, 0);
}
END_TEST

/* Losses */

START_TEST(a_full_ring_drops_and_counts)
{
	capture_segment *first = open_pending("a");
	send_numbers(s.track, 1, RING_PACKETS + 7);
	capture_segment *second = open_pending("b");
	send_numbers(s.track, 1000, 5);
	capture_segment_confirm(first, true);
	capture_segment_confirm(second, true);
	const closing *a = listener_await(&s.listener, "a");
	ck_assert(scene_holds(&s, "a", 1, RING_PACKETS));
	ck_assert_uint_eq(a->result.lost, 7);

	send_numbers(s.track, 1005, 5); /* there is room again */
	capture_track_close(s.track, "withdrawn");
	const closing *b = listener_await(&s.listener, "b");
	ck_assert(scene_holds(&s, "b", 1005, 5));
	ck_assert_uint_eq(b->result.lost, 5);
	capture_stats stats;
	capture_get_stats(s.capture, &stats);
	ck_assert_uint_eq(stats.lost, 12);
}
END_TEST

START_TEST(what_no_frame_can_hold_is_lost)
{
	scene large;
	g_autofree uint8_t *message = g_malloc0(PACKET_MAX + 1);
	segment_spec spec = opus_spec("d");
	spec.medium = MEDIUM_DATA;
	scene_init(&large, (size_t)1024 * 1024);
	capture_segment_confirm(capture_track_open(large.track, &spec), true);
	capture_track_message(large.track, message, PACKET_MAX - 8, true);
	capture_track_message(large.track, message, PACKET_MAX - 7, true);
	capture_track_message(large.track, message, PACKET_MAX + 1, true);
	capture_track_close(large.track, "withdrawn");
	const closing *one = listener_await(&large.listener, "d");
	ck_assert_uint_eq(one->result.lost, 2);
	ck_assert_uint_eq(one->result.packets, 1);
	scene_clear(&large);
}
END_TEST

/* While the sink does not return, the media thread and the meeting go on; only packets beyond the ring are
 * lost. */
START_TEST(a_stalled_sink_stalls_nobody)
{
	scene_open(&s, "a");
	memory_sink_stall(s.memory, true);
	send_number(s.track, 1);
	memory_sink_await(
		s.memory, MEMORY_WRITE, 1); /* the writer is in it, and the packet still in the ring */
	send_numbers(s.track, 2, 1000);
	capture_track_close(s.track, "withdrawn");
	ck_assert_uint_eq(listener_count(&s.listener, "a"), 0);

	capture_stats stats;
	do { /* it grows with time alone */
		capture_get_stats(s.capture, &stats);
		sched_yield();
	} while (stats.lag_ms < 2);
	ck_assert_uint_eq(stats.open, 1);
	ck_assert_uint_gt(stats.ring_fullest, stats.ring_bytes / 2);
	ck_assert_uint_le(stats.ring_fullest, stats.ring_bytes);

	memory_sink_stall(s.memory, false);
	const closing *one = listener_await(&s.listener, "a");
	ck_assert(scene_holds(&s, "a", 1, RING_PACKETS));
	ck_assert_uint_eq(one->result.lost, 1001 - RING_PACKETS);
	scene_pass_round(&s);
	capture_get_stats(s.capture, &stats);
	ck_assert_int_eq(stats.lag_ms, 0);
	ck_assert_uint_eq(stats.ring_fullest, 0);
	ck_assert_uint_eq(stats.packets, RING_PACKETS);
	ck_assert_uint_eq(stats.bytes, RING_PACKETS * NUMBERED_SIZE);
	ck_assert_uint_eq(stats.lost, 1001 - RING_PACKETS);
}
END_TEST

/* The end of a consent */

START_TEST(nothing_after_the_end)
{
	segment_spec spec = opus_spec("a");
	spec.not_after_ms = clock_now_ms() - 1;
	capture_segment_confirm(capture_track_open(s.track, &spec), true);
	send_numbers(s.track, 1, 10);
	capture_track_close(s.track, "expired");
	const closing *one = listener_await(&s.listener, "a");
	ck_assert_ptr_null(one->file);
	ck_assert_uint_eq(one->result.lost, 0);
}
END_TEST

START_TEST(everything_up_to_the_end)
{
	segment_spec spec = opus_spec("a");
	spec.not_after_ms = clock_now_ms() + 30;
	capture_segment_confirm(capture_track_open(s.track, &spec), true);
	uint64_t sent = 0, surely_before = 0;
	for (gint64 now = 0; now <= spec.not_after_ms + 5; scene_pass_round(&s)) {
		send_number(s.track, ++sent);
		now = clock_now_ms();
		if (now < spec.not_after_ms)
			surely_before = sent;
	}
	capture_track_close(s.track, "expired");
	const segment_result *result = &listener_await(&s.listener, "a")->result;
	ck_assert(scene_holds(&s, "a", 1, (unsigned)result->packets));
	ck_assert_uint_ge(result->packets, surely_before);
	ck_assert_uint_lt(result->packets, sent);
	ck_assert_int_lt(result->last.at_ms, spec.not_after_ms);
}
END_TEST

/* Once over, a consent does not come back with a clock that is set back, which here is an end that moves
 * away. */
START_TEST(the_end_is_for_good)
{
	segment_spec spec = opus_spec("a");
	spec.not_after_ms = clock_now_ms() - 1;
	capture_segment *segment = capture_track_open(s.track, &spec);
	send_number(s.track, 1);
	atomic_load(&s.track->gate.pass)->not_after_ms = G_MAXINT64 / 1000;
	send_number(s.track, 2);
	capture_segment_confirm(segment, true);
	capture_track_close(s.track, "expired");
	ck_assert_ptr_null(listener_await(&s.listener, "a")->file);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_writer");
	TCase *tests = tcase_create("writer");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, nothing_is_written_before_the_verdict);
	tcase_add_test(tests, rejected_means_no_file);
	tcase_add_loop_test(tests, closed_before_the_verdict, 0, 2);
	tcase_add_test(tests, an_empty_segment_leaves_nothing);
	tcase_add_test(tests, opening_replaces);
	tcase_add_test(tests, told_in_the_order_of_opening);
	tcase_add_test(tests, results_say_what_was_captured);
	tcase_add_test(tests, only_the_medium);
	tcase_add_test(tests, a_full_ring_drops_and_counts);
	tcase_add_test(tests, what_no_frame_can_hold_is_lost);
	tcase_add_test(tests, a_stalled_sink_stalls_nobody);
	tcase_add_test(tests, nothing_after_the_end);
	tcase_add_test(tests, everything_up_to_the_end);
	tcase_add_test(tests, the_end_is_for_good);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
