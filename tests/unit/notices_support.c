/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notices_support.h"

#include <string.h>

char *changed(const char *text, const char *what, const char *by)
{
	const char *at = strstr(text, what);
	ck_assert_msg(at != NULL, "no %s", what);
	return g_strdup_printf("%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
}

notices *load_folder(const char *folder, const char *language)
{
	g_autoptr(GError) error = NULL;
	notices *all = notices_load(folder, language, &error);
	ck_assert_msg(all != NULL, "%s", error ? error->message : "no error");
	return all;
}

notices *load_text(const char *text)
{
	char *folder = scratch_new();
	g_free(put_file(folder, "a.jcfg", text, -1));
	notices *all = load_folder(folder, "en");
	scratch_remove(folder);
	return all;
}

void assert_has(const char *message, const char *part)
{
	ck_assert_msg(strstr(message, part) != NULL, "no \"%s\" in: %s", part, message);
}
