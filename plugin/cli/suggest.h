/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean …?" */
#ifndef CONSENT_CLI_SUGGEST_H
#define CONSENT_CLI_SUGGEST_H

/* The one of the names (NULL-terminated) that a typing slip or a beginning away from `given`, or NULL. */
const char *suggest(const char *given, const char *const *names);

/* "; did you mean “<prefix><name>”?" or "" (g_free). */
char *suggest_text(const char *given, const char *const *names, const char *prefix);

#endif
