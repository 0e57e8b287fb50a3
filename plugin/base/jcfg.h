/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict reading of libconfig files (.jcfg): whatever is not understood is an error (CONSENT_ERROR_CONFIG)
 * that names file, line, option and the mend, so that no slip goes unnoticed.
 *
 * A file stands alone: `@include` is refused, and the text is UTF-8. A getter for an option that is absent
 * succeeds and leaves its output untouched, so a default is what the output held before. Settings and strings
 * live as long as the jcfg. Not thread-safe while reading; a jcfg belongs to one thread. */
#ifndef CONSENT_BASE_JCFG_H
#define CONSENT_BASE_JCFG_H

#include <glib.h>
#include <libconfig.h>
#include <stdbool.h>

/* Integers are held within 32 bits less one digit: libconfig cuts greater ones without a word. */
#define JCFG_INTEGER_MAX 999999999

typedef struct jcfg jcfg;

/* NULL and an error for a file that cannot be read or parsed. */
jcfg *jcfg_read(const char *path, GError **error);
void jcfg_free(jcfg *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(jcfg, jcfg_free)

const config_setting_t *jcfg_root(const jcfg *file);

/* Sets an error about the setting `at` and returns false. */
bool jcfg_fail(const jcfg *file, const config_setting_t *at, GError **error, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* Every member of the group is among `known` (NULL-terminated). */
bool jcfg_only(const jcfg *file, const config_setting_t *group, const char *const *known, GError **error);

/* The group has this member. */
bool jcfg_required(const jcfg *file, const config_setting_t *group, const char *name, GError **error);

/* A string of UTF-8, not empty and not blank. */
bool jcfg_string(
	const jcfg *file, const config_setting_t *group, const char *name, const char **ret, GError **error);

/* A whole number from `min` to `max`, both within ±JCFG_INTEGER_MAX. */
bool jcfg_integer(const jcfg *file, const config_setting_t *group, const char *name, int min, int max,
	int *ret, GError **error);

bool jcfg_bool(const jcfg *file, const config_setting_t *group, const char *name, bool *ret, GError **error);

/* An array or list of strings, each as for jcfg_string; may be empty. */
bool jcfg_strings(const jcfg *file, const config_setting_t *group, const char *name,
	const config_setting_t **ret, GError **error);

bool jcfg_group(const jcfg *file, const config_setting_t *group, const char *name,
	const config_setting_t **ret, GError **error);

#endif
