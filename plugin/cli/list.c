/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands that list: records, segments, meetings. They differ in what they list and which filters make
 * sense. */
#include "cli/tool.h"

#include "base/error.h"
#include "exports/export.h"
#include "ledger/records.h"

#include <stdio.h>
#include <string.h>

#define COMMON                                                                                               \
	(OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |                  \
		OPTION_BIT(OPTION_FORMAT) | OPTION_BIT(OPTION_ROOM) | OPTION_BIT(OPTION_MEETING) |           \
		OPTION_BIT(OPTION_PARTICIPANT) | OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_FROM) |      \
		OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_ORDER))

typedef bool (*lister)(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

typedef struct listing {
	exporter *to;
	guint64 count;
	GError **error;
	bool good;
} listing;

static bool write_record(json_t *record, void *user)
{
	listing *now = user;
	now->good = exporter_write(now->to, record, now->error);
	now->count++;
	return now->good;
}

/* Nothing in an empty ledger is an answer; nothing of what was asked for is a no. */
static int sum_up(const export_kind *kind, const records_filter *filter, guint64 count, const char *cursor)
{
	if (cursor)
		tool_say("%s: the first %u; there are more", kind->name, filter->limit);
	if (count > 0)
		return TOOL_GOOD;
	tool_say(
		"%s: %s", kind->name, tool_filters_any(filter) ? "none that passes the filters" : "none yet");
	return tool_filters_any(filter) ? TOOL_NO : TOOL_GOOD;
}

/* What leaves as a file is an export, and the ledger says so; a table is a look. A ledger that cannot be
 * written (a backup) can be exported from all the same. */
static void log_export(const arguments *args, const export_kind *kind, guint64 rows)
{
	const char *format = args->values[OPTION_FORMAT];
	g_autoptr(GError) error = NULL;
	g_autofree char *store = tool_store(args, NULL);
	if (!format || strcmp(format, export_formats[0]) == 0 || !store)
		return;
	json_t *body = json_pack("{s:s, s:s, s:o, s:I, s:s}", "what", kind->name, "format", format, "filters",
		tool_filters_json(args), "rows", (json_int_t)rows, "by", "tool");
	json_t *personal = json_pack("{s:s}", "user", g_get_user_name());
	if (!ledger_append_beside(store, "export", body, personal, &error))
		tool_say("%s: this export is not noted in the ledger: %s", kind->name, error->message);
}

/* Whoever closes a pipe has got what came before. */
static bool has_left(bool good, const GError *error)
{
	return good || g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_PIPE);
}

static int run_list(const arguments *args, const export_kind *kind, lister all, GError **error)
{
	const char *format = args->values[OPTION_FORMAT];
	g_autofree char *cursor = NULL;
	records_filter filter;
	if (!tool_filter(args, &filter, error))
		return TOOL_USAGE;
	g_autoptr(ledger_reader) reader = tool_open(args, error);
	if (!reader)
		return TOOL_STORE;

	g_autoptr(exporter) to = exporter_new(format ? format : export_formats[0], kind, stdout);
	listing now = {.to = to, .error = error, .good = true};
	bool good = all(reader, &filter, write_record, &now, &cursor, error) && now.good &&
		exporter_finish(to, error);
	if (has_left(good, *error))
		log_export(args, kind, now.count);
	return !good ? TOOL_STORE : sum_up(kind, &filter, now.count, cursor);
}

static int run_records(const arguments *args, GError **error)
{
	return run_list(args, &export_records, records_decisions, error);
}

static int run_segments(const arguments *args, GError **error)
{
	return run_list(args, &export_segments, records_segments, error);
}

static int run_products(const arguments *args, GError **error)
{
	return run_list(args, &export_products, records_products, error);
}

static int run_meetings(const arguments *args, GError **error)
{
	return run_list(args, &export_meetings, records_meetings, error);
}

const command command_records = {
	.name = "records",
	.summary = "who decided what, when, under which notice",
	.help = "Lists consent records: one a decision, purpose and medium, oldest first.",
	.options = COMMON | OPTION_BIT(OPTION_DECISION) | OPTION_BIT(OPTION_DISPLAY),
	.run = run_records,
};

const command command_segments = {
	.name = "segments",
	.summary = "what was captured, of whom, for which purposes, into which file",
	.help = "Lists segments: stretches of a track captured under one set of grants, oldest first.\n"
		"Times filter by when a segment was opened.",
	.options = COMMON | OPTION_BIT(OPTION_DISPLAY),
	.run = run_segments,
};

const command command_meetings = {
	.name = "meetings",
	.summary = "which meetings there were, with which activities",
	.help = "Lists meetings, oldest first. Times filter by when a meeting began, --display\n"
		"by who was in it.",
	.options = COMMON | OPTION_BIT(OPTION_DISPLAY),
	.run = run_meetings,
};

const command command_products = {
	.name = "products",
	.summary = "which transcripts and summaries were attached, and on whom they rest",
	.help = "Lists what `attach` has stored, erased ones included, oldest first. --participant lists "
		"those\n"
		"that rest on them. Times filter by when it was attached.",
	.options = COMMON,
	.run = run_products,
};
