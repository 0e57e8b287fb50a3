/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fills a ledger for tests/bench/run-exports: with decisions, as meetings leave them, of eight people a
 * meeting, who decide on two purposes and media, and some of whom change their mind; or with wordings.
 *   ./bench_exports LEDGER records|notices COUNT */
#include "ledger/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Ids are drawn, so that an index holds them in another order than the entries. */
static unsigned scattered(unsigned number)
{
	return number * 2654435761u;
}

static json_t *body(unsigned meeting, unsigned person, const char *how, json_t *items)
{
	return json_pack("{s:o, s:i, s:o, s:I, s:s, s:s, s:s, s:o, s:o}", "meeting",
		json_sprintf("%08x-2222-4333-8444-555555555555", scattered(meeting)), "room", 1234,
		"participant",
		json_sprintf("%08x-aaaa-4bbb-8ccc-%012x", scattered(meeting * PEOPLE + person), person),
		"feed", (json_int_t)1000 + person, "how", how, "lang", "en", "evidence", "session", "receipt",
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

static void fill_notices(ledger *l, unsigned long count)
{
	for (unsigned long made = 0; made < count; made++) {
		post(l, "notice",
			json_pack("{s:o, s:s, s:i, s:{s:i, s:{s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}}}",
				"notice", json_sprintf("%064lx", made), "purpose", "record", "version",
				(int)made + 1, "wording", "retention_days", 30, "languages", "de", "title",
				"D\u00fcrfen wir Sie aufnehmen?", "summary",
				"Was Sie sagen, wird aufgenommen.", "recipients", "Wir", "en", "title",
				"May we record you?", "summary", "What you say is recorded.", "recipients",
				"Us"),
			NULL);
		if (made % 1000 == 999)
			catch_up(l);
	}
	catch_up(l);
}

static void fill_records(ledger *l, unsigned long decisions)
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
	if (argc != 4)
		return EXIT_FAILURE;
	const ledger_options options = {
		.store = argv[1], .origin = "bench.example/consent", .any_origin = true};
	g_autoptr(ledger) l = ledger_open(&options, &error);
	if (!l) {
		fprintf(stderr, "%s\n", error->message);
		return EXIT_FAILURE;
	}
	unsigned long count = strtoul(argv[3], NULL, 10);
	if (strcmp(argv[2], "notices") == 0)
		fill_notices(l, count);
	else
		fill_records(l, count);
	return EXIT_SUCCESS;
}
