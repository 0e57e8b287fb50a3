/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/secretfile.h"

#include "base/error.h"
#include "proofs/files.h"
#include "proofs/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0600
#define MODE_OF_OTHERS 077
#define FILE_SIZE_MAX (64 * 1024)

bool secretfile_refuse(GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, message);
	return false;
}

void secretfile_text_free(char *text)
{
	if (!text)
		return;
	sodium_memzero(text, strlen(text));
	g_free(text);
}

/* Reading */

/* A key that others can read is no proof of anything. */
static bool check_status(int fd, const char *path, GError **error)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return files_fail(error, "look at", path);
	if (!S_ISREG(status.st_mode))
		return secretfile_refuse(error, "%s: is not a file", path);
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return secretfile_refuse(error,
			"%s: belongs to user %u, but the gateway runs as user %u: chown it", path,
			status.st_uid, geteuid());
	if (status.st_mode & MODE_OF_OTHERS)
		return secretfile_refuse(error,
			"%s: has mode %04o, so others than its owner get at the key: chmod 600 it, and "
			"rotate the key if somebody may have read it",
			path, (unsigned)status.st_mode & 07777);
	return true;
}

static bool take_text(GBytes *bytes, const char *path, char **ret, GError **error)
{
	gsize size;
	char *data = g_bytes_unref_to_data(bytes, &size);
	bool plain = text_is_plain((text_span){data, size}, true);
	if (plain)
		*ret = g_strndup(data, size);
	sodium_memzero(data, size);
	g_free(data);
	return plain || secretfile_refuse(error, "%s: is not a key file", path);
}

bool secretfile_read(const char *path, char **ret, GError **error)
{
	/* A FIFO must not make the start wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	GBytes *bytes;
	if (fd < 0 && errno != ENOENT)
		return files_fail(error, "read", path);
	if (fd < 0) {
		*ret = NULL;
		return true;
	}
	bool good = check_status(fd, path, error) &&
		files_read_open(fd, FILE_SIZE_MAX, path, &bytes, error) && take_text(bytes, path, ret, error);
	close(fd);
	return good;
}

/* Writing: a file with another name first, so that nobody ever finds half a key. */

static int make_temporary(char *temporary, GError **error)
{
	int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, FILE_MODE);
	if (fd < 0)
		files_fail(error, "create", temporary);
	else
		fchmod(fd, FILE_MODE); /* whatever the umask leaves of it */
	return fd;
}

/* link() fails where there is a file already. */
static bool publish(const char *temporary, const char *path, bool replace, GError **error)
{
	int result = replace ? rename(temporary, path) : link(temporary, path);
	return result == 0 || files_fail(error, "create", path);
}

bool secretfile_write(const char *path, const char *text, bool replace, GError **error)
{
	g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = make_temporary(temporary, error);
	if (fd < 0)
		return false;

	bool good = files_write(fd, text, strlen(text), true, temporary, error);
	close(fd);
	good = good && publish(temporary, path, replace, error);
	unlink(temporary);
	return good && files_sync_folder(folder, error);
}
