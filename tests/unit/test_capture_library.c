/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the library begins and ends. */
#include "capture/ring.h"
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

START_TEST(destroy_drains_and_tells)
{
	scene_open(&s, "a");
	send_numbers(s.track, 1, 20);
	capture_destroy(g_steal_pointer(&s.capture));
	const closing *one = listener_await(&s.listener, "a");
	ck_assert_uint_eq(listener_count(&s.listener, "a"), 1);
	ck_assert_str_eq(one->reason, "shutdown");
	ck_assert_uint_eq(one->result.packets, 20);
	ck_assert_uint_eq(one->result.lost, 0);
	send_numbers(s.track, 21, 5); /* the gate is closed, and the track still there */
	capture_track_close(s.track, "late");
}
END_TEST

/* Whether it stops, and when it next feeds consumers, which moves on every few rounds of its writer. */
static gint64 look(capture *c, bool *ret_stopping)
{
	pthread_mutex_lock(&c->lock);
	gint64 next_us = c->feed_us;
	*ret_stopping = c->stopping;
	pthread_mutex_unlock(&c->lock);
	return next_us;
}

/* Once the writer has stopped what it could, and then looked again although nothing had changed. */
static void *confirm_late(void *segment)
{
	bool stopping = false;
	for (gint64 before = 0, moved = 0; moved < 4; sched_yield()) {
		gint64 next_us = look(s.capture, &stopping);
		moved += stopping && !capture_track_wants(s.track) && next_us != before;
		before = next_us;
	}
	capture_segment_confirm(segment, true);
	return NULL;
}

START_TEST(destroy_waits_for_the_verdict)
{
	pthread_t thread;
	segment_spec spec = opus_spec("a");
	capture_segment *segment = capture_track_open(s.track, &spec);
	send_numbers(s.track, 1, 20);
	capture *c = capture_ref(s.capture); /* for the thread, which looks into it */
	pthread_create(&thread, NULL, confirm_late, segment);
	capture_destroy(s.capture);
	pthread_join(thread, NULL);
	capture_unref(c);
	s.capture = NULL;
	ck_assert_uint_eq(listener_count(&s.listener, "a"), 1);
	ck_assert_uint_eq(listener_await(&s.listener, "a")->result.packets, 20);
}
END_TEST

START_TEST(destructors_take_null)
{
	capture_destroy(NULL);
	capture_track_free(NULL, "left");
	sink_destroy(NULL);
}
END_TEST

START_TEST(options_are_checked)
{
	static const size_t wrong[] = {1, 512, 1000, 100000};
	for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		capture_options options = {.ring_bytes = wrong[i]};
		ck_assert_ptr_null(capture_create_with(&options, memory_sink_new(), &error));
		ck_assert_ptr_nonnull(strstr(error->message, "ring_bytes"));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_library");
	TCase *tests = tcase_create("library");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, destroy_drains_and_tells);
	tcase_add_test(tests, destroy_waits_for_the_verdict);
	tcase_add_test(tests, destructors_take_null);
	tcase_add_test(tests, options_are_checked);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
