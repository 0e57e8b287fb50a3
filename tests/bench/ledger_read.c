/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast a ledger is verified and exported, next to what sha256sum needs for the same bytes. */
#include "bench/ledger.h"

#include "exports/export.h"
#include "ledger/records.h"

#include <glib/gstdio.h>
#include <stdio.h>

static void fill(const char *path, const char *key, unsigned records)
{
	g_autoptr(GError) error = NULL;
	const ledger_options options = {.store = path, .origin = "bench.example", .signing_key = key};
	g_autoptr(ledger) l = ledger_open(&options, &error);

	bench_must(l != NULL, error);
	for (unsigned i = 0; i < records; i++)
		ledger_post(l, LEDGER_KEPT, "decision", bench_decision(i), bench_person(), NULL, NULL);
}

static bool write_record(json_t *record, void *user)
{
	return exporter_write(user, record, NULL);
}

static void measure_export(ledger_reader *reader, const char *format, unsigned records)
{
	FILE *nowhere = fopen("/dev/null", "we");
	g_autoptr(exporter) to = exporter_new(format, &export_records, nowhere);
	double begin = bench_now();

	bench_must(records_decisions(reader, &(records_filter){0}, write_record, to, NULL, NULL), NULL);
	bench_must(exporter_finish(to, NULL), NULL);
	printf("records as %-5s         %8.0f a second\n", format, records / (bench_now() - begin));
	fclose(nowhere);
}

static void measure_page(ledger_reader *reader, unsigned records)
{
	g_autofree char *cursor = g_strdup_printf("d%u.0", records / 10 * 9);
	const records_filter page = {.limit = 1000, .cursor = cursor, .room = "1234", .from_ms = 1};
	g_autofree char *more = NULL;
	FILE *nowhere = fopen("/dev/null", "we");
	g_autoptr(exporter) to = exporter_new("jsonl", &export_records, nowhere);
	double begin = bench_now();

	bench_must(records_decisions(reader, &page, write_record, to, &more, NULL), NULL);
	printf("a page of 1000, far back %8.1f ms\n", (bench_now() - begin) * 1e3);
	fclose(nowhere);
}

static void measure_verify(ledger_reader *reader, double megabytes)
{
	g_autoptr(GError) error = NULL;
	char link[HASH_HEX_SIZE];
	gint64 entries;
	double begin = bench_now();

	bench_must(ledger_verify(reader, &entries, link, &error), error);
	double took = bench_now() - begin;
	printf("verified                 %8.0f entries a second, %.0f MB/s\n", (double)entries / took,
		megabytes / took);
}

static void measure_sha256sum(const char *path, double megabytes)
{
	const char *const command[] = {"sha256sum", path, NULL};
	g_autofree char *said = NULL;
	g_autoptr(GError) error = NULL;
	int status;
	double begin = bench_now();

	bench_must(g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said, NULL,
			   &status, &error) &&
			g_spawn_check_wait_status(status, &error),
		error);
	printf("sha256sum of the file    %8.0f MB/s of %.0f MB\n", megabytes / (bench_now() - begin),
		megabytes);
}

void bench_reading(const char *folder, unsigned records)
{
	g_autofree char *path = bench_fresh(folder);
	g_autofree char *key = bench_key(folder);
	g_autoptr(GError) error = NULL;
	GStatBuf file;
	double begin = bench_now();

	fill(path, key, records);
	printf("posted and committed     %8.0f a second\n", records / (bench_now() - begin));
	bench_must(g_stat(path, &file) == 0, NULL);
	double megabytes = (double)file.st_size / 1e6;
	g_autoptr(ledger_reader) reader = ledger_reader_open(path, &error);
	bench_must(reader != NULL, error);
	measure_sha256sum(path, megabytes);
	measure_verify(reader, megabytes);
	for (size_t i = 0; export_formats[i]; i++)
		measure_export(reader, export_formats[i], records);
	measure_page(reader, records);
}
