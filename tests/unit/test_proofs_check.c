/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking an exported log: whatever is changed in any of its files is found, and said where. */
#include "proofs_export_support.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

#define SIZE 300

/* Reads a file, lets `change` change it, checks that this is found with the file's name, and puts it back. */
typedef GByteArray *(*change)(const GByteArray *bytes, gsize at);

static GByteArray *copy(const GByteArray *bytes, gsize length)
{
	GByteArray *out = g_byte_array_new();
	return g_byte_array_append(out, bytes->data, (guint)length);
}

static GByteArray *flip(const GByteArray *bytes, gsize at)
{
	GByteArray *out = copy(bytes, bytes->len);
	out->data[at] ^= 1;
	return out;
}

static GByteArray *truncate_at(const GByteArray *bytes, gsize at)
{
	return copy(bytes, at);
}

static GByteArray *lengthen(const GByteArray *bytes, gsize at)
{
	(void)at;
	return g_byte_array_append(copy(bytes, bytes->len), (const guint8 *)"\0\0", 2);
}

static void save(const char *path, const GByteArray *bytes)
{
	ck_assert(g_file_set_contents(path, (const char *)bytes->data, bytes->len, NULL));
}

static void assert_found(const export_fixture *f, const char *name, gsize at)
{
	g_autoptr(GError) error = NULL;
	ck_assert_msg(!export_check(f, &error), "%s: a change at %zu was not found", name, at);
	ck_assert_msg(
		g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY), "%s: %s", name, error->message);
}

static void try(const export_fixture *f, const char *name, change how, gsize step)
{
	g_autofree char *path = export_path(f, name);
	char *text;
	gsize length;
	ck_assert(g_file_get_contents(path, &text, &length, NULL));
	g_autoptr(GByteArray) bytes = g_byte_array_new_take((guint8 *)text, length);
	for (gsize at = 0; at < length; at += step) {
		g_autoptr(GByteArray) changed = how(bytes, at);
		save(path, changed);
		assert_found(f, name, at);
	}
	save(path, bytes);
}

static void exported(export_fixture *f)
{
	export_setup(f);
	ck_assert(export_size(f, SIZE, false, NULL));
}

START_TEST(changed_bytes)
{
	g_auto(export_fixture) f;
	exported(&f);
	g_autoptr(GPtrArray) files = export_files(&f);
	for (guint i = 0; i < files->len; i++)
		try(&f, files->pdata[i], flip, 97); /* a prime, so that all kinds of places are hit */
	ck_assert(export_check(&f, NULL));
}
END_TEST

START_TEST(every_byte_of_the_checkpoint)
{
	g_auto(export_fixture) f;
	exported(&f);
	try(&f, "checkpoint", flip, 1);
	ck_assert(export_check(&f, NULL));
}
END_TEST

START_TEST(changed_lengths)
{
	g_auto(export_fixture) f;
	exported(&f);
	g_autoptr(GPtrArray) files = export_files(&f);
	for (guint i = 0; i < files->len; i++) {
		try(&f, files->pdata[i], truncate_at, 499);
		try(&f, files->pdata[i], lengthen, G_MAXINT32);
	}
	ck_assert(export_check(&f, NULL));
}
END_TEST

START_TEST(missing_files)
{
	g_auto(export_fixture) f;
	exported(&f);
	g_autoptr(GPtrArray) files = export_files(&f);
	for (guint i = 0; i < files->len; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *path = export_path(&f, files->pdata[i]);
		g_autofree char *away = g_strconcat(path, "-away", NULL);
		g_autofree char *wanted = g_strconcat(files->pdata[i], ": is missing", NULL);
		ck_assert_int_eq(rename(path, away), 0);
		ck_assert(!export_check(&f, &error));
		assert_error(&error, CONSENT_ERROR_VERIFY, wanted);
		ck_assert_int_eq(rename(away, path), 0);
	}
}
END_TEST

