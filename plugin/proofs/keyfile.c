/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/keyfile.h"

#include "base/error.h"
#include "proofs/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0600
#define MODE_OF_OTHERS 077
#define FILE_SIZE_MAX (64 * 1024)

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool refuse(GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, message);
	return false;
}

/* Loading */

/* A key that others can read is no proof of anything. */
static bool check_status(int fd, const char *path, GError **error)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return files_fail(error, "look at", path);
	if (!S_ISREG(status.st_mode))
		return refuse(error, "%s: is not a file", path);
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return refuse(error, "%s: belongs to user %u, but the gateway runs as user %u: chown it",
			path, status.st_uid, geteuid());
	if (status.st_mode & MODE_OF_OTHERS)
		return refuse(error,
			"%s: has mode %04o, so others than its owner get at the key: chmod 600 it, and "
			"rotate the key if somebody may have read it",
			path, (unsigned)status.st_mode & 07777);
	return true;
}

static void free_secret(GBytes *bytes)
{
	gsize size;
	gpointer data = g_bytes_unref_to_data(bytes, &size);
	sodium_memzero(data, size);
	g_free(data);
}

static bool parse(GBytes *bytes, const char *path, const char *origin, keyring *ret, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	if (!text_is_plain((text_span){data, size}, true))
		return refuse(error, "%s: is not a key file", path);
	char *text = g_strndup(data, size);
	bool good = keyring_parse(text, origin, path, ret, error);
	note_secret_free(text);
	return good;
}

static bool load(int fd, const char *path, const char *origin, keyring *ret, GError **error)
{
	GBytes *bytes;
	if (!check_status(fd, path, error) || !files_read_open(fd, FILE_SIZE_MAX, path, &bytes, error))
		return false;
	bool good = parse(bytes, path, origin, ret, error);
	free_secret(bytes);
	return good;
}

/* *ret_there is set when the call succeeds: false when there is no such file. */
static bool load_if_there(const char *path, const char *origin, keyring *ret, bool *ret_there, GError **error)
{
	/* A FIFO must not make the start wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno != ENOENT)
		return files_fail(error, "read", path);

	*ret_there = fd >= 0;
	if (fd < 0)
		return true;
	bool good = load(fd, path, origin, ret, error);
	close(fd);
	return good;
}

bool keyfile_load(const char *path, const char *origin, keyring *ret, GError **error)
{
	bool there;
	if (!load_if_there(path, origin, ret, &there, error))
		return false;
	return there || refuse(error, "%s: the signing key is missing", path);
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

static bool write_ring(int fd, const keyring *ring, const char *path, GError **error)
{
	char *text = keyring_text(ring);
	bool good = files_write(fd, text, strlen(text), true, path, error);
	note_secret_free(text);
	return good;
}

/* link() fails where there is a file already, rename() replaces it. */
typedef int (*publish)(const char *from, const char *to);

static bool save(const keyring *ring, const char *path, publish how, GError **error)
{
	g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = make_temporary(temporary, error);
	if (fd < 0)
		return false;

	bool good = write_ring(fd, ring, temporary, error);
	close(fd);
	if (good && how(temporary, path) != 0)
		good = files_fail(error, "create", path);
	unlink(temporary);
	return good && files_sync_folder(folder, error);
}

bool keyfile_create(const char *path, const char *origin, const note_verifier *former, size_t count,
	keyring *ret, GError **error)
{
	g_auto(keyring) made = {0};
	if (!keyring_make(origin, former, count, &made, error) || !save(&made, path, link, error))
		return false;
	*ret = made;
	made = (keyring){0};
	return true;
}

bool keyfile_rotate(const char *path, const char *origin, keyring *ret, GError **error)
{
	g_auto(keyring) old = {0}, made = {0};
	if (!keyfile_load(path, origin, &old, error) || !keyring_rotate(&old, &made, error) ||
		!save(&made, path, rename, error))
		return false;
	*ret = made;
	made = (keyring){0};
	return true;
}

/* A start */

static bool create_or_load(const char *path, const char *origin, keyring *ret, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (keyfile_create(path, origin, NULL, 0, ret, &why))
		return true;
	/* Another process was faster. */
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return keyfile_load(path, origin, ret, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

static bool check_recorded(const char *path, const keyring *ring, const char *recorded, GError **error)
{
	g_auto(note_verifier) verifier = {0};
	if (!note_verifier_parse(recorded, &verifier, NULL))
		return refuse(error, "%s: cannot be compared with what the log recorded, which is no key: %s",
			path, recorded);
	return keyring_has(ring, &verifier) ||
		refuse(error,
			"%s: is not the key that this log is signed with (%s), and does not list it among "
			"its former ones: put the right file back",
			path, recorded);
}

bool keyfile_open(const char *path, const char *origin, const char *recorded, keyring *ret, GError **error)
{
	g_auto(keyring) read = {0};
	bool there;
	if (!load_if_there(path, origin, &read, &there, error))
		return false;
	if (!there && recorded)
		return refuse(error,
			"%s: the signing key is missing, but this log is signed with %s: put the file back "
			"from a backup",
			path, recorded);
	if (!there)
		return create_or_load(path, origin, ret, error);
	if (recorded && !check_recorded(path, &read, recorded, error))
		return false;
	*ret = read;
	read = (keyring){0};
	return true;
}
