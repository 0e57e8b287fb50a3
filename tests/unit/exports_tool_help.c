/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports_tool_help.h"

#include <check.h>

help_place place;

void run_clear(run *r)
{
	g_free(r->out);
	g_free(r->err);
}
static run spawn(char **argv)
{
	run r = {0};
	int status;
	ck_assert(g_spawn_sync(
		NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &r.out, &r.err, &status, NULL));
	ck_assert_msg(WIFEXITED(status), "%s: status %d", argv[0], status);
	r.code = WEXITSTATUS(status);
	return r;
}

static const char *tool(void)
{
	const char *named = g_getenv("TOOL");
	return named ? named : "./janus-consent";
}

run call(const char *format)
{
	g_autoptr(GString) line = g_string_new(format);
	g_string_replace(line, "%s", place.path, 0);
	g_auto(GStrv) args = g_strsplit(line->str, " ", -1);
	GPtrArray *argv = g_ptr_array_new();
	g_ptr_array_add(argv, (char *)tool());
	for (size_t i = 0; args[i] && *line->str; i++)
		g_ptr_array_add(argv, args[i]);
	g_ptr_array_add(argv, NULL);
	run r = spawn((char **)argv->pdata);
	g_ptr_array_unref(argv);
	return r;
}

run shell(const char *format)
{
	g_autoptr(GString) line = g_string_new(format);
	g_string_replace(line, "%s", place.path, 0);
	g_string_replace(line, "TOOL", tool(), 0);
	char *argv[] = {(char *)"bash", (char *)"-c", line->str, NULL};
	return spawn(argv);
}
