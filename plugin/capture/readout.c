/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finished recordings: reading what is in one, removing one. */
#include "capture/capture.h"

#include "base/error.h"
#include "capture/folder.h"
#include "capture/refusal.h"
#include "capture/source.h"

#include <errno.h>
#include <sodium.h>
#include <unistd.h>

#define PIECE_SIZE ((size_t)64 * 1024)

static int copy_out(source *from, int fd)
{
	g_autofree uint8_t *piece = g_malloc(PIECE_SIZE);
	int result = 0;
	for (size_t got; result == 0 && (got = source_read(from, piece, PIECE_SIZE));) {
		result = folder_write_all(fd, piece, got);
		source_keep(from);
	}
	if (source_is_complete(from))
		source_keep(from);
	sodium_memzero(piece, PIECE_SIZE);
	return -result;
}

static bool fail_output(GError **error, const char *file, int number)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "what is in %s cannot be written: %s", file,
		g_strerror(number));
	return false;
}

static bool read_out(source *from, const char *file, bool sealed, int fd, GError **error)
{
	source_state state = sealed ? source_begin(from) : SOURCE_GOOD;
	if (state != SOURCE_GOOD)
		return refusal_of_state(error, file, state);
	int failed = copy_out(from, fd);
	if (failed)
		return fail_output(error, file, failed);
	return source_error(from) == 0 || refusal_of_state(error, file, SOURCE_FAILED);
}

bool capture_read_out(const char *recordings, const char *file, const uint8_t *key, int fd,
	char sha256[HASH_HEX_SIZE], GError **error)
{
	const char *name;
	int folder = folder_open_of(recordings, file, &name);
	if (folder < 0)
		return refusal_of_errno(error, file, -folder);
	g_autoptr(source) from = source_open(folder, name, key, false);
	int failed = errno;
	close(folder);
	if (!from)
		return refusal_of_errno(error, file, failed);
	if (!read_out(from, file, key != NULL, fd, error))
		return false;
	source_hash(from, sha256);
	return true;
}

/* Where the disk is not mounted nothing has been removed. */
static bool is_there(const char *recordings, GError **error)
{
	int fd = folder_open(recordings, "", false);
	return fd < 0 ? refusal_of_folder(error, recordings, -fd) : close(fd) == 0;
}

bool capture_remove(const char *recordings, const char *file, GError **error)
{
	const char *name;
	int folder = folder_open_of(recordings, file, &name);
	if (folder == -ENOENT)
		return is_there(recordings, error);
	if (folder < 0)
		return refusal_of_errno(error, file, -folder);
	int failed = unlinkat(folder, name, 0) == 0 || errno == ENOENT ? 0 : errno;
	if (!failed && fsync(folder) != 0)
		failed = errno;
	close(folder);
	return failed ? refusal_of_errno(error, file, failed) : true;
}
