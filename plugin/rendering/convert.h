/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A segment's plain MJR as a file that players know, by janus-pp-rec. */
#ifndef CONSENT_RENDERING_CONVERT_H
#define CONSENT_RENDERING_CONVERT_H

#include <glib.h>
#include <stdbool.h>

/* The extension that a codec's recordings get; NULL where janus-pp-rec has none. */
const char *convert_extension(const char *medium, const char *codec);

/* Both paths are absolute; the second's extension says what it becomes. CONSENT_ERROR_FILE. */
bool convert(const char *mjr, const char *to, GError **error);

#endif
