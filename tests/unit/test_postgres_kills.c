/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database server is stopped, killed and started again and again while it is written to: what was
 * reported to be committed is there, once, and nothing else is. */
#include "ledger_queue_help.h"
#include "suite.h"

#include "base/error.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 24
#define COMMIT_ROUNDS 12
#define WRITERS 8
/* Each writer's numbers are its own. */
#define SPAN 1000000

static pg_server server;

/* How the server goes; the last kills a connection's process only, which makes the server end all others. */
static const int signals[] = {SIGQUIT, SIGKILL, SIGINT, 0};

static void kill_one_session(void)
{
	g_autofree char *pid = pg_server_sql(
		&server, "SELECT pid FROM pg_stat_activity WHERE application_name = 'janus-consent' LIMIT 1");
	if (*pid)
		kill((pid_t)atoi(pid), SIGKILL);
}

static bool try_answers(void)
{
	g_autoptr(store) s = store_open(server.url, HELP_ORIGIN, STORE_READER, NULL);
	return s != NULL;
}

static void disturb(int round)
{
	int how = signals[round % (int)G_N_ELEMENTS(signals)];
	if (how) {
		pg_server_stop(&server, how);
		g_usleep(g_random_int_range(0, 200000));
		pg_server_start(&server, NULL);
	} else {
		kill_one_session();
	}
	while (!try_answers())
		g_usleep(20000);
}

/* What was told: bit 0: it is there; bit 1: a kept one, which will be. */
typedef struct writer {
	ledger *l;
	int first;
	int stop; /* atomic */
	int done; /* atomic: how many were told */
	GByteArray *told;
	GThread *thread;
} writer;

enum { TOLD_NO, TOLD_YES, TOLD_KEPT };

static gpointer write_on(gpointer user)
{
	writer *w = user;
	for (int n = 0; !g_atomic_int_get(&w->stop) && n < SPAN; n++) {
		bool kept = n % 3 == 0;
		ledger_ticket *t = ask(w->l, kept ? LEDGER_KEPT : LEDGER_ANSWERED, w->first + n);
		guint8 told = wait_good(t) ? TOLD_YES : kept ? TOLD_KEPT : TOLD_NO;
		g_byte_array_append(w->told, &told, 1);
		g_atomic_int_inc(&w->done);
		if (told != TOLD_YES)
			g_usleep(5000); /* as people would, who are told to try again */
	}
	return NULL;
}

static void start_writer(writer *w, ledger *l, int number)
{
	*w = (writer){.l = l, .first = number * SPAN, .told = g_byte_array_new()};
	w->thread = g_thread_new("writer", write_on, w);
}

static void stop_writer(writer *w)
{
	g_atomic_int_set(&w->stop, 1);
	g_thread_join(w->thread);
}

/* So that every round falls into the middle of the load. */
static void await_more(writer *w, int more)
{
	int wanted = g_atomic_int_get(&w->done) + more;
	while (g_atomic_int_get(&w->done) < wanted)
		g_usleep(1000);
}

typedef struct census {
	GHashTable *seen; /* number → how often */
	unsigned doubled;
} census;

static bool count_entry(const ledger_entry *entry, void *user)
{
	census *c = user;
	gpointer n = GINT_TO_POINTER((int)json_integer_value(json_object_get(entry->body, "n")));
	c->doubled += !g_hash_table_add(c->seen, n);
	return true;
}

static void check_writer(const writer *w, const census *c, unsigned counts[3])
{
	for (guint n = 0; n < w->told->len; n++) {
		bool there = g_hash_table_contains(c->seen, GINT_TO_POINTER(w->first + (int)n));
		ck_assert_msg(there == (w->told->data[n] != TOLD_NO), "%u of %d: told %d, %s", n, w->first,
			w->told->data[n], there ? "there" : "not there");
		counts[w->told->data[n]]++;
	}
}

