/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody with access to the database goes over its tables. What verify checks of each value is tested on
 * SQLite (test_tamper.c); here, that the columns of these tables reach it, too. */
#include "postgres_help.h"
#include "scratch.h"

#include "base/error.h"
#include "ledger/reader.h"

#include <string.h>

#define PLACE "janus_consent."
#define OF "WHERE log = 1 AND "

/* One signed log; entry 1 has personal data. */
static void write_log(char **ret_folder)
{
	g_autoptr(GError) error = NULL;
	char *folder = scratch_new();
	g_autofree char *key = g_build_filename(folder, "signing-key", NULL);
	const ledger_options options = {.store = help_server.url, .origin = HELP_ORIGIN, .signing_key = key};
	ledger *l = ledger_open(&options, &error);
	ck_assert_msg(l != NULL, "%s", error ? error->message : "");
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "began");
	help_append_named(
		l, "join", "Ann", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "participant", "p1");
	help_append(l, "segment", "{s:s, s:s, s:s, s:s}", "meeting", "m1", "participant", "p1", "segment",
		"s1", "state", "opened");
	ledger_close(l);
	*ret_folder = folder;
}

static const struct {
	const char *sql, *word;
} cases[] = {
	{"UPDATE " PLACE "entries SET at = at + 1 " OF "idx = 1", "entry 1: column at"},
	{"UPDATE " PLACE "entries SET type = 'x' " OF "idx = 1", "entry 1: column type"},
	{"UPDATE " PLACE "entries SET room = '5' " OF "idx = 1", "entry 1: column room"},
	{"UPDATE " PLACE "entries SET meeting = NULL " OF "idx = 1", "entry 1: column meeting"},
	{"UPDATE " PLACE "entries SET participant = 'p2' " OF "idx = 1", "entry 1: column participant"},
	{"UPDATE " PLACE "entries SET subject = 's2' " OF "idx = 2", "entry 2: column subject"},
	{"UPDATE " PLACE "entries SET body = replace(body, 'm1', 'm2') " OF "idx = 1", "entry 1: its body"},
	{"UPDATE " PLACE "entries SET leaf = link " OF "idx = 1", "entry 1: its body"},
	{"UPDATE " PLACE "entries SET link = leaf " OF "idx = 1", "entry 1: its link"},
	{"DELETE FROM " PLACE "entries " OF "idx = 1", "entry 1: it "},
	{"DELETE FROM " PLACE "entries " OF "idx = 2", "entry 2: it is missing"},
	{"UPDATE " PLACE "personal SET data = 'AAAA' " OF "idx = 1",
		"entry 1: its personal data was changed"},
	{"UPDATE " PLACE "personal SET salt = decode(repeat('00', 32), 'hex') " OF "idx = 1",
		"entry 1: its personal data was changed"},
	{"DELETE FROM " PLACE "personal " OF "idx = 1", "entry 1: its personal data is missing"},
	{"UPDATE " PLACE "logs SET size = 2 WHERE log = 1", "entry "},
	{"UPDATE " PLACE "logs SET size = 4 WHERE log = 1", "entry 3: "},
	{"UPDATE " PLACE "logs SET link = decode(repeat('00', 32), 'hex') WHERE log = 1",
		"entry 2: its link"},
	{"UPDATE " PLACE "meta SET value = 'x' " OF "name = 'checkpoint'", "“checkpoint”"},
	{"DELETE FROM " PLACE "meta " OF "name = 'checkpoint'", "“checkpoint”"},
	{"DELETE FROM " PLACE "meta " OF "name = 'vkey'", "“vkey”"},
	{"DELETE FROM " PLACE "meta " OF "name = 'secret'", "“secret”"},
	{"DELETE FROM " PLACE "meta " OF "name = 'key/p1'",
		"entry 1: the key to its personal data is missing"},
	{"UPDATE " PLACE "meta SET value = reverse(value) " OF "name = 'secret'", "secret"},
	/* The end is cut off, and the head turned back. */
	{"DELETE FROM " PLACE "entries " OF "idx = 2; UPDATE " PLACE
	 "logs SET size = 2, link = (SELECT link FROM"
	 " " PLACE "entries " OF "idx = 1) WHERE log = 1",
		"entry 2: it is missing and so are all behind it: the named value “checkpoint”"},
};

static char *verify(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open_log(help_server.url, HELP_ORIGIN, &error);
	gint64 entries;
	char link[HASH_HEX_SIZE];
	return reader && ledger_verify(reader, &entries, link, &error) ? NULL : g_strdup(error->message);
}

START_TEST(every_tampering_is_found)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *folder;
		pg_server_empty(&help_server);
		write_log(&folder);
		g_autofree char *before = verify();
		ck_assert_msg(before == NULL, "%s", before);
		pg_server_tamper(&help_server, cases[i].sql);
		g_autofree char *found = verify();
		ck_assert_msg(found != NULL, "%s: not found", cases[i].sql);
		ck_assert_msg(strstr(found, cases[i].word), "%s: %s", cases[i].sql, found);
		scratch_remove(folder);
	}
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&every_tampering_is_found};
	return run_on_postgres("tampering on postgres", tests, G_N_ELEMENTS(tests));
}
