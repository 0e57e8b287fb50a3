/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commits that follow on one whose fate is not known yet: the next stands only on the one before it. */
#include "ledger_queue_help.h"
#include "postgres_help.h"
#include "postgres_proxy.h"

#include "base/error.h"

#define CLIENTS 16
#define ROUNDS 40

static store *open_retrying(void)
{
	store *s = open_as(HELP_ORIGIN, STORE_WRITER);
	s->retries = true;
	return s;
}

/* Hands over a transaction with that row. */
static void hand_over_row(store *s, const store_row *row)
{
	ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, row, NULL) && s->ops->commit_begin(s, NULL));
}

static void hand_over(store *s, gint64 index)
{
	store_row row = help_row(index);
	hand_over_row(s, &row);
}

static void expect_stale(const GError *error)
{
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_STALE));
}

static void expect_lands_stale(store *s)
{
	g_autoptr(GError) error = NULL;
	ck_assert(!s->ops->commit_end(s, &error));
	expect_stale(error);
	s->ops->rollback(s);
}

START_TEST(one_follows_on_the_other)
{
	g_autoptr(store) s = open_retrying();
	hand_over(s, 0);
	for (gint64 i = 1; i < 6; i++) {
		hand_over(s, i);
		ck_assert(s->ops->commit_end(s, NULL));
	}
	ck_assert(s->ops->commit_end(s, NULL));
	help_fill(s, 6, 1);
	expect_rows(s, &(ledger_filter){0}, "t0 t1 t2 t3 t4 t5 t6 ");
}
END_TEST

START_TEST(what_flies_is_seen_and_nothing_else_can_be_asked)
{
	g_autoptr(store) s = open_retrying();
	g_autofree char *set = NULL, *unknown = NULL, *kept = NULL;
	g_autoptr(GError) error = NULL;
	store_row row = help_row(0);
	ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL) &&
		s->ops->set(s, "name", "1", NULL) && s->ops->commit_begin(s, NULL));
	ck_assert(s->ops->begin(s, NULL) && s->ops->get(s, "name", &set, NULL));
	ck_assert_str_eq(set, "1");
	ck_assert(!s->ops->get(s, "never asked for", &unknown, &error));
	expect_stale(error);
	ck_assert(s->ops->set(s, "name", "2", NULL));
	s->ops->rollback(s);
	ck_assert(s->ops->commit_end(s, NULL) && s->ops->get(s, "name", &kept, NULL));
	ck_assert_str_eq(kept, "1");
	expect_rows(s, &(ledger_filter){0}, "t0 ");
}
END_TEST

/* It is longer than what fits into an index, and cannot be compressed. */
START_TEST(what_follows_on_one_that_fails_is_not_there)
{
	g_autoptr(store) s = open_retrying();
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) room = g_string_new(NULL);
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	store_row row = help_row(0);
	while (room->len < 6000)
		g_string_append_c(room, (char)g_rand_int_range(random, '0', 'z' + 1));
	row.room = room->str;
	hand_over_row(s, &row);
	hand_over(s, 1);
	ck_assert(!s->ops->commit_end(s, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_ENTRY));
	s->ops->rollback(s);
	help_fill(s, 0, 1);
	expect_rows(s, &(ledger_filter){0}, "t0 ");
}
END_TEST

/* Between the first's end and the second's beginning. */
static void hand_over_behind(store *s, gint64 index, void (*between)(void))
{
	store_row row = help_row(index + 1);
	hand_over(s, index);
	ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL));
	ck_assert(s->ops->commit_end(s, NULL));
	between();
	ck_assert(s->ops->commit_begin(s, NULL));
}

static void append_beside(void)
{
	g_autoptr(store) beside = open_as(HELP_ORIGIN, STORE_BESIDE);
	help_fill(beside, 1, 1);
}

START_TEST(somebody_who_writes_in_between_keeps_it_out)
{
	g_autoptr(store) s = open_retrying();
	hand_over_behind(s, 0, append_beside);
	expect_lands_stale(s);
	help_fill(s, 2, 1);
	expect_rows(s, &(ledger_filter){0}, "t0 t1 t2 ");
}
END_TEST

static void take_over(void)
{
	run_sql("UPDATE janus_consent.logs SET holder = 'another'");
}

START_TEST(so_does_another_holder)
{
	g_autoptr(store) s = open_retrying();
	hand_over_behind(s, 0, take_over);
	expect_lands_stale(s);
	expect_rows(s, &(ledger_filter){0}, "t0 ");
}
END_TEST

START_TEST(a_connection_that_was_lost_in_between_is_begun_anew)
{
	g_autoptr(store) s = open_retrying();
	g_autoptr(GError) error = NULL;
	hand_over(s, 0);
	ck_assert(s->ops->begin(s, NULL));
	ck_assert(s->ops->commit_end(s, NULL));
	end_sessions();
	store_row row = help_row(1);
	ck_assert(s->ops->append(s, &row, NULL));
	if (s->ops->commit_begin(s, &error))
		ck_assert(!s->ops->commit_end(s, &error));
	s->ops->rollback(s);
	help_fill(s, 1, 1);
	expect_rows(s, &(ledger_filter){0}, "t0 t1 ");
}
END_TEST

