/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tool on what a log proves: checkpoints, tile trees, receipts. */
#include "tool_proofs_help.h"
#include "suite.h"

#include "proofs/jws.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Checkpoints ---- */

START_TEST(a_kept_checkpoint_finds_an_older_copy)
{
	g_autofree char *older = NULL;
	gsize size;
	put("c.jcfg", "general: { store = \"ledger.sqlite\"; };");
	save("checkpoint --store %s", "early");
	ck_assert(g_file_get_contents(place.path, &older, &size, NULL));
	grow(3);
	save("checkpoint --store %s", "late");
	expect_run("verify --store %s --checkpoint @/early", 0, "verified: 8 entries", NULL);
	expect_run("verify --store %s --checkpoint @/late", 0, "verified: 8 entries", NULL);
	expect_run("verify --config @/c.jcfg", 0, "verified: 8 entries", NULL);

	ck_assert(g_file_set_contents(place.path, older, (gssize)size, NULL));
	expect_run("verify --store %s", 0, "verified: 5 entries", NULL);
	expect_run("verify --store %s --checkpoint @/early", 0, "verified: 5 entries", NULL);
	expect_run("verify --store %s --checkpoint @/late", 1, NULL,
		"entry 5: it is missing and so are all behind it: the checkpoint in ");
	/* The gateway's own is enough. */
	expect_run("verify --config @/c.jcfg", 1, NULL, "the checkpoint that the gateway keeps in ");
}
END_TEST

START_TEST(a_checkpoint_must_be_one)
{
	save("checkpoint --store %s", "kept");
	flip("kept", 30);
	expect_run("verify --store %s --checkpoint @/kept", 1, NULL, "the checkpoint in ");
	expect_run("verify --store %s --checkpoint @/missing", 3, NULL, "/missing: there is no such file");
	put("kept", "nothing");
	expect_run("verify --store %s --checkpoint @/kept", 1, NULL, "/kept: ");
}
END_TEST

START_TEST(the_key_file_counts)
{
	put("c.jcfg", "general: { store = \"ledger.sqlite\"; };");
	g_autofree char *key = signed_log_key(&place);
	g_autofree char *guard = g_strconcat(key, ".checkpoint", NULL);
	/* Somebody with the store alone signs it anew. */
	g_autofree char *kept = get("signing-key");
	g_unlink(key);
	g_unlink(guard);
	help_tamper(&place, "DELETE FROM meta WHERE name IN ('vkey', 'checkpoint')");
	grow(1);
	put("signing-key", kept);
	g_chmod(key, 0600);
	expect_run("verify --store %s", 0, "verified: 6", NULL);
	expect_run("verify --config @/c.jcfg", 1, NULL, "are not the keys in the gateway's key file");
	/* Who cannot read it is told so. */
	g_unlink(key);
	expect_run("verify --config @/c.jcfg", 0, "verified: 6", "only the store says which key signs it");
}
END_TEST

/* ---- Tile trees ---- */

START_TEST(a_tile_tree_verifies_without_the_store)
{
	save_key();
	save("checkpoint --store %s", "early");
	grow(300);
	expect_run("export tiles @/tiles --store %s", 0, NULL, "305 entries, 305 of them new");
	expect_run("export jwks @/jwks --store %s", 0, NULL, NULL);
	expect_run("verify --tiles @/tiles --key @/vkey", 0, "verified: 305 entries\nlog: " HELP_ORIGIN "\n",
		NULL);
	expect_run("verify --tiles @/tiles --key @/jwks --checkpoint @/early", 0, "verified: 305", NULL);

	grow(2);
	save("checkpoint --store %s", "late");
	expect_run("verify --tiles @/tiles --key @/vkey --checkpoint @/late", 1, NULL,
		"entry 305: it is missing and so are all behind it: the checkpoint in ");
	expect_run("export tiles @/tiles --store %s", 0, NULL, "307 entries, 2 of them new");
	expect_run("verify --tiles @/tiles --key @/vkey --checkpoint @/late", 0, "verified: 307", NULL);
}
END_TEST

static const struct {
	const char *file, *word;
} tiles[] = {
	{"tiles/checkpoint", "checkpoint"},
	{"tiles/tile/0/000", "tile/0/000"},
	{"tiles/tile/0/001.p/49", "tile/0/001.p/49"},
	{"tiles/tile/1/000.p/1", "tile/1/000.p/1"},
	/* Which of an entry and its hash was changed cannot be told. */
	{"tiles/tile/entries/000", "0/000: hash 0, over entries from 0 on"},
	{"tiles/tile/entries/001.p/49", "0/001.p/49: hash 0, over entries from 256 on"},
};

