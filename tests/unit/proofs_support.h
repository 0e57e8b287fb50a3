/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of proofs/ share: running a suite, bytes in hexadecimal, a log kept in memory. */
#ifndef CONSENT_TESTS_PROOFS_SUPPORT_H
#define CONSENT_TESTS_PROOFS_SUPPORT_H

#include "proofs/merkle.h"
#include "proofs/notekey.h"

#include "base_support.h"

/* run_suite with libsodium ready. */
int run_proofs_suite(Suite *suite);

/* The whole of a C string. */
text_span span_of(const char *text);

/* Reads exactly `size` bytes of hexadecimal. */
void from_hex(const char *hex, uint8_t *bytes, size_t size);
/* As many as there are. */
GBytes *bytes_from_hex(const char *hex);

void assert_hash(const uint8_t hash[HASH_SIZE], const char *hex);

/* The error is of that code and says that; it is cleared. */
void assert_error(GError **error, int code, const char *words);

/* A signer with a seed of 32 times that byte. */
void make_signer(const char *name, uint8_t seed, note_signer *ret);

/* Removes a folder and all that is in it; frees the path. */
void drop_tree(char *folder);

/* A log in memory, with every hash. Reading or writing the nth hash fails when told so. */
typedef struct memory_log {
	merkle_tree tree;
	GArray *levels[MERKLE_LEVELS]; /* of uint8_t[HASH_SIZE] */
	GPtrArray *entries;            /* of GBytes */
	guint fail_read, fail_write;   /* 0: never */
} memory_log;

memory_log *memory_log_new(void);
void memory_log_free(memory_log *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(memory_log, memory_log_free)

merkle_reader memory_log_reader(memory_log *log);
merkle_writer memory_log_writer(memory_log *log);
void memory_log_add(memory_log *log, const void *data, size_t length);

/* Adds entries "entry <n>" until there are `size`. */
void memory_log_grow(memory_log *log, guint64 size);

#endif
