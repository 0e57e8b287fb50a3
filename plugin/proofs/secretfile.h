/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small text files that hold a secret: mode 0600, of the user who runs the gateway or of root; written whole
 * or not at all.
 *
 * Errors name the file and the mend: CONSENT_ERROR_CONFIG when it is open to others or no such file;
 * CONSENT_ERROR_FILE when the system refuses. Outputs are untouched then. Any thread, any process. */
#ifndef CONSENT_PROOFS_SECRETFILE_H
#define CONSENT_PROOFS_SECRETFILE_H

#include <glib.h>
#include <stdbool.h>

/* Sets CONSENT_ERROR_CONFIG and returns false. */
bool secretfile_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Reads one of plain text, at most 64 KiB. *ret becomes NULL when there is none; secretfile_text_free. */
bool secretfile_read(const char *path, char **ret, GError **error);

/* Makes it, on disk when this returns. With `replace` one that is there is replaced in one step, without it
 * that is an error. The folder must exist. */
bool secretfile_write(const char *path, const char *text, bool replace, GError **error);

/* Overwrites and frees; takes NULL. */
void secretfile_text_free(char *text);

#endif
