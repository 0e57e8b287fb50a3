/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/mjr.h"

#include "base/error.h"
#include "capture/folder.h"
#include "capture/mjr_format.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0600
/* How often a stream looks whether its file still has a name. */
#define LOOK_EVERY_US G_USEC_PER_SEC

typedef struct mjr_sink {
	sink base;
	char *recordings;
	GByteArray *batch; /* what is being written; one thread at a time needs it */
} mjr_sink;

typedef struct mjr_stream {
	sink_stream base;
	mjr_sink *owner;
	int fd;
	char *folder, *name;
	char *file; /* as in segment_result */
	medium medium;
	uint32_t first_ms;
	bool has_frames;
	uint64_t bytes;
	gint64 looked_us;
	crypto_hash_sha256_state hash;
} mjr_stream;

/* Cuts off what a failed write left, so that the file holds exactly what was counted and hashed. */
static void cut_back(mjr_stream *m)
{
	if (ftruncate(m->fd, (off_t)m->bytes) == 0)
		lseek(m->fd, (off_t)m->bytes, SEEK_SET);
}

/* One write of the whole batch, which is empty then. */
static int flush_batch(mjr_stream *m)
{
	GByteArray *batch = m->owner->batch;
	int result = folder_write_all(m->fd, batch->data, batch->len);
	if (result == 0) {
		crypto_hash_sha256_update(&m->hash, batch->data, batch->len);
		m->bytes += batch->len;
	} else {
		cut_back(m);
	}
	g_byte_array_set_size(batch, 0);
	return -result;
}

/* A file that was removed under us takes bytes as if nothing had happened. */
static int check_still_there(mjr_stream *m, gint64 now_us)
{
	struct stat status;
	if (now_us - m->looked_us < LOOK_EVERY_US)
		return 0;
	m->looked_us = now_us;
	if (fstat(m->fd, &status) != 0)
		return errno;
	return status.st_nlink ? 0 : ENOENT;
}

static int mjr_write(sink_stream *stream, const packet *packets, size_t count)
{
	mjr_stream *m = (mjr_stream *)stream;
	int result = check_still_there(m, g_get_monotonic_time());
	if (result != 0)
		return result;

	for (size_t i = 0; i < count; i++)
		if (!mjr_format_frame(m->owner->batch, m->medium, m->first_ms, &packets[i]))
			result = EMSGSIZE;
	if (result != 0) {
		g_byte_array_set_size(m->owner->batch, 0);
		return result;
	}
	result = flush_batch(m);
	m->has_frames |= result == 0;
	return result;
}

static void stream_free(mjr_stream *m)
{
	if (m->fd >= 0)
		close(m->fd);
	g_free(m->folder);
	g_free(m->name);
	g_free(m->file);
	g_free(m);
}

/* Streams keep no folder open: a descriptor each is enough. */
static int open_folder(const mjr_stream *m, bool create)
{
	return folder_open(m->owner->recordings, m->folder, create);
}

static void drop_file(const mjr_stream *m)
{
	int folder = open_folder(m, false);
	if (folder < 0)
		return;
	unlinkat(folder, m->name, 0);
	close(folder);
}

static void summarize(mjr_stream *m, sink_summary *ret)
{
	uint8_t hash[HASH_SIZE];
	crypto_hash_sha256_final(&m->hash, hash);
	hash_hex(hash, ret->sha256);
	ret->bytes = m->bytes;
	ret->file = g_steal_pointer(&m->file);
}

static int sync_folder(const mjr_stream *m)
{
	int folder = open_folder(m, false);
	if (folder < 0)
		return -folder;
	int result = fsync(folder) == 0 ? 0 : errno;
	close(folder);
	return result;
}

static int make_durable(mjr_stream *m)
{
	int result = check_still_there(m, m->looked_us + LOOK_EVERY_US);
	if (fsync(m->fd) != 0 && result == 0)
		result = errno;
	return result ? result : sync_folder(m);
}

static int mjr_close(sink_stream *stream, sink_summary *ret)
{
	mjr_stream *m = (mjr_stream *)stream;
	int result = 0;
	*ret = (sink_summary){0};
	if (m->has_frames) {
		result = make_durable(m);
		summarize(m, ret);
	} else {
		drop_file(m);
	}
	stream_free(m);
	return result;
}

static int create_file(mjr_stream *m)
{
	int folder = open_folder(m, true);
	if (folder < 0)
		return -folder;
	m->fd = openat(folder, m->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	int result = m->fd < 0 ? errno : 0;
	close(folder);
	return result;
}

static int write_header(mjr_stream *m, const segment_spec *spec, gint64 opened_us, gint64 first_us)
{
	if (!mjr_format_header(m->owner->batch, spec, opened_us, first_us))
		return EINVAL;
	return flush_batch(m);
}

static const sink_ops mjr_ops;

static mjr_stream *stream_new(mjr_sink *owner, const segment_spec *spec, const packet *first)
{
	mjr_stream *m = g_new0(mjr_stream, 1);
	m->base.ops = &mjr_ops;
	m->owner = owner;
	m->fd = -1;
	m->folder = g_strdup(spec->folder);
	m->name = g_strconcat(spec->name, FOLDER_FILE_EXTENSION, NULL);
	m->file = *spec->folder ? g_strconcat(spec->folder, "/", m->name, NULL) : g_strdup(m->name);
	m->medium = spec->medium;
	m->first_ms = first->since_ms;
	m->looked_us = g_get_monotonic_time();
	crypto_hash_sha256_init(&m->hash);
	return m;
}

static int mjr_open(
	sink *self, const segment_spec *spec, gint64 opened_us, const packet *first, sink_stream **ret)
{
	if (!folder_is_plain(spec->folder) || !folder_is_name(spec->name))
		return EINVAL;

	mjr_stream *m = stream_new((mjr_sink *)self, spec, first);
	int result = create_file(m);
	if (result == 0) {
		result = write_header(m, spec, opened_us, first->at_us);
		if (result != 0)
			drop_file(m);
	}
	if (result == 0)
		*ret = &m->base;
	else
		stream_free(m);
	return result;
}

static int mjr_probe(sink *self)
{
	return -folder_probe(((mjr_sink *)self)->recordings);
}

static void mjr_destroy(sink *self)
{
	mjr_sink *mjr = (mjr_sink *)self;
	g_byte_array_unref(mjr->batch);
	g_free(mjr->recordings);
	g_free(mjr);
}

static const sink_ops mjr_ops = {
	.open = mjr_open,
	.write = mjr_write,
	.close = mjr_close,
	.probe = mjr_probe,
	.destroy = mjr_destroy,
};

sink *mjr_sink_new(const char *recordings, GError **error)
{
	int fd = folder_open(recordings, "", true);
	if (fd < 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE,
			"the recordings folder %s cannot be used: %s", recordings, g_strerror(-fd));
		return NULL;
	}
	close(fd);

	mjr_sink *mjr = g_new0(mjr_sink, 1);
	mjr->base.ops = &mjr_ops;
	mjr->recordings = g_strdup(recordings);
	mjr->batch = g_byte_array_new();
	return &mjr->base;
}
