/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notices/language.h"

#include <glib.h>
#include <string.h>

static const char *find_tag(const char *tag, size_t length, const char *const *tags)
{
	for (; *tags; tags++)
		if (strlen(*tags) == length && g_ascii_strncasecmp(*tags, tag, length) == 0)
			return *tags;
	return NULL;
}

/* The tag as it is, then with ever fewer parts. */
static const char *find_best(const char *tag, size_t length, const char *const *tags)
{
	while (length > 0) {
		const char *found = find_tag(tag, length, tags);
		if (found)
			return found;
		while (length > 0 && tag[length - 1] != '-')
			length--;
		length -= length > 0;
	}
	return NULL;
}

/* The weight in thousandths of the rest of a list's item, ";q=0.8"; 1000 when there is none. */
static int item_weight(const char *rest, const char *end)
{
	for (; rest + 2 < end; rest++) {
		if (*rest != ';')
			continue;
		do
			rest++;
		while (rest + 2 < end && *rest == ' ');
		if (g_ascii_tolower(rest[0]) == 'q' && rest[1] == '=')
			return (int)(CLAMP(g_ascii_strtod(rest + 2, NULL), 0, 1) * 1000);
	}
	return 1000;
}

const char *language_choose(const char *preference, const char *const *tags)
{
	const char *best = NULL;
	int best_weight = 0;
	for (const char *item = preference; item && *item;) {
		const char *end = item + strcspn(item, ",");
		const char *tag = item + strspn(item, " \t");
		size_t length = strcspn(tag, " \t;,");
		int weight = item_weight(tag + length, end);
		const char *found = weight > best_weight ? find_best(tag, length, tags) : NULL;
		if (found) {
			best = found;
			best_weight = weight;
		}
		item = *end ? end + 1 : end;
	}
	return best;
}
