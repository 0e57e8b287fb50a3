/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in the cell of a terminal. */
#ifndef CONSENT_EXPORTS_TABLE_H
#define CONSENT_EXPORTS_TABLE_H

#include <glib.h>

/* Columns of a terminal that printable UTF-8 takes. */
unsigned table_width(const char *text);

/* A copy (g_free) that is safe to print and at most `width` columns wide: control and invisible characters,
 * also those that turn the direction of writing, become escapes such as \u{1b}; what is longer ends with ….
 */
char *table_clean(const char *text, unsigned width);

#endif
