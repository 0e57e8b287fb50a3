/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what a crash left of a recording, frame by frame, hashing what is whole. */
#include "capture/capture.h"

#include "base/error.h"
#include "capture/folder.h"
#include "capture/mjr_format.h"
#include "capture/refusal.h"
#include "capture/source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct reader {
	source *from;
	medium medium;
	gint64 first_us;
	uint8_t piece[MJR_MAGIC_SIZE + sizeof(uint16_t) +
		PACKET_MAX]; /* a header or a frame; the former is larger */
} reader;

/* False at the end of the file. */
static bool take(reader *r, size_t at, size_t length)
{
	return source_read(r->from, r->piece + at, length) == length;
}

/* A torn magic or JSON is a recording in which nothing was written yet; anything else in their place is
 * somebody else's file. */
static source_state read_header(reader *r)
{
	size_t got = source_read(r->from, r->piece, MJR_MAGIC_SIZE);
	if (memcmp(r->piece, MJR_MAGIC, got) != 0)
		return SOURCE_FOREIGN;
	if (got < MJR_MAGIC_SIZE || !take(r, MJR_MAGIC_SIZE, sizeof(uint16_t)))
		return SOURCE_TORN;
	size_t length = packet_u16(r->piece + MJR_MAGIC_SIZE), at = MJR_MAGIC_SIZE + sizeof(uint16_t);
	if (!take(r, at, length))
		return SOURCE_TORN;
	if (!mjr_parse_header((const char *)r->piece + at, length, &r->medium, &r->first_us))
		return SOURCE_FOREIGN;
	source_keep(r->from);
	return SOURCE_GOOD;
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
		source_keep(r->from);
	}
	/* The final frame of an encrypted file has nothing in it. */
	if (source_is_complete(r->from))
		source_keep(r->from);
}

/* Makes the file what was found. One without a whole frame goes: "no packet, no file". */
static int mend(const reader *r, int folder, const char *name, const segment_result *found)
{
	int fd = source_fd(r->from), result;
	if (found->packets)
		result = ftruncate(fd, (off_t)found->bytes) == 0 ? fsync(fd) : -1;
	else
		result = unlinkat(folder, name, 0);
	return result == 0 && fsync(folder) == 0 ? 0 : errno;
}

static bool examine(reader *r, const char *file, bool sealed, segment_result *found, GError **error)
{
	source_state state = sealed ? source_begin(r->from) : SOURCE_GOOD;
	if (state == SOURCE_GOOD)
		state = read_header(r);
	if (state == SOURCE_GOOD)
		read_frames(r, found);
	if (source_error(r->from))
		state = SOURCE_FAILED;
	return state == SOURCE_GOOD || state == SOURCE_TORN || refusal_of_state(error, file, state);
}

static void conclude(reader *r, const char *file, segment_result *found)
{
	if (found->packets == 0)
		return;
	source_hash(r->from, found->sha256);
	found->bytes = source_kept(r->from);
	found->file = file;
}

static bool recover_in(int folder, const char *name, const char *file, const uint8_t *key,
	segment_result *ret, GError **error)
{
	segment_result found = {.reason = "crash"};
	g_autofree reader *r = g_new0(reader, 1);
	g_autoptr(source) from = source_open(folder, name, key, true);
	if (!from)
		return refusal_of_errno(error, file, errno);

	r->from = from;
	if (!examine(r, file, key != NULL, &found, error))
		return false;
	conclude(r, file, &found);
	int failed = mend(r, folder, name, &found);
	if (failed)
		return refusal_of_errno(error, file, failed);
	*ret = found;
	return true;
}

bool capture_recover(
	const char *recordings, const char *file, const uint8_t *key, segment_result *ret, GError **error)
{
	const char *name;
	*ret = (segment_result){.reason = "crash"};
	int folder = folder_open_of(recordings, file, &name);
	if (folder < 0)
		return refusal_of_errno(error, file, -folder);
	bool good = recover_in(folder, name, file, key, ret, error);
	close(folder);
	return good;
}
