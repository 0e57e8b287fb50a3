/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files below the recordings folder, reached one name at a time so that neither "..", nor an absolute path,
 * nor a symbolic link below that folder leads out of it. Functions return 0 or a file descriptor, or a
 * negative errno. */
#ifndef CONSENT_CAPTURE_FOLDER_H
#define CONSENT_CAPTURE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* True for names joined by single slashes ("" is none): each UTF-8 without control characters, at most 250
 * bytes, not beginning with a dot. */
bool folder_is_plain(const char *path);

/* Of a plain file, and of one that is encrypted (sealing/sealed.h). */
#define FOLDER_PLAIN ".mjr"
#define FOLDER_SEALED ".mjr.enc"

/* True for one such name that is short enough to take either extension. */
bool folder_is_name(const char *name);

/* Opens `root` and the plain path `folder` in it. With `create` what is missing is made with mode 0700. */
int folder_open(const char *root, const char *folder, bool create);

/* Opens the folder in `root` that holds the plain path `file`; *ret_name is the name in it. */
int folder_open_of(const char *root, const char *file, const char **ret_name);

/* Writes, syncs and removes a small file in `root`. */
int folder_probe(const char *root);

/* write(2) until all is written or an error comes. */
int folder_write_all(int fd, const void *bytes, size_t length);

#endif
