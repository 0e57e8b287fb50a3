/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger on its real file: a disk that is full, a process that is killed, a file that goes away. */
#include "ledger_queue_help.h"

#include "base/error.h"
#include "ledger/queue.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLS 20

static help_place place;

static ledger *open_disk(health *h)
{
	return open_watched_on(store_sqlite_open(place.path, NULL), h, PROBE_SOON);
}

/* In the order in which they stand there. */
static void expect_numbers(const char *wanted)
{
	g_autoptr(store) s = store_sqlite_open_reader(place.path, NULL);
	store *memory = data;
	data = s;
	expect_entries(wanted);
	data = memory;
}

static gint64 count_verified(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, &error);
	gint64 entries = -1;
	char link[HASH_HEX_SIZE];
	ck_assert_msg(
		reader && ledger_verify(reader, &entries, link, &error), "%s", error ? error->message : "");
	return entries;
}

/* No file of this process may grow beyond `bytes`. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static rlim_t log_size(void)
{
	g_autofree char *log = g_strconcat(place.path, "-wal", NULL);
	struct stat found;
	ck_assert_int_eq(stat(log, &found), 0);
	return (rlim_t)found.st_size;
}

START_TEST(a_full_disk_loses_nothing_that_is_kept)
{
	health h;
	place = help_place_new();
	signal(SIGXFSZ, SIG_IGN);
	ledger *l = open_disk(&h);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 0)));

	limit_files(log_size());
	ledger_ticket *kept = ask(l, LEDGER_KEPT, 1), *answered = ask(l, LEDGER_ANSWERED, 2);
	wait_bad(kept, LONG_MS);
	wait_bad(answered, LONG_MS);
	await_health(&h, false);
	ledger_post(l, LEDGER_KEPT, "test", json_pack("{s:i}", "n", 3), NULL, NULL, NULL);
	expect_numbers("0");

	limit_files(RLIM_INFINITY);
	await_health(&h, true);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 4)));
	ledger_close(l);
	expect_numbers("0 1 3 4");
	ck_assert_int_eq(count_verified(), 4);
	help_place_remove(&place);
}
END_TEST

START_TEST(a_file_that_is_gone_takes_nothing)
{
	health h;
	place = help_place_new();
	g_autofree char *elsewhere = g_strconcat(place.path, ".moved", NULL);
	ledger *l = open_disk(&h);
	ck_assert(wait_good(ask(l, LEDGER_ANSWERED, 0)));
	ck_assert_int_eq(g_rename(place.path, elsewhere), 0);
	wait_bad(ask(l, LEDGER_ANSWERED, 1), LONG_MS);
	wait_bad(ask(l, LEDGER_KEPT, 2), LONG_MS);
	ck_assert_msg(strstr(h.why, "moved or removed"), "%s", h.why);
	ck_assert_int_eq(g_rename(elsewhere, place.path), 0);
	await_health(&h, true);
	ledger_close(l);
	expect_numbers("0 2");
	help_place_remove(&place);
}
END_TEST

/* Tells every answer through the pipe, until it is killed. */
static G_NORETURN void answer_for_ever(int to)
{
	g_autoptr(ledger) l = help_ledger(&place);
	for (;;) {
		ledger_place at;
		ledger_post(l, LEDGER_KEPT, "test", json_object(), NULL, NULL, NULL);
		ledger_ticket *ticket = ledger_append(
			l, LEDGER_ANSWERED, "test", json_object(), json_pack("{s:s}", "display", "Ann"));
		if (!ledger_wait(ticket, LONG_MS, &at, NULL) ||
			write(to, &at.index, sizeof(at.index)) != sizeof(at.index))
			_exit(EXIT_FAILURE);
	}
}

/* Kills after so many answers; returns the last index that was answered. */
static gint64 kill_after(unsigned answers)
{
	gint64 index = -1, last = -1;
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0)
		answer_for_ever(ends[1]);
	close(ends[1]);
	for (; answers > 0 && read(ends[0], &index, sizeof(index)) == sizeof(index); answers--)
		last = index;
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	/* What it had said before it died. */
	while (read(ends[0], &index, sizeof(index)) == sizeof(index))
		last = index;
	close(ends[0]);
	return last;
}

START_TEST(a_kill_loses_no_answer)
{
	GRand *random = g_rand_new_with_seed(9);
	place = help_place_new();
	gint64 before = 0;
	for (int i = 0; i < KILLS; i++) {
		gint64 last = kill_after((unsigned)g_rand_int_range(random, 1, 40));
		gint64 entries = count_verified();
		ck_assert_int_ge(last, before);
		ck_assert_int_gt(entries, last);
		before = entries;
	}
	g_rand_free(random);
	help_place_remove(&place);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, a_full_disk_loses_nothing_that_is_kept);
	tcase_add_test(tc, a_file_that_is_gone_takes_nothing);
	tcase_add_test(tc, a_kill_loses_no_answer);
}

int main(void)
{
	return run_suite("ledger_disk", add_tests);
}
