/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people call themselves, as it can stand in a picture or a caption beside others' names. Pure. */
#ifndef CONSENT_RENDERING_NAMES_H
#define CONSENT_RENDERING_NAMES_H

#include <glib.h>

/* A copy (g_free) in one line: without control characters and what turns the direction of the text after it,
 * each row of blanks one blank. NULL where there is nothing to see, and for NULL. UTF-8. */
char *names_in_line(const char *name);

/* A copy (g_free) that is about `ems` times as wide as its letters are high, at most: what is too much gives
 * way to an ellipsis. Rather too short than too long, whatever the font. */
char *names_fitted(const char *name, double ems);

#endif
