/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sink that fails: what is kept, who is told, and how it comes back. */
#include "capture_support.h"

#include <errno.h>
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

/* Opens, sends and confirms in an order that makes one write of it all, and waits for that to begin. */
static void write_at_once(const char *id, uint64_t first, unsigned count)
{
	unsigned calls = memory_sink_calls(s.memory, MEMORY_WRITE);
	capture_segment *segment = open_pending(id);
	send_numbers(s.track, first, count);
	capture_segment_confirm(segment, true);
	memory_sink_await(s.memory, MEMORY_WRITE, calls + 1);
}

static void check_health(const char *changes)
{
	g_autofree char *told = listener_await_health(&s.listener, strlen(changes));
	ck_assert_str_eq(told, changes);
}

/* The disk fails at the nth call; what was written before stays, the gate is closed by the time anybody hears
 * of it, and a probe brings health back. */
START_TEST(a_failing_disk_closes_the_gate)
{
	static const struct {
		memory_call call;
		int error;
		const char *reason;
	} failures[] = {
		{MEMORY_OPEN, EROFS, "disk: Read-only file system"},
		{MEMORY_WRITE, ENOSPC, "disk: No space left on device"},
		{MEMORY_WRITE, EIO, "disk: Input/output error"},
	};
	write_at_once("good", 1, 5);
	memory_sink_fail(s.memory, failures[_i].call, 1, failures[_i].error);
	memory_sink_fail(s.memory, MEMORY_PROBE, 1, failures[_i].error);
	capture_segment *segment = open_pending("bad");
	send_numbers(s.track, 6, 5);
	capture_segment_confirm(segment, true);
	check_health("-");
	ck_assert(!capture_healthy(s.capture));
	ck_assert_str_eq(s.listener.why, failures[_i].reason);
	send_numbers(s.track, 11, 5); /* the gate is closed */

	const closing *bad = listener_await(&s.listener, "bad");
	ck_assert_str_eq(bad->reason, failures[_i].reason);
	ck_assert_uint_eq(bad->result.packets, 0);
	ck_assert_uint_eq(bad->result.lost, 5);
	ck_assert_ptr_null(bad->file);
	ck_assert(scene_holds(&s, "good", 1, 5));

	memory_sink_await(s.memory, MEMORY_PROBE, 3); /* one at the start, one that fails, one more */
	memory_sink_fail(s.memory, failures[_i].call, 0, 0);
	memory_sink_fail(s.memory, MEMORY_PROBE, 0, 0);
	check_health("-+");
	ck_assert(capture_healthy(s.capture));
	scene_open(&s, "again");
	send_numbers(s.track, 16, 5);
	capture_track_close(s.track, "withdrawn");
	listener_await(&s.listener, "again");
	ck_assert(scene_holds(&s, "again", 16, 5));
}
END_TEST

START_TEST(a_failure_keeps_what_was_written)
{
	memory_sink_stall(s.memory, true);
	write_at_once("a", 1, 5);
	send_numbers(s.track, 6, 5);
	memory_sink_fail(s.memory, MEMORY_WRITE, 1, ENOSPC);
	memory_sink_stall(s.memory, false);
	const closing *one = listener_await(&s.listener, "a");
	ck_assert_str_eq(one->reason, "disk: No space left on device");
	ck_assert_str_eq(one->file, "room/a");
	ck_assert(scene_holds(&s, "a", 1, 5));
	ck_assert_uint_eq(one->result.packets, 5);
	ck_assert_uint_eq(one->result.lost, 5);
	ck_assert_uint_eq(one->result.last.seq, 5);
}
END_TEST

/* A file that cannot be made durable is told of, even when the meeting closed it for another reason. */
START_TEST(a_failing_sync_is_told)
{
	memory_sink_fail(s.memory, MEMORY_CLOSE, 1, EIO);
	scene_open(&s, "a");
	send_numbers(s.track, 1, 5);
	capture_track_close(s.track, "withdrawn");
	const closing *one = listener_await(&s.listener, "a");
	check_health("-");
	ck_assert_str_eq(one->reason, "disk: Input/output error");
	ck_assert_uint_eq(one->result.packets, 5);
}
END_TEST

/* One change is told once, however many segments fail. */
START_TEST(health_is_told_once)
{
	capture_track *other = capture_track_new(s.capture);
	segment_spec spec = opus_spec("b");
	memory_sink_fail(s.memory, MEMORY_OPEN, 1, EIO);
	memory_sink_fail(s.memory, MEMORY_PROBE, 1, EIO);
	scene_open(&s, "a");
	capture_segment_confirm(capture_track_open(other, &spec), true);
	send_number(s.track, 1);
	send_number(other, 1);
	listener_await(&s.listener, "a");
	listener_await(&s.listener, "b");
	check_health("-");
	ck_assert_uint_eq(s.listener.health->len, 1);
	capture_track_free(other, "left");
}
END_TEST

START_TEST(sick_from_the_start)
{
	listener heard;
	listener_init(&heard);
	capture_options options = listener_options(&heard);
	sink *memory = memory_sink_new();
	memory_sink_fail(memory, MEMORY_PROBE, 1, ENOSPC);
	capture *c = capture_create_with(&options, memory, NULL);
	ck_assert_ptr_nonnull(c);
	ck_assert(!capture_healthy(c));
	g_autofree char *ill = listener_await_health(&heard, 1);
	memory_sink_fail(memory, MEMORY_PROBE, 0, 0);
	g_autofree char *well = listener_await_health(&heard, 2);
	ck_assert_str_eq(ill, "-");
	ck_assert_str_eq(heard.why, "disk: No space left on device");
	ck_assert_str_eq(well, "-+");
	capture_destroy(c);
	listener_clear(&heard);
}
END_TEST

/* A place that is not plain is refused; that says nothing of the disk. */
START_TEST(a_bad_place_is_refused)
{
	segment_spec spec = opus_spec("bad");
	spec.folder = "../elsewhere";
	capture_segment *segment = capture_track_open(s.track, &spec);
	send_numbers(s.track, 1, 5);
	capture_segment_confirm(segment, true);
	const closing *one = listener_await(&s.listener, "bad");
	ck_assert_ptr_nonnull(strstr(one->reason, "refused: "));
	ck_assert_ptr_null(one->file);
	ck_assert_uint_eq(one->result.lost, 0);
	ck_assert(capture_healthy(s.capture));
	ck_assert_uint_eq(memory_sink_calls(s.memory, MEMORY_OPEN), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_health");
	TCase *tests = tcase_create("health");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, a_failing_disk_closes_the_gate, 0, 3);
	tcase_add_test(tests, a_failure_keeps_what_was_written);
	tcase_add_test(tests, a_failing_sync_is_told);
	tcase_add_test(tests, health_is_told_once);
	tcase_add_test(tests, sick_from_the_start);
	tcase_add_test(tests, a_bad_place_is_refused);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
