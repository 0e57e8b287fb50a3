/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one gateway at a time does. */
#include "postgres_help.h"

#include "ledger/reservations.h"

#include <string.h>

/* For whom somebody else is expected to make room. */
#define LONG_MS 20000

static bool take(reservations *r, const char *name, unsigned patience_ms)
{
	return reservations_take(r, name, strlen(name), patience_ms);
}

static void give(reservations *r, const char *name)
{
	reservations_give(r, name, strlen(name));
}

/* Without a writer there are no tables. */
static reservations *gateway(void)
{
	G_GNUC_UNUSED g_autoptr(store) writer = open_as(HELP_ORIGIN, STORE_WRITER);
	return reservations_new(help_server.url);
}

START_TEST(one_gateway_at_a_time_has_a_name)
{
	g_autoptr(reservations) one = gateway(), other = gateway();

	ck_assert(take(one, "key", LONG_MS));
	ck_assert(take(other, "another key", LONG_MS));
	ck_assert(!take(other, "key", 20));
	give(one, "key");
	ck_assert(take(other, "key", LONG_MS));
	ck_assert(!take(one, "key", 20));
}
END_TEST

START_TEST(the_same_gateway_may_have_it_twice)
{
	g_autoptr(reservations) one = gateway(), other = gateway();

	ck_assert(take(one, "key", LONG_MS));
	ck_assert(take(one, "key", LONG_MS));
	give(one, "key");
	ck_assert(!take(other, "key", 20));
	give(one, "key");
	ck_assert(take(other, "key", LONG_MS));
}
END_TEST

static gpointer take_in_thread(gpointer r)
{
	return GINT_TO_POINTER(take(r, "key", LONG_MS));
}

START_TEST(who_waits_has_it_next)
{
	g_autoptr(reservations) one = gateway(), other = gateway();

	ck_assert(take(one, "key", LONG_MS));
	GThread *waiting = g_thread_new("waiting", take_in_thread, other);
	give(one, "key");
	ck_assert(GPOINTER_TO_INT(g_thread_join(waiting)));
}
END_TEST

START_TEST(it_ends_with_the_connection)
{
	g_autoptr(reservations) one = gateway(), other = gateway();

	ck_assert(take(one, "key", LONG_MS));
	end_sessions();
	ck_assert(take(other, "key", LONG_MS));
	give(one, "key");
	ck_assert(!take(one, "key", 20));
}
END_TEST

/* Waits until there are so many: a session that was just ended needs a moment to be gone. Those of logs,
 * which are pairs of numbers, have another objsubid. */
static void await_reserved(unsigned wanted)
{
	static const char sql[] =
		"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1";

	for (guint64 there = wanted + 1; there != wanted; g_thread_yield()) {
		g_autofree char *count = pg_server_sql(&help_server, sql);
		there = g_ascii_strtoull(count, NULL, 10);
	}
}

START_TEST(nothing_is_left_of_it)
{
	g_autoptr(reservations) one = gateway();

	ck_assert(take(one, "key", LONG_MS));
	await_reserved(1);
	give(one, "key");
	await_reserved(0);
}
END_TEST

START_TEST(without_the_server_nobody_has_it)
{
	g_autoptr(reservations) alone = reservations_new("postgresql:///none?host=/nonexistent");

	ck_assert(!take(alone, "key", LONG_MS));
}
END_TEST

START_TEST(an_engine_without_such_locks_gives_it_to_everybody)
{
	const postgres_engine engine = {.locks = ENGINE_LACKS};
	G_GNUC_UNUSED g_autoptr(store) writer = open_as(HELP_ORIGIN, STORE_WRITER);

	for (unsigned i = 0; i < 2; i++) {
		bool reserved = false;
		store *s = postgres_open(help_server.url, NULL, STORE_READER, &engine, NULL);
		ck_assert(s->ops->reserve(s, 7, &reserved, NULL) && reserved);
		await_reserved(0);
		ck_assert(s->ops->release(s, 7, NULL));
		store_close(s);
	}
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&one_gateway_at_a_time_has_a_name,
		&the_same_gateway_may_have_it_twice, &who_waits_has_it_next, &it_ends_with_the_connection,
		&nothing_is_left_of_it, &without_the_server_nobody_has_it,
		&an_engine_without_such_locks_gives_it_to_everybody};
	return run_on_postgres("postgres reserve", tests, G_N_ELEMENTS(tests));
}
