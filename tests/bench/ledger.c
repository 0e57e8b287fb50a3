/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast the ledger is on each store, next to what the same store does without it, in the same run. By
 * hand: tests/bench/run-ledger [FOLDER]      (makes this program, and a PostgreSQL server of its own)
 *   ./bench_ledger FOLDER [URL]
 * FOLDER decides which disk is measured; URL is that of an empty PostgreSQL database. In the environment:
 * SECONDS (3), ROUNDS (3), RECORDS (100000), STORE (all). Absolute figures are worth little on a shared
 * machine: compare those of one round, and take the median of the rounds. */
#include "bench/ledger.h"

#include "base/error.h"
#include "ledger/memory.h"
#include "ledger/queue.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLIENTS 100

static double seconds = 3;

double bench_now(void)
{
	return (double)g_get_monotonic_time() / G_USEC_PER_SEC;
}

void bench_must(bool good, const GError *error)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", error ? error->message : "failed");
	exit(EXIT_FAILURE);
}

static void remove_all(const char *path, const char *const *endings)
{
	for (; *endings; endings++) {
		g_autofree char *name = g_strconcat(path, *endings, NULL);
		g_unlink(name);
	}
}

char *bench_fresh(const char *folder)
{
	char *path = g_build_filename(folder, "bench-ledger.sqlite", NULL);

	remove_all(path, (const char *const[]){"", "-wal", "-shm", "-lock", NULL});
	return path;
}

char *bench_key(const char *folder)
{
	char *path = g_build_filename(folder, "bench-ledger.key", NULL);

	remove_all(path, (const char *const[]){"", ".checkpoint", NULL});
	return path;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

bench_times bench_summary(GArray *seconds_each)
{
	const double *each = (const double *)seconds_each->data;
	double sum = 0;

	bench_must(seconds_each->len > 0, NULL);
	g_array_sort(seconds_each, compare);
	for (guint i = 0; i < seconds_each->len; i++)
		sum += each[i];
	return (bench_times){.mean = sum / seconds_each->len,
		.p50 = each[seconds_each->len / 2],
		.p99 = each[seconds_each->len * 99 / 100]};
}

json_t *bench_decision(unsigned participant)
{
	char id[40];

	g_snprintf(id, sizeof(id), "%08x-aaaa-4bbb-8ccc-123456789abc", participant);
	return json_pack("{s:s, s:i, s:s, s:I, s:s, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:i, s:n}]}", "meeting",
		"11111111-2222-4333-8444-555555555555", "room", 1234, "participant", id, "feed",
		(json_int_t)123456789012345, "how", "decide", "lang", "en", "evidence", "session",
		"decisions", "purpose", "record", "medium", "audio", "decision", "granted", "notice",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "version", 1, "shown");
}

json_t *bench_person(void)
{
	return json_pack("{s:s}", "display", "Somebody");
}

/* ---- Stores ---- */

typedef struct bench {
	const char *name, *folder, *url; /* url NULL: SQLite in the folder, unless `memory` */
	bool memory;
	unsigned logs; /* in the database, each measurement its own */
} bench;

/* An empty one. */
static store *open_store(bench *b, const char *origin)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = b->url ? g_strdup(b->url) : bench_fresh(b->folder);
	store *s = b->memory ? store_memory_new() : store_open(path, origin, STORE_WRITER, &error);

	bench_must(s != NULL, error);
	return s;
}

static char *next_origin(bench *b)
{
	return g_strdup_printf("bench.example/%d/%u", (int)getpid(), b->logs++);
}

static double measure_fsync(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "bench-fsync", NULL);
	char page[4096] = {0};
	unsigned count = 0;
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	double begin = bench_now();

	bench_must(file >= 0, NULL);
	for (; bench_now() < begin + seconds; count++)
		bench_must(write(file, page, sizeof page) == sizeof page && fdatasync(file) == 0, NULL);
	double rate = count / (bench_now() - begin);
	close(file);
	g_unlink(path);
	return rate;
}

/* ---- The ledger ---- */

typedef struct client {
	ledger *l;
	unsigned number;
	double from, until; /* what begins then counts */
	GArray *latencies;  /* seconds */
} client;

