/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/files.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool files_fail(GError **error, const char *what, const char *path)
{
	g_set_error(
		error, CONSENT_ERROR, CONSENT_ERROR_FILE, "cannot %s %s: %s", what, path, g_strerror(errno));
	return false;
}

/* Reads on to the end of the file, which may be shorter or longer than it was a moment ago. */
static bool read_all(int fd, uint8_t *bytes, size_t size, size_t *ret_length)
{
	size_t length = 0;
	while (length < size) {
		ssize_t count = read(fd, bytes + length, size - length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		if (count == 0)
			break;
		length += (size_t)count;
	}
	*ret_length = length;
	return true;
}

static bool read_regular(int fd, size_t max, GBytes **ret)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return false;
	errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
	if (!S_ISREG(status.st_mode) || (guint64)status.st_size > max)
		return false;

	size_t size = (size_t)status.st_size, length;
	g_autofree uint8_t *bytes = g_malloc(size + 1);
	if (!read_all(fd, bytes, size, &length))
		return false;
	*ret = g_bytes_new_take(g_steal_pointer(&bytes), length);
	return true;
}

bool files_read_open(int fd, size_t max, const char *path, GBytes **ret, GError **error)
{
	return read_regular(fd, max, ret) || files_fail(error, "read", path);
}

bool files_read(const char *path, size_t max, GBytes **ret, GError **error)
{
	/* A FIFO must not make the reader wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT) {
		*ret = NULL;
		return true;
	}
	if (fd < 0)
		return files_fail(error, "read", path);
	bool good = files_read_open(fd, max, path, ret, error);
	close(fd);
	return good;
}

bool files_exceeds(const char *path, size_t max)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && (guint64)status.st_size > max;
}

static bool write_all(int fd, const void *bytes, size_t length)
{
	for (const char *at = bytes; length;) {
		ssize_t count = write(fd, at, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		at += count;
		length -= (size_t)count;
	}
	return true;
}

bool files_write(int fd, const void *bytes, size_t length, bool sync, const char *path, GError **error)
{
	if (write_all(fd, bytes, length) && (!sync || fsync(fd) == 0))
		return true;
	return files_fail(error, "write", path);
}

bool files_replace(const char *temporary, const char *path, const void *bytes, size_t length, mode_t mode,
	bool sync, GError **error)
{
	unlink(temporary); /* left behind by a crash */
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return files_fail(error, "create", temporary);

	bool good = files_write(fd, bytes, length, sync, temporary, error);
	if (close(fd) != 0 && good)
		good = files_fail(error, "write", temporary);
	if (good && rename(temporary, path) != 0)
		good = files_fail(error, "write", path);
	if (!good)
		unlink(temporary);
	return good;
}

bool files_sync_folder(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (!good)
		files_fail(error, "sync", path);
	if (fd >= 0)
		close(fd);
	return good;
}
