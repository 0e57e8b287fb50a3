/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/target.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct target {
	char *path;  /* NULL: standard output */
	char *place; /* where it is made; NULL once it has its name */
	FILE *stream;
};

static bool fail(GError **error, const char *path, const char *what)
{
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "%s: %s: %s", path, what,
		g_strerror(errno));
	return false;
}

bool target_is_free(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
		"%s exists already; remove it, or let --output name another place", path);
	return false;
}

static target *begin(const char *path)
{
	target *t = g_new0(target, 1);
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	t->path = g_strndup(path, length);
	g_autofree char *folder = g_path_get_dirname(t->path), *name = g_path_get_basename(t->path);
	/* FFmpeg would take what stands before a colon for a protocol, and a hyphen for an option. */
	t->place =
		g_strdup_printf("%s%s/.%s.part-XXXXXX", g_path_is_absolute(folder) ? "" : "./", folder, name);
	return t;
}

static target *give_up(target *t, GError **error)
{
	fail(error, t->path, "cannot be made");
	g_clear_pointer(&t->place, g_free);
	target_free(t);
	return NULL;
}

target *target_file(const char *path, GError **error)
{
	if (!path || strcmp(path, "-") == 0) {
		target *out = g_new0(target, 1);
		out->stream = stdout;
		return out;
	}
	if (!target_is_free(path, error))
		return NULL;
	target *t = begin(path);
	int fd = g_mkstemp_full(t->place, O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return give_up(t, error);
	t->stream = fdopen(fd, "w");
	return t;
}

target *target_folder(const char *path, GError **error)
{
	if (!target_is_free(path, error))
		return NULL;
	target *t = begin(path);
	return g_mkdtemp_full(t->place, 0700) ? t : give_up(t, error);
}

FILE *target_stream(target *t)
{
	return t->stream;
}

const char *target_place(const target *t)
{
	return t->place;
}

const char *target_name(const target *t)
{
	return t->path ? t->path : "standard output";
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

/* Whoever writes piece by piece cannot have met the end of a disk that takes as much in one. */
static bool takes_more(const char *path)
{
	static const char zeros[64 * 1024];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t taken = fd < 0 ? -1 : write(fd, zeros, sizeof zeros);
	bool full = (taken < 0 && (errno == ENOSPC || errno == EDQUOT)) ||
		(taken >= 0 && taken < (ssize_t)sizeof zeros);
	if (fd >= 0)
		close(fd);
	unlink(path);
	return !full;
}

bool target_fits(const char *place, bool good, GError **error)
{
	g_autofree char *path = g_build_filename(place, ".room", NULL);
	if (takes_more(path))
		return good;
	g_clear_error(error);
	errno = ENOSPC;
	return fail(error, place, "cannot be written");
}

void target_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* File systems that cannot refuse to replace have been looked at when the export began. */
static bool give_name(const target *t)
{
	if (renameat2(AT_FDCWD, t->place, AT_FDCWD, t->path, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (access(t->path, F_OK) == 0) {
		errno = EEXIST;
		return false;
	}
	return g_rename(t->place, t->path) == 0;
}

/* What did not fit is not tried again by a later flush: only the stream remembers it. */
static bool flush(FILE *stream)
{
	return !ferror(stream) && fflush(stream) == 0;
}

/* All of a folder's files at once: they lie on one file system. */
static bool to_disk(const target *t)
{
	if (t->stream)
		return flush(t->stream) && fsync(fileno(t->stream)) == 0;
	int fd = open(t->place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && syncfs(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

static void sync_folder(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

bool target_finish(target *t, GError **error)
{
	if (!t->path)
		return flush(stdout) || fail(error, target_name(t), "cannot be written");
	if (!to_disk(t))
		return fail(error, t->path, "cannot be written");
	if (!give_name(t))
		return fail(error, t->path, "cannot be made");
	g_clear_pointer(&t->place, g_free);
	sync_folder(t->path);
	return true;
}

void target_free(target *t)
{
	if (!t)
		return;
	if (t->path && t->stream)
		fclose(t->stream);
	if (t->place)
		target_remove(t->place);
	g_free(t->place);
	g_free(t->path);
	g_free(t);
}
