/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A track that changes its SSRC: each file has one, and no packet gets lost between them. */
#include "capture_support.h"

#include <string.h>

/* Rotates a track whenever its source changes, as meetings do. */
typedef struct turner {
	listener listener; /* first: its callbacks get this */
	sink *memory;
	capture *capture;
	capture_track *track;
	bool turns;
	unsigned asked; /* by the writer; read when it has ended */
} turner;

static void on_source(const char *id, void *user)
{
	turner *t = user;
	g_autofree char *next = g_strdup_printf("%s+", id);
	segment_spec spec = opus_spec(next);
	spec.continues = true;
	t->asked++;
	if (t->turns)
		capture_segment_confirm(capture_track_rotate(t->track, &spec, "source changed"), true);
}

static void begin(turner *t, bool turns)
{
	*t = (turner){.memory = memory_sink_new(), .turns = turns};
	listener_init(&t->listener);
	capture_options options = listener_options(&t->listener);
	options.on_source = on_source;
	options.ring_bytes = (size_t)64 * 1024;
	t->capture = capture_create_with(&options, t->memory, NULL);
	t->track = capture_track_new(t->capture);
	segment_spec spec = opus_spec("a");
	capture_segment_confirm(capture_track_open(t->track, &spec), true);
}

static void end(turner *t)
{
	capture_track_free(t->track, "left");
	capture_destroy(t->capture);
	listener_clear(&t->listener);
}

static void send_from(turner *t, uint8_t source, unsigned first, unsigned count)
{
	uint8_t rtp[NUMBERED_SIZE];
	for (unsigned i = first; i < first + count; i++) {
		numbered_rtp(i, rtp);
		rtp[11] = source;
		capture_track_packet(t->track, rtp, sizeof rtp);
	}
}

static void await_packets(turner *t, uint64_t packets)
{
	capture_stats stats = {0};
	while (capture_get_stats(t->capture, &stats), stats.packets < packets)
		g_usleep(1000);
}

/* The sink holds exactly these, all of that source. */
static void check_held(turner *t, const char *id, uint8_t source, unsigned first, unsigned count)
{
	g_autoptr(GPtrArray) packets = memory_sink_packets(t->memory, id);
	ck_assert_ptr_nonnull(packets);
	ck_assert_uint_eq(packets->len, count);
	for (unsigned i = 0; i < count; i++) {
		const uint8_t *rtp = g_bytes_get_data(packets->pdata[i], NULL);
		ck_assert_uint_eq(number_of(rtp), first + i);
		ck_assert_uint_eq(rtp[11], source);
	}
}

START_TEST(every_source_has_its_segment)
{
	turner t;
	begin(&t, true);
	send_from(&t, 1, 1, 10);
	send_from(&t, 2, 11, 10);
	send_from(&t, 3, 21, 10);
	await_packets(&t, 30);
	send_from(&t, 3, 31, 5);
	await_packets(&t, 35);
	check_held(&t, "a", 1, 1, 10);
	check_held(&t, "a+", 2, 11, 10);
	check_held(&t, "a++", 3, 21, 15);
	ck_assert_str_eq(listener_await(&t.listener, "a")->reason, "source changed");
	ck_assert_uint_eq(listener_await(&t.listener, "a+")->result.lost, 0);
	end(&t);
}
END_TEST

/* Nobody made a segment for them before the gate closed. */
START_TEST(without_a_segment_they_are_lost_and_counted)
{
	turner t;
	begin(&t, false);
	send_from(&t, 1, 1, 10);
	send_from(&t, 2, 11, 7);
	await_packets(&t, 10);
	capture_track_close(t.track, "withdrawn");
	const closing *a = listener_await(&t.listener, "a");
	ck_assert_uint_eq(a->result.packets, 10);
	ck_assert_uint_eq(a->result.lost, 7);
	check_held(&t, "a", 1, 1, 10);
	/* And the ring is free for the next one. */
	segment_spec spec = opus_spec("b");
	capture_segment_confirm(capture_track_open(t.track, &spec), true);
	send_from(&t, 2, 18, 3);
	await_packets(&t, 13);
	check_held(&t, "b", 2, 18, 3);
	end(&t);
}
END_TEST

/* Under other grants nothing of before is taken over. */
START_TEST(another_segment_inherits_nothing)
{
	turner t;
	begin(&t, false);
	send_from(&t, 1, 1, 10);
	send_from(&t, 2, 11, 7);
	await_packets(&t, 10);
	segment_spec spec = opus_spec("b");
	capture_segment_confirm(capture_track_rotate(t.track, &spec, "decided"), true);
	send_from(&t, 2, 18, 3);
	await_packets(&t, 13);
	ck_assert_uint_eq(listener_await(&t.listener, "a")->result.lost, 7);
	check_held(&t, "b", 2, 18, 3);
	end(&t);
}
END_TEST

/* Several at once: the first is kept, whole. */
START_TEST(of_several_at_once_the_first_is_kept)
{
	turner t;
	begin(&t, true);
	send_from(&t, 1, 1, 1);
	for (unsigned i = 0; i < 200; i++) {
		/* The first one has the last word, or the writer might take it for gone while this thread
		 * waits for its turn. */
		send_from(&t, 2, i + 1, 1);
		send_from(&t, 1, i + 2, 1);
		g_usleep(8000); /* in all, longer than the writer waits for a new source */
	}
	await_packets(&t, 201);
	capture_track_close(t.track, "left");
	const closing *a = listener_await(&t.listener, "a");
	ck_assert_uint_eq(a->result.packets, 201);
	ck_assert_uint_eq(a->result.lost, 200);
	check_held(&t, "a", 1, 1, 201);
	end(&t);
	ck_assert_uint_eq(t.asked, 0);
}
END_TEST

/* Whatever a track sends: one segment a second at most. */
START_TEST(a_track_that_changes_all_the_time_makes_few_segments)
{
	turner t;
	begin(&t, true);
	gint64 began = g_get_monotonic_time();
	for (unsigned i = 0; i < 25; i++) {
		send_from(&t, (uint8_t)i, i + 1, 1);
		g_usleep(100000);
	}
	gint64 took = g_get_monotonic_time() - began;
	end(&t);
	ck_assert_uint_le(t.asked, (unsigned)(took / G_USEC_PER_SEC) + 1);
	ck_assert_uint_ge(t.asked, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_source");
	TCase *tests = tcase_create("source");
	tcase_add_test(tests, every_source_has_its_segment);
	tcase_add_test(tests, without_a_segment_they_are_lost_and_counted);
	tcase_add_test(tests, another_segment_inherits_nothing);
	tcase_add_test(tests, of_several_at_once_the_first_is_kept);
	tcase_add_test(tests, a_track_that_changes_all_the_time_makes_few_segments);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
