/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/columns.h"

#include <glib.h>
#include <string.h>

/* Widths: a time takes 24, a UUID 36. */
#define TIME 24
#define UUID 36
#define NAME 24
#define WORD 12
#define PATH 200

static const export_column record_columns[] = {
	{"log", "log", NULL, 0},
	{"index", "index", NULL, WORD},
	{"time", "time", NULL, TIME},
	{"room", "room", NULL, NAME},
	{"meeting", "meeting", NULL, 0},
	{"participant", "participant", NULL, UUID},
	{"display", "display", NULL, NAME},
	{"feed", "feed", NULL, 0},
	{"purpose", "purpose", NULL, NAME},
	{"medium", "medium", NULL, WORD},
	{"decision", "decision", NULL, WORD},
	{"how", "how", NULL, WORD},
	{"version", "version", NULL, WORD},
	{"notice", "notice", NULL, 0},
	{"lang", "lang", NULL, WORD},
	{"shown", "shown", NULL, 0},
	{"evidence", "evidence", NULL, 0},
	{"receipt", "receipt", NULL, 0},
	{"expires", "expires", NULL, 0},
	{"replaced", "replaced/decision", NULL, 0},
	{"replaced_at", "replaced/time", NULL, 0},
	{"replaced_log", "replaced/log", NULL, 0},
	{"replaced_index", "replaced/index", NULL, 0},
};

static const export_column segment_columns[] = {
	{"segment", "segment", NULL, 0},
	{"opened", "opened", NULL, TIME},
	{"closed", "closed", NULL, TIME},
	{"state", "state", NULL, WORD},
	{"reason", "reason", NULL, 0},
	{"room", "room", NULL, NAME},
	{"meeting", "meeting", NULL, 0},
	{"participant", "participant", NULL, 0},
	{"display", "display", NULL, NAME},
	{"feed", "feed", NULL, 0},
	{"mid", "mid", NULL, 0},
	{"medium", "medium", NULL, WORD},
	{"codec", "codec", NULL, WORD},
	{"encrypted", "encrypted", NULL, 0},
	{"purposes", "purposes", NULL, NAME},
	{"decisions", "decisions", "index", 0},
	{"packets", "packets", NULL, WORD},
	{"lost", "lost", NULL, WORD},
	{"bytes", "bytes", NULL, 0},
	{"ssrc", "ssrc", NULL, 0},
	{"first_at", "first/at", NULL, 0},
	{"first_seq", "first/seq", NULL, 0},
	{"first_timestamp", "first/timestamp", NULL, 0},
	{"last_at", "last/at", NULL, 0},
	{"last_seq", "last/seq", NULL, 0},
	{"last_timestamp", "last/timestamp", NULL, 0},
	{"sha256", "sha256", NULL, 0},
	{"erased", "erased", NULL, 0},
	{"file", "file", NULL, PATH},
};

static const export_column notice_columns[] = {
	{"log", "log", NULL, 0},
	{"index", "index", NULL, 0},
	{"time", "time", NULL, TIME},
	{"notice", "notice", NULL, 0},
	{"purpose", "purpose", NULL, NAME},
	{"version", "version", NULL, WORD},
	{"media", "wording/media", NULL, 0},
	{"captures", "wording/captures", NULL, 0},
	{"retention_days", "wording/retention_days", NULL, 0},
	{"lang", "lang", NULL, WORD},
	{"title", "text/title", NULL, PATH},
	{"summary", "text/summary", NULL, 0},
	{"details", "text/details", NULL, 0},
	{"recipients", "text/recipients", NULL, 0},
	{"retention", "text/retention", NULL, 0},
};

static const export_column product_columns[] = {
	{"product", "product", NULL, UUID},
	{"time", "time", NULL, TIME},
	{"kind", "kind", NULL, WORD},
	{"state", "state", NULL, WORD},
	{"reason", "reason", NULL, 0},
	{"log", "log", NULL, 0},
	{"index", "index", NULL, 0},
	{"room", "room", NULL, NAME},
	{"meeting", "meeting", NULL, 0},
	{"purpose", "purpose", NULL, NAME},
	{"rests_on", "rests_on", "participant", 0},
	{"media", "rests_on", "medium", 0},
	{"until", "until", NULL, TIME},
	{"vendor", "vendor", NULL, NAME},
	{"mediatype", "mediatype", NULL, 0},
	{"bytes", "bytes", NULL, 0},
	{"sha256", "sha256", NULL, 0},
	{"erased", "erased", NULL, 0},
	{"file", "file", NULL, PATH},
};

static const export_column meeting_columns[] = {
	{"began", "began", NULL, TIME},
	{"ended", "ended", NULL, TIME},
	{"room", "room", NULL, NAME},
	{"participants", "participants", NULL, WORD},
	{"activities", "activities", "purpose", NAME},
	{"meeting", "meeting", NULL, UUID},
};

const export_kind export_records = {"records", record_columns, G_N_ELEMENTS(record_columns)};
const export_kind export_segments = {"segments", segment_columns, G_N_ELEMENTS(segment_columns)};
const export_kind export_notices = {"notices", notice_columns, G_N_ELEMENTS(notice_columns)};
const export_kind export_products = {"products", product_columns, G_N_ELEMENTS(product_columns)};
const export_kind export_meetings = {"meetings", meeting_columns, G_N_ELEMENTS(meeting_columns)};

static const json_t *find(const json_t *record, const char *member)
{
	const char *slash = strchr(member, '/');
	if (!slash)
		return json_object_get(record, member);
	g_autofree char *outer = g_strndup(member, (gsize)(slash - member));
	return find(json_object_get(record, outer), slash + 1);
}

static void add_value(GString *text, const json_t *value)
{
	if (!value || json_is_null(value))
		return;
	if (json_is_string(value)) {
		g_string_append(text, json_string_value(value));
		return;
	}
	char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	g_string_append(text, dumped ? dumped : "");
	free(dumped);
}

char *export_cell(const export_column *column, const json_t *record)
{
	const json_t *value = find(record, column->member);
	GString *text = g_string_new(NULL);
	size_t i;
	json_t *one;
	if (!json_is_array(value))
		add_value(text, value);
	json_array_foreach (value, i, one) {
		if (i > 0)
			g_string_append_c(text, ' ');
		add_value(text, column->each ? json_object_get(one, column->each) : one);
	}
	return g_string_free(text, FALSE);
}
