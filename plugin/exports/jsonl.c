/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Lines: every record as it is, one a line. The form that loses nothing. */
#include "exports/export.h"

static void jsonl_record(exporter *e, const json_t *record)
{
	json_dumpf(record, e->to, JSON_COMPACT);
	putc('\n', e->to);
}

static void add_replaced(GString *line, const json_t *replaced)
{
	char *text = json_is_null(replaced) ? NULL : json_dumps(replaced, JSON_COMPACT);
	g_string_append(line, text ? text : "null");
	free(text);
}

static void jsonl_flat(exporter *e, const flat_record *record)
{
	for (int i = 0; i < FLAT_MEMBERS; i++) {
		g_string_append(e->line, i ? ",\"" : "{\"");
		g_string_append(e->line, flat_names[i]);
		g_string_append(e->line, "\":");
		g_string_append_len(e->line, record->members[i].at, (gssize)record->members[i].length);
	}
	g_string_append(e->line, ",\"replaced\":");
	add_replaced(e->line, record->replaced);
	g_string_append(e->line, "}\n");
}

const export_format export_jsonl = {
	.name = "jsonl", .size = sizeof(exporter), .record = jsonl_record, .flat = jsonl_flat};
