/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two gateways and one log, on an engine that has no locks of sessions: a lease says whether the holder
 * lives. */
#include "postgres_help.h"

#include "ledger/postgres_store.h"

#define LEASE_MS 1000

static store *open_leased(GError **error)
{
	const postgres_engine engine = {.locks = ENGINE_LACKS, .lease_ms = LEASE_MS};
	return postgres_open(help_server.url, HELP_ORIGIN, STORE_WRITER, &engine, error);
}

static store *must_open(void)
{
	g_autoptr(GError) error = NULL;
	store *s = open_leased(&error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "");
	return s;
}

/* A gateway that lives: it gives its sign of life several times in a lease. */
typedef struct living {
	store *store;
	GThread *thread;
	int over; /* atomic */
} living;

static gpointer live(gpointer user)
{
	living *l = user;
	while (!g_atomic_int_get(&l->over)) {
		ck_assert(l->store->ops->probe(l->store, NULL));
		g_usleep(LEASE_MS * 1000 / 5);
	}
	return NULL;
}

static void begin_living(living *l, store *s)
{
	*l = (living){.store = s};
	l->thread = g_thread_new("living", live, l);
}

static void end_living(living *l)
{
	g_atomic_int_set(&l->over, 1);
	g_thread_join(l->thread);
}

START_TEST(who_lives_keeps_the_log)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(store) first = must_open();
	living holder;
	begin_living(&holder, first);
	ck_assert_ptr_null(open_leased(&error));
	expect_word(error, "is held by another running gateway");
	end_living(&holder);
	help_fill(first, 0, 1);
	expect_rows(first, &(ledger_filter){0}, "t0 ");
}
END_TEST

START_TEST(who_is_gone_gives_way_and_cannot_write_any_more)
{
	g_autoptr(GError) on_begin = NULL, on_probe = NULL, on_set = NULL;
	g_autoptr(store) first = must_open();
	help_fill(first, 0, 1);
	/* It says nothing for a lease, and wakes up too late. */
	g_autoptr(store) second = must_open();
	help_fill(second, 1, 1);
	living holder;
	begin_living(&holder, second);
	ck_assert(!first->ops->begin(first, &on_begin));
	expect_word(on_begin, "is held by another running gateway");
	ck_assert(!first->ops->probe(first, &on_probe));
	expect_word(on_probe, "is held by another running gateway");
	ck_assert(!first->ops->set(first, "a", "b", &on_set));
	end_living(&holder);
	expect_rows(second, &(ledger_filter){0}, "t0 t1 ");
}
END_TEST

START_TEST(who_ends_in_order_is_not_waited_for)
{
	store_close(must_open());
	gint64 began = g_get_monotonic_time();
	G_GNUC_UNUSED g_autoptr(store) next = must_open();
	ck_assert_int_lt(g_get_monotonic_time() - began, LEASE_MS * 1000);
}
END_TEST

START_TEST(who_is_cut_off_takes_its_own_log_again)
{
	g_autoptr(store) s = must_open();
	help_fill(s, 0, 1);
	end_sessions();
	help_fill(s, 1, 1);
	end_sessions();
	ck_assert(s->ops->probe(s, NULL));
	expect_rows(s, &(ledger_filter){0}, "t0 t1 ");
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&who_lives_keeps_the_log,
		&who_is_gone_gives_way_and_cannot_write_any_more, &who_ends_in_order_is_not_waited_for,
		&who_is_cut_off_takes_its_own_log_again};
	return run_on_postgres("lease", tests, G_N_ELEMENTS(tests));
}
