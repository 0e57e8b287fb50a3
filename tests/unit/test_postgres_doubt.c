/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection that is lost around a COMMIT: the store says that the rows are there if and only if they are.
 */
#include "postgres_help.h"
#include "postgres_proxy.h"

#include <string.h>

#define ROUNDS 25

static pg_proxy *proxy;

/* A store behind the proxy; what hangs on it is counted. */
typedef struct doubt {
	store *store;
	unsigned calls;
	unsigned give_up_at;               /* 0: never */
	void (*at_third)(struct doubt *d); /* or NULL */
} doubt;

static bool on_doubt(const GError *why, void *user)
{
	doubt *d = user;
	ck_assert_ptr_nonnull(why);
	d->calls++;
	if (d->calls == 3 && d->at_third)
		d->at_third(d);
	return d->calls != d->give_up_at;
}

static void begin(doubt *d)
{
	g_autoptr(GError) error = NULL;
	proxy = pg_proxy_new(&help_server);
	d->store = store_open(pg_proxy_url(proxy), HELP_ORIGIN, STORE_WRITER, &error);
	ck_assert_msg(d->store != NULL, "%s", error ? error->message : "");
	d->store->in_doubt = on_doubt;
	d->store->user = d;
}

static void end(doubt *d)
{
	store_close(d->store);
	pg_proxy_free(proxy);
}

/* Row `index` in a transaction of its own. */
static bool commit_row(store *s, gint64 index)
{
	store_row row = help_row(index);
	ck_assert(s->ops->begin(s, NULL));
	ck_assert(s->ops->append(s, &row, NULL));
	bool good = s->ops->commit(s, NULL);
	if (!good)
		s->ops->rollback(s);
	return good;
}

static gint64 count_rows(void)
{
	g_autofree char *count = pg_server_sql(&help_server, "SELECT count(*) FROM janus_consent.entries");
	return g_ascii_strtoll(count, NULL, 10);
}

static bool commit_with(doubt *d, proxy_fault fault, gint64 index)
{
	pg_proxy_fault(proxy, fault);
	return commit_row(d->store, index);
}

START_TEST(a_lost_answer_is_found_out)
{
	doubt d = {0};
	begin(&d);
	ck_assert(commit_with(&d, PROXY_LOSE_ANSWER, 0));
	ck_assert_int_eq(count_rows(), 1);
	ck_assert_uint_eq(d.calls, 0);
	ck_assert(commit_row(d.store, 1));
	end(&d);
}
END_TEST

START_TEST(a_lost_request_is_found_out)
{
	doubt d = {0};
	begin(&d);
	ck_assert(!commit_with(&d, PROXY_LOSE_REQUEST, 0));
	ck_assert_int_eq(count_rows(), 0);
	ck_assert(commit_row(d.store, 0));
	end(&d);
}
END_TEST

/* The server may be anywhere between the first byte and the last when the store begins to look. */
START_TEST(a_cut_at_any_moment_is_found_out)
{
	doubt d = {0};
	gint64 next = 0;
	begin(&d);
	for (int i = 0; i < ROUNDS; i++) {
		next += commit_with(&d, PROXY_CUT, next);
		ck_assert_int_eq(count_rows(), next);
	}
	end(&d);
}
END_TEST

START_TEST(a_held_answer_is_not_waited_for)
{
	doubt d = {0};
	begin(&d);
	ck_assert(commit_with(&d, PROXY_HOLD_ANSWER, 0));
	ck_assert_uint_ge(d.calls, 1);
	ck_assert_int_eq(count_rows(), 1);
	pg_proxy_release(proxy);
	ck_assert(commit_row(d.store, 1));
	end(&d);
}
END_TEST

/* What arrives after the store has said no finds its transaction gone. */
START_TEST(a_held_request_comes_too_late)
{
	doubt d = {0};
	begin(&d);
	ck_assert(!commit_with(&d, PROXY_HOLD_REQUEST, 0));
	ck_assert_int_eq(count_rows(), 0);
	pg_proxy_release(proxy);
	ck_assert(commit_row(d.store, 0));
	ck_assert(commit_row(d.store, 1));
	ck_assert_int_eq(count_rows(), 2);
	end(&d);
}
END_TEST

static void let_in(doubt *d)
{
	(void)d;
	pg_proxy_refuse(proxy, false);
}

START_TEST(it_waits_for_a_server_that_is_away)
{
	doubt d = {.at_third = let_in};
	begin(&d);
	pg_proxy_refuse(proxy, true);
	ck_assert(commit_with(&d, PROXY_LOSE_ANSWER, 0));
	ck_assert_uint_ge(d.calls, 3);
	ck_assert(d.store->ops->probe(d.store, NULL));
	pg_proxy_refuse(proxy, true);
	d.calls = 0;
	ck_assert(!commit_with(&d, PROXY_LOSE_REQUEST, 1));
	ck_assert_uint_ge(d.calls, 3);
	ck_assert_int_eq(count_rows(), 1);
	end(&d);
}
END_TEST

START_TEST(it_gives_up_when_told_and_says_that_it_does_not_know)
{
	doubt d = {.give_up_at = 2};
	g_autoptr(GError) error = NULL;
	store_row row = help_row(0);
	begin(&d);
	pg_proxy_refuse(proxy, true);
	pg_proxy_fault(proxy, PROXY_LOSE_ANSWER);
	ck_assert(d.store->ops->begin(d.store, NULL) && d.store->ops->append(d.store, &row, NULL));
	ck_assert(!d.store->ops->commit(d.store, &error));
	expect_word(error, "not known");
	d.store->ops->rollback(d.store);
	ck_assert_uint_eq(d.calls, 2);
	end(&d);
}
END_TEST

static void take_over(doubt *d)
{
	g_autoptr(store) other = open_as(HELP_ORIGIN, STORE_WRITER);
	help_fill(other, 1, 2);
	let_in(d);
}

START_TEST(it_finds_out_though_another_has_taken_over)
{
	doubt d = {.at_third = take_over};
	begin(&d);
	pg_proxy_refuse(proxy, true);
	ck_assert(commit_with(&d, PROXY_LOSE_ANSWER, 0));
	ck_assert_int_eq(count_rows(), 3);
	ck_assert(commit_row(d.store, 3));
	end(&d);
}
END_TEST

static void take_over_instead(doubt *d)
{
	g_autoptr(store) other = open_as(HELP_ORIGIN, STORE_WRITER);
	store_row row = help_row(0);
	row.link[0] ^= 1;
	ck_assert(other->ops->begin(other, NULL) && other->ops->append(other, &row, NULL) &&
		other->ops->commit(other, NULL));
	let_in(d);
}

START_TEST(another_row_in_its_place_is_not_its_own)
{
	doubt d = {.at_third = take_over_instead};
	begin(&d);
	pg_proxy_refuse(proxy, true);
	ck_assert(!commit_with(&d, PROXY_LOSE_REQUEST, 0));
	ck_assert_int_eq(count_rows(), 1);
	end(&d);
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&a_lost_answer_is_found_out, &a_lost_request_is_found_out,
		&a_cut_at_any_moment_is_found_out, &a_held_answer_is_not_waited_for,
		&a_held_request_comes_too_late, &it_waits_for_a_server_that_is_away,
		&it_gives_up_when_told_and_says_that_it_does_not_know,
		&it_finds_out_though_another_has_taken_over, &another_row_in_its_place_is_not_its_own};
	return run_on_postgres("postgres in doubt", tests, G_N_ELEMENTS(tests));
}
