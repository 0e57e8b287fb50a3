/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other people's programs: janus-pp-rec and FFmpeg. Errors are CONSENT_ERROR_FILE and name the program. Any
 * thread. */
#ifndef CONSENT_RENDERING_PROGRAM_H
#define CONSENT_RENDERING_PROGRAM_H

#include <glib.h>
#include <stdbool.h>

/* Whether the program is installed; the error names the package of Debian that has it. */
bool program_require(const char *name, const char *package, GError **error);

/* Runs it in `folder` (NULL: here) and waits; `argv` is NULL-terminated, looked for in PATH. False with the
 * last line of what it complained of, unless it ended with 0. Signals that the caller holds back reach it. */
bool program_run(const char *const *argv, const char *folder, GError **error);

/* The same with what it wrote to standard output (g_free). */
bool program_read(const char *const *argv, const char *folder, char **ret_out, GError **error);

#endif
