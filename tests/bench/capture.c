/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What capture costs. By hand: make bench_capture && ./bench_capture [FOLDER]
 *
 * First the media thread alone: nanoseconds of its own CPU time per call, the median of some runs, for a gate
 * that is closed, open, open with an end of consent, and open with a full ring. Then the writer: CPU time of
 * its thread per packet, files opened, hashed, synced and closed included, at the pace of a conference.
 * FOLDER decides which disk takes the files; they stay there. Without one they go at the end. */
#include "capture/capture.h"
#include "exports/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RUNS 15
#define CALLS_CLOSED 2000000u
#define PACKET_BYTES 1000
/* Of a run with an open gate: what the ring holds while the segment waits for its verdict, so that the writer
 * does not disturb. */
#define RING_BYTES ((size_t)16 * 1024 * 1024)
#define CALLS_OPEN 14000u

static double cpu_seconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* CPU of all threads but this one. */
static double others_seconds(void)
{
	return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
}

static void send(capture_track *t, unsigned count, size_t bytes)
{
	static uint8_t rtp[PACKET_BYTES] = {0x80, 111};
	for (unsigned i = 0; i < count; i++)
		capture_track_packet(t, rtp, bytes);
}

static double ns_a_call(capture_track *t, unsigned count, size_t bytes)
{
	double begin = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
	send(t, count, bytes);
	return (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - begin) / count * 1e9;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void report(const char *what, double values[RUNS])
{
	qsort(values, RUNS, sizeof *values, compare);
	printf("%-34s %7.1f ns (%.1f to %.1f)\n", what, values[RUNS / 2], values[0], values[RUNS - 1]);
}

typedef struct way {
	const char *what;
	unsigned calls;
	size_t bytes;
	bool open, ends, full;
} way;

static segment_spec spec_of(const char *id)
{
	return (segment_spec){.id = id, .folder = "", .name = id, .medium = MEDIUM_AUDIO, .codec = "opus"};
}

static void await_finished(capture *c, unsigned open)
{
	capture_stats stats;
	do {
		usleep(1000);
		capture_get_stats(c, &stats);
	} while (stats.open > open);
}

/* Opens the gate on a ring whose memory was touched before. */
static capture_segment *open_warm(capture *c, capture_track *t, const way *w)
{
	segment_spec spec = spec_of("way");
	spec.not_after_ms = w->ends ? G_MAXINT64 / 1000 : 0;
	capture_segment *segment = capture_track_open(t, &spec);
	send(t, 2 * CALLS_OPEN, PACKET_BYTES);
	if (w->full)
		return segment;
	capture_segment_confirm(segment, false);
	segment = capture_track_open(t, &spec);
	await_finished(c, 1);
	return segment;
}

static double run_way(capture *c, const way *w)
{
	capture_track *t = capture_track_new(c);
	capture_segment *segment = w->open ? open_warm(c, t, w) : NULL;
	double ns = ns_a_call(t, w->calls, w->bytes);
	capture_track_free(t, "done");
	if (segment)
		capture_segment_confirm(segment, false);
	await_finished(c, 0);
	return ns;
}

static void measure_media_thread(capture *c)
{
	static const way ways[] = {
		{.what = "gate closed", .calls = CALLS_CLOSED, .bytes = PACKET_BYTES},
		{.what = "gate open, 100 bytes", .calls = CALLS_OPEN, .bytes = 100, .open = true},
		{.what = "gate open, 1000 bytes", .calls = CALLS_OPEN, .bytes = PACKET_BYTES, .open = true},
		{.what = "gate open, 1000 bytes, consent ends",
			.calls = CALLS_OPEN,
			.bytes = PACKET_BYTES,
			.open = true,
			.ends = true},
		{.what = "gate open, ring full",
			.calls = CALLS_OPEN,
			.bytes = PACKET_BYTES,
			.open = true,
			.full = true},
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(ways); i++) {
		double values[RUNS];
		for (unsigned run = 0; run < RUNS; run++)
			values[run] = run_way(c, &ways[i]);
		report(ways[i].what, values);
	}
}

static void open_tracks(capture *c, capture_track **track, unsigned tracks, size_t bytes)
{
	for (unsigned i = 0; i < tracks; i++) {
		g_autofree char *id = g_strdup_printf("writer-%zu-%u", bytes, i);
		segment_spec spec = spec_of(id);
		track[i] = capture_track_new(c);
		capture_segment_confirm(capture_track_open(track[i], &spec), true);
	}
}

/* Tracks that each get a burst every 20 ms, for five seconds of a conference. */
static void measure_writer(capture *c, unsigned tracks, unsigned burst, size_t bytes)
{
	capture_track *track[tracks];
	capture_stats before, after;
	capture_get_stats(c, &before);
	double begin = others_seconds();
	open_tracks(c, track, tracks, bytes);
	for (unsigned round = 0; round < 250; round++) {
		for (unsigned i = 0; i < tracks; i++)
			send(track[i], burst, bytes);
		usleep(20000);
	}
	for (unsigned i = 0; i < tracks; i++)
		capture_track_free(track[i], "done");
	await_finished(c, 0);
	capture_get_stats(c, &after);
	printf("%u tracks × %u × %zu bytes every 20 ms: writer %.2f us a packet, %llu lost\n", tracks, burst,
		bytes, (others_seconds() - begin) / (double)(after.packets - before.packets) * 1e6,
		(unsigned long long)(after.lost - before.lost));
}

int main(int argc, char **argv)
{
	g_autofree char *folder = argc > 1 ? g_strdup(argv[1]) : g_dir_make_tmp("bench-capture-XXXXXX", NULL);
	capture_options options = {.recordings = folder, .ring_bytes = RING_BYTES};
	g_autoptr(GError) error = NULL;
	capture *c = capture_create(&options, &error);
	if (!c) {
		fprintf(stderr, "%s\n", error->message);
		return EXIT_FAILURE;
	}
	measure_media_thread(c);
	capture_destroy(c);

	options.ring_bytes = 0;
	c = capture_create(&options, NULL);
	measure_writer(c, 50, 1, 100);
	measure_writer(c, 20, 2, 1000);
	capture_destroy(c);
	if (argc > 1)
		printf("the files are in %s\n", folder);
	else
		target_remove(folder);
	return EXIT_SUCCESS;
}