START_TEST(a_changed_file_of_a_tile_tree_is_named)
{
	g_autofree char *path = NULL;
	save_key();
	grow(300);
	expect_run("export tiles @/tiles --store %s", 0, NULL, "305 entries");
	flip(tiles[_i].file, 20);
	expect_run("verify --tiles @/tiles --key @/vkey", 1, NULL, tiles[_i].word);
	path = file_in(tiles[_i].file);
	g_unlink(path);
	expect_run("verify --tiles @/tiles --key @/vkey", _i == 0 ? 3 : 1, NULL,
		tiles[_i].file + strlen("tiles/"));
}
END_TEST

/* However much it is: that is an answer, and no trouble with looking. */
START_TEST(what_stands_behind_a_tile_is_found)
{
	g_autofree char *path = file_in(tiles[_i].file);
	save_key();
	grow(300);
	expect_run("export tiles @/tiles --store %s", 0, NULL, "305 entries");
	ck_assert_int_eq(truncate(path, 18 * 1024 * 1024), 0);
	expect_run("verify --tiles @/tiles --key @/vkey", 1, NULL, "is longer than it can be");
}
END_TEST

START_TEST(a_tile_tree_is_of_one_log)
{
	save_key();
	expect_run("export tiles @/tiles --store %s", 0, NULL, "5 entries");
	expect_run("verify --tiles @/tiles --key @/vkey --origin other", 1, NULL,
		"--key holds no key of the log “other”");
	expect_run("verify --tiles @/tiles", 2, NULL, "--key is needed with --tiles");
	expect_run("verify --tiles @/tiles --key @/vkey --store %s", 2, NULL, "about different things");
	expect_run("verify --tiles @/nothing --key @/vkey", 3, NULL, "there is no such file");
	put("other", "other+00000000+AQ==");
	expect_run("verify --tiles @/tiles --key @/other", 2, NULL,
		"neither a JWKS nor a list of verifier keys");

	/* Another log does not follow on this one. */
	g_unlink(place.path);
	g_autofree char *key = signed_log_key(&place);
	g_autofree char *guard = g_strconcat(key, ".checkpoint", NULL);
	g_unlink(guard);
	grow(9);
	expect_run("export tiles @/tiles --store %s", 1, NULL, "not the beginning of this log");
}
END_TEST

START_TEST(nothing_is_published_of_an_unsigned_log)
{
	g_free(place.path);
	place.path = file_in("unsigned.sqlite");
	ledger *l = help_ledger(&place);
	help_append(l, "test", "{}");
	ledger_close(l);
	expect_run("export tiles @/tiles --store %s", 1, NULL, "no checkpoint yet");
	expect_run("export jwks @/jwks --store %s", 1, NULL, "has no keys");
	expect_run("checkpoint --store %s", 1, NULL, "has no checkpoint");
	expect_run("proof --store %s --index 0", 1, NULL, "no entry 0 under the newest checkpoint");
	expect_run("rotate-key --store %s", 3, NULL, "the log is not signed");
}
END_TEST

START_TEST(a_target_is_needed_and_used_as_it_is)
{
	expect_run("export tiles --store %s", 2, NULL, "DIR is needed");
	expect_run("export jwks --store %s", 2, NULL, "FILE is needed");
	expect_run("export tiles @/tiles @/more --store %s", 2, NULL, "no argument “");
	expect_run("export jwks - --store %s", 0, "{\n  \"keys\": [", NULL);
	expect_run("export tiles - --store %s", 2, NULL, "DIR must be a folder");
	expect_run("export tiels @/tiles --store %s", 2, NULL, "did you mean “tiles”?");
	expect_run("export jwks @/no/folder --store %s", 3, NULL, "/no/folder");
	expect_run("export tiles /dev/null/x --store %s", 3, NULL, "/dev/null/x");
}
END_TEST

/* ---- Receipts ---- */

START_TEST(a_receipt_verifies_with_its_proof)
{
	save_key();
	expect_run("export jwks @/jwks --store %s", 0, NULL, NULL);
	grow(2);
	save("proof --store %s --index 4", "granted");
	save("proof --store %s --index 3", "refused");
	save("proof --store %s --index 1", "join");
	expect_run("verify --receipt @/receipt.jws --proof @/granted --key @/jwks", 0,
		"verified: receipt r1\nlog: " HELP_ORIGIN ", entry 4 of 7\n", NULL);
	expect_run("verify --receipt @/receipt.jws --proof @/refused --key @/vkey", 0,
		"decision: record audio granted\n", NULL);
	expect_run("verify --receipt @/receipt.jws --proof @/join --key @/vkey", 1, NULL,
		"the proof is of entry 1, which the receipt does not name");

	g_autofree char *line = g_strconcat(receipt, "\n", NULL);
	put("receipt.jws", line);
	expect_run("verify --receipt @/receipt.jws --proof @/granted --key @/jwks", 0, "verified: ", NULL);
	expect_run("proof --store %s --index 7", 1, NULL, "no entry 7 under the newest checkpoint");
	expect_run("proof --store %s", 2, NULL, "--index is needed");
}
END_TEST

