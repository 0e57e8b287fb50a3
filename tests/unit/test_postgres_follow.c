/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following the logs of other gateways: each entry once and in order, whatever becomes of the connection. */
#include "postgres_help.h"
#include "postgres_proxy.h"

#include "ledger/follow.h"

#include <string.h>

#define THIRD "xyz.example/consent"
#define LOAD 400

/* What the follower tells: entries as the first letter of their log and "n", states as + and −. */
typedef struct told {
	GMutex lock;
	GCond changed;
	GString *text;
	unsigned entries;
	bool reached;
} told;

static void note(told *t, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void note(told *t, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_string_append_vprintf(t->text, format, values);
	va_end(values);
	g_cond_broadcast(&t->changed);
}

static void on_entry(const ledger_entry *entry, void *user)
{
	told *t = user;
	g_mutex_lock(&t->lock);
	t->entries++;
	note(t, "%.1s%d ", entry->log, (int)json_integer_value(json_object_get(entry->body, "n")));
	g_mutex_unlock(&t->lock);
}

static void on_store(bool reached, const char *why, void *user)
{
	told *t = user;
	ck_assert_ptr_nonnull(why);
	g_mutex_lock(&t->lock);
	t->reached = reached;
	note(t, "%s ", reached ? "+" : "-");
	g_mutex_unlock(&t->lock);
}

static void told_init(told *t)
{
	*t = (told){.text = g_string_new(NULL), .reached = true};
}

/* Waits for so many entries; the text so far must be this one. */
static void expect_told(told *t, unsigned entries, const char *text)
{
	g_mutex_lock(&t->lock);
	while (t->entries < entries)
		g_cond_wait(&t->changed, &t->lock);
	ck_assert_str_eq(t->text->str, text);
	g_mutex_unlock(&t->lock);
}

static void await_reached(told *t, bool reached)
{
	g_mutex_lock(&t->lock);
	while (t->reached != reached)
		g_cond_wait(&t->changed, &t->lock);
	g_mutex_unlock(&t->lock);
}

static follow_options options_for(told *t, const char *url)
{
	told_init(t);
	return (follow_options){
		.store = url,
		.origin = HELP_ORIGIN,
		.on_entry = on_entry,
		.on_store = on_store,
		.user = t,
	};
}

static follow *start(told *t, const char *url)
{
	g_autoptr(GError) error = NULL;
	const follow_options options = options_for(t, url);
	follow *f = follow_start(&options, &error);
	ck_assert_msg(f != NULL, "%s", error ? error->message : "");
	return f;
}

START_TEST(gives_what_others_write_from_now_on)
{
	told t;
	g_autoptr(store) own = open_as(HELP_ORIGIN, STORE_WRITER), other = open_as(HELP_OTHER, STORE_WRITER);
	help_fill(other, 0, 2);
	follow *f = start(&t, help_server.url);
	help_fill(own, 0, 3);
	help_fill(other, 2, 3);
	expect_told(&t, 3, "o2 o3 o4 ");
	g_autoptr(store) third = open_as(THIRD, STORE_WRITER);
	help_fill(third, 0, 2);
	expect_told(&t, 5, "o2 o3 o4 x0 x1 ");
	follow_stop(f);
	help_fill(third, 2, 1);
	expect_told(&t, 5, "o2 o3 o4 x0 x1 ");
}
END_TEST

START_TEST(gives_only_what_is_asked_for)
{
	static const char *const types[] = {"wanted", "also", NULL};
	told t;
	g_autoptr(GError) error = NULL;
	follow_options options = options_for(&t, help_server.url);
	g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER);
	options.types = types;
	follow *f = follow_start(&options, &error);
	help_write(other, 1, "wanted", NULL, "{s:i}", "n", 0);
	help_write(other, 2, "other", NULL, "{s:i}", "n", 1);
	help_write(other, 3, "also", NULL, "{s:i}", "n", 2);
	expect_told(&t, 2, "o0 o2 ");
	follow_stop(f);
}
END_TEST

START_TEST(makes_up_for_what_it_missed_before_it_says_that_it_is_back)
{
	told t;
	g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER);
	pg_proxy *proxy = pg_proxy_new(&help_server);
	follow *f = start(&t, pg_proxy_url(proxy));
	help_fill(other, 0, 1);
	expect_told(&t, 1, "o0 ");
	pg_proxy_refuse(proxy, true);
	end_sessions();
	await_reached(&t, false);
	help_fill(other, 1, 2);
	pg_proxy_refuse(proxy, false);
	await_reached(&t, true);
	expect_told(&t, 3, "o0 - o1 o2 + ");
	follow_stop(f);
	pg_proxy_free(proxy);
}
END_TEST

static gpointer write_much(gpointer origin)
{
	g_autoptr(store) s = open_as(origin, STORE_WRITER);
	for (gint64 i = 0; i < LOAD; i++)
		help_fill(s, i, 1);
	return NULL;
}

static void check_order(const char *text, char log)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	gint64 next = 0;
	for (size_t i = 0; words[i]; i++)
		if (words[i][0] == log)
			ck_assert_int_eq(g_ascii_strtoll(words[i] + 1, NULL, 10), next++);
	ck_assert_int_eq(next, LOAD);
}

/* Only the follower's connections are cut. */
static void cut_reader(void)
{
	run_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
		" WHERE application_name = 'janus-consent' AND query LIKE 'LISTEN%'");
}

