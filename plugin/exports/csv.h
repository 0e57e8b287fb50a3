/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One field of a CSV file, RFC 4180, that no spreadsheet takes for a formula. */
#ifndef CONSENT_EXPORTS_CSV_H
#define CONSENT_EXPORTS_CSV_H

#include <glib.h>

/* Appends the field in quotes, inner quotes doubled. An apostrophe stands before every character that could
 * begin a formula: at the field's beginning, and where one that splits at other separators, or ignores
 * quotes, would see another field begin. */
void csv_append_field(GString *line, const char *text);

#endif
