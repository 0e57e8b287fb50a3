/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_support.h"

#include <stdio.h>
#include <stdlib.h>

/* libconfig 1.5 forgets a buffer of its scanner when a file has a syntax error: the leak sanitizer asks here.
 */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

char *make_folder(void)
{
	char *folder = g_dir_make_tmp("consent-base-XXXXXX", NULL);
	ck_assert_ptr_nonnull(folder);
	return folder;
}

void drop_folder(char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		remove(path);
	}
	remove(folder);
	g_free(folder);
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
