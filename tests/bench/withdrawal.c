/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a withdrawal costs those who wait for it, and what a captured track costs in memory. By hand:
 * make bench_withdrawal && TOP_SRCDIR=… SAMPLES=1000 ./bench_withdrawal
 *
 * 50 people, each with sound and picture, all recorded, over a real ledger and real files. One
 * thread is everybody's media: each track gets a packet of 1000 bytes every 20 ms, and in between the thread
 * looks at the gates of whoever withdraws. Told are the times from the request's arrival to both gates
 * closed, as that thread sees it. */
#include "meeting_support.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PEOPLE 50u
#define TRACKS (2 * PEOPLE)
#define EVERY_NS (20 * 1000000ull)

typedef struct call {
	world world;
	peer *people[PEOPLE];
	capture_track *tracks[TRACKS];

	atomic_bool over;
	_Atomic(unsigned) watched;   /* person + 1; 0: nobody */
	_Atomic(uint64_t) closed_ns; /* when both gates of the watched one were seen closed; 0: not yet */
} call;

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

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

static void watch(call *c)
{
	unsigned who = atomic_load(&c->watched);
	if (who == 0 || atomic_load(&c->closed_ns))
		return;
	if (!capture_track_wants(c->tracks[2 * who - 2]) && !capture_track_wants(c->tracks[2 * who - 1]))
		atomic_store(&c->closed_ns, now_ns());
}

static gpointer media(gpointer user)
{
	call *c = user;
	uint8_t rtp[1000] = {0x80, 111};
	uint64_t next_ns = now_ns();
	for (unsigned seq = 0; !atomic_load(&c->over); seq++) {
		rtp[2] = (uint8_t)(seq >> 8);
		rtp[3] = (uint8_t)seq;
		for (unsigned i = 0; i < TRACKS; i++) {
			capture_track_packet(c->tracks[i], rtp, sizeof rtp);
			watch(c);
		}
		for (next_ns += EVERY_NS; now_ns() < next_ns;)
			watch(c);
	}
	return NULL;
}

static void agree(call *c, unsigned who)
{
	ck_assert_int_eq(peer_decide(c->people[who], "record", MEDIUM_AUDIO | MEDIUM_VIDEO, "granted"), 0);
}

static uint64_t withdraw(call *c, unsigned who)
{
	atomic_store(&c->closed_ns, 0);
	atomic_store(&c->watched, who + 1);
	uint64_t begun_ns = now_ns(), closed_ns;
	ck_assert_int_eq(peer_withdraw(c->people[who]), 0);
	while (!(closed_ns = atomic_load(&c->closed_ns)))
		;
	atomic_store(&c->watched, 0);
	return closed_ns - begun_ns;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return (left > right) - (left < right);
}

static void report(uint64_t *ns, unsigned count)
{
	qsort(ns, count, sizeof *ns, compare);
	printf("%u withdrawals, %u tracks: gates closed after p50 %.3f ms, p99 %.3f ms, at most %.3f ms\n",
		count, TRACKS, (double)ns[count / 2] / 1e6, (double)ns[count * 99 / 100] / 1e6,
		(double)ns[count - 1] / 1e6);
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
	uint64_t *ns = calloc(samples, sizeof *ns);
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
		ns[i] = withdraw(&c, i % PEOPLE);
		agree(&c, i % PEOPLE);
	}
	report(ns, samples);
	atomic_store(&c.over, true);
	g_thread_join(thread);
	leave(&c);
	free(ns);
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
