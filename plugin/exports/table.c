/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table for the terminal: columns as wide as the first rows need, later ones stream through with the same.
 */
#include "exports/table.h"

#include "exports/export.h"

/* Rows looked at before the widths are settled. A later, wider cell pushes its row aside. */
#define LOOK_AHEAD 200
#define GAP "  "

typedef struct table {
	exporter base;
	unsigned *widths;
	GPtrArray *held; /* rows (GStrv) while the widths are not settled; NULL then */
} table;

static unsigned char_width(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

unsigned table_width(const char *text)
{
	unsigned width = 0;
	for (const char *at = text; *at; at = g_utf8_next_char(at))
		width += char_width(g_utf8_get_char(at));
	return width;
}

/* Marks that sit on the letter before are fine, but only a few: a tower of them covers the rows above. */
#define MARKS_IN_A_ROW 4

static bool is_visible(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);
	return g_unichar_isprint(c) && type != G_UNICODE_LINE_SEPARATOR &&
		type != G_UNICODE_PARAGRAPH_SEPARATOR && type != G_UNICODE_PRIVATE_USE;
}

static void append_safe(GString *out, gunichar c, unsigned *marks)
{
	bool mark = g_unichar_iszerowidth(c);
	*marks = mark ? *marks + 1 : 0;
	if (is_visible(c) && *marks <= MARKS_IN_A_ROW)
		g_string_append_unichar(out, c);
	else
		g_string_append_printf(out, "\\u{%x}", c);
}

char *table_clean(const char *text, unsigned width)
{
	g_autoptr(GString) out = g_string_new(NULL);
	unsigned taken = 0, marks = 0;
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gsize before = out->len;
		append_safe(out, g_utf8_get_char(at), &marks);
		unsigned more = table_width(out->str + before);
		/* The last column is for the dots, unless the text ends just here. */
		if (taken + more > width || (taken + more == width && *g_utf8_next_char(at))) {
			g_string_truncate(out, before);
			g_string_append(out, "…");
			break;
		}
		taken += more;
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static size_t shown(const export_kind *kind)
{
	size_t count = 0;
	for (size_t i = 0; i < kind->count; i++)
		count += kind->columns[i].width > 0;
	return count;
}

static char *cell_of(const export_column *column, const json_t *record)
{
	g_autofree char *text = record ? export_cell(column, record) : g_strdup(column->title);
	return table_clean(text, column->width);
}

/* The cells that are shown; without a record the titles. */
static char **make_row(const export_kind *kind, const json_t *record)
{
	char **row = g_new0(char *, shown(kind) + 1);
	size_t cell = 0;
	for (size_t i = 0; i < kind->count; i++)
		if (kind->columns[i].width > 0)
			row[cell++] = cell_of(&kind->columns[i], record);
	return row;
}

static void print_row(table *t, char *const *row)
{
	for (size_t i = 0; row[i]; i++) {
		int pad = row[i + 1] ? MAX((int)t->widths[i] - (int)table_width(row[i]), 0) : 0;
		fprintf(t->base.to, "%s%s%*s", i ? GAP : "", row[i], pad, "");
	}
	putc('\n', t->base.to);
}

static void hold(table *t, char **row)
{
	for (size_t i = 0; row[i]; i++)
		t->widths[i] = MAX(t->widths[i], table_width(row[i]));
	g_ptr_array_add(t->held, row);
}

static void release(table *t)
{
	for (guint i = 0; t->held && i < t->held->len; i++)
		print_row(t, g_ptr_array_index(t->held, i));
	g_clear_pointer(&t->held, g_ptr_array_unref);
}

static void free_row(void *row)
{
	g_strfreev(row);
}

static void table_begin(exporter *e)
{
	table *t = (table *)e;
	t->widths = g_new0(unsigned, shown(e->kind));
	t->held = g_ptr_array_new_with_free_func(free_row);
}

static void table_record(exporter *e, const json_t *record)
{
	table *t = (table *)e;
	/* No titles over nothing. */
	if (t->held && t->held->len == 0)
		hold(t, make_row(e->kind, NULL));
	char **row = make_row(e->kind, record);
	if (t->held && t->held->len <= LOOK_AHEAD) {
		hold(t, row);
		return;
	}
	release(t);
	print_row(t, row);
	g_strfreev(row);
}

static void table_end(exporter *e)
{
	release((table *)e);
}

static void table_free(exporter *e)
{
	table *t = (table *)e;
	g_clear_pointer(&t->held, g_ptr_array_unref);
	g_free(t->widths);
}

const export_format export_table = {
	.name = "table",
	.size = sizeof(table),
	.begin = table_begin,
	.record = table_record,
	.end = table_end,
	.free = table_free,
};
