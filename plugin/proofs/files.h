/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files, written whole or not at all. Errors are CONSENT_ERROR_FILE and name the path and the system's
 * reason; outputs are untouched then. Any thread. */
#ifndef CONSENT_PROOFS_FILES_H
#define CONSENT_PROOFS_FILES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Sets an error from errno ("cannot <what> <path>: …") and returns false. */
bool files_fail(GError **error, const char *what, const char *path);

/* Reads a regular file of at most `max` bytes. *ret becomes NULL when there is none. */
bool files_read(const char *path, size_t max, GBytes **ret, GError **error);

/* The same for an open file. `path` is for the error. */
bool files_read_open(int fd, size_t max, const char *path, GBytes **ret, GError **error);

/* Whether there is such a regular file of more than `max` bytes, which files_read would not read. */
bool files_exceeds(const char *path, size_t max);

/* Writes to an open file until all is written; with `sync` until it is on the disk. `path` is for the error.
 */
bool files_write(int fd, const void *bytes, size_t length, bool sync, const char *path, GError **error);

/* Writes the file `temporary`, of the same file system, and renames it to `path`. What was at either is
 * replaced. */
bool files_replace(const char *temporary, const char *path, const void *bytes, size_t length, mode_t mode,
	bool sync, GError **error);

/* Makes the names in a folder last through a crash. */
bool files_sync_folder(const char *path, GError **error);

#endif
