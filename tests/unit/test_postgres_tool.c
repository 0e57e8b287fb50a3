/* SPDX-License-Identifier: GPL-3.0-or-later */
/* janus-consent on a database with the logs of two gateways. */
#include "exports_tool_help.h"
#include "postgres_help.h"

#include <string.h>

/* A decision of p1 at one gateway and of p2 at the other. */
static void write_logs(void)
{
	static const char *const origins[] = {HELP_ORIGIN, HELP_OTHER};
	place.path = help_server.url;
	for (int i = 0; i < 2; i++) {
		const ledger_options options = {.store = help_server.url, .origin = origins[i]};
		ledger *l = ledger_open(&options, NULL);
		help_append(l, "decision", "{s:s, s:[{s:s, s:s, s:s}]}", "participant", i ? "p2" : "p1",
			"decisions", "purpose", "record", "medium", "audio", "decision", "granted");
		ledger_close(l);
	}
}

static void expect_run(const char *arguments, int code, const char *out, const char *err)
{
	g_auto(run) r = call(arguments);
	ck_assert_msg(r.code == code, "%s: %d %s", arguments, r.code, r.err);
	ck_assert_msg(!out || strstr(r.out, out), "%s: %s", arguments, r.out);
	ck_assert_msg(!err || strstr(r.err, err), "%s: %s", arguments, r.err);
}

START_TEST(lists_all_logs_or_one)
{
	write_logs();
	g_auto(run) all = call("records --store %s --format jsonl");
	ck_assert_int_eq(all.code, 0);
	const char *first = strstr(all.out, "{\"log\":\"" HELP_ORIGIN "\",\"index\":0,");
	ck_assert_msg(first && strstr(first, "{\"log\":\"" HELP_OTHER "\",\"index\":0,"), "%s", all.out);
	g_auto(run) one = call("records --store %s --origin " HELP_OTHER " --format csv");
	ck_assert(strstr(one.out, "\"p2\"") && !strstr(one.out, "\"p1\""));
	expect_run("records --store %s --origin none", 3, NULL, "holds no log of “none”");
	/* Both exports are noted, in both logs each. */
	expect_sql("SELECT count(*) FROM janus_consent.entries WHERE type = 'export'", "4");
}
END_TEST

START_TEST(verifies_every_log)
{
	write_logs();
	expect_run("verify --store %s", 0, "log: " HELP_ORIGIN "\nverified: 1 entries\nhead: 1:", NULL);
	expect_run("verify --store %s", 0, "log: " HELP_OTHER "\n", NULL);
	expect_run("verify --store %s --head 0:"
		   "0000000000000000000000000000000000000000000000000000000000000000",
		2, NULL, "--origin");
	pg_server_tamper(&help_server, "UPDATE janus_consent.entries SET at = 1 WHERE log = 2");
	expect_run("verify --store %s", 1, NULL, "the log “" HELP_OTHER "”: entry 0:");
	expect_run("verify --store %s --origin " HELP_ORIGIN, 0, "verified: 1 entries", NULL);
}
END_TEST

/* What is not listed is opened by nobody: so that it is missing must be seen by what is left of it. */
START_TEST(finds_a_log_that_is_not_listed_as_it_was)
{
	write_logs();
	pg_server_tamper(&help_server, "UPDATE janus_consent.logs SET origin = 'none.example' WHERE log = 2");
	expect_run("verify --store %s", 1, NULL,
		"the table logs says “none.example” of the log “" HELP_OTHER "”: it was renamed");
	pg_server_tamper(&help_server, "DELETE FROM janus_consent.logs WHERE log = 2");
	expect_run("verify --store %s", 1, NULL,
		"the table logs has no row of log 2 (“" HELP_OTHER "”), of which other tables have some");
	expect_run("verify --store %s --origin " HELP_ORIGIN, 1, NULL, "no row of log 2");
	pg_server_tamper(&help_server, "DELETE FROM janus_consent.logs");
	expect_run("verify --store %s", 1, NULL, "has no row of log ");
	pg_server_tamper(&help_server, "DELETE FROM janus_consent.entries; DELETE FROM janus_consent.meta");
	expect_run("verify --store %s", 1, NULL, "the store holds no log");
}
END_TEST

/* In the log that knows them, also while another gateway writes the other. */
START_TEST(erases_in_the_log_that_knows_them)
{
	write_logs();
	const ledger_options options = {.store = help_server.url, .origin = HELP_OTHER};
	ledger *running = ledger_open(&options, NULL);
	ck_assert_ptr_nonnull(running);
	help_append_named(running, "join", "Zoe", "{s:s, s:s}", "meeting", "m1", "participant", "p2");
	expect_run("erase --store %s --participant p1 --reason asked", 0, "erased participant: p1\n", NULL);
	expect_sql("SELECT count(*) FROM janus_consent.entries WHERE type = 'erase'", "1");
	expect_run("erase --store %s --participant p2 --reason asked", 2, NULL, "(consent_erase)");
	expect_run("erase --store %s --participant p3 --reason asked", 1, NULL, "knows no participant p3");
	help_append(running, "meeting", "{s:s, s:s}", "meeting", "m1", "event", "ended");
	expect_run("erase --store %s --participant p2 --reason asked", 0, "erased participant: p2\n", NULL);
	expect_sql("SELECT count(*) FROM janus_consent.meta WHERE name LIKE 'key/p%'", "0");
	help_append(running, "test", "{}");
	ledger_close(running);
	expect_run("verify --store %s", 0, "log: " HELP_OTHER "\nverified: 5 entries\n", NULL);
}
END_TEST

START_TEST(says_what_is_wrong_without_the_password)
{
	static const char bad[] = "records --store postgresql://u:hunter2@127.0.0.1:1/db";
	place.path = help_server.url;
	g_auto(run) r = call(bad);
	ck_assert_int_eq(r.code, 3);
	ck_assert_msg(strstr(r.err, "postgresql://127.0.0.1:1/db: "), "%s", r.err);
	ck_assert_ptr_null(strstr(r.err, "hunter"));
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&lists_all_logs_or_one, &verifies_every_log,
		&finds_a_log_that_is_not_listed_as_it_was, &erases_in_the_log_that_knows_them,
		&says_what_is_wrong_without_the_password};
	return run_on_postgres("tool on postgres", tests, G_N_ELEMENTS(tests));
}
