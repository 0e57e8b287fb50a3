/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed notes: the published vectors, and everything that must be refused. */
#include "proofs/note.h"

#include "base/error.h"

#include "proofs_support.h"

#include <string.h>

/* c2sp.org/signed-note's example */
#define VECTOR_KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define VECTOR_TEXT "This is an example message.\n"
#define VECTOR_SIGNATURE                                                                                     \
	"— example.com/foo "                                                                               \
	"Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define VECTOR_NOTE VECTOR_TEXT "\n" VECTOR_SIGNATURE

/* A signature by nobody that is known here, of any length. */
#define UNKNOWN "— example.com/bar AAAAAAAA\n"

/* Example keys of golang.org/x/mod/sumdb/note's documentation */
#define GO_VERIFIER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define GO_SIGNER "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define GO_TEXT                                                                                              \
	"If you think cryptography is the answer to your problem,\nthen you don't know what your problem "   \
	"is.\n"
#define GO_SIGNATURE                                                                                         \
	"— PeterNeumann "                                                                                  \
	"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static note_verifier vector_verifier(void)
{
	note_verifier verifier;
	ck_assert(note_verifier_parse(VECTOR_KEY, &verifier, NULL));
	return verifier;
}

/* Keys */

START_TEST(verifier_vector)
{
	g_auto(note_verifier) verifier = vector_verifier();
	g_autofree char *text = note_verifier_text(&verifier);
	ck_assert_str_eq(verifier.name, "example.com/foo");
	ck_assert_uint_eq(verifier.id, 0x530d903a);
	ck_assert_str_eq(text, VECTOR_KEY);
}
END_TEST

START_TEST(signer_vector)
{
	g_auto(note_signer) signer = {0};
	g_auto(note_verifier) verifier = {0};
	ck_assert(note_signer_parse(GO_SIGNER, &signer, NULL));
	note_signer_verifier(&signer, &verifier);
	g_autofree char *text = note_verifier_text(&verifier);
	g_autofree char *secret = note_signer_text(&signer);
	g_autofree char *signed_note = note_sign(GO_TEXT, &signer, 1, NULL);
	ck_assert_str_eq(text, GO_VERIFIER);
	ck_assert_str_eq(secret, GO_SIGNER);
	ck_assert_str_eq(signed_note, GO_TEXT "\n" GO_SIGNATURE);
}
END_TEST

static const char *const no_verifiers[] = {
	"",
	"example.com/foo",
	"example.com/foo+530d903a",
	"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/foo+30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
	"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
	"example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", /* another kind */
	"example.com/foo+530d903a+AQ==",
	"example.com /foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	GO_SIGNER,
};

START_TEST(verifier_refuses)
{
	g_autoptr(GError) error = NULL;
	note_verifier verifier = {.id = 42};
	ck_assert_msg(!note_verifier_parse(no_verifiers[_i], &verifier, &error), "%s", no_verifiers[_i]);
	assert_error(&error, CONSENT_ERROR_INVALID, "the verifier key");
	ck_assert_uint_eq(verifier.id, 42);
}
END_TEST

/* A point of small order under its right id. */
START_TEST(verifier_refuses_weak_keys)
{
	g_autoptr(GError) error = NULL;
	note_verifier verifier, zero = {.name = (char *)"example.com/foo"};
	zero.id = note_key_id(zero.name, zero.public_key);
	g_autofree char *text = note_verifier_text(&zero);
	ck_assert(!note_verifier_parse(text, &verifier, &error));
	assert_error(&error, CONSENT_ERROR_INVALID, "not a point");
}
END_TEST

static const char *const no_signers[] = {
	"",
	"PRIVATE+KEY+",
	GO_VERIFIER,
	"PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
	"PRIVATE+KEY+PeterNewman+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
	"PRIVATE+KEY+PeterNeumann+c74f20a3+AoEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
	"PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDF",
};

START_TEST(signer_refuses)
{
	g_autoptr(GError) error = NULL;
	note_signer signer = {.id = 42};
	ck_assert_msg(!note_signer_parse(no_signers[_i], &signer, &error), "%s", no_signers[_i]);
	assert_error(&error, CONSENT_ERROR_INVALID, "the signer key");
	ck_assert_uint_eq(signer.id, 42);
}
END_TEST

