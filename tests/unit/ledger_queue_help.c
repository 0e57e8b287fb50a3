/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger_queue_help.h"
#include "suite.h"

#include "base/error.h"
#include "base/scope.h"
#include "ledger/queue.h"

#include <stdlib.h>

store *data;

void queue_setup(void)
{
	data = store_memory_new();
}

void queue_teardown(void)
{
	store_close(data);
}

ledger *open_ledger(void)
{
	return help_ledger_on(store_memory_view(data));
}

static void on_health(bool healthy, const char *why, void *user)
{
	health *h = user;
	g_mutex_lock(&h->lock);
	h->healthy = healthy;
	h->changes++;
	g_strlcpy(h->why, why ? why : "", sizeof(h->why));
	if (healthy && h->fail_next)
		store_memory_fail(data, MEMORY_COMMIT, h->fail_next, 1);
	g_cond_broadcast(&h->changed);
	g_mutex_unlock(&h->lock);
}

void fail_every(health *h, unsigned nth)
{
	g_mutex_lock(&h->lock);
	h->fail_next = nth;
	store_memory_fail(data, MEMORY_COMMIT, nth, nth ? 1 : 0);
	g_mutex_unlock(&h->lock);
}

void await_health(health *h, bool healthy)
{
	g_mutex_lock(&h->lock);
	while (h->healthy != healthy)
		g_cond_wait(&h->changed, &h->lock);
	g_mutex_unlock(&h->lock);
}

ledger *open_watched_on(store *s, health *h, unsigned probe_ms)
{
	const ledger_options options = {.origin = "test.example/consent", .on_health = on_health, .user = h};
	*h = (health){.healthy = true};
	ck_assert_ptr_nonnull(s);
	ledger *l = ledger_open_on(s, &options, probe_ms, NULL);
	ck_assert_ptr_nonnull(l);
	return l;
}

ledger *open_watched(health *h, unsigned probe_ms)
{
	return open_watched_on(store_memory_view(data), h, probe_ms);
}

/* The thread looks at what waits, also at what nobody waits for yet. */
static void wake(ledger *l)
{
	SCOPE_LOCK(&l->lock);
	l->wanted = 0;
	g_cond_signal(&l->work);
}

ledger_ticket *ask(ledger *l, ledger_kind kind, int n)
{
	ledger_ticket *ticket = ledger_append(l, kind, "test", json_pack("{s:i}", "n", n), NULL);
	wake(l);
	return ticket;
}

static bool note_n(const store_row *row, void *user)
{
	json_auto_t *body = json_loads(row->body, 0, NULL);
	g_string_append_printf(user, "%s%d", ((GString *)user)->len ? " " : "",
		(int)json_integer_value(json_object_get(body, "n")));
	return true;
}

void expect_entries(const char *numbers)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	ck_assert(data->ops->iterate(data, &(ledger_filter){0}, note_n, seen, NULL));
	ck_assert_str_eq(seen->str, numbers);
}

void expect_verifies(gint64 wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_on(store_memory_view(data));
	gint64 entries;
	char link[HASH_HEX_SIZE];
	ck_assert_msg(ledger_verify(reader, &entries, link, &error), "%s", error ? error->message : "");
	ck_assert_int_eq(entries, wanted);
}

bool wait_good(ledger_ticket *ticket)
{
	return ledger_wait(ticket, LONG_MS, NULL, NULL);
}

void wait_bad(ledger_ticket *ticket, unsigned timeout_ms)
{
	g_autoptr(GError) error = NULL;
	ck_assert(!ledger_wait(ticket, timeout_ms, NULL, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_LEDGER));
}

void on_done(const ledger_place *place, void *user)
{
	verdict_of *v = user;
	g_mutex_lock(&v->all->lock);
	g_string_append_printf(
		v->all->text, "%s%d:%d", v->all->text->len ? " " : "", v->n, place ? (int)place->index : -1);
	v->all->count++;
	v->all->thread = g_thread_self();
	g_cond_signal(&v->all->changed);
	g_mutex_unlock(&v->all->lock);
}

void expect_verdicts(verdicts *v, unsigned count, const char *text)
{
	g_mutex_lock(&v->lock);
	while (v->count < count)
		g_cond_wait(&v->changed, &v->lock);
	ck_assert_str_eq(v->text->str, text);
	ck_assert_ptr_ne(v->thread, g_thread_self());
	g_mutex_unlock(&v->lock);
	g_string_free(v->text, TRUE);
}

void post(ledger *l, ledger_kind kind, verdict_of *v)
{
	ledger_post(l, kind, "test", json_pack("{s:i}", "n", v->n), NULL, on_done, v);
}

int run_suite(const char *name, void (*add_tests)(TCase *tc))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	tcase_add_checked_fixture(tc, queue_setup, queue_teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
