/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log kept in memory, and keys that are always the same: for programs with and without Check. */
#ifndef CONSENT_TESTS_PROOFS_LOG_H
#define CONSENT_TESTS_PROOFS_LOG_H

#include "proofs/merkle.h"
#include "proofs/notekey.h"

/* A signer with a seed of 32 times that byte. */
void make_signer(const char *name, uint8_t seed, note_signer *ret);

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
