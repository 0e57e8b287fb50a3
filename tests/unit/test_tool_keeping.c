/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tool on what the operator does to a log: erasing, rotating its key. */
#include "tool_proofs_help.h"
#include "suite.h"

#include "base/clock.h"
#include "proofs/jwk.h"
#include "proofs/keyfile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- Erasing ---- */

/* Whether the text is in any file of the database. Another process looks: SQLite's locks are this one's, and
 * would be gone when it closed any of the files. */
static bool is_anywhere(const char *text)
{
	g_autofree char *line = g_strdup_printf("grep -qF -e '%s' %%s*", text);
	g_auto(run) r = shell(line);
	ck_assert_msg(r.code < 2, "%s", r.err);
	return r.code == 0;
}

static char *key_of_ann(void)
{
	return help_select(&place, "SELECT value FROM meta WHERE name = 'key/ann'");
}

START_TEST(erases_what_can_be_read_nowhere_then)
{
	g_autofree char *key = key_of_ann();
	ck_assert(is_anywhere(key) && !is_anywhere(NAME));
	expect_run("records --store %s --format jsonl", 0, NAME, NULL);
	expect_run("erase --store %s --participant ann --reason asked", 0, "erased participant: ann\n", NULL);
	ck_assert(!is_anywhere(key));
	g_auto(run) records = call("records --store %s --format jsonl");
	ck_assert(records.code == 0 && !strstr(records.out, NAME));
	expect_run("verify --store %s", 0, "verified: 8 entries", NULL); /* two exports were noted */
	g_autofree char *body = help_select(&place, "SELECT body FROM entries WHERE type = 'erase'");
	ck_assert_msg(strstr(body, "\"by\":\"tool\"") && strstr(body, "\"reason\":\"asked\""), "%s", body);
}
END_TEST

START_TEST(erases_only_whom_the_ledger_knows)
{
	expect_run("erase --store %s --participant bob --reason asked", 1, NULL, "knows no participant bob");
	expect_run("erase --store %s --reason asked", 2, NULL, "--participant is needed");
	expect_run("erase --store %s --participant ann", 2, NULL, "--reason is needed");
	expect_run("erase --store %s --origin other --participant ann --reason asked", 3, NULL,
		"not of “other”");
	expect_run("erase --store @/missing --participant ann --reason asked", 3, NULL, "/missing");
	expect_run("verify --store %s", 0, "verified: 5 entries", NULL);
}
END_TEST

/* The gateway goes on behind what the tool wrote. */
START_TEST(erases_beside_a_gateway_who_is_gone)
{
	g_autofree char *key = key_of_ann();
	g_autoptr(ledger) l = signed_log(&place);
	help_append(l, "test", "{}");
	expect_run("erase --store %s --participant ann --reason asked", 2, NULL,
		"use its Admin API (consent_erase)");
	ck_assert(is_anywhere(key));
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "ended");
	expect_run("erase --store %s --participant ann --reason asked", 0, "erased participant: ann\n", NULL);
	ck_assert(!is_anywhere(key));
	ck_assert_int_eq(help_append(l, "test", "{}").index, 8);
	expect_run("verify --store %s", 0, "verified: 9 entries", NULL);
}
END_TEST

/* Yan, by the key that the handle proved. */
static void bound(void)
{
	g_autoptr(ledger) l = signed_log(&place);
	person yan, handle;
	person_init(&yan, "yan", "m1");
	handle = yan;
	handle.id = "handle";
	person_join(&handle, l, NAME);
	json_t *asked = json_pack("{s:o}", "bind", jwk_make(signing_key_public(&yan.key)));
	g_autofree char *proof = person_sign(&handle, asked, clock_now_ms());
	json_t *body = person_bind_body(&yan);
	json_object_set_new(body, "formerly", json_string("handle"));
	signed_append(l, "bind", body, person_bind_personal(&yan, proof));
}

static const char *const ids_of_yan[] = {"yan", "handle"};

START_TEST(erases_a_person_by_any_of_their_ids)
{
	bound();
	g_autofree char *words =
		g_strdup_printf("erase --store %%s --participant %s --reason asked", ids_of_yan[_i]);
	g_autofree char *told = g_strdup_printf(
		"erased participant: %s\nerased participant: %s\n", ids_of_yan[_i], ids_of_yan[1 - _i]);
	expect_run(words, 0, told, NULL);
	g_autofree char *left =
		help_select(&place, "SELECT count(*) FROM meta WHERE name IN ('key/yan', 'key/handle')");
	g_autofree char *said = help_select(&place, "SELECT count(*) FROM entries WHERE type = 'erase'");
	ck_assert_str_eq(left, "0");
	ck_assert_str_eq(said, "2");
	expect_run("verify --store %s", 0, "verified: 9 entries", NULL);
}
END_TEST

