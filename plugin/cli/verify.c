/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/tool.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

/* The head was checked when it was read. */
static bool check_head(ledger_reader *reader, const char *head, GError **error)
{
	char link[HASH_HEX_SIZE];
	char *noted = NULL;
	gint64 entries = (gint64)g_ascii_strtoull(head, &noted, 10);
	if (!ledger_link_after(reader, entries, link, error))
		return false;
	if (strcmp(link, noted + 1) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"the first %" G_GINT64_FORMAT " entries are not those of --head: their link is %s", entries,
		link);
	return false;
}

static int run_verify(const arguments *args, GError **error)
{
	const char *head = args->values[OPTION_HEAD];
	char link[HASH_HEX_SIZE];
	gint64 entries;
	g_autoptr(ledger_reader) reader = tool_open(args, error);
	if (!reader)
		return TOOL_STORE;
	if (!ledger_verify(reader, &entries, link, error) || (head && !check_head(reader, head, error)))
		return TOOL_NO;
	printf("verified: %" G_GINT64_FORMAT " entries\nhead: %" G_GINT64_FORMAT ":%s\n", entries, entries,
		link);
	return tool_flush(error) ? TOOL_GOOD : TOOL_STORE;
}

const command command_verify = {
	.name = "verify",
	.summary = "whether the ledger is whole and unchanged",
	.help = "Checks every entry: that none is missing, that it is what was hashed, that it follows from\n"
		"the one before, that personal data is what was committed to. Prints the number of entries\n"
		"and the last link; kept elsewhere, that line shows with --head whether the ledger was cut\n"
		"or rewritten later.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_HEAD),
	.run = run_verify,
};