START_TEST(names)
{
	const char *const bad[] = {"", "a b", "a+b", "a\tb", "a\nb", "a\x0b", "a\xc2\x85", "a\xc2\xa0",
		"a\xe2\x80\x83", "a\xe2\x80\xa8", "a\xe3\x80\x80", "\xff", "a\x01"};
	const char *const good[] = {"a", "example.com/log42", "grün", "日本", "a-b_c.d~e:8080/f?g#h"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		ck_assert_msg(!note_is_name(span_of(bad[i])), "%zu: %s", i, bad[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		ck_assert_msg(note_is_name(span_of(good[i])), "%s", good[i]);
	signing_key key;
	note_signer signer;
	note_verifier verifier;
	signing_key_make(&key);
	ck_assert(!note_signer_make("a b", &key, &signer, NULL));
	ck_assert(!note_verifier_make("a b", signing_key_public(&key), &verifier, NULL));
}
END_TEST

/* Notes */

START_TEST(note_vector)
{
	g_auto(note_verifier) verifier = vector_verifier();
	g_auto(note) n = {0};
	ck_assert(note_open(span_of(VECTOR_NOTE), &verifier, 1, &n, NULL));
	ck_assert_str_eq(n.text, VECTOR_TEXT);
	ck_assert_uint_eq(n.signatures->len, 1);
	ck_assert(note_signed_by(&n, "example.com/foo"));
	ck_assert(!note_signed_by(&n, "example.com/bar"));
}
END_TEST

/* Form: what note_parse says, and the words of its error; NULL where it is a note. */
static const struct {
	const char *note, *words;
} forms[] = {
	{VECTOR_NOTE, NULL},
	{VECTOR_TEXT "\n" UNKNOWN, NULL},
	{"\n\n" UNKNOWN, NULL},         /* a text of one empty line */
	{"a\n\n\nb\n\n" UNKNOWN, NULL}, /* empty lines within */
	{"a\x7f\n\n" UNKNOWN, NULL},
	{"", "no empty line"},
	{"\n", "no empty line"},
	{VECTOR_TEXT, "no empty line"},
	{"\n" UNKNOWN, "no empty line"},
	{"a\n" UNKNOWN, "no empty line"},
	{"a\n\n", "does not end in signature lines"},
	{"a\n\nb\n", "cannot be read"},
	{"a\n\n" UNKNOWN "b\n", "cannot be read"},
	{"a\n\n" UNKNOWN "b", "does not end in signature lines"},
	{"a\n\n— example.com/bar AAAAAAAA", "does not end in signature lines"}, /* no LF */
	{"a\n\n- example.com/bar AAAAAAAA\n", "cannot be read"},
	{"a\n\n—example.com/bar AAAAAAAA\n", "cannot be read"},
	{"a\n\n— AAAAAAAA\n", "cannot be read"},
	{"a\n\n—  AAAAAAAA\n", "cannot be read"},
	{"a\n\n— example.com/bar  AAAAAAAA\n", "cannot be read"},
	{"a\n\n— example.com/bar AAAAAAAA \n", "cannot be read"},
	{"a\n\n— example+bar AAAAAAAA\n", "cannot be read"},
	{"a\n\n— example\xc2\xa0"
	 "bar AAAAAAAA\n",
		"cannot be read"},
	{"a\n\n— example.com/bar AAAAAA==\n", "cannot be read"}, /* a key id and no signature */
	{"a\n\n— example.com/bar AAAAAAA\n", "cannot be read"},
	{"a\n\n— example.com/bar AAAAAAB=\n", "cannot be read"}, /* stray bits */
	{"a\n\n— example.com/bar \n", "cannot be read"},
	{"a\r\n\n" UNKNOWN, "control characters"},
	{"a\tb\n\n" UNKNOWN, "control characters"},
	{"a\xff\n\n" UNKNOWN, "not UTF-8"},
	{"a\n\n— example.com/bar AAAAAAAA\r\n", "control characters"},
};

START_TEST(note_forms)
{
	g_autoptr(GError) error = NULL;
	g_auto(note) n = {0};
	bool good = note_parse(span_of(forms[_i].note), &n, &error);
	ck_assert_msg(good == !forms[_i].words, "%s", forms[_i].note);
	if (!good)
		assert_error(&error, CONSENT_ERROR_VERIFY, forms[_i].words);
}
END_TEST

START_TEST(note_with_a_nul)
{
	note n;
	ck_assert(!note_parse((text_span){"a\0b\n\n" UNKNOWN, sizeof("a\0b\n\n" UNKNOWN) - 1}, &n, NULL));
}
END_TEST

START_TEST(note_sizes)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) many = g_string_new("a\n\n");
	for (unsigned i = 0; i < NOTE_SIGNATURES_MAX; i++)
		g_string_append_printf(many, "— example.com/%u AAAAAAAA\n", i);
	g_auto(note) n = {0};
	ck_assert(note_parse(span_of(many->str), &n, NULL));
	ck_assert_uint_eq(n.signatures->len, NOTE_SIGNATURES_MAX);
	note refused;
	g_string_append(many, UNKNOWN);
	ck_assert(!note_parse(span_of(many->str), &refused, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "a hundred");

	g_autofree char *long_text = g_strnfill(NOTE_SIZE_MAX, 'a');
	g_autofree char *huge = g_strconcat(long_text, "\n\n" UNKNOWN, NULL);
	ck_assert(!note_parse(span_of(huge), &refused, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "mebibyte");
}
END_TEST

/* Which signatures count */

START_TEST(unknown_signatures_are_left_alone)
{
	g_auto(note_verifier) verifier = vector_verifier();
	g_auto(note) n = {0};
	const char *text = VECTOR_TEXT "\n" UNKNOWN VECTOR_SIGNATURE
				       "— example.com/foo AAAAAAAA\n"; /* the name, another id */
	ck_assert(note_open(span_of(text), &verifier, 1, &n, NULL));
	ck_assert_uint_eq(n.signatures->len, 3);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(g_array_index(n.signatures, note_signature, i).verified, i == 1);
}
END_TEST

START_TEST(no_known_signature)
{
	g_autoptr(GError) error = NULL;
	g_auto(note_verifier) verifier = vector_verifier();
	note n;
	ck_assert(!note_open(span_of(VECTOR_TEXT "\n" UNKNOWN), &verifier, 1, &n, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "no signature by a known key");
	ck_assert(!note_open(span_of(VECTOR_NOTE), NULL, 0, &n, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "no signature by a known key");
}
END_TEST

/* Every byte of the text and of the signature matters. */
START_TEST(changed_notes)
{
	g_auto(note_verifier) verifier = vector_verifier();
	for (size_t i = 0; i < strlen(VECTOR_NOTE); i++) {
		g_autofree char *changed = g_strdup(VECTOR_NOTE);
		note n;
		changed[i] ^= 1;
		ck_assert_msg(!note_open(span_of(changed), &verifier, 1, &n, NULL), "byte %zu", i);
	}
}
END_TEST

START_TEST(a_bad_signature_of_a_known_key_spoils_the_note)
{
	g_autoptr(GError) error = NULL;
	note_signer signers[2];
	note_verifier verifiers[2];
	note n;
	make_signer("example.com/one", 1, &signers[0]);
	make_signer("example.com/two", 2, &signers[1]);
	for (unsigned i = 0; i < 2; i++)
		note_signer_verifier(&signers[i], &verifiers[i]);
	g_autofree char *good = note_sign("text\n", signers, 2, NULL);
	g_autofree char *other = note_sign("other text\n", signers, 2, NULL);
	g_autofree char *mixed = g_strdup_printf("text\n%.*s%s",
		(int)(strstr(strstr(good, "\n\n") + 2, "\n") - strstr(good, "\n\n")),
		strstr(good, "\n\n") + 1, strrchr(other, ' ') - strlen("— example.com/two"));
	ck_assert(note_open(span_of(good), verifiers, 2, &n, NULL));
	note_clear(&n);
	ck_assert(note_open(span_of(mixed), verifiers, 1, &n, NULL));
	note_clear(&n);
	ck_assert(!note_open(span_of(mixed), verifiers, 2, &n, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "example.com/two");
	for (unsigned i = 0; i < 2; i++) {
		note_signer_clear(&signers[i]);
		note_verifier_clear(&verifiers[i]);
	}
}
END_TEST

/* Of a known key, but not 64 bytes long: the key id, the signature less or more a byte. */
START_TEST(signatures_of_another_length)
{
	g_auto(note_verifier) verifier = vector_verifier();
	g_autofree char *base64 = g_strndup(strrchr(VECTOR_SIGNATURE, ' ') + 1, 92);
	g_autoptr(GBytes) bytes = text_read_base64(span_of(base64));
	ck_assert_uint_eq(g_bytes_get_size(bytes), 4 + SIGNATURE_SIZE);
	uint8_t longer[4 + SIGNATURE_SIZE + 1] = {0};
	memcpy(longer, g_bytes_get_data(bytes, NULL), 4 + SIGNATURE_SIZE);
	for (size_t size = 5; size <= sizeof(longer); size++) {
		g_autofree char *changed = text_base64(longer, size);
		g_autofree char *text = g_strconcat(VECTOR_TEXT "\n— example.com/foo ", changed, "\n", NULL);
		g_auto(note) n = {0};
		ck_assert_int_eq(
			note_open(span_of(text), &verifier, 1, &n, NULL), size == 4 + SIGNATURE_SIZE);
	}
}
END_TEST

START_TEST(verifiers_compare)
{
	g_auto(note_verifier) a = vector_verifier(), b = vector_verifier();
	ck_assert(note_verifier_equal(&a, &b));
	b.name[0] = 'E';
	ck_assert(!note_verifier_equal(&a, &b));
	b.name[0] = 'e';
	b.id++;
	ck_assert(!note_verifier_equal(&a, &b));
	b.id--;
	b.public_key[31] ^= 1;
	ck_assert(!note_verifier_equal(&a, &b));
}
END_TEST

START_TEST(two_keys_with_one_id)
{
	g_autoptr(GError) error = NULL;
	note_verifier verifiers[3] = {vector_verifier(), vector_verifier(), vector_verifier()};
	g_auto(note) n = {0};
	note refused;
	verifiers[2].public_key[3] ^= 1;
	ck_assert(note_open(span_of(VECTOR_NOTE), verifiers, 2, &n, NULL)); /* the same key twice */
	ck_assert(!note_open(span_of(VECTOR_NOTE), verifiers, 3, &refused, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "share name and id");
	for (unsigned i = 0; i < 3; i++)
		note_verifier_clear(&verifiers[i]);
}
END_TEST

START_TEST(signing_refuses)
{
	g_auto(note_signer) signer = {0};
	const char *const bad[] = {"", "no line end", "a\rb\n", "\xff\n"};
	make_signer("example.com/one", 1, &signer);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		ck_assert_ptr_null(note_sign(bad[i], &signer, 1, &error));
		assert_error(&error, CONSENT_ERROR_INVALID, "plain lines");
	}
	ck_assert_ptr_null(note_sign("a\n", &signer, 0, NULL));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: notes");
	TCase *tests = tcase_create("notes");
	tcase_add_test(tests, verifier_vector);
	tcase_add_test(tests, signer_vector);
	tcase_add_loop_test(tests, verifier_refuses, 0, G_N_ELEMENTS(no_verifiers));
	tcase_add_test(tests, verifier_refuses_weak_keys);
	tcase_add_loop_test(tests, signer_refuses, 0, G_N_ELEMENTS(no_signers));
	tcase_add_test(tests, names);
	tcase_add_test(tests, note_vector);
	tcase_add_loop_test(tests, note_forms, 0, G_N_ELEMENTS(forms));
	tcase_add_test(tests, note_with_a_nul);
	tcase_add_test(tests, note_sizes);
	tcase_add_test(tests, unknown_signatures_are_left_alone);
	tcase_add_test(tests, no_known_signature);
	tcase_add_test(tests, changed_notes);
	tcase_add_test(tests, a_bad_signature_of_a_known_key_spoils_the_note);
	tcase_add_test(tests, signatures_of_another_length);
	tcase_add_test(tests, verifiers_compare);
	tcase_add_test(tests, two_keys_with_one_id);
	tcase_add_test(tests, signing_refuses);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
