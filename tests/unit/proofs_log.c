/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs_log.h"

#include "base/error.h"

#include <string.h>

void make_signer(const char *name, uint8_t seed, note_signer *ret)
{
	uint8_t bytes[SIGNING_SEED_SIZE];
	signing_key key;
	memset(bytes, seed, sizeof(bytes));
	signing_key_from_seed(bytes, &key);
	g_assert_true(note_signer_make(name, &key, ret, NULL));
}

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
	g_assert_cmpuint(level, <, MERKLE_LEVELS);
	g_assert_cmpuint(index, <, log->levels[level]->len);
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
	g_assert_cmpuint(index, <=, kept->len);
	if (index == kept->len)
		g_array_append_vals(kept, hash, 1);
	g_assert_cmpmem(kept->data + index * HASH_SIZE, HASH_SIZE, hash, HASH_SIZE);
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
	g_assert_true(merkle_tree_append(&log->tree, leaf, &writer, NULL));
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
