/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs_support.h"

#include "base/error.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

int run_proofs_suite(Suite *suite)
{
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	return run_suite(suite);
}

text_span span_of(const char *text)
{
	return (text_span){text, strlen(text)};
}

void from_hex(const char *hex, uint8_t *bytes, size_t size)
{
	size_t length;
	ck_assert_int_eq(sodium_hex2bin(bytes, size, hex, strlen(hex), NULL, &length, NULL), 0);
	ck_assert_uint_eq(length, size);
}

GBytes *bytes_from_hex(const char *hex)
{
	size_t size = strlen(hex) / 2;
	uint8_t *bytes = g_malloc(size + 1);
	from_hex(hex, bytes, size);
	return g_bytes_new_take(bytes, size);
}

void assert_hash(const uint8_t hash[HASH_SIZE], const char *hex)
{
	char text[HASH_HEX_SIZE];
	ck_assert_str_eq(hash_hex(hash, text), hex);
}

void assert_error(GError **error, int code, const char *words)
{
	ck_assert_msg(*error, "no error that says: %s", words);
	ck_assert_msg(g_error_matches(*error, CONSENT_ERROR, code), "code %d: %s", (*error)->code,
		(*error)->message);
	ck_assert_msg(strstr((*error)->message, words), "“%s” does not say “%s”", (*error)->message, words);
	g_clear_error(error);
}

void make_signer(const char *name, uint8_t seed, note_signer *ret)
{
	uint8_t bytes[SIGNING_SEED_SIZE];
	signing_key key;
	memset(bytes, seed, sizeof(bytes));
	signing_key_from_seed(bytes, &key);
	ck_assert(note_signer_make(name, &key, ret, NULL));
}

void drop_tree(char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
			drop_tree(path);
			continue;
		}
		remove(path);
		g_free(path);
	}
	remove(folder);
	g_free(folder);
}

/* The log */

static bool injected(guint *countdown, GError **error)
{
	if (*countdown == 0 || --*countdown > 0)
		return false;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "injected");
	return true;
}

static bool read_hash(void *user, unsigned level, guint64 index, uint8_t hash[HASH_SIZE], GError **error)
{
	memory_log *log = user;
	if (injected(&log->fail_read, error))
		return false;
	ck_assert_uint_lt(level, MERKLE_LEVELS);
	ck_assert_msg(index < log->levels[level]->len,
		"read past the end: level %u, index %" G_GUINT64_FORMAT, level, index);
	memcpy(hash, log->levels[level]->data + index * HASH_SIZE, HASH_SIZE);
	return true;
}

/* A hash may be written again after a failure, with the same value. */
static bool write_hash(
	void *user, unsigned level, guint64 index, const uint8_t hash[HASH_SIZE], GError **error)
{
	memory_log *log = user;
	if (injected(&log->fail_write, error))
		return false;
	GArray *kept = log->levels[level];
	ck_assert_uint_le(index, kept->len);
	if (index == kept->len)
		g_array_append_vals(kept, hash, 1);
	ck_assert_mem_eq(kept->data + index * HASH_SIZE, hash, HASH_SIZE);
	return true;
}

memory_log *memory_log_new(void)
{
	memory_log *log = g_new0(memory_log, 1);
	for (unsigned level = 0; level < MERKLE_LEVELS; level++)
		log->levels[level] = g_array_new(FALSE, FALSE, HASH_SIZE);
	log->entries = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	return log;
}

void memory_log_free(memory_log *log)
{
	if (!log)
		return;
	for (unsigned level = 0; level < MERKLE_LEVELS; level++)
		g_array_unref(log->levels[level]);
	g_ptr_array_unref(log->entries);
	g_free(log);
}

merkle_reader memory_log_reader(memory_log *log)
{
	return (merkle_reader){read_hash, log};
}

merkle_writer memory_log_writer(memory_log *log)
{
	return (merkle_writer){write_hash, log};
}

void memory_log_add(memory_log *log, const void *data, size_t length)
{
	merkle_writer writer = memory_log_writer(log);
	uint8_t leaf[HASH_SIZE];
	merkle_leaf(data, length, leaf);
	ck_assert(merkle_tree_append(&log->tree, leaf, &writer, NULL));
	g_ptr_array_add(log->entries, g_bytes_new(data, length));
}

void memory_log_grow(memory_log *log, guint64 size)
{
	while (log->tree.size < size) {
		char entry[40];
		int length = g_snprintf(entry, sizeof(entry), "entry %" G_GUINT64_FORMAT, log->tree.size);
		memory_log_add(log, entry, (size_t)length);
	}
}