static void take_census(writer *writers)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open_log(server.url, HELP_ORIGIN, &error);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	census c = {.seen = seen};
	unsigned counts[3] = {0};
	gint64 entries = -1;
	char link[HASH_HEX_SIZE];
	ck_assert_msg(
		reader && ledger_verify(reader, &entries, link, &error), "%s", error ? error->message : "");
	ck_assert(ledger_read(reader, &(ledger_filter){0}, count_entry, &c, &error));
	ck_assert_uint_eq(c.doubled, 0);
	for (int i = 0; i < WRITERS; i++)
		check_writer(&writers[i], &c, counts);
	ck_assert_int_eq(entries, counts[TOLD_YES] + counts[TOLD_KEPT]);
	fprintf(stderr, "%d rounds: %u committed, %u committed later, %u refused\n", ROUNDS, counts[TOLD_YES],
		counts[TOLD_KEPT], counts[TOLD_NO]);
}

START_TEST(nothing_answered_is_lost_and_nothing_is_doubled)
{
	health h;
	writer writers[WRITERS];
	ledger *l = open_watched_on(store_open(server.url, HELP_ORIGIN, STORE_WRITER, NULL), &h, 50);
	for (int i = 0; i < WRITERS; i++)
		start_writer(&writers[i], l, i);
	for (int round = 0; round < ROUNDS; round++) {
		await_more(&writers[round % WRITERS], 20);
		disturb(round);
	}
	await_health(&h, true);
	for (int i = 0; i < WRITERS; i++)
		stop_writer(&writers[i]);
	await_health(&h, true);
	ledger_close(l);
	take_census(writers);
	for (int i = 0; i < WRITERS; i++)
		g_byte_array_unref(writers[i].told);
}
END_TEST

/* Without a ledger in between, one row a commit, the kill at any moment around it. */

static bool go_on(const GError *why, void *user)
{
	(void)why;
	(void)user;
	return true;
}

static bool commit_row(store *s, gint64 index)
{
	store_row row = help_row(index);
	if (!s->ops->begin(s, NULL))
		return false;
	bool good = s->ops->append(s, &row, NULL) && s->ops->commit(s, NULL);
	if (!good)
		s->ops->rollback(s);
	return good;
}

typedef struct committing {
	store *s;
	gint64 next;
} committing;

static gpointer commit_rows(gpointer user)
{
	committing *now = user;
	for (int i = 0; i < 20; i++)
		now->next += commit_row(now->s, now->next);
	return NULL;
}

/* The server belongs to the thread that starts it, so the rows are committed in another. */
START_TEST(a_commit_is_reported_as_it_is)
{
	g_autoptr(store) s = store_open(server.url, HELP_ORIGIN, STORE_WRITER, NULL);
	store_head head;
	committing now = {.s = s};
	s->in_doubt = go_on;
	for (int round = 0; round < COMMIT_ROUNDS; round++) {
		GThread *thread = g_thread_new("committing", commit_rows, &now);
		g_usleep((gulong)g_random_int_range(0, 8000));
		pg_server_stop(&server, round % 2 ? SIGQUIT : SIGKILL);
		pg_server_start(&server, NULL);
		g_thread_join(thread);
		ck_assert(s->ops->head(s, &head, NULL));
		ck_assert_int_eq(head.size, now.next);
	}
}
END_TEST

START_TEST(what_was_not_committed_yet_is_gone)
{
	g_autoptr(store) s = store_open(server.url, HELP_ORIGIN, STORE_WRITER, NULL);
	store_row row = help_row(0);
	store_head head;
	s->in_doubt = go_on;
	ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL));
	pg_server_stop(&server, SIGKILL);
	pg_server_start(&server, NULL);
	ck_assert(!s->ops->commit(s, NULL));
	s->ops->rollback(s);
	ck_assert(s->ops->head(s, &head, NULL));
	ck_assert_int_eq(head.size, 0);
	ck_assert(commit_row(s, 0));
}
END_TEST

static void setup(void)
{
	if (!pg_server_new(&server))
		exit(77);
}

static void teardown(void)
{
	pg_server_remove(&server);
}

int main(void)
{
	static const TTest *const *const tests[] = {&nothing_answered_is_lost_and_nothing_is_doubled,
		&a_commit_is_reported_as_it_is, &what_was_not_committed_yet_is_gone};
	setup();
	teardown();
	Suite *suite = suite_create("postgres killed");
	TCase *tc = tcase_create("postgres killed");
	tcase_set_timeout(tc, 600);
	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