START_TEST(a_changed_receipt_or_proof_does_not)
{
	static const char verify[] = "verify --receipt @/receipt.jws --proof @/proof --key @/vkey";
	save_key();
	save("proof --store %s --index 4", "proof");
	g_autofree char *good = get("proof");
	for (size_t at = 0; at < strlen(receipt); at += 5) {
		put("receipt.jws", receipt);
		flip("receipt.jws", at);
		g_auto(run) r = run_in_place(verify);
		ck_assert_msg(r.code == 1, "character %zu: exit %d %s", at, r.code, r.out);
	}
	put("receipt.jws", receipt);
	for (size_t at = 0; at < strlen(good); at += 7) {
		put("proof", good);
		flip("proof", at);
		g_auto(run) r = run_in_place(verify);
		/* A proof says nothing of itself but what is signed or hashed. */
		ck_assert_msg(r.code == 1, "proof, character %zu: exit %d %s", at, r.code, r.out);
	}
}
END_TEST

/* Without that claim, or with that in its place, and signed with the log's key all the same. */
static void put_receipt(const char *claim, json_t *instead)
{
	g_auto(jws) good = {0};
	g_autoptr(ledger) l = signed_log(&place);
	ck_assert(jws_parse((text_span){receipt, strlen(receipt)}, &good, NULL));
	json_auto_t *claims = json_deep_copy(good.claims);
	json_object_del(claims, claim);
	if (instead)
		json_object_set_new(claims, claim, instead);
	g_autofree char *made = ledger_sign(l, claims, "consent-receipt+jwt");
	put("receipt.jws", made);
}

START_TEST(a_receipt_that_lacks_something_or_contradicts_itself_does_not)
{
	static const char *const lacking[] = {"jti", "iat", "sub", "meeting", "decisions"};
	static const char verify[] = "verify --receipt @/receipt.jws --proof @/proof --key @/vkey";
	save_key();
	save("proof --store %s --index 4", "proof");
	for (size_t i = 0; i < G_N_ELEMENTS(lacking); i++) {
		put_receipt(lacking[i], NULL);
		expect_run(verify, 1, NULL, "the receipt lacks its “jti”");
	}
	put_receipt("log", json_pack("{s:s, s:i, s:s}", "origin", HELP_ORIGIN, "index", 1, "leaf", "00"));
	expect_run(verify, 1, NULL, "“log” is not the last of its “entries”");
	put_receipt("entries", json_array());
	expect_run(verify, 1, NULL, "“log” is not the last of its “entries”");
	put_receipt("entries", NULL);
	expect_run(verify, 0, "verified: receipt r1", NULL);
}
END_TEST

START_TEST(a_receipt_needs_its_proof_and_a_key)
{
	save_key();
	save("proof --store %s --index 4", "proof");
	expect_run(
		"verify --receipt @/receipt.jws --key @/vkey", 2, NULL, "--proof is needed with --receipt");
	expect_run(
		"verify --receipt @/receipt.jws --proof @/proof", 2, NULL, "--key is needed with --receipt");
	expect_run("verify --proof @/proof --key @/vkey", 2, NULL, "--receipt is needed with --proof");
	expect_run("verify --receipt @/receipt.jws --proof @/proof --key @/missing", 3, NULL, "no such file");
	put("empty.jwks", "{\"keys\":[]}");
	expect_run(
		"verify --receipt @/receipt.jws --proof @/proof --key @/empty.jwks", 1, NULL, "holds no key");
}
END_TEST

static void add_tests(TCase *tc)
{
	static const TTest *const *const tests[] = {&a_kept_checkpoint_finds_an_older_copy,
		&a_checkpoint_must_be_one, &the_key_file_counts, &a_tile_tree_verifies_without_the_store,
		&a_tile_tree_is_of_one_log, &nothing_is_published_of_an_unsigned_log,
		&a_target_is_needed_and_used_as_it_is, &a_receipt_verifies_with_its_proof,
		&a_changed_receipt_or_proof_does_not,
		&a_receipt_that_lacks_something_or_contradicts_itself_does_not,
		&a_receipt_needs_its_proof_and_a_key};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, a_changed_file_of_a_tile_tree_is_named, 0, (int)G_N_ELEMENTS(tiles));
	tcase_add_loop_test(tc, what_stands_behind_a_tile_is_found, 0, (int)G_N_ELEMENTS(tiles));
}

int main(void)
{
	Suite *suite = suite_create("tool_proofs");
	TCase *tc = tcase_create("tool_proofs");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, proofs_setup, proofs_teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
