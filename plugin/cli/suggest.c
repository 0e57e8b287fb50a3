/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/suggest.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* Longer words than any name here are no slips. */
#define LONGEST 40

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	return MIN(a, MIN(b, c));
}

/* Characters to insert, delete or replace, or neighbours to exchange, to make one of the other. */
static unsigned distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	unsigned d[LONGEST + 1][LONGEST + 1];
	for (size_t i = 0; i <= rows; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= columns; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= rows; i++)
		for (size_t j = 1; j <= columns; j++) {
			d[i][j] = least(
				d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
			if (exchanged)
				d[i][j] = MIN(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[rows][columns];
}

static bool is_beginning(const char *given, const char *name)
{
	return strlen(given) >= 2 && g_str_has_prefix(name, given);
}

const char *suggest(const char *given, const char *const *names)
{
	const char *best = NULL;
	unsigned best_distance = 3; /* two slips are a slip, three another word */
	if (strlen(given) > LONGEST)
		return NULL;
	for (; *names; names++) {
		unsigned d = is_beginning(given, *names) ? 1 : distance(given, *names);
		/* Two slips in a word of three letters are another word. */
		if (d < best_distance && d < strlen(*names) / 2 + 1) {
			best_distance = d;
			best = *names;
		}
	}
	return best;
}

char *suggest_text(const char *given, const char *const *names, const char *prefix)
{
	const char *best = suggest(given, names);
	return best ? g_strdup_printf("; did you mean “%s%s”?", prefix, best) : g_strdup("");
}
