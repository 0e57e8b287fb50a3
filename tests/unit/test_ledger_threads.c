/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many threads at once: some wait, some give up at once, some are called back, and now and then the store
 * fails. Whoever heard good finds the entry where it was said to be; whoever heard bad finds none, unless it
 * is kept. The threads suite runs this under ThreadSanitizer. */
#include "ledger_queue_help.h"

#include <stdlib.h>

#define THREADS 12
#define ROUNDS 60

/* What a thread's entries came to: indices, −1 for bad. */
typedef struct client {
	ledger *l;
	int number;
	gint64 answered[ROUNDS], hurried[ROUNDS];
	int called; /* atomic */
} client;

static int number_of(const client *c, int round, int kind)
{
	return (c->number * ROUNDS + round) * 3 + kind;
}

static gint64 wait_for(ledger_ticket *ticket, unsigned timeout_ms)
{
	ledger_place place;
	return ledger_wait(ticket, timeout_ms, &place, NULL) ? place.index : -1;
}

static void count_call(const ledger_place *place, void *user)
{
	(void)place;
	g_atomic_int_inc(&((client *)user)->called);
}

static gpointer work(gpointer user)
{
	client *c = user;
	for (int i = 0; i < ROUNDS; i++) {
		ledger_ticket *patient = ask(c->l, LEDGER_ANSWERED, number_of(c, i, 0));
		ledger_post(c->l, LEDGER_KEPT, "test", json_pack("{s:i}", "n", number_of(c, i, 1)),
			json_pack("{s:s}", "display", "Ann"), count_call, c);
		ledger_ticket *hasty = ask(c->l, LEDGER_ANSWERED, number_of(c, i, 2));
		c->hurried[i] = wait_for(hasty, 0);
		c->answered[i] = wait_for(patient, LONG_MS);
	}
	return NULL;
}

/* All that is in the store: n → index. */
static bool note_entry(const ledger_entry *e, void *user)
{
	int n = (int)json_integer_value(json_object_get(e->body, "n"));
	ck_assert(g_hash_table_insert(user, GINT_TO_POINTER(n + 1), GINT_TO_POINTER((int)e->index + 1)));
	return true;
}

static gint64 place_of(GHashTable *places, int n)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(places, GINT_TO_POINTER(n + 1))) - 1;
}

static void check_client(client *c, GHashTable *places)
{
	ck_assert_int_eq(g_atomic_int_get(&c->called), ROUNDS);
	for (int i = 0; i < ROUNDS; i++) {
		ck_assert_int_eq(place_of(places, number_of(c, i, 0)), c->answered[i]);
		ck_assert_int_eq(place_of(places, number_of(c, i, 2)), c->hurried[i]);
		ck_assert_int_ge(place_of(places, number_of(c, i, 1)), 0);
	}
}

static void run_clients(client *clients, ledger *l)
{
	GThread *threads[THREADS];
	for (int i = 0; i < THREADS; i++) {
		clients[i] = (client){.l = l, .number = i};
		threads[i] = g_thread_new("client", work, &clients[i]);
	}
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
}

/* From now on nothing fails; returns when everything that was kept is committed. */
static void end_trouble(ledger *l, health *h)
{
	fail_every(h, 0);
	while (wait_for(ask(l, LEDGER_ANSWERED, THREADS * ROUNDS * 3), LONG_MS) < 0)
		await_health(h, true);
}

START_TEST(what_everybody_heard_is_so)
{
	health h;
	client clients[THREADS];
	g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
	g_autoptr(ledger_reader) reader = ledger_reader_on(store_memory_view(data));
	g_autoptr(ledger) l = open_watched(&h, PROBE_SOON);
	fail_every(&h, _i);
	run_clients(clients, l);
	end_trouble(l, &h);
	ck_assert(ledger_read(reader, &(ledger_filter){0}, note_entry, places, NULL));
	for (int i = 0; i < THREADS; i++)
		check_client(&clients[i], places);
	expect_verifies(g_hash_table_size(places));
}
END_TEST

/* A store that never fails, and one whose every fifth commit does. */
static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, what_everybody_heard_is_so, 0, 1);
	tcase_add_loop_test(tc, what_everybody_heard_is_so, 5, 6);
}

int main(void)
{
	return run_suite("ledger_threads", add_tests);
}
