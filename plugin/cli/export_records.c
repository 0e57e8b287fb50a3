/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export records, export notices: lists as files, streamed, however long they are. */
#include "cli/export.h"

#include "base/error.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "exports/jsonld.h"
#include "exports/target.h"

#include <string.h>

/* Records between two looks at whether somebody wants the tool to end. */
#define LOOK_EVERY 256

typedef bool (*lister)(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

typedef struct exporting {
	const arguments *args;
	const export_kind *kind;
	const char *what;            /* the command */
	const settings *operator_is; /* of JSON-LD only */
	exporter *to;
	progress progress;
	guint64 count;
	bool by_language; /* a row a language of a wording, not one a wording */
	GError **error;
	bool good;
} exporting;

static bool write_one(exporting *now, const json_t *record)
{
	now->good = exporter_write(now->to, record, now->error);
	now->count++;
	return now->good;
}

static bool write_languages(exporting *now, json_t *record)
{
	return now->good = exporter_write_languages(now->to, record, &now->count, now->error);
}

static bool export_one(json_t *record, void *user)
{
	exporting *now = user;
	json_int_t index = json_integer_value(json_object_get(record, "index"));
	progress_show(&now->progress, now->progress.total ? (guint64)index + 1 : now->count);
	if (now->count % LOOK_EVERY == 0 && interrupt_asked(now->error))
		return now->good = false;
	return now->by_language ? write_languages(now, record) : write_one(now, record);
}

static bool export_flat(const flat_record *record, void *user)
{
	exporting *now = user;
	progress_show(&now->progress, now->progress.total ? (guint64)record->index + 1 : now->count);
	if (now->count++ % LOOK_EVERY == 0 && interrupt_asked(now->error))
		return now->good = false;
	return now->good = exporter_write_flat(now->to, record, now->error);
}

static bool flat_all(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	return records_decisions_flat(r, filter, export_flat, each, user, ret_cursor, error);
}

static bool run_through(
	exporting *now, ledger_reader *reader, lister all, const records_filter *filter, GError **error)
{
	gint64 total;
	g_autofree char *cursor = NULL;
	if (!ledger_count(reader, &total, error))
		return false;
	progress_begin(&now->progress, now->what, total ? "entries" : "records", (guint64)total);
	bool good = all(reader, filter, export_one, now, &cursor, error) && now->good &&
		exporter_finish(now->to, error);
	progress_end(&now->progress);
	if (good && cursor)
		progress_step(&now->progress, "the first %u; there are more", filter->limit);
	return good;
}

/* It has left, so that the ledger cannot be asked first; a copy of a ledger that cannot be written can be
 * exported from all the same. */
static void note(const exporting *now, const char *format)
{
	g_autoptr(GError) error = NULL;
	if (!export_note(now->args, now->kind->name, format, now->count, NULL, &error))
		tool_say("%s: this export is not noted in the ledger: %s", now->what, error->message);
}

static int sum_up(exporting *now, const records_filter *filter, const target *to)
{
	double seconds = (double)(g_get_monotonic_time() - now->progress.begun_us) / G_USEC_PER_SEC;
	tool_say(
		"%s: %" G_GUINT64_FORMAT " to %s in %.1f s", now->what, now->count, target_name(to), seconds);
	return now->count > 0 || !tool_filters_any(filter) ? TOOL_GOOD : TOOL_NO;
}

static int export_to(exporting *now, const char *format, lister all, const records_filter *filter,
	ledger_reader *reader, GError **error)
{
	g_autoptr(target) to = target_file(now->args->values[OPTION_OUTPUT_FILE], error);
	if (!to)
		return TOOL_STORE;
	g_autoptr(exporter) e = now->operator_is
		? exporter_new_jsonld(target_stream(to), reader, now->operator_is)
		: exporter_new(format, now->kind, target_stream(to));
	now->to = e;
	bool good = run_through(now, reader, all, filter, error) && target_finish(to, error);
	/* Whoever closes a pipe has got what came before. */
	if (good || g_error_matches(*error, G_FILE_ERROR, G_FILE_ERROR_PIPE))
		note(now, format);
	return good ? sum_up(now, filter, to) : TOOL_STORE;
}

/* NULL without an error where another format needs none. */
static settings *load_operator(const arguments *args, const char *format, GError **error)
{
	if (g_strcmp0(format, "jsonld") != 0)
		return NULL;
	g_autoptr(GError) why = NULL;
	g_autoptr(settings) s = tool_settings(args, &why);
	if (!s && !why)
		g_set_error_literal(&why, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"--config is needed: JSON-LD says who is responsible, and there is no configuration "
			"that names "
			"them");
	if (s && jsonld_check(s, &why))
		return g_steal_pointer(&s);
	g_propagate_error(error, g_steal_pointer(&why));
	return NULL;
}

static int run_export(
	const arguments *args, const command *what, const export_kind *kind, option_id format, GError **error)
{
	g_auto(interrupt) held;
	interrupt_hold(&held);
	const char *given = args->values[format];
	bool is_tree = g_strcmp0(given, "jsonld") == 0;
	lister all = kind == &export_notices ? records_notices : is_tree ? records_decisions : flat_all;
	exporting now = {.args = args, .kind = kind, .what = what->name, .error = error, .good = true};
	records_filter filter;
	if (!tool_filter(args, &filter, error))
		return TOOL_USAGE;
	g_autoptr(settings) operator_is = load_operator(args, given, error);
	if (*error)
		return TOOL_STORE;
	now.operator_is = operator_is;
	now.by_language = kind == &export_notices && g_strcmp0(given, "csv") == 0;
	g_autoptr(ledger_reader) reader = tool_open(args, error);
	return reader ? export_to(&now, given ? given : "jsonl", all, &filter, reader, error) : TOOL_STORE;
}

static int run_records(const arguments *args, GError **error)
{
	return run_export(args, &command_export_records, &export_records, OPTION_RECORDS_FORMAT, error);
}

static int run_notices(const arguments *args, GError **error)
{
	return run_export(args, &command_export_notices, &export_notices, OPTION_NOTICES_FORMAT, error);
}

#define COMMON                                                                                               \
	(OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |                  \
		OPTION_BIT(OPTION_OUTPUT_FILE) | OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_FROM) |      \
		OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_LIMIT))

const command command_export_records = {
	.name = "export records",
	.summary = "consent records: JSON Lines, CSV or JSON-LD",
	.help = "Exports consent records, one a decision, purpose and medium, oldest first, each with what\n"
		"replaced it. JSON-LD follows ISO/IEC TS 27560 and needs a configuration that says who is\n"
		"responsible.",
	.options = COMMON | OPTION_BIT(OPTION_RECORDS_FORMAT) | OPTION_BIT(OPTION_ROOM) |
		OPTION_BIT(OPTION_MEETING) | OPTION_BIT(OPTION_PARTICIPANT) | OPTION_BIT(OPTION_DECISION),
	.run = run_records,
};

const command command_export_notices = {
	.name = "export notices",
	.summary = "every wording that was ever in force, by hash: JSON Lines or CSV",
	.help = "Exports the wording of every notice that was ever in force, in all its languages, so that "
		"the\n"
		"hash in a consent record can be read years later. CSV has a row a language.",
	.options = COMMON | OPTION_BIT(OPTION_NOTICES_FORMAT),
	.run = run_notices,
};
