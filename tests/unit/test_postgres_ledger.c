/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger on PostgreSQL: what its callers see while the database is away or in doubt. */
#include "ledger_queue_help.h"
#include "postgres_help.h"
#include "postgres_proxy.h"

#include "base/error.h"

#include <string.h>

static pg_proxy *proxy;

/* A ledger behind the proxy; `data` sees what is in the database. */
static ledger *begin(health *h)
{
	g_autoptr(GError) error = NULL;
	proxy = pg_proxy_new(&help_server);
	store *s = store_open(pg_proxy_url(proxy), HELP_ORIGIN, STORE_WRITER, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	data = open_as(HELP_ORIGIN, STORE_READER);
	return open_watched_on(s, h, PROBE_SOON);
}

static void end(ledger *l)
{
	ledger_close(l);
	store_close(data);
	pg_proxy_free(proxy);
}

static void verify(const char *origin, gint64 wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open_log(help_server.url, origin, &error);
	gint64 entries = -1;
	char link[HASH_HEX_SIZE];
	ck_assert_msg(
		reader && ledger_verify(reader, &entries, link, &error), "%s", error ? error->message : "");
	ck_assert_int_eq(entries, wanted);
}

START_TEST(who_is_in_doubt_waits_and_nobody_else)
{
	health h;
	ledger *l = begin(&h);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 1)));
	pg_proxy_refuse(proxy, true);
	pg_proxy_fault(proxy, PROXY_LOSE_ANSWER);
	ledger_ticket *doubtful = ask(l, LEDGER_ANSWERED, 2);
	await_health(&h, false);
	wait_bad(ask(l, LEDGER_ANSWERED, 3), LONG_MS);
	ledger_ticket *kept = ask(l, LEDGER_KEPT, 4);
	wait_bad(kept, LONG_MS);

	pg_proxy_refuse(proxy, false);
	ck_assert(wait_good(doubtful));
	await_health(&h, true);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 5)));
	expect_entries("1 2 4 5");
	end(l);
	verify(HELP_ORIGIN, 4);
}
END_TEST

START_TEST(what_is_kept_is_not_doubled)
{
	health h;
	ledger *l = begin(&h);
	pg_proxy_fault(proxy, PROXY_CUT);
	ledger_wait(ask(l, LEDGER_KEPT, 1), LONG_MS, NULL, NULL); /* either */
	pg_proxy_fault(proxy, PROXY_LOSE_REQUEST);
	wait_bad(ask(l, LEDGER_KEPT, 2), LONG_MS);
	pg_proxy_fault(proxy, PROXY_LOSE_ANSWER);
	await_health(&h, true);
	ck_assert(wait_good(ask(l, LEDGER_KEPT, 3)));
	expect_entries("1 2 3");
	end(l);
}
END_TEST

START_TEST(closing_does_not_wait_for_a_database_that_is_away)
{
	health h;
	ledger *l = begin(&h);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 1)));
	pg_proxy_refuse(proxy, true);
	pg_proxy_fault(proxy, PROXY_LOSE_REQUEST);
	ledger_ticket *doubtful = ask(l, LEDGER_ANSWERED, 2);
	await_health(&h, false);
	end(l);
	wait_bad(doubtful, LONG_MS);
}
END_TEST

START_TEST(an_idle_ledger_notices_that_the_database_is_away)
{
	health h;
	ledger *l = begin(&h);
	pg_proxy_refuse(proxy, true);
	end_sessions();
	await_health(&h, false);
	wait_bad(ask(l, LEDGER_ANSWERED, 1), LONG_MS);
	pg_proxy_refuse(proxy, false);
	await_health(&h, true);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 2)));
	expect_entries("2");
	end(l);
}
END_TEST

/* The gateway's own connection; returns when it is gone. */
static void end_session(void)
{
	run_sql("SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory' AND "
		"granted");
}

START_TEST(nobody_is_refused_for_a_connection_that_was_lost_in_between)
{
	health h;
	ledger *l = begin(&h);
	for (int n = 1; n <= 3; n++) {
		ck_assert(wait_good(ask(l, LEDGER_ANSWERED, n)));
		end_session();
	}
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 4)));
	ck_assert_uint_eq(h.changes, 0);
	expect_entries("1 2 3 4");
	end(l);
}
END_TEST

/* Longer than what fits into an index, and nothing that could be compressed. */
static char *long_name(void)
{
	GRand *random = g_rand_new_with_seed(1);
	GString *name = g_string_new(NULL);
	while (name->len < 6000)
		g_string_append_c(name, (char)g_rand_int_range(random, '0', 'z' + 1));
	g_rand_free(random);
	return g_string_free(name, FALSE);
}