static store *open_behind(pg_proxy *proxy)
{
	g_autoptr(GError) error = NULL;
	store *s = store_open(pg_proxy_url(proxy), HELP_ORIGIN, STORE_WRITER, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	s->retries = true;
	return s;
}

/* No lock keeps out what was not begun when the store looked: its token does. */
START_TEST(what_arrives_when_it_was_given_up_comes_too_late)
{
	pg_proxy *proxy = pg_proxy_new(&help_server);
	store *s = open_behind(proxy);
	hand_over(s, 0);
	store_row row = help_row(1);
	ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL));
	ck_assert(s->ops->commit_end(s, NULL));
	pg_proxy_fault(proxy, PROXY_HOLD_REQUEST);
	ck_assert(s->ops->commit_begin(s, NULL) && !s->ops->commit_end(s, NULL));
	s->ops->rollback(s);
	expect_sql("SELECT count(*) FROM janus_consent.entries", "1");
	pg_proxy_release(proxy);
	help_fill(s, 1, 2);
	expect_sql("SELECT count(*) FROM janus_consent.entries", "3");
	store_close(s);
	pg_proxy_free(proxy);
}
END_TEST

START_TEST(both_are_found_out)
{
	pg_proxy *proxy = pg_proxy_new(&help_server);
	store *s = open_behind(proxy);
	gint64 next = 0;
	for (int i = 0; i < ROUNDS; i++) {
		store_row row = help_row(next), behind = help_row(next + 1);
		ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL));
		pg_proxy_fault(proxy, i % 2 ? PROXY_CUT : PROXY_LOSE_ANSWER);
		ck_assert(s->ops->commit_begin(s, NULL));
		bool both = s->ops->begin(s, NULL) && s->ops->append(s, &behind, NULL) &&
			s->ops->commit_begin(s, NULL);
		bool first = s->ops->commit_end(s, NULL);
		bool second = first && both && s->ops->commit_end(s, NULL);
		if (!second)
			s->ops->rollback(s);
		next += first + second;
		g_autofree char *wanted = g_strdup_printf("%d", (int)next);
		expect_sql("SELECT count(*) FROM janus_consent.entries", wanted);
		pg_proxy_fault(proxy, PROXY_PASS);
	}
	store_close(s);
	pg_proxy_free(proxy);
}
END_TEST

/* ---- A ledger ---- */

static store_ops counting;
static bool (*begin_commit)(store *s, GError **error);
static int handed_over;

static bool count_commit_begin(store *s, GError **error)
{
	handed_over++;
	return begin_commit(s, error);
}

static gpointer append_many(gpointer user)
{
	for (int i = 0; i < ROUNDS; i++)
		ck_assert(wait_good(ledger_append(user, LEDGER_ANSWERED, "test", json_pack("{s:i}", "n", i),
			json_pack("{s:s}", "display", "Ann"))));
	return NULL;
}

START_TEST(a_crowd_is_committed_in_batches_that_follow_each_other)
{
	GThread *threads[CLIENTS];
	health h;
	store *s = open_as(HELP_ORIGIN, STORE_WRITER);
	counting = *s->ops;
	begin_commit = counting.commit_begin;
	counting.commit_begin = count_commit_begin;
	s->ops = &counting;
	ledger *l = open_watched_on(s, &h, PROBE_NEVER);
	for (int i = 0; i < CLIENTS; i++)
		threads[i] = g_thread_new("client", append_many, l);
	for (int i = 0; i < CLIENTS; i++)
		g_thread_join(threads[i]);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 0)));
	ledger_close(l);
	ck_assert_int_gt(handed_over, 0);
	g_autoptr(ledger_reader) reader = ledger_reader_open_log(help_server.url, HELP_ORIGIN, NULL);
	gint64 entries = -1;
	char link[HASH_HEX_SIZE];
	ck_assert(ledger_verify(reader, &entries, link, NULL));
	ck_assert_int_eq(entries, CLIENTS * ROUNDS + 1);
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&one_follows_on_the_other,
		&what_flies_is_seen_and_nothing_else_can_be_asked,
		&what_follows_on_one_that_fails_is_not_there, &somebody_who_writes_in_between_keeps_it_out,
		&so_does_another_holder, &a_connection_that_was_lost_in_between_is_begun_anew,
		&what_arrives_when_it_was_given_up_comes_too_late, &both_are_found_out,
		&a_crowd_is_committed_in_batches_that_follow_each_other};
	return run_on_postgres("postgres flights", tests, G_N_ELEMENTS(tests));
}