static gpointer decide(gpointer user)
{
	client *c = user;

	while (bench_now() < c->until) {
		double begin = bench_now();
		ledger_ticket *ticket = ledger_append(
			c->l, LEDGER_ANSWERED, "decision", bench_decision(c->number), bench_person());
		bench_must(ledger_wait(ticket, 60000, NULL, NULL), NULL);
		double took = bench_now() - begin;
		if (begin >= c->from)
			g_array_append_val(c->latencies, took);
	}
	return NULL;
}

static ledger *open_ledger(bench *b, const char *origin)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = bench_key(b->folder);
	const ledger_options options = {.origin = origin, .signing_key = key};
	ledger *l = ledger_open_on(open_store(b, origin), &options, 1000, &error);

	bench_must(l != NULL, error);
	return l;
}

static GArray *run_clients(ledger *l, unsigned count)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(double));
	client clients[CLIENTS];
	GThread *running[CLIENTS];
	double from = bench_now() + BENCH_WARM_UP, until = from + seconds;

	for (unsigned i = 0; i < count; i++) {
		clients[i] = (client){l, i, from, until, g_array_new(FALSE, FALSE, sizeof(double))};
		running[i] = g_thread_new("client", decide, &clients[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		g_thread_join(running[i]);
		g_array_append_vals(all, clients[i].latencies->data, clients[i].latencies->len);
		g_array_unref(clients[i].latencies);
	}
	return all;
}

/* `bare`: what the same store does without it in transactions of as many rows, `one` in those of one. */
static void measure_ledger(bench *b, unsigned clients, const bench_times *bare, const bench_times *one)
{
	g_autofree char *origin = next_origin(b);
	g_autoptr(ledger) l = open_ledger(b, origin);
	double from = bench_now() + BENCH_WARM_UP;
	g_autoptr(GArray) all = run_clients(l, clients);
	double rate = all->len / (bench_now() - from);
	bench_times took = bench_summary(all);

	printf("%-10s %3u clients  %8.0f answered/s  p50 %7.2f ms  p99 %7.2f ms   %.2f of bare; p99 %.1f "
	       "bare "
	       "commits, %.1f times their p99\n",
		b->name, clients, rate, took.p50 * 1e3, took.p99 * 1e3, rate / bare->rate,
		took.p99 / one->mean, took.p99 / one->p99);
}

static bench_times measure_bare(bench *b, unsigned batch)
{
	g_autofree char *origin = next_origin(b);
	g_autoptr(store) s = open_store(b, origin);
	bench_times took = bench_bare(s, batch, seconds);

	printf("%-10s bare %3u a go  %8.0f rows/s      p50 %7.2f ms  p99 %7.2f ms   mean %.2f ms a commit\n",
		b->name, batch, took.rate, took.p50 * 1e3, took.p99 * 1e3, took.mean * 1e3);
	return took;
}

static void measure_store(bench *b)
{
	bench_times one = measure_bare(b, 1), batched = measure_bare(b, CLIENTS);

	measure_ledger(b, 1, &one, &one);
	measure_ledger(b, CLIENTS, &batched, &one);
}

static unsigned number(const char *name, unsigned otherwise)
{
	const char *text = g_getenv(name);

	return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "Usage: %s FOLDER [URL]\n", argv[0]);
		return EXIT_FAILURE;
	}
	bench stores[] = {{.name = "SQLite", .folder = argv[1]},
		{.name = "memory", .folder = argv[1], .memory = true},
		{.name = "PostgreSQL", .folder = argv[1], .url = argc > 2 ? argv[2] : NULL}};
	const char *only = g_getenv("STORE");
	unsigned rounds = number("ROUNDS", 3), count = argc > 2 ? 3 : 2;

	setvbuf(stdout, NULL, _IOLBF, 0);
	seconds = number("SECONDS", 3);
	for (unsigned round = 0; round < rounds; round++) {
		printf("fdatasync of 4 KiB       %8.0f a second\n", measure_fsync(argv[1]));
		for (unsigned i = 0; i < count; i++)
			if (!only || g_str_equal(only, stores[i].name))
				measure_store(&stores[i]);
	}
	bench_reading(argv[1], number("RECORDS", 100000));
	return EXIT_SUCCESS;
}
