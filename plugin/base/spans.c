/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/spans.h"

#include <glib.h>
#include <string.h>

/* Deeper than any entry. */
#define DEPTH_MAX 16

static bool skip_value(const char **at, unsigned depth);

static bool skip_string(const char **at)
{
	const char *c = *at;
	if (*c != '"')
		return false;
	for (c++; *c != '"'; c++)
		if ((unsigned char)*c < 0x20 || *c == '\\')
			return false;
	*at = c + 1;
	return true;
}

/* Whole numbers only, without a zero before them, and short enough for 64 bits. */
static bool skip_number(const char **at)
{
	const char *c = *at + (**at == '-'), *digits = c;
	while (g_ascii_isdigit(*c))
		c++;
	if (c == digits || c - digits > 18 || *c == '.' || *c == 'e' || *c == 'E' ||
		(*digits == '0' && (c - digits > 1 || digits != *at)))
		return false;
	*at = c;
	return true;
}

static bool skip_word(const char **at, const char *word)
{
	size_t length = strlen(word);
	if (strncmp(*at, word, length) != 0)
		return false;
	*at += length;
	return true;
}

static bool skip_array(const char **at, unsigned depth)
{
	++*at;
	if (**at == ']')
		return ++*at;
	for (;; ++*at) {
		if (!skip_value(at, depth))
			return false;
		if (**at == ']')
			return ++*at;
		if (**at != ',')
			return false;
	}
}

/* One name is before the other, as bytes. */
static int compare(span a, span b)
{
	int order = memcmp(a.at, b.at, MIN(a.length, b.length));
	return order ? order : a.length < b.length ? -1 : a.length > b.length;
}

/* Behind the quote that ends the name, and the colon. */
static bool take_name(const char **at, span before, span *ret)
{
	const char *begin = *at;
	if (!skip_string(at) || **at != ':')
		return false;
	*ret = (span){begin + 1, (size_t)(*at - begin) - 2};
	++*at;
	return !before.at || compare(before, *ret) < 0;
}

typedef struct wanted {
	const char *const *names;
	size_t count, next;
	span *ret;
} wanted;

static void keep(wanted *w, span name, span value)
{
	for (; w->next < w->count; w->next++) {
		int order = compare((span){w->names[w->next], strlen(w->names[w->next])}, name);
		if (order == 0)
			w->ret[w->next] = value;
		if (order >= 0)
			return;
	}
}

static bool take_object(const char **at, unsigned depth, wanted *w)
{
	span name = {0};
	if (*(*at)++ != '{')
		return false;
	if (**at == '}')
		return ++*at;
	for (;; ++*at) {
		span next;
		if (!take_name(at, name, &next))
			return false;
		name = next;
		const char *begin = *at;
		if (!skip_value(at, depth))
			return false;
		if (w)
			keep(w, name, (span){begin, (size_t)(*at - begin)});
		if (**at == '}')
			return ++*at;
		if (**at != ',')
			return false;
	}
}

static bool skip_value(const char **at, unsigned depth)
{
	if (depth == 0)
		return false;
	switch (**at) {
	case '"':
		return skip_string(at);
	case '{':
		return take_object(at, depth - 1, NULL);
	case '[':
		return skip_array(at, depth - 1);
	case 't':
		return skip_word(at, "true");
	case 'f':
		return skip_word(at, "false");
	case 'n':
		return skip_word(at, "null");
	default:
		return skip_number(at);
	}
}

static bool read_object(const char **at, const char *const *names, size_t count, span *ret)
{
	wanted w = {names, count, 0, ret};
	memset(ret, 0, count * sizeof *ret);
	return take_object(at, DEPTH_MAX, &w);
}

bool spans_read(const char *text, const char *const *names, size_t count, span *ret)
{
	return read_object(&text, names, count, ret) && !*text;
}

bool spans_read_element(const char **at, const char *const *names, size_t count, span *ret)
{
	if (!read_object(at, names, count, ret) || (**at != ',' && **at != ']'))
		return false;
	*at += **at == ',';
	return true;
}

bool span_is(span s, const char *text)
{
	size_t length = strlen(text);
	return s.at && s.length == length + 2 && s.at[0] == '"' && memcmp(s.at + 1, text, length) == 0;
}
