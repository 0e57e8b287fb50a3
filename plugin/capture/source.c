/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/source.h"

#include "sealing/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct source {
	FILE *file;
	bool sealed, locked, last;
	uint8_t key[SEALING_KEY_SIZE];
	sealed_state state;
	GByteArray *plain; /* of the frame being read */
	size_t at;         /* in it */
	GByteArray *taken; /* stored bytes that were read and are not kept yet */
	uint64_t kept;
	hash_stream *hash;
};

/* A regular file; O_NONBLOCK: should it be a FIFO after all. */
static FILE *open_file(int folder, const char *name, bool writable)
{
	struct stat status;
	int fd = openat(folder, name, (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fdopen(fd, writable ? "r+b" : "rb");
	close(fd);
	errno = EINVAL;
	return NULL;
}

source *source_open(int folder, const char *name, const uint8_t *key, bool writable)
{
	FILE *file = open_file(folder, name, writable);
	if (!file)
		return NULL;
	source *s = g_new0(source, 1);
	s->file = file;
	s->sealed = key != NULL;
	if (key)
		memcpy(s->key, key, sizeof s->key);
	s->plain = g_byte_array_new();
	s->taken = g_byte_array_new();
	s->hash = hash_stream_new();
	return s;
}

void source_free(source *s)
{
	if (!s)
		return;
	fclose(s->file);
	if (s->plain->len)
		sodium_memzero(s->plain->data, s->plain->len);
	g_byte_array_unref(s->plain);
	g_byte_array_unref(s->taken);
	hash_stream_free(s->hash);
	sodium_memzero(s, sizeof *s);
	g_free(s);
}

/* Reads stored bytes behind those taken; what is incomplete is not taken. NULL: the file ends before. */
static const uint8_t *take_stored(source *s, size_t length)
{
	guint before = s->taken->len;
	g_byte_array_set_size(s->taken, before + (guint)length);
	if (fread(s->taken->data + before, 1, length, s->file) == length)
		return s->taken->data + before;
	g_byte_array_set_size(s->taken, before);
	return NULL;
}

/* False at the end, or where what follows is no frame of this file. */
static bool next_frame(source *s)
{
	guint before = s->taken->len;
	const uint8_t *head = s->last || s->locked ? NULL : take_stored(s, SEALED_FRAME_HEAD_SIZE);
	size_t length = head ? sealed_frame_length(head) : 0;
	const uint8_t *ciphertext = length ? take_stored(s, length) : NULL;
	g_byte_array_set_size(s->plain, ciphertext ? (guint)length : 0);
	s->at = 0;
	s->locked |=
		ciphertext && !sealed_read_frame(&s->state, ciphertext, length, s->plain->data, &s->last);
	if (ciphertext && !s->locked) {
		g_byte_array_set_size(
			s->plain, (guint)(length + SEALED_FRAME_HEAD_SIZE - SEALED_FRAME_EXTRA));
		return true;
	}
	g_byte_array_set_size(s->taken, before);
	g_byte_array_set_size(s->plain, 0);
	return false;
}

source_state source_begin(source *s)
{
	uint8_t head[SEALED_HEAD_SIZE];
	size_t got = fread(head, 1, sizeof head, s->file);
	if (memcmp(head, SEALED_MAGIC, MIN(got, SEALED_MAGIC_SIZE)) != 0)
		return SOURCE_FOREIGN;
	if (ferror(s->file))
		return SOURCE_FAILED;
	if (got < sizeof head)
		return SOURCE_TORN;
	g_byte_array_append(s->taken, head, sizeof head);
	if (!sealed_read_head(&s->state, s->key, head))
		return SOURCE_LOCKED;
	if (next_frame(s))
		return SOURCE_GOOD;
	return s->locked ? SOURCE_LOCKED : ferror(s->file) ? SOURCE_FAILED : SOURCE_TORN;
}

static size_t read_plain(source *s, void *ret, size_t length)
{
	size_t got = fread(ret, 1, length, s->file);
	g_byte_array_append(s->taken, ret, (guint)got);
	return got;
}

static size_t read_sealed(source *s, uint8_t *ret, size_t length)
{
	size_t got = 0;
	while (got < length && (s->at < s->plain->len || next_frame(s))) {
		size_t piece = MIN(length - got, s->plain->len - s->at);
		memcpy(ret + got, s->plain->data + s->at, piece);
		s->at += piece;
		got += piece;
	}
	return got;
}

size_t source_read(source *s, void *ret, size_t length)
{
	return s->sealed ? read_sealed(s, ret, length) : read_plain(s, ret, length);
}

/* The final frame has nothing in it, so nobody would read it. */
void source_keep(source *s)
{
	if (s->sealed && s->at < s->plain->len)
		return;
	hash_stream_add(s->hash, s->taken->data, s->taken->len);
	s->kept += s->taken->len;
	g_byte_array_set_size(s->taken, 0);
}

bool source_is_complete(const source *s)
{
	return s->last;
}

uint64_t source_kept(const source *s)
{
	return s->kept;
}

char *source_hash(source *s, char hex[HASH_HEX_SIZE])
{
	return hash_stream_hex(s->hash, hex);
}

int source_error(const source *s)
{
	return ferror(s->file) ? EIO : 0;
}

int source_fd(const source *s)
{
	return fileno(s->file);
}
