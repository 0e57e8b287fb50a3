/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipes of docs/ledger.md, run as they stand there: anybody can verify without this project's programs.
 */
#include "ledger_help.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static help_place place;

static void setup(void)
{
	place = help_place_new();
	g_autoptr(ledger) l = help_ledger(&place);
	help_append(l, "gateway", "{s:s}", "event", "started");
	help_append(
		l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "100% \\x41 began");
	help_append_named(l, "join", "Zoë | 'x' \n%s", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234,
		"participant", "p1");
}

static void teardown(void)
{
	help_place_remove(&place);
}

static char *recipe(const char *name)
{
	g_autofree char *path = g_build_filename(g_getenv("TOP_SRCDIR"), "docs", "ledger.md", NULL);
	g_autofree char *text = NULL, *first = g_strdup_printf("```bash\n# %s ", name);
	ck_assert_msg(
		g_file_get_contents(path, &text, NULL, NULL), "%s (TOP_SRCDIR is the source tree)", path);
	const char *begin = strstr(text, first);
	ck_assert_msg(begin != NULL, "docs/ledger.md has no %s", name);
	begin += strlen("```bash\n");
	return g_strndup(begin, (gsize)(strstr(begin, "```") - begin));
}

static char *run_recipe(const char *name)
{
	g_autofree char *script = recipe(name);
	char *out = NULL;
	char *argv[] = {(char *)"bash", (char *)"-c", script, (char *)"recipe", place.path, NULL};
	ck_assert(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, NULL));
	return out;
}

START_TEST(the_recipe_agrees)
{
	char link[HASH_HEX_SIZE];
	gint64 entries;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place.path, NULL);
	ck_assert(ledger_verify(reader, &entries, link, NULL));
	g_autofree char *good = run_recipe("verify.sh");
	g_autofree char *wanted = g_strdup_printf("%d:%s\n", 3, link);
	ck_assert_str_eq(good, wanted);

	help_tamper(&place, "UPDATE entries SET body = replace(body, '1234', '1235') WHERE idx = 1");
	g_autofree char *bad = run_recipe("verify.sh");
	ck_assert_str_eq(bad, "entry 1 is not what was written\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("recipe");
	TCase *tc = tcase_create("recipe");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_recipe_agrees);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
