/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of canonical JSON (jcs.h) as stretches of its text, without making a tree of it: for whoever reads
 * millions of objects of a known form. Strict, and narrower than JSON: what it does not take (escapes,
 * numbers with a fraction, names out of order or twice) is not wrong, but for a real parser. What it takes is
 * valid JSON, and the text of a value is what a compact writer would write. Pure functions, any thread. */
#ifndef CONSENT_BASE_SPANS_H
#define CONSENT_BASE_SPANS_H

#include <stdbool.h>
#include <stddef.h>

/* Of the text; `at` NULL: there is no such member. Strings have their quotes. */
typedef struct span {
	const char *at;
	size_t length;
} span;

/* Fills in `ret` for each of the names, which are sorted; members of other names are passed over. False when
 * the text, up to its end, is not an object that this takes. */
bool spans_read(const char *text, const char *const *names, size_t count, span *ret);

/* The same for an element of an array of objects: *at is behind "[" or where the last call left it, and moved
 * behind the element and the comma, or onto the "]". */
bool spans_read_element(const char **at, const char *const *names, size_t count, span *ret);

/* Whether it is that string. */
bool span_is(span s, const char *text);

#endif
