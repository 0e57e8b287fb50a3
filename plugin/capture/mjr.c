/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/mjr.h"

#include "capture/folder.h"
#include "capture/mjr_format.h"
#include "capture/refusal.h"
#include "sealing/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0600
/* How often a stream glances whether its file still has a name, in the folder of recordings that it was made
 * in. Whether that is its own name shows at the end: each folder on the way to it has to be opened for that.
 */
#define GLANCE_EVERY_US G_USEC_PER_SEC

typedef struct mjr_sink {
	sink base;
	char *recordings;
	/* What is being written, in MJR and, of an encrypted stream, as it is stored; one thread at a time
	 * needs them. */
	GByteArray *batch, *stored;
	/* What the folder is, as seen at the last glance, and how often it has become another. */
	dev_t device;
	ino_t inode;
	unsigned changes;
	gint64 glanced_us;
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
	bool broken;          /* a write failed: the end of the file is not the end of the segment */
	sealed_state *sealed; /* NULL: the file is plain */
	uint64_t bytes;
	gint64 glanced_us;
	unsigned changes; /* the owner's, at the last look */
	hash_stream *hash;
} mjr_stream;

/* Cuts off what a failed write left, so that the file holds exactly what was counted and hashed. */
static void cut_back(mjr_stream *m)
{
	if (ftruncate(m->fd, (off_t)m->bytes) == 0)
		lseek(m->fd, (off_t)m->bytes, SEEK_SET);
}

static int write_stored(mjr_stream *m, const GByteArray *stored)
{
	int result = folder_write_all(m->fd, stored->data, stored->len);
	if (result == 0) {
		hash_stream_add(m->hash, stored->data, stored->len);
		m->bytes += stored->len;
	} else {
		m->broken = true;
		cut_back(m);
	}
	return -result;
}

/* Encrypts the batch as one frame behind what `stored` holds. */
static void seal_batch(mjr_stream *m, bool last)
{
	mjr_sink *owner = m->owner;
	sealed_frame(m->sealed, owner->batch->data, owner->batch->len, last, owner->stored);
	/* What cannot be read later must not lie about in memory. */
	if (owner->batch->len)
		sodium_memzero(owner->batch->data, owner->batch->len);
}

/* One write of the whole batch, which is empty then. */
static int flush_batch(mjr_stream *m)
{
	mjr_sink *owner = m->owner;
	if (m->sealed)
		seal_batch(m, false);
	int result = write_stored(m, m->sealed ? owner->stored : owner->batch);
	g_byte_array_set_size(owner->batch, 0);
	g_byte_array_set_size(owner->stored, 0);
	return result;
}

/* The final frame: whoever reads the file knows that nothing is missing. */
static int end_sealed(mjr_stream *m)
{
	if (!m->sealed || m->broken)
		return 0;
	seal_batch(m, true);
	int result = write_stored(m, m->owner->stored);
	g_byte_array_set_size(m->owner->stored, 0);
	return result;
}

/* Streams keep no folder open: a descriptor each is enough. */
static int open_folder(const mjr_stream *m, bool create)
{
	return folder_open(m->owner->recordings, m->folder, create);
}

/* A file that was removed under us, or whose disk was taken away, takes bytes as if nothing had happened. */
static int look_at_name(const mjr_stream *m)
{
	struct stat ours, named;
	int folder = open_folder(m, false);
	if (folder == -EMFILE || folder == -ENFILE)
		return 0; /* which says nothing of the disk */
	if (folder < 0)
		return -folder;
	bool found = fstat(m->fd, &ours) == 0 && fstatat(folder, m->name, &named, AT_SYMLINK_NOFOLLOW) == 0;
	int result = found ? 0 : errno;
	close(folder);
	return result || (ours.st_dev == named.st_dev && ours.st_ino == named.st_ino) ? result : ENOENT;
}

/* Another disk may have been mounted there, or taken away. One glance serves all streams. */
static unsigned glance_at_folder(mjr_sink *mjr, gint64 now_us)
{
	struct stat now = {0};
	if (now_us - mjr->glanced_us < GLANCE_EVERY_US)
		return mjr->changes;
	mjr->glanced_us = now_us;
	bool found = stat(mjr->recordings, &now) == 0;
	if (!found || now.st_dev != mjr->device || now.st_ino != mjr->inode)
		mjr->changes++;
	mjr->device = now.st_dev;
	mjr->inode = now.st_ino;
	return mjr->changes;
}

static bool has_a_name(const mjr_stream *m)
{
	struct stat ours;
	return fstat(m->fd, &ours) == 0 && ours.st_nlink > 0;
}

static int check_still_there(mjr_stream *m, gint64 now_us)
{
	if (now_us - m->glanced_us < GLANCE_EVERY_US)
		return 0;
	m->glanced_us = now_us;
	unsigned changes = glance_at_folder(m->owner, now_us);
	if (changes == m->changes && has_a_name(m))
		return 0;
	m->changes = changes;
	return look_at_name(m);
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
	if (m->sealed)
		sodium_memzero(m->sealed, sizeof *m->sealed);
	g_free(m->sealed);
	hash_stream_free(m->hash);
	g_free(m->folder);
	g_free(m->name);
	g_free(m->file);
	g_free(m);
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
	hash_stream_hex(m->hash, ret->sha256);
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
	int result = look_at_name(m);
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
		result = end_sealed(m);
		int synced = make_durable(m);
		result = result ? result : synced;
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
	if (m->sealed)
		sealed_begin(m->sealed, spec->key, m->owner->stored);
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
	m->name = capture_path("", spec->name, spec->key != NULL);
	m->file = capture_path(spec->folder, spec->name, spec->key != NULL);
	m->sealed = spec->key ? g_new0(sealed_state, 1) : NULL;
	m->medium = spec->medium;
	m->first_ms = first->since_ms;
	m->glanced_us = g_get_monotonic_time();
	m->changes = glance_at_folder(owner, m->glanced_us);
	m->hash = hash_stream_new();
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
	g_byte_array_unref(mjr->stored);
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
		refusal_of_folder(error, recordings, -fd);
		return NULL;
	}
	close(fd);

	mjr_sink *mjr = g_new0(mjr_sink, 1);
	mjr->base.ops = &mjr_ops;
	mjr->recordings = g_strdup(recordings);
	mjr->batch = g_byte_array_new();
	mjr->stored = g_byte_array_new();
	return &mjr->base;
}