START_TEST(an_entry_that_the_database_cannot_take_fails_alone)
{
	health h;
	g_autofree char *room = long_name();
	ledger *l = begin(&h);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 1)));
	wait_bad(
		ledger_append(l, LEDGER_KEPT, "meeting", json_pack("{s:s, s:i}", "room", room, "n", 2), NULL),
		LONG_MS);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 3)));
	ck_assert_uint_eq(h.changes, 0);
	ck_assert_uint_eq(ledger_refused(l), 1);
	expect_entries("1 3");
	end(l);
	verify(HELP_ORIGIN, 2);
}
END_TEST

START_TEST(the_tool_may_append_to_all_logs_beside_the_gateways)
{
	g_autoptr(GError) error = NULL;
	const ledger_options here = {.store = help_server.url, .origin = HELP_ORIGIN};
	ledger *l = ledger_open(&here, &error);
	ck_assert_msg(l != NULL, "%s", error ? error->message : "");
	store_close(open_as(HELP_OTHER, STORE_WRITER));
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 1)));
	ck_assert_msg(ledger_append_beside(help_server.url, "export", json_object(),
			      json_pack("{s:s}", "user", "root"), &error),
		"%s", error ? error->message : "");
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 2)));
	ledger_close(l);
	verify(HELP_ORIGIN, 3);
	verify(HELP_OTHER, 1);
	expect_sql("SELECT count(*) FROM janus_consent.personal", "2");
}
END_TEST

/* Each is found, and where. */
START_TEST(verifying_finds_what_was_changed)
{
	static const struct {
		const char *sql, *word;
	} changes[] = {
		{"UPDATE janus_consent.entries SET body = replace(body, '1', '2') WHERE idx = 1", "entry 1:"},
		{"UPDATE janus_consent.entries SET type = 'other' WHERE idx = 1", "entry 1:"},
		{"UPDATE janus_consent.entries SET room = '1' WHERE idx = 1", "entry 1:"},
		{"UPDATE janus_consent.entries SET at = at + 1 WHERE idx = 1", "entry 1:"},
		{"UPDATE janus_consent.entries SET leaf = link WHERE idx = 1", "entry 1:"},
		{"UPDATE janus_consent.entries SET link = leaf WHERE idx = 1", "entry 1:"},
		{"ALTER TABLE janus_consent.entries ALTER seq DROP IDENTITY;"
		 "UPDATE janus_consent.entries SET seq = 1000 WHERE idx = 1",
			"entry 2:"},
		{"DELETE FROM janus_consent.entries WHERE idx = 1", "entry 1:"},
		{"DELETE FROM janus_consent.entries WHERE idx = 2", "entry 2:"},
		{"UPDATE janus_consent.entries SET idx = 13 - idx WHERE idx > 0;"
		 "UPDATE janus_consent.entries SET idx = idx - 10 WHERE idx > 10",
			"entry 2:"},
		{"UPDATE janus_consent.logs SET size = 2", "entry 1:"},
		{"UPDATE janus_consent.logs SET link = decode(repeat('ab', 32), 'hex')", "entry 2:"},
		{"INSERT INTO janus_consent.personal SELECT log, 1, link, '{}' FROM janus_consent.entries"
		 " WHERE idx = 1",
			"entry 1:"},
		{"INSERT INTO janus_consent.personal SELECT log, 7, link, '{}' FROM janus_consent.entries"
		 " WHERE idx = 1",
			"entry 7:"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GError) error = NULL;
		const ledger_options here = {.store = help_server.url, .origin = HELP_ORIGIN};
		gint64 entries;
		char link[HASH_HEX_SIZE];
		pg_server_empty(&help_server);
		ledger *l = ledger_open(&here, NULL);
		for (int n = 0; n < 3; n++)
			ck_assert(wait_good(ask(l, LEDGER_ANSWERED, n)));
		ledger_close(l);
		verify(HELP_ORIGIN, 3);
		pg_server_tamper(&help_server, changes[i].sql);
		g_autoptr(ledger_reader) r = ledger_reader_open_log(help_server.url, HELP_ORIGIN, NULL);
		ck_assert_msg(!ledger_verify(r, &entries, link, &error), "%s", changes[i].sql);
		ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY));
		ck_assert_msg(
			strstr(error->message, changes[i].word), "%s: %s", changes[i].sql, error->message);
	}
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&who_is_in_doubt_waits_and_nobody_else,
		&what_is_kept_is_not_doubled, &closing_does_not_wait_for_a_database_that_is_away,
		&an_idle_ledger_notices_that_the_database_is_away,
		&nobody_is_refused_for_a_connection_that_was_lost_in_between,
		&an_entry_that_the_database_cannot_take_fails_alone,
		&the_tool_may_append_to_all_logs_beside_the_gateways, &verifying_finds_what_was_changed};
	return run_on_postgres("ledger on postgres", tests, G_N_ELEMENTS(tests));
}
