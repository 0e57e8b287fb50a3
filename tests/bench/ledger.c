/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast the ledger is, next to what the same file can do without it, in the same run. By hand:
 *   make bench_ledger && ./bench_ledger FOLDER [SECONDS [RECORDS]]
 * FOLDER decides which disk is measured. Absolute figures are worth little on a shared machine; the ratios
 * are what to compare. */
#include "base/error.h"
#include "exports/export.h"
#include "ledger/ledger.h"
#include "ledger/records.h"
#include "ledger/store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 100

static double seconds = 3;
static unsigned records = 100000;

static double now(void)
{
	return (double)g_get_monotonic_time() / 1e6;
}

static void must(bool good, GError *error)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", error ? error->message : "failed");
	exit(EXIT_FAILURE);
}

/* A ledger file of its own for every measurement. */
static char *fresh(const char *folder)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-lock"};
	char *path = g_build_filename(folder, "bench-ledger.sqlite", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *name = g_strconcat(path, endings[i], NULL);
		g_unlink(name);
	}
	return path;
}

static json_t *decision(unsigned participant)
{
	char id[40];
	g_snprintf(id, sizeof(id), "%08x-aaaa-4bbb-8ccc-123456789abc", participant);
	return json_pack("{s:s, s:i, s:s, s:I, s:s, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:i, s:n}]}", "meeting",
		"11111111-2222-4333-8444-555555555555", "room", 1234, "participant", id, "feed",
		(json_int_t)123456789012345, "how", "decide", "lang", "en", "evidence", "session",
		"decisions", "purpose", "record", "medium", "audio", "decision", "granted", "notice",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "version", 1, "shown");
}

/* Bare */

static double measure_fsync(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "bench-fsync", NULL);
	char page[4096] = {0};
	unsigned count = 0;
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	double begin = now();
	must(file >= 0, NULL);
	for (; now() < begin + seconds; count++)
		must(write(file, page, sizeof(page)) == sizeof(page) && fdatasync(file) == 0, NULL);
	double rate = count / (now() - begin);
	close(file);
	g_unlink(path);
	return rate;
}

/* Rows of the ledger's own shape and size, hashes made up, `batch` a transaction. */
static double measure_bare(const char *folder, unsigned batch)
{
	g_autofree char *path = fresh(folder);
	g_autoptr(GError) error = NULL;
	g_autoptr(store) s = store_sqlite_open(path, &error);
	must(s != NULL, error);
	json_auto_t *body = decision(1);
	g_autofree char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
	store_row row = {.type = "decision",
		.room = "1234",
		.meeting = "11111111-2222-4333-8444-555555555555",
		.participant = "00000001-aaaa-4bbb-8ccc-123456789abc",
		.body = text,
		.personal = "{\"display\":\"Somebody\"}"};
	double begin = now();
	while (now() < begin + seconds) {
		must(s->ops->begin(s, &error), error);
		for (unsigned i = 0; i < batch; i++, row.index++)
			must(s->ops->append(s, &row, &error), error);
		must(s->ops->commit(s, &error), error);
	}
	return (double)row.index / (now() - begin);
}

/* The ledger */

typedef struct client {
	ledger *l;
	unsigned number;
	double until;
	GArray *latencies; /* seconds */
} client;

static gpointer decide(gpointer user)
{
	client *c = user;
	while (now() < c->until) {
		double begin = now();
		ledger_ticket *ticket = ledger_append(c->l, LEDGER_ANSWERED, "decision", decision(c->number),
			json_pack("{s:s}", "display", "Somebody"));
		must(ledger_wait(ticket, 60000, NULL, NULL), NULL);
		double took = now() - begin;
		g_array_append_val(c->latencies, took);
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double measure_ledger(const char *folder, unsigned threads)
{
	g_autofree char *path = fresh(folder);
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.store = path, .origin = "bench"};
	g_autoptr(ledger) l = ledger_open(&options, &error);
	must(l != NULL, error);
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(double));
	GThread *running[THREADS];
	client clients[THREADS];
	double begin = now();
	for (unsigned i = 0; i < threads; i++) {
		clients[i] = (client){l, i, begin + seconds, g_array_new(FALSE, FALSE, sizeof(double))};
		running[i] = g_thread_new("client", decide, &clients[i]);
	}
	for (unsigned i = 0; i < threads; i++) {
		g_thread_join(running[i]);
		g_array_append_vals(all, clients[i].latencies->data, clients[i].latencies->len);
		g_array_unref(clients[i].latencies);
	}
	double took = now() - begin;
	g_array_sort(all, compare);
	const double *latency = (const double *)all->data;
	printf("ledger, %3u threads        %8.0f answered/s   p50 %6.2f ms   p99 %6.2f ms\n", threads,
		all->len / took, latency[all->len / 2] * 1e3, latency[all->len * 99 / 100] * 1e3);
	return all->len / took;
}

