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

/* "" is the log of a file that was never told its name. */
static int verify_log(const char *store, const char *origin, const char *head, GError **error)
{
	char link[HASH_HEX_SIZE];
	gint64 entries;
	g_autoptr(ledger_reader) reader = ledger_reader_open_log(store, *origin ? origin : NULL, error);
	if (!reader)
		return TOOL_STORE;
	if (!ledger_verify(reader, &entries, link, error) || (head && !check_head(reader, head, error)))
		return TOOL_NO;
	printf("verified: %" G_GINT64_FORMAT " entries\nhead: %" G_GINT64_FORMAT ":%s\n", entries, entries,
		link);
	return TOOL_GOOD;
}

/* Each log in turn, up to the first that is not good; what is wrong is told with its name. */
static int verify_all(const char *store, char **origins, const char *head, GError **error)
{
	bool several = origins[0] && origins[1];
	int code = TOOL_GOOD;
	if (several && head) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"--head is of one log, and the store holds several: name it with --origin");
		return TOOL_USAGE;
	}
	for (size_t i = 0; origins[i] && code == TOOL_GOOD; i++) {
		if (several)
			printf("log: %s\n", origins[i]);
		code = verify_log(store, origins[i], head, error);
		if (several && code != TOOL_GOOD)
			g_prefix_error(error, "the log “%s”: ", origins[i]);
	}
	return code;
}

static int run_verify(const arguments *args, GError **error)
{
	const char *origin = args->values[OPTION_ORIGIN];
	char *only[] = {(char *)origin, NULL};
	g_autofree char *store = tool_store(args, error);
	g_auto(GStrv) all = store && !origin ? ledger_logs(store, error) : NULL;
	if (!store || (!origin && !all))
		return TOOL_STORE;
	int code = verify_all(store, origin ? only : all, args->values[OPTION_HEAD], error);
	return code != TOOL_GOOD || tool_flush(error) ? code : TOOL_STORE;
}

const command command_verify = {
	.name = "verify",
	.summary = "whether the ledger is whole and unchanged",
	.help = "Checks every entry: that none is missing, that it is what was hashed, that it follows from\n"
		"the one before, that personal data is what was committed to. Prints the number of entries\n"
		"and the last link; kept elsewhere, that line shows with --head whether the ledger was cut\n"
		"or rewritten later. A database that holds the logs of several gateways: each of them.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OPTION_BIT(OPTION_HEAD),
	.run = run_verify,
};
