/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills a ledger with decisions, as meetings leave them, for tests/bench/run-exports: eight people a meeting,
 * who join, are told, decide on two purposes and media, and some of whom change their mind.
 *   ./bench_exports LEDGER DECISIONS */
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>

#define NOTICE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PEOPLE 8

static void post(ledger *l, const char *type, json_t *body, json_t *personal)
{
	ledger_post(l, LEDGER_KEPT, type, body, personal, NULL, NULL);
}

static json_t *item(const char *purpose, const char *medium, const char *decision)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:n}", "purpose", purpose, "medium", medium,
		"decision", decision, "notice", NOTICE, "version", 1, "shown", "2026-01-02T03:04:05.000Z",
		"expires");
}

static json_t *body(unsigned meeting, unsigned person, const char *how, json_t *items)
{
	return json_pack("{s:o, s:i, s:o, s:I, s:s, s:s, s:s, s:o, s:o}", "meeting",
		json_sprintf("%08x-2222-4333-8444-555555555555", meeting), "room", 1234, "participant",
		json_sprintf("%08x-aaaa-4bbb-8ccc-%012x", meeting, person), "feed", (json_int_t)1000 + person,
		"how", how, "lang", "en", "evidence", "session", "receipt",
		json_sprintf("%08x-bbbb-4bbb-8ccc-%012x", meeting, person), "decisions", items);
}

static json_t *name(unsigned person)
{
	return json_pack("{s:o}", "display", json_sprintf("Person %u", person));
}

/* Returns how many decisions that made. */
static unsigned long hold(ledger *l, unsigned meeting)
{
	unsigned long made = 0;
	for (unsigned p = 0; p < PEOPLE; p++, made += 3)
		post(l, "decision",
			body(meeting, p, "decide",
				json_pack("[o, o, o]", item("record", "audio", "granted"),
					item("record", "video", "granted"),
					item("train", "audio", "refused"))),
			name(p));
	for (unsigned p = 0; p < PEOPLE; p += 4, made++)
		post(l, "decision",
			body(meeting, p, "withdraw", json_pack("[o]", item("record", "video", "withdrawn"))),
			name(p));
	return made;
}

/* Not more waits than memory should hold. */
static void catch_up(ledger *l)
{
	ledger_wait(ledger_append(l, LEDGER_KEPT, "bench", json_object(), NULL), 600000, NULL, NULL);
}

static void fill(ledger *l, unsigned long decisions)
{
	post(l, "notice",
		json_pack("{s:s, s:s, s:i, s:{s:i, s:{s:{s:s, s:s}}}}", "notice", NOTICE, "purpose", "record",
			"version", 1, "wording", "retention_days", 30, "languages", "en", "title", "May we?",
			"recipients", "Us"),
		NULL);
	for (unsigned long made = 0, meeting = 0; made < decisions; meeting++) {
		made += hold(l, (unsigned)meeting);
		if (meeting % 100 == 99)
			catch_up(l);
	}
	catch_up(l);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	if (argc != 3)
		return EXIT_FAILURE;
	const ledger_options options = {
		.store = argv[1], .origin = "bench.example/consent", .any_origin = true};
	g_autoptr(ledger) l = ledger_open(&options, &error);
	if (!l) {
		fprintf(stderr, "%s\n", error->message);
		return EXIT_FAILURE;
	}
	fill(l, strtoul(argv[2], NULL, 10));
	return EXIT_SUCCESS;
}
