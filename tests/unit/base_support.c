/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_support.h"

/* libconfig 1.5 forgets a buffer of its scanner when a file has a syntax error: the leak sanitizer asks here.
 */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

char *put_file(const char *folder, const char *name, const char *text, gssize length)
{
	char *path = g_build_filename(folder, name, NULL);
	ck_assert(g_file_set_contents(path, text, length, NULL));
	return path;
}

char *source_path(const char *path)
{
	const char *top = g_getenv("TOP_SRCDIR");
	return g_build_filename(top ? top : ".", path, NULL);
}

char *read_source(const char *path)
{
	g_autofree char *full = source_path(path);
	char *text = NULL;
	ck_assert_msg(g_file_get_contents(full, &text, NULL, NULL), "%s cannot be read", full);
	return text;
}