/* While somebody reads an older state, the log that they need cannot be emptied: as soon as it can, it is. */
START_TEST(a_reader_delays_it_only)
{
	sqlite3 *reader = NULL;
	g_autofree char *key = key_of_ann();
	g_autoptr(ledger) l = signed_log(&place);
	help_append(l, "test", "{}");
	ck_assert_int_eq(sqlite3_open(place.path, &reader), SQLITE_OK);
	ck_assert_int_eq(
		sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM entries", NULL, NULL, NULL), SQLITE_OK);
	ck_assert(ledger_erase(l, "ann", "asked", "test", 10000, NULL));
	ck_assert(is_anywhere(key));
	sqlite3_close(reader);
	help_append(l, "test", "{}");
	ck_assert(!is_anywhere(key));
}
END_TEST

/* Many people, many pages that split and merge: nothing of those who are gone stays in a corner of one. */
START_TEST(no_page_keeps_what_was_erased)
{
	enum { PEOPLE = 200 };
	char *keys[PEOPLE];
	g_autoptr(ledger) l = signed_log(&place);
	for (int i = 0; i < PEOPLE; i++) {
		g_autofree char *id = g_strdup_printf("%08x", (unsigned)i * 2654435761u);
		person p;
		person_init(&p, id, "m1");
		person_join(&p, l, "somebody");
		g_autofree char *sql = g_strdup_printf("SELECT value FROM meta WHERE name = 'key/%s'", id);
		keys[i] = help_select(&place, sql);
	}
	for (int i = 0; i < PEOPLE; i += 2) {
		g_autofree char *id = g_strdup_printf("%08x", (unsigned)i * 2654435761u);
		ck_assert(ledger_erase(l, id, "asked", "test", 10000, NULL));
	}
	for (int i = 0; i < PEOPLE; i++) {
		ck_assert_msg(is_anywhere(keys[i]) == (i % 2 == 1), "person %d", i);
		g_free(keys[i]);
	}
}
END_TEST

/* ---- Rotating ---- */

START_TEST(rotates_while_no_gateway_runs)
{
	g_autofree char *path = signed_log_key(&place), *before = get("signing-key");
	struct stat status;
	save_key();
	save("checkpoint --store %s", "early");
	save("proof --store %s --index 4", "proof");
	ledger *running = signed_log(&place);
	expect_run("rotate-key --store %s", 3, NULL, "stop it first, rotate the key, and start it again");
	ledger_close(running);
	g_autofree char *same = get("signing-key");
	ck_assert_str_eq(same, before);

	expect_run("rotate-key --store %s", 0, "key: " HELP_ORIGIN "+", NULL);
	ck_assert(stat(path, &status) == 0 && (status.st_mode & 07777) == 0600);
	expect_run("verify --store %s", 0, "verified: 6 entries", NULL);
	expect_run("verify --store %s --checkpoint @/early", 0, "verified: 6 entries", NULL);
	/* By the old key alone nothing new is vouched for, what is old is. */
	expect_run("verify --store %s --key @/vkey", 1, NULL, "“checkpoint”");
	expect_run("verify --receipt @/receipt.jws --proof @/proof --key @/vkey", 0, "verified: ", NULL);
	expect_run("export jwks @/jwks --store %s", 0, NULL, NULL);
	expect_run("verify --store %s --key @/jwks --checkpoint @/early", 0, "verified: 6", NULL);
	expect_run("verify --receipt @/receipt.jws --proof @/proof --key @/jwks", 0, "verified: ", NULL);

	/* The gateway goes on with the new one, and again after another. */
	grow(1);
	expect_run("rotate-key --store %s", 0, "key: ", NULL);
	grow(1);
	expect_run("verify --store %s --checkpoint @/early", 0, "verified: 9 entries", NULL);
	g_autofree char *count = help_select(&place,
		"SELECT length(value) - length(replace(value, char(10), '')) FROM meta WHERE name = "
		"'former'");
	ck_assert_str_eq(count, "1");

	help_tamper(&place,
		"UPDATE meta SET value = substr(value, 1, instr(value, char(10)) - 1) WHERE name = "
		"'former'");
	expect_run("verify --store %s", 1, NULL, "entry 5: it names a key that the named values");
	help_tamper(&place, "DELETE FROM meta WHERE name = 'former'");
	expect_run("verify --store %s", 1, NULL, "entry 5: it names a key that the named values");
}
END_TEST

/* A crash after the file, before the store. */
START_TEST(a_gateway_takes_up_a_rotation)
{
	g_autofree char *path = signed_log_key(&place);
	g_auto(keyring) ring = {0};
	save("checkpoint --store %s", "early");
	ck_assert(keyfile_rotate(path, HELP_ORIGIN, &ring, NULL));
	expect_run("verify --store %s", 0, "verified: 5 entries", NULL);
	ledger_close(signed_log(&place));
	g_autofree char *vkey = help_select(&place, "SELECT value FROM meta WHERE name = 'vkey'");
	note_verifier now;
	note_signer_verifier(&ring.signer, &now);
	g_autofree char *wanted = note_verifier_text(&now);
	ck_assert_str_eq(vkey, wanted);
	note_verifier_clear(&now);
	expect_run("verify --store %s --checkpoint @/early", 0, "verified: 5 entries", NULL);
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&erases_what_can_be_read_nowhere_then,
		&erases_only_whom_the_ledger_knows, &erases_beside_a_gateway_who_is_gone,
		&a_reader_delays_it_only, &no_page_keeps_what_was_erased, &rotates_while_no_gateway_runs,
		&a_gateway_takes_up_a_rotation};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, erases_a_person_by_any_of_their_ids, 0, G_N_ELEMENTS(ids_of_yan));
}

int main(void)
{
	Suite *suite = suite_create("tool_keeping");
	TCase *tc = tcase_create("tool_keeping");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, proofs_setup, proofs_teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
