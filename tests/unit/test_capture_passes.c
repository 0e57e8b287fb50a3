/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the writer writes: at its passes, or before where a ring fills. */
#include "capture/track.h"
#include "capture_support.h"

static scene s;

static void setup(void)
{
	scene_init(&s, 4096);
}

static void teardown(void)
{
	scene_clear(&s);
}

/* What a ring of 4096 bytes holds of numbered packets, and what a packet takes: 24 bytes before it, and all
 * rounded up to eight. */
#define SLOT 48
#define RING_PACKETS (4096 / SLOT)

/* What waits in a ring goes out in one write. */
START_TEST(batches)
{
	segment_spec spec = opus_spec("a");
	capture_segment *segment = capture_track_open(s.track, &spec);
	send_numbers(s.track, 1, RING_PACKETS);
	capture_track_close(s.track, "withdrawn");
	capture_segment_confirm(segment, true);
	listener_await(&s.listener, "a");
	ck_assert_uint_eq(memory_sink_calls(s.memory, MEMORY_WRITE), 1);
}
END_TEST

/* Few packets wait for the pass, which does not come here; many do not. */
START_TEST(a_filling_ring_is_emptied_before_the_pass)
{
	stop_passes(s.capture);
	scene_open(&s, "a");
	send_numbers(s.track, 1, RING_PACKETS / 2);
	scene_pass_round(&s);
	ck_assert_uint_eq(memory_sink_calls(s.memory, MEMORY_WRITE), 0);
	send_numbers(s.track, RING_PACKETS / 2 + 1, 2);
	memory_sink_await(s.memory, MEMORY_WRITE, 1);
}
END_TEST

/* A ring that fills fast is not left to be half full again: it could be full before the writer looks. */
START_TEST(a_ring_that_goes_on_filling_is_emptied_sooner)
{
	stop_passes(s.capture);
	scene_open(&s, "a");
	memory_sink_stall(s.memory, true);
	send_numbers(s.track, 1, RING_PACKETS / 2 + 1);
	/* The writer is in it, so what comes now is the next round's. */
	memory_sink_await(s.memory, MEMORY_WRITE, 1);
	send_numbers(s.track, RING_PACKETS / 2 + 2, RING_PACKETS / 4);
	memory_sink_stall(s.memory, false);
	memory_sink_await(s.memory, MEMORY_WRITE, 2);
}
END_TEST

static capture_track *open_beside(const char *id)
{
	segment_spec spec = opus_spec(id);
	capture_track *track = capture_track_new(s.capture);
	capture_segment_confirm(capture_track_open(track, &spec), true);
	return track;
}

/* A pass comes to the first one first, but has only the second one written. */
START_TEST(very_few_packets_wait_for_another_pass)
{
	scene_clear(&s);
	scene_init(&s, 0);
	stop_passes(s.capture);
	scene_open(&s, "a");
	capture_track *b = open_beside("b");
	send_number(s.track, 1);
	send_numbers(b, 1, 100);
	memory_sink_stall(s.memory, true);
	pass_now(s.capture);
	memory_sink_await(s.memory, MEMORY_WRITE, 1);
	g_autoptr(GPtrArray) few = memory_sink_packets(s.memory, "a");
	ck_assert_ptr_null(few);
	memory_sink_stall(s.memory, false);
	memory_sink_await(s.memory, MEMORY_WRITE, 2);
	capture_track_free(b, "left");
}
END_TEST

/* Behind what is touched ahead, and the rest of its last page. */
static bool is_clear(const ring *r)
{
	for (size_t i = RING_TOUCHED + 4096; i < 2 * RING_TOUCHED; i++)
		if (r->bytes[i])
			return false;
	return true;
}

/* A picture of a shared screen comes at once, on what waits already, and is not lost. The kernel has the
 * memory back when the segment is over: it is clear again. */
START_TEST(a_burst_is_kept)
{
	enum { BURST = 600 * 1024 / SLOT };
	scene_clear(&s);
	scene_init(&s, 0);
	scene_open(&s, "a");
	memory_sink_stall(s.memory, true);
	send_numbers(s.track, 1, BURST);
	ck_assert(!is_clear(&s.track->ring));
	memory_sink_stall(s.memory, false);
	capture_track_close(s.track, "left");
	ck_assert_uint_eq(listener_await(&s.listener, "a")->result.packets, BURST);
	ck_assert(scene_holds(&s, "a", 1, BURST));
	scene_pass_round(&s);
	ck_assert(is_clear(&s.track->ring));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_passes");
	TCase *tests = tcase_create("passes");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, batches);
	tcase_add_test(tests, a_filling_ring_is_emptied_before_the_pass);
	tcase_add_test(tests, a_ring_that_goes_on_filling_is_emptied_sooner);
	tcase_add_test(tests, very_few_packets_wait_for_another_pass);
	tcase_add_test(tests, a_burst_is_kept);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
