/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what a crash left of a recording, frame by frame, hashing what is whole. */
#include "capture/capture.h"

#include "base/error.h"
#include "capture/folder.h"
#include "capture/mjr_format.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct reader {
	FILE *file;
	medium medium;
	gint64 first_us;
	uint64_t whole; /* bytes of header and whole frames */
	crypto_hash_sha256_state hash;
	uint8_t piece[MJR_MAGIC_SIZE + sizeof(uint16_t) +
		PACKET_MAX]; /* a header or a frame; the former is larger */
} reader;

/* False at the end of the file. */
static bool take(reader *r, size_t at, size_t length)
{
	return fread(r->piece + at, 1, length, r->file) == length;
}

static void keep_piece(reader *r, size_t length)
{
	crypto_hash_sha256_update(&r->hash, r->piece, length);
	r->whole += length;
}

typedef enum { HEADER_WHOLE, HEADER_TORN, HEADER_FOREIGN } header_state;

/* A torn magic or JSON is a recording in which nothing was written yet; anything else in their place is
 * somebody else's file. */
static header_state read_header(reader *r)
{
	size_t got = fread(r->piece, 1, MJR_MAGIC_SIZE, r->file);
	if (memcmp(r->piece, MJR_MAGIC, got) != 0)
		return HEADER_FOREIGN;
	if (got < MJR_MAGIC_SIZE || !take(r, MJR_MAGIC_SIZE, sizeof(uint16_t)))
		return HEADER_TORN;
	size_t length = packet_u16(r->piece + MJR_MAGIC_SIZE), at = MJR_MAGIC_SIZE + sizeof(uint16_t);
	if (!take(r, at, length))
		return HEADER_TORN;
	if (!mjr_parse_header((const char *)r->piece + at, length, &r->medium, &r->first_us))
		return HEADER_FOREIGN;
	keep_piece(r, at + length);
	return HEADER_WHOLE;
}

/* Reads one whole frame; `ret_length` is its payload's. */
static bool read_frame(reader *r, size_t *ret_length)
{
	if (!take(r, 0, MJR_FRAME_HEADER_SIZE) ||
		memcmp(r->piece, MJR_FRAME_MAGIC, MJR_FRAME_MAGIC_SIZE) != 0)
		return false;
	size_t length = packet_u16(r->piece + MJR_FRAME_MAGIC_SIZE + sizeof(uint32_t));
	size_t least = r->medium == MEDIUM_DATA ? MJR_DATA_TIME_SIZE : RTP_HEADER_SIZE;
	if (length < least || !take(r, MJR_FRAME_HEADER_SIZE, length))
		return false;
	*ret_length = length;
	return true;
}

static packet_mark frame_mark(const reader *r)
{
	const uint8_t *payload = r->piece + MJR_FRAME_HEADER_SIZE;
	gint64 since_ms = packet_u32(r->piece + MJR_FRAME_MAGIC_SIZE);
	if (r->medium == MEDIUM_DATA)
		return (packet_mark){
			.at_ms = (gint64)((uint64_t)packet_u32(payload) << 32 | packet_u32(payload + 4)) /
				1000};
	return (packet_mark){r->first_us / 1000 + since_ms, rtp_timestamp(payload), rtp_seq(payload)};
}

static void read_frames(reader *r, segment_result *found)
{
	for (size_t length; read_frame(r, &length);) {
		if (found->packets == 0) {
			found->first = frame_mark(r);
			found->ssrc =
				r->medium == MEDIUM_DATA ? 0 : rtp_ssrc(r->piece + MJR_FRAME_HEADER_SIZE);
		}
		found->last = frame_mark(r);
		found->packets++;
		keep_piece(r, MJR_FRAME_HEADER_SIZE + length);
	}
}

/* Makes the file what was found. One without a whole frame goes: "no packet, no file". */
static int mend(const reader *r, int folder, const char *name, const segment_result *found)
{
	int fd = fileno(r->file), result;
	if (found->packets)
		result = ftruncate(fd, (off_t)found->bytes) == 0 ? fsync(fd) : -1;
	else
		result = unlinkat(folder, name, 0);
	return result == 0 && fsync(folder) == 0 ? 0 : errno;
}

static bool fail(GError **error, const char *file, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "the recording %s cannot be recovered: %s",
		file, why);
	return false;
}

static bool fail_errno(GError **error, const char *file, int number)
{
	if (number != ENOENT)
		return fail(error, file, g_strerror(number));
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND, "there is no recording %s", file);
	return false;
}

static bool examine(reader *r, const char *file, segment_result *found, GError **error)
{
	crypto_hash_sha256_init(&r->hash);
	header_state header = read_header(r);
	if (header == HEADER_WHOLE)
		read_frames(r, found);
	if (ferror(r->file))
		return fail(error, file, g_strerror(EIO));
	return header == HEADER_FOREIGN ? fail(error, file, "it does not begin as one") : true;
}

static void conclude(reader *r, const char *file, segment_result *found)
{
	uint8_t hash[HASH_SIZE];
	if (found->packets == 0)
		return;
	crypto_hash_sha256_final(&r->hash, hash);
	hash_hex(hash, found->sha256);
	found->bytes = r->whole;
	found->file = file;
}

/* A regular file, opened for reading and cutting; or NULL and errno. O_NONBLOCK: should it be a FIFO after
 * all. */
static FILE *open_file(int folder, const char *name)
{
	struct stat status;
	int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fdopen(fd, "r+b");
	close(fd);
	errno = EINVAL;
	return NULL;
}

static bool recover_in(int folder, const char *name, const char *file, segment_result *ret, GError **error)
{
	segment_result found = {.reason = "crash"};
	g_autofree reader *r = g_new0(reader, 1);
	r->file = open_file(folder, name);
	if (!r->file)
		return fail_errno(error, file, errno);

	bool good = examine(r, file, &found, error);
	if (good) {
		conclude(r, file, &found);
		int failed = mend(r, folder, name, &found);
		good = failed == 0 ? true : fail_errno(error, file, failed);
	}
	fclose(r->file);
	if (good)
		*ret = found;
	return good;
}

bool capture_recover(const char *recordings, const char *file, segment_result *ret, GError **error)
{
	*ret = (segment_result){.reason = "crash"};
	if (!folder_is_plain(file) || !*file)
		return fail(error, file, "its path is not plain");

	const char *slash = strrchr(file, '/');
	g_autofree char *path = slash ? g_strndup(file, (gsize)(slash - file)) : g_strdup("");
	int folder = folder_open(recordings, path, false);
	if (folder < 0)
		return fail_errno(error, file, -folder);
	bool good = recover_in(folder, slash ? slash + 1 : file, file, ret, error);
	close(folder);
	return good;
}