/* Reading */

static void fill(const char *path)
{
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.store = path, .origin = "bench"};
	g_autoptr(ledger) l = ledger_open(&options, &error);
	must(l != NULL, error);
	for (unsigned i = 0; i < records; i++)
		ledger_post(l, LEDGER_KEPT, "decision", decision(i),
			json_pack("{s:s}", "display", "Somebody"), NULL, NULL);
}

static bool write_record(json_t *record, void *user)
{
	return exporter_write(user, record, NULL);
}

static void measure_export(ledger_reader *reader, const char *format)
{
	FILE *nowhere = fopen("/dev/null", "w");
	g_autoptr(exporter) to = exporter_new(format, &export_records, nowhere);
	double begin = now();
	must(records_decisions(reader, &(records_filter){0}, write_record, to, NULL, NULL), NULL);
	must(exporter_finish(to, NULL), NULL);
	printf("records as %-5s           %8.0f a second\n", format, records / (now() - begin));
	fclose(nowhere);
}

static void measure_page(ledger_reader *reader)
{
	g_autofree char *cursor = g_strdup_printf("d%u.0", records * 9 / 10);
	const records_filter page = {.limit = 1000, .cursor = cursor, .room = "1234", .from_ms = 1};
	g_autofree char *more = NULL;
	FILE *nowhere = fopen("/dev/null", "w");
	g_autoptr(exporter) to = exporter_new("jsonl", &export_records, nowhere);
	double begin = now();
	must(records_decisions(reader, &page, write_record, to, &more, NULL), NULL);
	printf("a page of 1000, far back   %8.1f ms\n", (now() - begin) * 1e3);
	fclose(nowhere);
}

static void measure_reading(const char *folder)
{
	g_autofree char *path = fresh(folder);
	g_autoptr(GError) error = NULL;
	char link[HASH_HEX_SIZE];
	gint64 entries;
	double begin = now();
	fill(path);
	printf("posted and committed       %8.0f a second\n", records / (now() - begin));
	g_autoptr(ledger_reader) reader = ledger_reader_open(path, &error);
	must(reader != NULL, error);
	begin = now();
	must(ledger_verify(reader, &entries, link, &error), error);
	printf("verified                   %8.0f a second\n", (double)entries / (now() - begin));
	for (size_t i = 0; export_formats[i]; i++)
		measure_export(reader, export_formats[i]);
	measure_page(reader);
	printf("the ledger stays in %s\n", path);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "Usage: %s FOLDER [SECONDS [RECORDS]]\n", argv[0]);
		return EXIT_FAILURE;
	}
	seconds = argc > 2 ? g_ascii_strtod(argv[2], NULL) : seconds;
	records = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : records;
	printf("fdatasync of 4 KiB         %8.0f a second\n", measure_fsync(argv[1]));
	double bare = measure_bare(argv[1], 1), batched = measure_bare(argv[1], THREADS);
	printf("bare, 1 a transaction      %8.0f a second   %6.2f ms each\n", bare, 1e3 / bare);
	printf("bare, %u a transaction    %8.0f a second\n", THREADS, batched);
	double one = measure_ledger(argv[1], 1), many = measure_ledger(argv[1], THREADS);
	printf("ledger to bare: 1 thread %.2f, %u threads %.2f\n", one / bare, THREADS, many / batched);
	measure_reading(argv[1]);
	return EXIT_SUCCESS;
}
