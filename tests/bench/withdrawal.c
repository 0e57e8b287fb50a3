/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a withdrawal costs those who wait for it, and what a captured track costs in memory. By hand:
 * make bench_withdrawal && TOP_SRCDIR=… SAMPLES=1000 ./bench_withdrawal
 *
 * 50 people, each with sound and picture, all recorded, over a real ledger and real files. One thread is
 * everybody's media: each track gets a packet of 1000 bytes every 20 ms. Told are the times from the
 * request's arrival until whoever withdraws is told that both captures have ended, which comes after their
 * gates are closed.
 */
#include "meeting_support.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PEOPLE 50u
#define TRACKS (2 * PEOPLE)
#define EVERY_NS 20000000

typedef struct call {
	world world;
	peer *people[PEOPLE];
	capture_track *tracks[TRACKS];

	atomic_bool over;
} call;

/* Megabytes would be too coarse: bytes that the process has in memory. */
static size_t resident(void)
{
	unsigned long all = 0, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	if (!f || fscanf(f, "%lu %lu", &all, &pages) != 2)
		exit(EXIT_FAILURE);
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static gpointer media(gpointer user)
{
	call *c = user;
	uint8_t rtp[1000] = {0x80, 111};
	struct timespec next;
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (unsigned seq = 0; !atomic_load(&c->over); seq++) {
		rtp[2] = (uint8_t)(seq >> 8);
		rtp[3] = (uint8_t)seq;
		for (unsigned i = 0; i < TRACKS; i++)
			capture_track_packet(c->tracks[i], rtp, sizeof rtp);
		next.tv_nsec += EVERY_NS;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	return NULL;
}

static void agree(call *c, unsigned who)
{
	ck_assert_int_eq(peer_decide(c->people[who], "record", MEDIUM_AUDIO | MEDIUM_VIDEO, "granted"), 0);
}

static gint64 withdraw(call *c, unsigned who)
{
	gint64 begun_us = g_get_monotonic_time();
	ck_assert_int_eq(peer_withdraw(c->people[who]), 0);
	ck_assert(!capture_track_wants(c->tracks[2 * who]) && !capture_track_wants(c->tracks[2 * who + 1]));
	ck_assert(c->people[who]->ended_us >= begun_us);
	return c->people[who]->ended_us - begun_us;
}

static int compare(const void *a, const void *b)
{
	gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
	return (left > right) - (left < right);
}

static void report(gint64 *us, unsigned count)
{
	qsort(us, count, sizeof *us, compare);
	printf("%u withdrawals, %u tracks: gates closed after p50 %.3f ms, p99 %.3f ms, at most %.3f ms\n",
		count, TRACKS, (double)us[count / 2] / 1e3, (double)us[count * 99 / 100] / 1e3,
		(double)us[count - 1] / 1e3);
}

static void join(call *c)
{
	world_init(&c->world);
	for (unsigned i = 0; i < PEOPLE; i++) {
		g_autofree char *name = g_strdup_printf("Person %u", i);
		c->people[i] = peer_join(&c->world, ROOM, 1000 + i, name);
		c->tracks[2 * i] = peer_audio(c->people[i]);
		c->tracks[2 * i + 1] = peer_video(c->people[i]);
	}
	ck_assert_int_eq(world_start(&c->world, ROOM, "record"), 0);
}

static void leave(call *c)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		peer_free(c->people[i]);
	world_clear(&c->world);
}

static void say_nothing(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer user)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)user;
}

/* The library of the tests wants to run whatever uses its assertions. */
START_TEST(measure)
{
	const char *wanted = g_getenv("SAMPLES");
	unsigned samples = wanted ? (unsigned)atoi(wanted) : 1000;
	gint64 *us = calloc(samples, sizeof *us);
	static call c;
	g_log_set_handler("consent", G_LOG_LEVEL_MASK, say_nothing, NULL);
	join(&c);
	GThread *thread = g_thread_new("media", media, &c);
	g_usleep(2 * G_USEC_PER_SEC);

	size_t before = resident();
	for (unsigned i = 0; i < PEOPLE; i++)
		agree(&c, i);
	g_usleep(4 * G_USEC_PER_SEC);
	printf("memory of a captured track, %u of them: %.0f KiB\n", TRACKS,
		(double)(resident() - before) / TRACKS / 1024);

	for (unsigned i = 0; i < samples; i++) {
		us[i] = withdraw(&c, i % PEOPLE);
		agree(&c, i % PEOPLE);
	}
	report(us, samples);
	atomic_store(&c.over, true);
	g_thread_join(thread);
	leave(&c);
	free(us);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("withdrawal");
	TCase *tests = tcase_create("withdrawal");
	tcase_add_test(tests, measure);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_MINIMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
