/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docs/tool.md next to what the tool says of itself: commands, options, columns. */
#include "exports_tool_help.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void setup(void)
{
	place = help_place_new();
	ledger_close(help_ledger(&place));
}

static void teardown(void)
{
	help_place_remove(&place);
}

/* As the tool lists them. */
static const char *const commands[] = {"records", "segments", "meetings", "products", "verify", "decrypt",
	"export", "attach", "checkpoint", "proof", "erase", "rotate-key", "sweep"};
static const char *const export_kinds[] = {
	"records", "notices", "meeting", "training", "vcon", "tiles", "jwks"};
/* All that have options; the first of them have columns. */
#define LISTS 6
/* The first of these have a table of them. */
#define TABLES 4
static const char *const names[] = {"records", "segments", "meetings", "products", "export records",
	"export notices", "export meeting", "export training", "export vcon", "export tiles", "export jwks",
	"verify", "decrypt", "attach", "checkpoint", "proof", "erase", "rotate-key", "sweep"};

/* The options that a text names, sorted, with blanks between. Only those between `before` and `after` count.
 */
static char *options_in(const char *text, const char *before, const char *after)
{
	g_autofree char *pattern = g_strdup_printf("%s--([a-z]+)%s", before, after);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(GTree) found =
		g_tree_new_full((GCompareDataFunc)(void (*)(void))strcmp, NULL, g_free, NULL);
	for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match);
		g_match_info_next(match, NULL)) {
		char *name = g_match_info_fetch(match, 1);
		g_tree_insert(found, name, name);
	}
	GString *all = g_string_new(NULL);
	for (GTreeNode *node = g_tree_node_first(found); node; node = g_tree_node_next(node))
		g_string_append_printf(all, "%s ", (const char *)g_tree_node_key(node));
	return g_string_free(all, FALSE);
}

/* The documentation's section on a command; those of the kinds of export have a page of their own. */
static char *section_of(const char *name)
{
	const char *page = g_str_has_prefix(name, "export ") ? "exports.md" : "tool.md";
	g_autofree char *path = g_build_filename(g_getenv("TOP_SRCDIR"), "docs", page, NULL);
	g_autofree char *text = NULL;
	ck_assert_msg(
		g_file_get_contents(path, &text, NULL, NULL), "%s (TOP_SRCDIR is the source tree)", path);
	g_autofree char *title = g_strdup_printf("\n## janus-consent %s\n", name);
	const char *begin = strstr(text, title);
	ck_assert_msg(begin != NULL, "docs/%s has no section on %s", page, name);
	const char *end = strstr(begin + 1, "\n## ");
	return end ? g_strndup(begin, (gsize)(end - begin)) : g_strdup(begin);
}

START_TEST(the_documentation_names_every_option)
{
	g_autofree char *arguments = g_strdup_printf("%s --help", names[_i]);
	g_auto(run) help = call(arguments);
	g_autofree char *section = section_of(names[_i]);
	g_autofree char *real = options_in(help.out, "^  ", ""),
			*documented = options_in(section, "^\\| `", "");
	ck_assert_str_eq(documented, real);
}
END_TEST

/* What stands in braces is one of several. */
static char *needed_options(const char *help)
{
	g_autoptr(GRegex) choice = g_regex_new("\\{[^}]*\\}", 0, 0, NULL);
	g_autofree char *usage = g_strndup(help, strcspn(help, "\n"));
	g_autofree char *needed = g_regex_replace(choice, usage, -1, 0, "", 0, NULL);
	return options_in(needed, " ", "");
}

START_TEST(what_is_required_is_called_so)
{
	g_autofree char *arguments = g_strdup_printf("%s --help", names[_i]);
	g_auto(run) help = call(arguments);
	g_autofree char *section = section_of(names[_i]), *needed = needed_options(help.out);
	g_autofree char *called = options_in(help.out, "^  ", " [A-Z]+ *required: ");
	g_autofree char *documented = options_in(section, "^\\| `", " [A-Z]+` \\| required: ");
	ck_assert_str_eq(called, needed);
	ck_assert_str_eq(documented, needed);
}
END_TEST

/* Under that title the help lists these and none that this test knows nothing of. */
static void expect_list(const char *arguments, const char *title, const char *const *wanted, size_t count)
{
	g_auto(run) help = call(arguments);
	const char *begin = strstr(help.out, title) + strlen(title);
	g_autofree char *list = g_strndup(begin, (gsize)(strstr(begin, "\n\n") - begin));
	g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
	ck_assert_uint_eq(g_strv_length(lines), count);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *line = g_strdup_printf("  %s ", wanted[i]);
		ck_assert_msg(g_str_has_prefix(lines[i], line), "%s", lines[i]);
	}
}

START_TEST(the_documentation_names_every_command)
{
	expect_list("--help", "Commands:\n", commands, G_N_ELEMENTS(commands));
	expect_list("export --help", "Kinds:\n", export_kinds, G_N_ELEMENTS(export_kinds));
	g_free(section_of("export"));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_free(section_of(names[i]));
}
END_TEST

/* The columns of CSV are those of the section's second table, in its order. */
START_TEST(the_documentation_names_every_column)
{
	g_autofree char *arguments = g_strdup_printf("%s --store %%s --format csv", names[_i]);
	g_auto(run) csv = call(arguments);
	g_autofree char *section = section_of(names[_i]);
	g_autofree char *titles = g_strndup(csv.out, strcspn(csv.out, "\r"));
	g_auto(GStrv) columns = g_strsplit(titles, ",", -1);
	const char *at = strstr(section, _i < TABLES ? "\n| column | is |\n" : "olumns of CSV are");
	ck_assert_ptr_nonnull(at);
	for (size_t i = 0; columns[i]; i++) {
		g_autofree char *bare = g_strndup(columns[i] + 1, strlen(columns[i]) - 2);
		g_autofree char *wanted = g_strdup_printf("`%s`", bare);
		at = strstr(at, wanted);
		ck_assert_msg(at != NULL, "docs/tool.md, %s: no column %s here", names[_i], wanted);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tool_docs");
	TCase *tc = tcase_create("tool_docs");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_documentation_names_every_command);
	tcase_add_loop_test(tc, the_documentation_names_every_option, 0, (int)G_N_ELEMENTS(names));
	tcase_add_loop_test(tc, what_is_required_is_called_so, 0, (int)G_N_ELEMENTS(names));
	tcase_add_loop_test(tc, the_documentation_names_every_column, 0, LISTS);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
