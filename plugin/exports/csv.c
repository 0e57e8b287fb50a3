/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV for people who open it in a spreadsheet: safe, at the price of an apostrophe where a text looks like a
 * formula. */
#include "exports/csv.h"

#include "exports/export.h"

#include <string.h>

/* Also in the full-width forms that spreadsheets of East Asian locales take for the same. */
static bool begins_formula(gunichar c)
{
	static const gunichar starters[] = {
		'=', '+', '-', '@', '\t', '\r', '\n', 0xff1d, 0xff0b, 0xff0d, 0xff20};
	for (size_t i = 0; i < G_N_ELEMENTS(starters); i++)
		if (c == starters[i])
			return true;
	return false;
}

/* What some program somewhere takes for the end of a field. */
static bool separates(gunichar c)
{
	return c < 0x80 && strchr(",;|\"'\t\r\n", (int)c) != NULL;
}

/* Programs that trim would find the formula behind it. */
static bool is_blank(gunichar c)
{
	return c == ' ' || c == 0xfeff || g_unichar_iszerowidth(c) || (g_unichar_isspace(c) && !separates(c));
}

void csv_append_field(GString *line, const char *text)
{
	bool at_start = true;
	g_string_append_c(line, '"');
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (at_start && begins_formula(c))
			g_string_append_c(line, '\'');
		if (c == '"')
			g_string_append_c(line, '"');
		g_string_append_len(line, at, g_utf8_next_char(at) - at);
		at_start = separates(c) || (at_start && is_blank(c));
	}
	g_string_append_c(line, '"');
}

/* What is neither a separator or quote nor beyond ASCII, where blanks and formulas have other forms. */
static const guint8 tame[256] = {
	[' '] = 1,
	['!'] = 1,
	['#' ... '&'] = 1,
	['(' ... '+'] = 1,
	['-' ... ':'] = 1,
	['<' ... '{'] = 1,
	['}' ... '~'] = 1,
};

/* Most texts hold nothing that would have to be looked at twice. */
static bool is_harmless(const char *text, size_t length)
{
	if (length && (*text == ' ' || begins_formula((guchar)*text)))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!tame[(guchar)text[i]])
			return false;
	return true;
}

static void append_span(GString *line, const char *text, size_t length)
{
	if (is_harmless(text, length)) {
		gsize at = line->len;
		g_string_set_size(line, at + length + 2);
		line->str[at] = '"';
		memcpy(line->str + at + 1, text, length);
		line->str[at + 1 + length] = '"';
		return;
	}
	g_autofree char *copy = g_strndup(text, length);
	csv_append_field(line, copy);
}

static void end_line(exporter *e, GString *line)
{
	g_string_append(line, "\r\n");
	fwrite(line->str, 1, line->len, e->to);
}

static void csv_begin(exporter *e)
{
	g_autoptr(GString) line = g_string_new(NULL);
	for (size_t i = 0; i < e->kind->count; i++) {
		if (i > 0)
			g_string_append_c(line, ',');
		csv_append_field(line, e->kind->columns[i].title);
	}
	end_line(e, line);
}

static void csv_record(exporter *e, const json_t *record)
{
	g_autoptr(GString) line = g_string_new(NULL);
	for (size_t i = 0; i < e->kind->count; i++) {
		g_autofree char *cell = export_cell(&e->kind->columns[i], record);
		if (i > 0)
			g_string_append_c(line, ',');
		csv_append_field(line, cell);
	}
	end_line(e, line);
}

/* Which member of a flat_record a column is; −1: it is of `replaced`. */
typedef struct csv_exporter {
	exporter base;
	int *members;
} csv_exporter;

static int find_member(const char *name)
{
	for (int i = 0; i < FLAT_MEMBERS; i++)
		if (strcmp(flat_names[i], name) == 0)
			return i;
	return -1;
}

static void find_members(csv_exporter *csv)
{
	csv->members = g_new(int, csv->base.kind->count);
	for (size_t i = 0; i < csv->base.kind->count; i++)
		csv->members[i] = find_member(csv->base.kind->columns[i].member);
}

static void append_member(GString *line, span member)
{
	bool is_text = *member.at == '"';
	if (is_text)
		append_span(line, member.at + 1, member.length - 2);
	else
		append_span(line, member.at, *member.at == 'n' ? 0 : member.length);
}

static void append_replaced(GString *line, const export_column *column, json_t *replaced)
{
	if (json_is_null(replaced)) {
		append_span(line, "", 0);
		return;
	}
	json_auto_t *record = json_pack("{s:O}", "replaced", replaced);
	g_autofree char *cell = export_cell(column, record);
	csv_append_field(line, cell);
}

static void csv_flat(exporter *e, const flat_record *record)
{
	csv_exporter *csv = (csv_exporter *)e;
	if (!csv->members)
		find_members(csv);
	for (size_t i = 0; i < e->kind->count; i++) {
		if (i > 0)
			g_string_append_c(e->line, ',');
		if (csv->members[i] < 0)
			append_replaced(e->line, &e->kind->columns[i], record->replaced);
		else
			append_member(e->line, record->members[csv->members[i]]);
	}
	g_string_append(e->line, "\r\n");
}

static void csv_free(exporter *e)
{
	g_free(((csv_exporter *)e)->members);
}

const export_format export_csv = {.name = "csv",
	.size = sizeof(csv_exporter),
	.begin = csv_begin,
	.record = csv_record,
	.flat = csv_flat,
	.free = csv_free};
