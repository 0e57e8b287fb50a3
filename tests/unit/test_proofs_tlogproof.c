/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints, and proofs that an entry is in a log. */
#include "proofs/tlogproof.h"

#include "base/error.h"

#include "proofs_support.h"

#include <string.h>

#define ORIGIN "example.com/log"
#define EMPTY_ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define UNKNOWN "— example.com/bar AAAAAAAA\n"

/* Checkpoints */

/* c2sp.org/tlog-checkpoint's example */
START_TEST(checkpoint_vector)
{
	g_auto(note) n = {0};
	g_auto(checkpoint) head = {0};
	const char *text = "example.com/behind-the-sofa\n20852163\n" ROOT "\n\n"
			   "— example.com/behind-the-sofa "
			   "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
			   "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
	ck_assert(note_parse(span_of(text), &n, NULL));
	ck_assert(checkpoint_parse(n.text, &head, NULL));
	ck_assert_str_eq(head.origin, "example.com/behind-the-sofa");
	ck_assert_uint_eq(head.size, 20852163);
	assert_hash(head.root, "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
	g_autofree char *again = checkpoint_text(head.origin, head.size, head.root, NULL);
	ck_assert_str_eq(again, n.text);
}
END_TEST

/* NULL: it is one. */
static const struct {
	const char *text, *words;
} checkpoint_forms[] = {
	{"o\n1\n" ROOT "\n", NULL},
	{"o\n0\n" EMPTY_ROOT "\n", NULL},
	{"o with blanks\n1\n" ROOT "\n", NULL},
	{"o\n1\n" ROOT "\nextension\nanother\n", NULL},
	{"o\n9223372036854775807\n" ROOT "\n", NULL},
	{"", "three lines"},
	{"o\n1\n", "three lines"},
	{"o\n1\n" ROOT, "three lines"},
	{"o\n1\n" ROOT "\n\n", "three lines"},
	{"o\n1\n" ROOT "\n\nx\n", "three lines"},
	{"o\n1\n" ROOT "\nx", "three lines"},
	{"\n1\n" ROOT "\n", "empty origin"},
	{"o\n01\n" ROOT "\n", "size"},
	{"o\n-1\n" ROOT "\n", "size"},
	{"o\n\n" ROOT "\n", "size"},
	{"o\n9223372036854775808\n" ROOT "\n", "size"},
	{"o\n1\nAAAA\n", "root"},
	{"o\n1\n\n", "root"},
	{"o\n1\n" ROOT " \n", "root"},
	{"o\n1\n0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62\n", "root"},
	{"o\n0\n" ROOT "\n", "empty log"},
	{"o\r\n1\n" ROOT "\n", "three lines"},
};

START_TEST(checkpoint_form)
{
	g_autoptr(GError) error = NULL;
	g_auto(checkpoint) head = {0};
	bool good = checkpoint_parse(checkpoint_forms[_i].text, &head, &error);
	ck_assert_msg(good == !checkpoint_forms[_i].words, "%s", checkpoint_forms[_i].text);
	if (!good)
		assert_error(&error, CONSENT_ERROR_VERIFY, checkpoint_forms[_i].words);
}
END_TEST

/* A log of that many entries, with two signers of its own and a witness, and what is made of them. */
typedef struct fixture {
	memory_log *log;
	note_signer signers[3];
	note_verifier verifiers[3];
	uint8_t root[HASH_SIZE], leaf[HASH_SIZE];
	char *head; /* signed by the first signer */
	tlog_proof proof;
	char *text; /* of the proof, of the last entry but one */
} fixture;

static char *sign(const fixture *f, unsigned first, unsigned count)
{
	g_autofree char *text = checkpoint_text(ORIGIN, f->log->tree.size, f->root, NULL);
	return note_sign(text, f->signers + first, count, NULL);
}

static void setup(fixture *f, guint64 size)
{
	static const char *const names[] = {ORIGIN, ORIGIN, "example.com/witness"};
	*f = (fixture){.log = memory_log_new()};
	for (uint8_t i = 0; i < G_N_ELEMENTS(names); i++) {
		make_signer(names[i], i, &f->signers[i]);
		note_signer_verifier(&f->signers[i], &f->verifiers[i]);
	}
	memory_log_grow(f->log, size);
	merkle_tree_root(&f->log->tree, f->root);
	f->head = sign(f, 0, 1);

	merkle_reader reader = memory_log_reader(f->log);
	f->proof.index = size - 2;
	f->proof.checkpoint = g_strdup(f->head);
	ck_assert(reader.read(reader.user, 0, f->proof.index, f->leaf, NULL));
	ck_assert(merkle_prove_inclusion(&reader, f->proof.index, size, &f->proof.path, NULL));
	f->text = tlog_proof_text(&f->proof);
}

static void teardown(fixture *f)
{
	memory_log_free(f->log);
	for (unsigned i = 0; i < G_N_ELEMENTS(f->signers); i++) {
		note_signer_clear(&f->signers[i]);
		note_verifier_clear(&f->verifiers[i]);
	}
	tlog_proof_clear(&f->proof);
	g_free(f->head);
	g_free(f->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(fixture, teardown)

START_TEST(signed_heads)
{
	g_auto(fixture) f;
	setup(&f, 7);
	g_auto(checkpoint) head = {0}, both = {0};
	g_autofree char *signed_by_both = checkpoint_sign(7, f.root, f.signers, 2, NULL);
	g_autofree char *wanted = checkpoint_sign(7, f.root, f.signers, 1, NULL);
	ck_assert_str_eq(f.head, wanted);
	ck_assert(checkpoint_open(span_of(f.head), ORIGIN, f.verifiers, 3, &head, NULL));
	ck_assert_str_eq(head.origin, ORIGIN);
	ck_assert_uint_eq(head.size, 7);
	ck_assert_mem_eq(head.root, f.root, HASH_SIZE);
	/* Who knows only the old key or only the new one can read it as well. */
	ck_assert(checkpoint_open(span_of(signed_by_both), ORIGIN, f.verifiers + 1, 1, &both, NULL));
}
END_TEST

START_TEST(heads_refused)
{
	g_auto(fixture) f;
	setup(&f, 7);
	g_autoptr(GError) error = NULL;
	checkpoint head;
	g_autofree char *by_witness = sign(&f, 2, 1);
	ck_assert(!checkpoint_open(span_of(f.head), "example.com/other", f.verifiers, 3, &head, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "another log");
	ck_assert(!checkpoint_open(span_of(f.head), ORIGIN, f.verifiers + 1, 2, &head, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "no signature by a known key");
	ck_assert(!checkpoint_open(span_of(by_witness), ORIGIN, f.verifiers, 3, &head, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "not signed with a key of its own log");
}
END_TEST

/* A line with the log's name that nobody can check does not make a witness's signature the log's. */
START_TEST(heads_with_the_log_s_name_only)
{
	g_auto(fixture) f;
	setup(&f, 7);
	g_autoptr(GError) error = NULL;
	g_autofree char *by_witness = sign(&f, 2, 1);
	g_autofree char *text = g_strconcat(by_witness, "— " ORIGIN " AAAAAAAA\n", NULL);
	checkpoint head;
	ck_assert(!checkpoint_open(span_of(text), ORIGIN, f.verifiers, 3, &head, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "not signed with a key of its own log");
}
END_TEST

START_TEST(heads_not_made)
{
	const uint8_t root[HASH_SIZE] = {0};
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(checkpoint_text("a b", 1, root, &error));
	assert_error(&error, CONSENT_ERROR_INVALID, "origin");
	ck_assert_ptr_null(checkpoint_text("a\nb", 1, root, NULL));
	ck_assert_ptr_null(checkpoint_text("a", MERKLE_SIZE_MAX + 1, root, NULL));
	ck_assert_ptr_null(checkpoint_sign(1, root, NULL, 0, NULL));
}
END_TEST

/* Proofs */

START_TEST(proofs_verify)
{
	static const guint64 sizes[] = {2, 3, 7, 8, 100};
	g_auto(fixture) f;
	setup(&f, sizes[_i]);
	guint64 index = 0;
	g_auto(checkpoint) head = {0};
	ck_assert(tlog_proof_verify(span_of(f.text), f.leaf, ORIGIN, f.verifiers, 3, &index, &head, NULL));
	ck_assert_uint_eq(index, sizes[_i] - 2);
	ck_assert_uint_eq(head.size, sizes[_i]);
	ck_assert(tlog_proof_verify(span_of(f.text), f.leaf, ORIGIN, f.verifiers, 1, NULL, NULL, NULL));
}
END_TEST

START_TEST(proofs_survive_text)
{
	g_auto(fixture) f;
	setup(&f, 7);
	g_auto(tlog_proof) read = {0}, with_extra = {0};
	ck_assert(g_str_has_prefix(f.text, "c2sp.org/tlog-proof@v1\nindex 5\n"));
	ck_assert(tlog_proof_parse(span_of(f.text), &read, NULL));
	ck_assert_ptr_null(read.extra);
	ck_assert_str_eq(read.checkpoint, f.head);
	g_autofree char *again = tlog_proof_text(&read);
	ck_assert_str_eq(again, f.text);

	f.proof.extra = g_bytes_new_static("salt", 4);
	g_autofree char *text = tlog_proof_text(&f.proof);
	ck_assert(g_str_has_prefix(text, "c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 5\n"));
	ck_assert(tlog_proof_parse(span_of(text), &with_extra, NULL));
	ck_assert(g_bytes_equal(with_extra.extra, f.proof.extra));
	ck_assert(tlog_proof_verify(span_of(text), f.leaf, ORIGIN, f.verifiers, 1, NULL, NULL, NULL));
}
END_TEST

/* No byte of a proof can be changed: not in the index, the hashes or the checkpoint. */
START_TEST(changed_proofs)
{
	g_auto(fixture) f;
	setup(&f, 7);
	for (size_t i = 0; i < strlen(f.text); i++) {
		g_autofree char *changed = g_strdup(f.text);
		changed[i] ^= 1;
		ck_assert_msg(!tlog_proof_verify(
				      span_of(changed), f.leaf, ORIGIN, f.verifiers, 3, NULL, NULL, NULL),
			"byte %zu", i);
	}
}
END_TEST

START_TEST(proofs_of_something_else)
{
	g_auto(fixture) f;
	setup(&f, 7);
	g_autoptr(GError) error = NULL;
	text_span text = span_of(f.text);
	guint64 index = 42;
	ck_assert(!tlog_proof_verify(text, f.leaf, "example.com/x", f.verifiers, 3, &index, NULL, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "another log");
	ck_assert(!tlog_proof_verify(text, f.leaf, ORIGIN, f.verifiers + 1, 2, &index, NULL, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "no signature by a known key");
	f.leaf[0] ^= 1;
	ck_assert(!tlog_proof_verify(text, f.leaf, ORIGIN, f.verifiers, 3, &index, NULL, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "does not lead from this entry");
	ck_assert_uint_eq(index, 42);
}
END_TEST

#define HEAD "o\n1\n" ROOT "\n\n" UNKNOWN
#define FIRST "c2sp.org/tlog-proof@v1\n"

static const struct {
	const char *text, *words;
} proof_forms[] = {
	{FIRST "index 0\n\n" HEAD, NULL},
	{FIRST "extra \nindex 0\n\n" HEAD, NULL},
	{FIRST "extra AA==\nindex 0\n" ROOT "\n" ROOT "\n\n" HEAD, NULL},
	{"", "does not begin"},
	{"c2sp.org/tlog-proof@v1", "does not begin"},
	{"c2sp.org/tlog-proof@v2\nindex 0\n\n" HEAD, "does not begin"},
	{" " FIRST "index 0\n\n" HEAD, "does not begin"},
	{FIRST "\n" HEAD, "no \"index\""},
	{FIRST "index 0", "no \"index\""},
	{FIRST "Index 0\n\n" HEAD, "no \"index\""},
	{FIRST "index 0\nextra AA==\n\n" HEAD, "not the base64 of 32 bytes"},
	{FIRST "index 00\n\n" HEAD, "decimal"},
	{FIRST "index \n\n" HEAD, "decimal"},
	{FIRST "index -1\n\n" HEAD, "decimal"},
	{FIRST "index 9223372036854775808\n\n" HEAD, "decimal"},
	{FIRST "extra AA\nindex 0\n\n" HEAD, "not base64"},
	{FIRST "extra AA==", "not base64"},
	{FIRST "extra AA==\nextra AA==\nindex 0\n\n" HEAD, "no \"index\""},
	{FIRST "index 0\nAA==\n\n" HEAD, "not the base64 of 32 bytes"},
	{FIRST "index 0\r\n\n" HEAD, "decimal"},
	{FIRST "index 0\n" ROOT, "ends before its checkpoint"},
	{FIRST "index 0\n" ROOT "\n", "ends before its checkpoint"},
	{FIRST "index 0\n" ROOT "\n\n", "the note"},
	{FIRST "index 0\n\no\n1\n\n" UNKNOWN, "the checkpoint"},
	{FIRST "index 0\n\n" HEAD "x", "the note"},
};

START_TEST(proof_form)
{
	g_autoptr(GError) error = NULL;
	g_auto(tlog_proof) proof = {0};
	bool good = tlog_proof_parse(span_of(proof_forms[_i].text), &proof, &error);
	ck_assert_msg(good == !proof_forms[_i].words, "%s", proof_forms[_i].text);
	if (!good)
		assert_error(&error, CONSENT_ERROR_VERIFY, proof_forms[_i].words);
}
END_TEST

START_TEST(too_many_hashes)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) text = g_string_new(FIRST "index 0\n");
	tlog_proof proof;
	for (unsigned i = 0; i <= MERKLE_PROOF_MAX; i++)
		g_string_append(text, ROOT "\n");
	g_string_append(text, "\n" HEAD);
	ck_assert(!tlog_proof_parse(span_of(text->str), &proof, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "more hashes");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: checkpoints and proofs");
	TCase *tests = tcase_create("tlog");
	tcase_add_test(tests, checkpoint_vector);
	tcase_add_loop_test(tests, checkpoint_form, 0, G_N_ELEMENTS(checkpoint_forms));
	tcase_add_test(tests, signed_heads);
	tcase_add_test(tests, heads_refused);
	tcase_add_test(tests, heads_with_the_log_s_name_only);
	tcase_add_test(tests, heads_not_made);
	tcase_add_loop_test(tests, proofs_verify, 0, 5);
	tcase_add_test(tests, proofs_survive_text);
	tcase_add_test(tests, changed_proofs);
	tcase_add_test(tests, proofs_of_something_else);
	tcase_add_loop_test(tests, proof_form, 0, G_N_ELEMENTS(proof_forms));
	tcase_add_test(tests, too_many_hashes);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