/* Where */
START_TEST(says_where)
{
	g_auto(export_fixture) f;
	exported(&f);
	g_autoptr(GError) error = NULL;
	g_autofree char *path = export_path(&f, "tile/0/001.p/44");
	char *text;
	gsize length;
	ck_assert(g_file_get_contents(path, &text, &length, NULL));
	g_autoptr(GByteArray) bytes = g_byte_array_new_take((guint8 *)text, length);
	bytes->data[7 * HASH_SIZE + 3] ^= 1;
	save(path, bytes);
	ck_assert(!export_check(&f, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "tile/0/001.p/44: hash 7, over entries from 263 on");
}
END_TEST

/* Entries and hashes changed together, so that they fit: the root does not. */
START_TEST(a_forged_entry_with_its_hash)
{
	g_auto(export_fixture) f;
	exported(&f);
	g_autoptr(GError) error = NULL;
	g_autofree char *bundle = export_path(&f, "tile/entries/001.p/44");
	g_autofree char *hashes = export_path(&f, "tile/0/001.p/44");
	char *text, *forged;
	gsize length;
	ck_assert(g_file_get_contents(bundle, &text, &length, NULL));
	text[2] = 'E'; /* "Entry 256" */
	ck_assert(g_file_set_contents(bundle, text, (gssize)length, NULL));
	g_free(text);
	ck_assert(g_file_get_contents(hashes, &forged, &length, NULL));
	merkle_leaf("Entry 256", 9, (uint8_t *)forged);
	ck_assert(g_file_set_contents(hashes, forged, (gssize)length, NULL));
	g_free(forged);
	ck_assert(!export_check(&f, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "checkpoint: has another root than the entries");
}
END_TEST

START_TEST(heads_of_others)
{
	g_auto(export_fixture) f;
	exported(&f);
	g_autoptr(GError) error = NULL;
	note_signer other;
	make_signer(EXPORT_ORIGIN, 2, &other);
	note_verifier_clear(&f.verifier);
	note_signer_verifier(&other, &f.verifier);
	note_signer_clear(&other);
	ck_assert(!export_check(&f, &error));
	assert_error(&error, CONSENT_ERROR_VERIFY, "no signature by a known key");
}
END_TEST

/* The entries come out as they went in. */

typedef struct seen {
	const export_fixture *f;
	guint64 count, stop_at;
} seen;

static bool see(void *user, guint64 index, const void *bytes, size_t length, GError **error)
{
	seen *s = user;
	GBytes *wanted = s->f->log->entries->pdata[index];
	ck_assert_uint_eq(index, s->count);
	s->count++;
	ck_assert_uint_eq(length, g_bytes_get_size(wanted));
	ck_assert_mem_eq(bytes, g_bytes_get_data(wanted, NULL), length);
	if (index != s->stop_at)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "enough");
	return false;
}

START_TEST(entries)
{
	g_auto(export_fixture) f;
	exported(&f);
	g_autoptr(GError) error = NULL;
	g_auto(checkpoint) head = {0};
	seen s = {&f, 0, G_MAXUINT64};
	ck_assert(tile_check(f.folder, EXPORT_ORIGIN, &f.verifier, 1, see, &s, &head, NULL));
	ck_assert_uint_eq(s.count, SIZE);
	ck_assert_uint_eq(head.size, SIZE);

	s = (seen){&f, 0, 260};
	ck_assert(!tile_check(f.folder, EXPORT_ORIGIN, &f.verifier, 1, see, &s, NULL, &error));
	assert_error(&error, CONSENT_ERROR_STORE, "enough");
	ck_assert_uint_eq(s.count, 261);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: checking an export");
	TCase *tests = tcase_create("check");
	tcase_add_test(tests, changed_bytes);
	tcase_add_test(tests, every_byte_of_the_checkpoint);
	tcase_add_test(tests, changed_lengths);
	tcase_add_test(tests, missing_files);
	tcase_add_test(tests, says_where);
	tcase_add_test(tests, a_forged_entry_with_its_hash);
	tcase_add_test(tests, heads_of_others);
	tcase_add_test(tests, entries);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
