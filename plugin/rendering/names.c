/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/names.h"

#include <stdbool.h>
#include <string.h>

#define ELLIPSIS "…"

/* Emoji and some scripts join letters by these two, which cannot be seen either. */
static bool joins(gunichar c)
{
	return c == 0x200c || c == 0x200d;
}

static bool is_blank(gunichar c)
{
	return g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_CONTROL;
}

static bool is_seen(gunichar c)
{
	return joins(c) || (g_unichar_isprint(c) && g_unichar_type(c) != G_UNICODE_FORMAT);
}

char *names_in_line(const char *name)
{
	GString *line = g_string_new(NULL);
	bool blank = false, seen = false;
	for (; name && *name; name = g_utf8_next_char(name)) {
		gunichar c = g_utf8_get_char(name);
		if (is_blank(c)) {
			blank = line->len > 0;
		} else if (is_seen(c)) {
			if (blank)
				g_string_append_c(line, ' ');
			blank = false;
			seen |= !g_unichar_iszerowidth(c);
			g_string_append_unichar(line, c);
		}
	}
	return g_string_free(line, !seen);
}

/* Of a letter's height; those of DejaVu Sans, rounded up. */
static double width_of(gunichar c)
{
	if (g_unichar_iszerowidth(c))
		return 0;
	if (g_unichar_iswide(c) || (c < 128 && strchr("mwMW@%", (int)c)))
		return 1;
	return c < 0x250 && !g_unichar_isupper(c) ? 0.65 : 0.8;
}

char *names_fitted(const char *name, double ems)
{
	const char *fits = name; /* so much, with the ellipsis behind it */
	double width = 0;
	for (const char *at = name; *at; at = g_utf8_next_char(at)) {
		if (width + width_of(g_utf8_get_char(ELLIPSIS)) <= ems)
			fits = at;
		width += width_of(g_utf8_get_char(at));
	}
	if (width <= ems)
		return g_strdup(name);
	g_autofree char *begin = g_strndup(name, (gsize)(fits - name));
	return g_strconcat(begin, ELLIPSIS, NULL);
}
