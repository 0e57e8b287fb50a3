/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A segment's plain MJR as a file that players know, by janus-pp-rec. */
#ifndef CONSENT_RENDERING_CONVERT_H
#define CONSENT_RENDERING_CONVERT_H

#include <glib.h>
#include <stdbool.h>

/* The extension that a codec's recordings get; NULL where janus-pp-rec has none. */
const char *convert_extension(const char *medium, const char *codec);

/* The second's extension says what it becomes. It is made in the folder of the first and then moved: both are
 * on one file system, and their names without the folders are ASCII. CONSENT_ERROR_FILE. */
bool convert(const char *mjr, const char *to, GError **error);

#endif
