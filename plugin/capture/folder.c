/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_MODE 0700
#define FILE_MODE 0600
#define NAME_SIZE_MAX 255
#define PROBE_NAME ".probe"
/* Enough that a disk with a few free blocks left does not pass for healthy. */
#define PROBE_SIZE ((size_t)64 * 1024)

static bool is_plain_name(const char *name, size_t length)
{
	if (length == 0 || length > NAME_SIZE_MAX || name[0] == '.')
		return false;
	for (size_t i = 0; i < length; i++)
		if (name[i] == '/' || g_ascii_iscntrl(name[i]))
			return false;
	return g_utf8_validate(name, (gssize)length, NULL);
}

bool folder_is_name(const char *name)
{
	return name && strlen(name) <= NAME_SIZE_MAX - strlen(FOLDER_SEALED) &&
		is_plain_name(name, strlen(name));
}

bool folder_is_plain(const char *path)
{
	if (!path)
		return false;
	for (const char *name = path; *path;) {
		size_t length = strcspn(name, "/");
		if (!is_plain_name(name, length))
			return false;
		if (!name[length])
			break;
		name += length + 1;
	}
	return true;
}

static int open_root(const char *root, bool create)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && create && g_mkdir_with_parents(root, FOLDER_MODE) == 0)
		fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A new folder's name must survive a crash as its files do. */
static int make_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, FOLDER_MODE) == 0)
		return fsync(parent) == 0 ? 0 : -errno;
	return errno == EEXIST ? 0 : -errno;
}

/* Closes `parent`. */
static int enter(int parent, const char *name, bool create)
{
	int fd = create ? make_folder(parent, name) : 0;
	if (fd == 0) {
		fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	close(parent);
	return fd;
}

int folder_open(const char *root, const char *folder, bool create)
{
	if (!folder_is_plain(folder))
		return -EINVAL;

	int fd = open_root(root, create);
	g_auto(GStrv) names = g_strsplit(folder, "/", -1);
	for (unsigned i = 0; fd >= 0 && names[i]; i++)
		fd = enter(fd, names[i], create);
	return fd;
}

int folder_open_of(const char *root, const char *file, const char **ret_name)
{
	const char *slash = strrchr(file, '/');
	if (!*file || !folder_is_plain(file))
		return -EINVAL;
	g_autofree char *folder = slash ? g_strndup(file, (gsize)(slash - file)) : g_strdup("");
	*ret_name = slash ? slash + 1 : file;
	return folder_open(root, folder, false);
}

int folder_write_all(int fd, const void *bytes, size_t length)
{
	for (const char *at = bytes; length;) {
		ssize_t written = write(fd, at, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

static int probe_write(int fd)
{
	g_autofree void *zeroes = g_malloc0(PROBE_SIZE);
	int result = folder_write_all(fd, zeroes, PROBE_SIZE);
	if (result == 0 && fsync(fd) != 0)
		result = -errno;
	return result;
}

int folder_probe(const char *root)
{
	int folder = open_root(root, true);
	if (folder < 0)
		return folder;

	unlinkat(folder, PROBE_NAME, 0); /* left behind by a crash */
	int fd = openat(folder, PROBE_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	int result = fd < 0 ? -errno : probe_write(fd);
	if (fd >= 0)
		close(fd);
	unlinkat(folder, PROBE_NAME, 0);
	close(folder);
	return result;
}