START_TEST(every_entry_comes_once_and_in_order)
{
	told t;
	store_close(open_as(HELP_ORIGIN, STORE_WRITER));
	follow *f = start(&t, help_server.url);
	GThread *first = g_thread_new("first", write_much, (gpointer)HELP_OTHER);
	GThread *second = g_thread_new("second", write_much, (gpointer)THIRD);
	for (int i = 0; i < 20; i++)
		cut_reader();
	g_thread_join(first);
	g_thread_join(second);
	g_mutex_lock(&t.lock);
	while (t.entries < 2 * LOAD)
		g_cond_wait(&t.changed, &t.lock);
	check_order(t.text->str, 'o');
	check_order(t.text->str, 'x');
	g_mutex_unlock(&t.lock);
	follow_stop(f);
	ck_assert_uint_eq(t.entries, 2 * LOAD);
}
END_TEST

START_TEST(looks_by_itself_where_the_engine_does_not_notify)
{
	told t;
	const postgres_engine engine = {.notifications = ENGINE_LACKS};
	const follow_options options = options_for(&t, NULL);
	g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER);
	store *s = postgres_open(help_server.url, NULL, STORE_READER, &engine, NULL);
	follow *f = follow_begin_on(s, &options, NULL);
	follow_go(f);
	help_fill(other, 0, 2);
	expect_told(&t, 2, "o0 o1 ");
	follow_stop(f);
}
END_TEST

START_TEST(hears_of_a_commit_without_looking)
{
	g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER), all = open_as(NULL, STORE_READER);
	ck_assert(all->ops->wait(all, -1, 0, NULL));
	help_fill(other, 0, 1);
	/* Longer than a test may take. */
	ck_assert(all->ops->wait(all, -1, 3600 * 1000, NULL));
}
END_TEST

START_TEST(what_was_committed_before_is_given_before_sync_returns)
{
	told t;
	g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER);
	follow *f = start(&t, help_server.url);
	for (int i = 0; i < 20; i++) {
		help_fill(other, i, 1);
		ck_assert(follow_sync(f, 3600 * 1000));
		g_mutex_lock(&t.lock);
		ck_assert_uint_eq(t.entries, (unsigned)i + 1);
		g_mutex_unlock(&t.lock);
	}
	follow_stop(f);
}
END_TEST

START_TEST(sync_fails_while_the_store_is_away)
{
	told t;
	G_GNUC_UNUSED g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER);
	pg_proxy *proxy = pg_proxy_new(&help_server);
	follow *f = start(&t, pg_proxy_url(proxy));
	ck_assert(follow_sync(f, 3600 * 1000));
	pg_proxy_refuse(proxy, true);
	end_sessions();
	await_reached(&t, false);
	ck_assert(!follow_sync(f, 3600 * 1000));
	ck_assert_int_gt(follow_silence_ms(f), -1);
	pg_proxy_refuse(proxy, false);
	await_reached(&t, true);
	ck_assert(follow_sync(f, 3600 * 1000));
	follow_stop(f);
	pg_proxy_free(proxy);
}
END_TEST

/* What the others kept while the store was away comes before it is said to be back. */
START_TEST(a_store_that_is_back_has_to_settle)
{
	told t;
	g_autoptr(GError) error = NULL;
	g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER);
	pg_proxy *proxy = pg_proxy_new(&help_server);
	follow_options options = options_for(&t, pg_proxy_url(proxy));
	options.settle_ms = 1500;
	options.beat_ms = 100;
	follow *f = follow_start(&options, &error);
	ck_assert_msg(f != NULL, "%s", error ? error->message : "");
	pg_proxy_refuse(proxy, true);
	end_sessions();
	await_reached(&t, false);
	pg_proxy_refuse(proxy, false);
	while (!follow_sync(f, 100))
		g_thread_yield();
	gint64 back = g_get_monotonic_time();
	help_fill(other, 0, 1);
	await_reached(&t, true);
	ck_assert_int_gt(g_get_monotonic_time() - back, 1000 * 1000);
	expect_told(&t, 1, "- o0 + ");
	follow_stop(f);
	pg_proxy_free(proxy);
}
END_TEST

START_TEST(a_store_that_was_turned_back_is_no_store)
{
	told t;
	g_autoptr(store) other = open_as(HELP_OTHER, STORE_WRITER);
	follow *f = start(&t, help_server.url);
	help_fill(other, 0, 3);
	expect_told(&t, 3, "o0 o1 o2 ");
	pg_server_tamper(&help_server,
		"DELETE FROM janus_consent.entries WHERE idx > 0; UPDATE janus_consent.logs SET size = 1");
	await_reached(&t, false);
	follow_stop(f);
}
END_TEST

START_TEST(a_file_has_nothing_to_follow)
{
	told t;
	help_place place = help_place_new();
	store_close(help_store(HELP_SQLITE, &place));
	follow_stop(start(&t, place.path));
	expect_told(&t, 0, "");
	follow_stop(NULL);
	help_place_remove(&place);
}
END_TEST

START_TEST(wants_a_store_to_begin_with)
{
	told t;
	g_autoptr(GError) error = NULL;
	const follow_options options = options_for(&t, help_server.url);
	ck_assert_ptr_null(follow_start(&options, &error));
	expect_word(error, "holds no ledger");
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&gives_what_others_write_from_now_on,
		&gives_only_what_is_asked_for, &makes_up_for_what_it_missed_before_it_says_that_it_is_back,
		&every_entry_comes_once_and_in_order, &looks_by_itself_where_the_engine_does_not_notify,
		&hears_of_a_commit_without_looking, &what_was_committed_before_is_given_before_sync_returns,
		&sync_fails_while_the_store_is_away, &a_store_that_is_back_has_to_settle,
		&a_store_that_was_turned_back_is_no_store, &a_file_has_nothing_to_follow,
		&wants_a_store_to_begin_with};
	return run_on_postgres("follow", tests, G_N_ELEMENTS(tests));
}
