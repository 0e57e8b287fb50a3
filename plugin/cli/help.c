/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/tool.h"

#include <stdio.h>

/* Where the explanations begin. */
#define INDENT 24

static void print_option(const char *name, const char *value, const char *help)
{
	g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
	g_autofree char *left = g_strdup_printf("  --%s %s", name, value);
	printf("%-*s%s\n", INDENT, left, lines[0]);
	for (size_t i = 1; lines[0] && lines[i]; i++)
		printf("%*s%s\n", INDENT, "", lines[i]);
}

static const char *help_of(const command *one, int id)
{
	for (const option_words *w = one->words; w && w->help; w++)
		if ((int)w->id == id)
			return w->help;
	return options[id].help;
}

static void print_word(const char *word)
{
	if (word)
		printf(" %s", word);
}

static void print_command(const command *one)
{
	printf("Usage: janus-consent %s", one->name);
	print_word(one->target);
	print_word(one->needs);
	printf(" [OPTION…]\n\n%s\n\nOptions:\n", one->help);
	for (int id = 0; id < OPTIONS; id++)
		if (one->options & OPTION_BIT(id))
			print_option(options[id].name, options[id].value, help_of(one, id));
	print_option("help", "", "this text");
}

static void print_summaries(const command *const *all)
{
	for (size_t i = 0; all[i]; i++)
		printf("  %-*s%s\n", INDENT - 2, command_word(all[i]), all[i]->summary);
}

static void print_kinds(const command *one)
{
	printf("Usage: janus-consent %s KIND [OPTION…]\n\n%s\n\nKinds:\n", one->name, one->help);
	print_summaries(one->kinds);
	printf("\n`janus-consent %s KIND --help` tells a kind's options.\n", one->name);
}

static void print_tool(void)
{
	printf("Usage: janus-consent COMMAND [OPTION…]\n\n"
	       "Reads the consent gateway's ledger, also while the gateway is writing to it.\n\nCommands:\n");
	print_summaries(commands);
	printf("\n`janus-consent COMMAND --help` tells a command's options; --version the version.\n\n"
	       "Exit status: 0 good; 1 the answer is no (does not verify, nothing found); 2 called the "
	       "wrong\n"
	       "way; 3 the store or a file cannot be used.\n");
}

void help_print(const command *one)
{
	if (one && one->kinds)
		print_kinds(one);
	else if (one)
		print_command(one);
	else
		print_tool();
}
