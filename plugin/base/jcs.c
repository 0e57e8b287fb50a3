/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/jcs.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SAFE_INTEGER ((json_int_t)1 << 53)
#define MAX_DIGITS 17 /* always enough for a double to survive the round trip */

static bool write_value(GString *out, const json_t *value);

/* Strings */

static void write_escaped(GString *out, unsigned char byte)
{
	static const char short_forms[] = "\bb\tt\nn\ff\rr\"\"\\\\";
	for (const char *form = short_forms; *form; form += 2)
		if ((unsigned char)form[0] == byte) {
			g_string_append_c(out, '\\');
			g_string_append_c(out, form[1]);
			return;
		}
	g_string_append_printf(out, "\\u%04x", byte);
}

static void write_string(GString *out, const char *text, size_t length)
{
	g_string_append_c(out, '"');
	size_t written = 0;
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		g_string_append_len(out, text + written, (gssize)(i - written));
		write_escaped(out, byte);
		written = i + 1;
	}
	g_string_append_len(out, text + written, (gssize)(length - written));
	g_string_append_c(out, '"');
}

/* Numbers: the shortest digits that read back as the same double, laid out as ECMAScript does. */

typedef struct decimal {
	guint64 digits;
	int exponent; /* value = digits × 10^exponent */
} decimal;

static double decimal_value(decimal d)
{
	char text[40];
	g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT "e%d", d.digits, d.exponent);
	return g_ascii_strtod(text, NULL);
}

/* The `count` digits nearest to a positive number. */
static decimal nearest_decimal(double number, unsigned count)
{
	char format[8], text[40];
	g_snprintf(format, sizeof(format), "%%.%ue", count - 1);
	g_ascii_formatd(text, sizeof(text), format, number);

	decimal d = {0, 0};
	const char *at = text;
	for (; *at != 'e'; at++)
		if (g_ascii_isdigit(*at))
			d.digits = d.digits * 10 + (guint64)(*at - '0');
	d.exponent = atoi(at + 1) - (int)(count - 1);
	return d;
}

static decimal shortest_decimal(double number)
{
	for (unsigned count = 1; count < MAX_DIGITS; count++) {
		decimal d = nearest_decimal(number, count);
		if (decimal_value(d) == number)
			return d;
		/* Below a power of two doubles lie twice as close as above: there the next decimal up may
		 * read back as the number when the nearest, which lies below, does not. */
		d.digits++;
		if (decimal_value(d) == number)
			return d;
	}
	return nearest_decimal(number, MAX_DIGITS);
}

static void write_zeros(GString *out, int count)
{
	for (int i = 0; i < count; i++)
		g_string_append_c(out, '0');
}

/* `digits` as text, `point`: how many of them stand before the decimal point (may be negative or beyond their
 * number). */
static void write_digits(GString *out, const char *digits, int point)
{
	int count = (int)strlen(digits);
	if (point > 21 || point <= -6) {
		g_string_append_c(out, digits[0]);
		if (count > 1)
			g_string_append_printf(out, ".%s", digits + 1);
		g_string_append_printf(out, "e%+d", point - 1);
	} else if (point >= count) {
		g_string_append(out, digits);
		write_zeros(out, point - count);
	} else if (point > 0) {
		g_string_append_printf(out, "%.*s.%s", point, digits, digits + point);
	} else {
		g_string_append(out, "0.");
		write_zeros(out, -point);
		g_string_append(out, digits);
	}
}

static bool write_real(GString *out, double number)
{
	if (!isfinite(number))
		return false;
	if (number == 0) {
		g_string_append_c(out, '0'); /* also for −0 */
		return true;
	}
	if (number < 0)
		g_string_append_c(out, '-');

	decimal d = shortest_decimal(fabs(number));
	for (; d.digits % 10 == 0; d.digits /= 10)
		d.exponent++;
	char digits[24];
	g_snprintf(digits, sizeof(digits), "%" G_GUINT64_FORMAT, d.digits);
	write_digits(out, digits, (int)strlen(digits) + d.exponent);
	return true;
}

/* The scheme knows doubles only. An integer that would come out with other digits, and be another one to
 * whoever reads integers, is refused; the others come out as they are, and do so again when they are read
 * back. */
static bool write_integer(GString *out, json_int_t number)
{
	g_autofree char *digits = g_strdup_printf("%" JSON_INTEGER_FORMAT, number);
	if (number < -MAX_SAFE_INTEGER || number > MAX_SAFE_INTEGER) {
		g_autoptr(GString) real = g_string_new(NULL);
		if (!write_real(real, (double)number) || strcmp(real->str, digits) != 0)
			return false;
	}
	g_string_append(out, digits);
	return true;
}

/* Objects and arrays */

/* Order of UTF-16 code units. Bytes of UTF-8 sort by code point, which differs in one case only: code points
 * above U+FFFF (first byte from F0) are surrogates in UTF-16 and come before U+E000 … U+FFFF (first byte EE
 * or EF). */
static int compare_keys(const void *left, const void *right)
{
	const unsigned char *a = *(const unsigned char *const *)left;
	const unsigned char *b = *(const unsigned char *const *)right;
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a >= 0xEE && *b >= 0xEE && (*a >= 0xF0) != (*b >= 0xF0))
		return *a >= 0xF0 ? -1 : 1;
	return (int)*a - (int)*b;
}

static bool write_object(GString *out, const json_t *object)
{
	size_t count = json_object_size(object);
	g_autofree const char **keys = g_new(const char *, count + 1);
	size_t i = 0;
	const char *key;
	json_t *value;
	json_object_foreach ((json_t *)object, key, value)
		keys[i++] = key;
	qsort(keys, count, sizeof(*keys), compare_keys);

	g_string_append_c(out, '{');
	for (i = 0; i < count; i++) {
		if (i > 0)
			g_string_append_c(out, ',');
		write_string(out, keys[i], strlen(keys[i]));
		g_string_append_c(out, ':');
		if (!write_value(out, json_object_get(object, keys[i])))
			return false;
	}
	g_string_append_c(out, '}');
	return true;
}

static bool write_array(GString *out, const json_t *array)
{
	g_string_append_c(out, '[');
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			g_string_append_c(out, ',');
		if (!write_value(out, json_array_get(array, i)))
			return false;
	}
	g_string_append_c(out, ']');
	return true;
}

static bool write_value(GString *out, const json_t *value)
{
	if (!value)
		return false;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return write_object(out, value);
	case JSON_ARRAY:
		return write_array(out, value);
	case JSON_STRING:
		write_string(out, json_string_value(value), json_string_length(value));
		return true;
	case JSON_INTEGER:
		return write_integer(out, json_integer_value(value));
	case JSON_REAL:
		return write_real(out, json_real_value(value));
	case JSON_TRUE:
		g_string_append(out, "true");
		return true;
	case JSON_FALSE:
		g_string_append(out, "false");
		return true;
	case JSON_NULL:
		g_string_append(out, "null");
		return true;
	}
	return false;
}

char *jcs_dump(const json_t *value, size_t *ret_length)
{
	g_autoptr(GString) out = g_string_sized_new(256);
	if (!write_value(out, value))
		return NULL;
	if (ret_length)
		*ret_length = out->len;
	return g_string_free(g_steal_pointer(&out), FALSE);
}
