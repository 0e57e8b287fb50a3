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

const export_format export_csv = {
	.name = "csv", .size = sizeof(exporter), .begin = csv_begin, .record = csv_record};
