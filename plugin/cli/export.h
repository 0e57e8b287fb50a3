/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export: what leaves the house. A kind is a command of its own ("export records"), one file each; the table
 * of them is in export.c. */
#ifndef CONSENT_CLI_EXPORT_H
#define CONSENT_CLI_EXPORT_H

#include "cli/tool.h"

extern const command command_export_records, command_export_notices, command_export_meeting,
	command_export_training, command_export_vcon, command_export_tiles, command_export_jwks;

/* Notes an export in every log of the store: `what`, `format` (may be NULL) and the filters given, how much
 * (`rows`), and `more` (takes the reference; may be NULL), members besides. False when it could not be. */
bool export_note(const arguments *args, const char *what, const char *format, guint64 rows, json_t *more,
	GError **error);

#endif
