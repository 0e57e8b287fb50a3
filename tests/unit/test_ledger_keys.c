/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger remembers the keys to personal data that it writes under: never one that is not in the store, or
 * not any more. Such an entry could be read by nobody, or an erased one again. */
#include "ledger_queue_help.h"

#include <stdlib.h>

/* Who can be read: the display name of each entry about Ann, "erased" where its key is gone. */
static bool note_name(const ledger_entry *e, void *user)
{
	const char *name = json_string_value(json_object_get(e->personal, "display"));
	g_string_append_printf(user, "%s ", e->erased ? "erased" : name ? name : "-");
	return true;
}

static void expect_names(const char *wanted)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(ledger_reader) r = ledger_reader_on(store_memory_view(data));
	ck_assert(ledger_read(r, &(ledger_filter){.participant = "ann"}, note_name, seen, NULL));
	ck_assert_str_eq(seen->str, wanted);
}

static void append(ledger *l, const char *name)
{
	help_append_named(l, "decision", name, "{s:s}", "participant", "ann");
}

START_TEST(writes_under_one_key)
{
	g_autoptr(ledger) l = open_ledger();
	append(l, "Ann");
	append(l, "Anna");
	expect_names("Ann Anna ");
	expect_verifies(2);
}
END_TEST

START_TEST(an_erased_key_is_not_used_again)
{
	g_autoptr(ledger) l = open_ledger();
	append(l, "Ann");
	ck_assert(ledger_erase(l, "ann", "asked", "admin", LONG_MS, NULL));
	append(l, "Anna");
	expect_names("erased - Anna ");
	expect_verifies(3);
}
END_TEST

START_TEST(a_key_that_another_program_erased_is_not_used_again)
{
	g_autoptr(ledger) l = open_ledger();
	append(l, "Ann");
	help_write(data, 1, "erase", NULL, "{s:s, s:s, s:s}", "participant", "ann", "reason", "asked", "by",
		"admin");
	append(l, "Anna");
	expect_names("erased - Anna ");
	expect_verifies(3);
}
END_TEST

/* It was rolled back with the entry that it was made for. */
START_TEST(a_key_made_in_vain_is_made_again)
{
	health h;
	g_autoptr(ledger) l = open_watched(&h, PROBE_SOON);
	store_memory_fail(data, MEMORY_COMMIT, 1, 1);
	wait_bad(ledger_append(l, LEDGER_ANSWERED, "decision", json_pack("{s:s}", "participant", "ann"),
			 json_pack("{s:s}", "display", "Ann")),
		LONG_MS);
	await_health(&h, true);
	append(l, "Anna");
	expect_names("Anna ");
	expect_verifies(1);
}
END_TEST

/* One transaction in which the key is used, destroyed and made anew. */
START_TEST(an_erasure_between_two_entries_of_a_group)
{
	ledger_ticket *tickets[3];
	g_autoptr(ledger) l = open_ledger();
	append(l, "Ann");
	store_memory_hold(data);
	ledger_ticket *first = ask(l, LEDGER_ANSWERED, 0);
	store_memory_await(data);
	for (int i = 0; i < 3; i++)
		tickets[i] = ledger_append(l, LEDGER_KEPT, i == 1 ? "erase" : "decision",
			json_pack("{s:s}", "participant", "ann"),
			i == 1 ? NULL : json_pack("{s:s}", "display", i ? "Anna" : "Annie"));
	store_memory_release(data);
	ck_assert(wait_good(first));
	for (int i = 0; i < 3; i++)
		ck_assert(wait_good(tickets[i]));
	expect_names("erased erased - Anna ");
	expect_verifies(5);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, writes_under_one_key);
	tcase_add_test(tc, an_erased_key_is_not_used_again);
	tcase_add_test(tc, a_key_that_another_program_erased_is_not_used_again);
	tcase_add_test(tc, a_key_made_in_vain_is_made_again);
	tcase_add_test(tc, an_erasure_between_two_entries_of_a_group);
}

int main(void)
{
	return run_suite("ledger_keys", add_tests);
}
