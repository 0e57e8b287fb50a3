/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tool on what a log proves: checkpoints, tile trees, receipts, keys; and what the operator does to it.
 */
#include "exports_tool_help.h"
#include "signed_log.h"

#include "base/clock.h"
#include "proofs/jwk.h"
#include "proofs/keyfile.h"

#include <check.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAME "Zacharias the Unforgettable"

static char *receipt;        /* Ann's, compact */
static ledger_place decided; /* where it says that her decision is */

static char *file_in(const char *name)
{
	return g_build_filename(place.folder, name, NULL);
}

static void put(const char *name, const char *text)
{
	g_autofree char *path = file_in(name);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static char *get(const char *name)
{
	g_autofree char *path = file_in(name);
	char *text = NULL;
	ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
	return text;
}

/* As the gateway's, with two entries: a refusal before. */
static char *make_receipt(ledger *l, const ledger_place *first, const ledger_place *last)
{
	json_auto_t *claims = json_pack("{s:s, s:i, s:s, s:s, s:s, s:[{s:s, s:s, s:s}], s:{s:s, s:I, s:s},"
					" s:[{s:I, s:s}, {s:I, s:s}]}",
		"iss", HELP_ORIGIN, "iat", 1767323045, "jti", "r1", "sub", "ann", "meeting", "m1",
		"decisions", "purpose", "record", "medium", "audio", "decision", "granted", "log", "origin",
		HELP_ORIGIN, "index", (json_int_t)last->index, "leaf", last->leaf, "entries", "index",
		(json_int_t)first->index, "leaf", first->leaf, "index", (json_int_t)last->index, "leaf",
		last->leaf);
	return ledger_sign(l, claims, "consent-receipt+jwt");
}

static void setup(void)
{
	person ann;
	ck_assert(sodium_init() >= 0);
	place = help_place_new();
	g_autoptr(ledger) l = signed_log(&place);
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "began");
	person_init(&ann, "ann", "m1");
	person_join(&ann, l, NAME);
	person_bind(&ann, l);
	ledger_place refused = person_decide(&ann, l, "train", "refused");
	decided = person_decide(&ann, l, "record", "granted");
	receipt = make_receipt(l, &refused, &decided);
	put("receipt.jws", receipt);
}

static void teardown(void)
{
	g_autofree char *remove = g_strdup_printf("rm -r %s/tiles", place.folder);
	g_autofree char *tiles = file_in("tiles");
	if (g_file_test(tiles, G_FILE_TEST_EXISTS))
		ck_assert_int_eq(system(remove), 0);
	g_free(receipt);
	help_place_remove(&place);
}

/* “@” in arguments is the place's folder. */
static void expect_run(const char *arguments, int code, const char *out, const char *err)
{
	g_autoptr(GString) line = g_string_new(arguments);
	g_string_replace(line, "@", place.folder, 0);
	g_auto(run) r = call(line->str);
	ck_assert_msg(r.code == code, "%s: exit %d\n%s%s", line->str, r.code, r.out, r.err);
	ck_assert_msg(out ? strstr(r.out, out) != NULL : !*r.out, "%s: “%s” on stdout", line->str, r.out);
	ck_assert_msg(err ? strstr(r.err, err) != NULL : !*r.err, "%s: “%s” on stderr", line->str, r.err);
}

/* What a command prints, into a file. */
static void save(const char *arguments, const char *name)
{
	g_auto(run) r = call(arguments);
	ck_assert_msg(r.code == 0, "%s: %s", arguments, r.err);
	put(name, r.out);
}

static void grow(unsigned count)
{
	g_autoptr(ledger) l = signed_log(&place);
	while (count--)
		help_append(l, "test", "{}");
}

static void flip(const char *name, size_t at)
{
	g_autofree char *path = file_in(name), *bytes = NULL;
	gsize size;
	ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
	ck_assert_uint_lt(at, size);
	bytes[at] ^= 1;
	ck_assert(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

static void save_key(void)
{
	g_autofree char *vkey = help_select(&place, "SELECT value FROM meta WHERE name = 'vkey'");
	put("vkey", vkey);
}

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
		g_autoptr(GString) line = g_string_new(verify);
		g_string_replace(line, "@", place.folder, 0);
		g_auto(run) r = call(line->str);
		ck_assert_msg(r.code == 1, "character %zu: exit %d %s", at, r.code, r.out);
	}
	put("receipt.jws", receipt);
	for (size_t at = 0; at < strlen(good); at += 7) {
		put("proof", good);
		flip("proof", at);
		g_autoptr(GString) line = g_string_new(verify);
		g_string_replace(line, "@", place.folder, 0);
		g_auto(run) r = call(line->str);
		/* A proof says nothing of itself but what is signed or hashed. */
		ck_assert_msg(r.code == 1, "proof, character %zu: exit %d %s", at, r.code, r.out);
	}
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
	expect_run("erase --store %s --participant ann --reason asked", 0, "erased: ann\n", NULL);
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
		"holds no log of “other”");
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
	expect_run("erase --store %s --participant ann --reason asked", 0, "erased: ann\n", NULL);
	ck_assert(!is_anywhere(key));
	ck_assert_int_eq(help_append(l, "test", "{}").index, 8);
	expect_run("verify --store %s", 0, "verified: 9 entries", NULL);
}
END_TEST

START_TEST(erases_who_they_were_before)
{
	{
		g_autoptr(ledger) l = signed_log(&place);
		person ann, handle;
		person_init(&ann, "yan", "m1");
		handle = ann;
		handle.id = "handle";
		person_join(&handle, l, NAME);
		json_t *asked = json_pack("{s:o}", "bind", jwk_make(signing_key_public(&ann.key)));
		g_autofree char *proof = person_sign(&handle, asked, clock_now_ms());
		json_t *body = person_bind_body(&ann);
		json_object_set_new(body, "formerly", json_string("handle"));
		signed_append(l, "bind", body, person_bind_personal(&ann, proof));
	}
	expect_run("erase --store %s --participant yan --reason asked", 0, "erased: yan\n", NULL);
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
	{
		g_autoptr(ledger) l = signed_log(&place);
		expect_run("rotate-key --store %s", 3, NULL, "stop it first");
	}
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
	static const TTest *const *const tests[] = {&a_kept_checkpoint_finds_an_older_copy,
		&a_checkpoint_must_be_one, &the_key_file_counts, &a_tile_tree_verifies_without_the_store,
		&a_tile_tree_is_of_one_log, &nothing_is_published_of_an_unsigned_log,
		&a_target_is_needed_and_used_as_it_is, &a_receipt_verifies_with_its_proof,
		&a_changed_receipt_or_proof_does_not, &a_receipt_needs_its_proof_and_a_key,
		&erases_what_can_be_read_nowhere_then, &erases_only_whom_the_ledger_knows,
		&erases_beside_a_gateway_who_is_gone, &erases_who_they_were_before, &a_reader_delays_it_only,
		&no_page_keeps_what_was_erased, &rotates_while_no_gateway_runs,
		&a_gateway_takes_up_a_rotation};
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tcase_add_test(tc, *tests[i]);
	tcase_add_loop_test(tc, a_changed_file_of_a_tile_tree_is_named, 0, (int)G_N_ELEMENTS(tiles));
}

int main(void)
{
	Suite *suite = suite_create("tool_proofs");
	TCase *tc = tcase_create("tool_proofs");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	add_tests(tc);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
