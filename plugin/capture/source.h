/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recording's file as a source of MJR bytes, plain or encrypted, that knows how much of the file as it is
 * stored is whole so far, and its hash. One thread at a time. */
#ifndef CONSENT_CAPTURE_SOURCE_H
#define CONSENT_CAPTURE_SOURCE_H

#include "base/hash.h"

#include <stdbool.h>

typedef struct source source;

typedef enum {
	SOURCE_GOOD,
	SOURCE_TORN,    /* it ends before there is anything in it */
	SOURCE_FOREIGN, /* it does not begin as an encrypted file */
	SOURCE_LOCKED,  /* it is not of this key, or was changed before its first frame's end */
	SOURCE_FAILED,  /* the system refuses; errno is in source_error */
} source_state;

/* Opens `name` in a folder: a regular file, `writable` or not. NULL and errno when it cannot be opened. `key`
 * NULL: it is plain. */
source *source_open(int folder, const char *name, const uint8_t *key, bool writable);
/* Takes NULL. */
void source_free(source *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(source, source_free)

/* Of an encrypted file, once, before anything else: reads up to the end of the first frame. */
source_state source_begin(source *s);

/* The next bytes. Fewer than `length` where the file ends, is torn or was changed. */
size_t source_read(source *s, void *ret, size_t length);

/* All that was read so far is wanted. Of an encrypted file that counts with the last byte of a frame. */
void source_keep(source *s);

/* Whether an encrypted file ended with its final frame. */
bool source_is_complete(const source *s);

/* What was kept: its size in the file, and its hash (once). */
uint64_t source_kept(const source *s);
char *source_hash(source *s, char hex[HASH_HEX_SIZE]);

/* 0, or the errno of a read that failed. */
int source_error(const source *s);
int source_fd(const source *s);

#endif
