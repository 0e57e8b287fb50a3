/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/text.h"

#include <sodium.h>
#include <string.h>

#define STANDARD sodium_base64_VARIANT_ORIGINAL
#define URL sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* Lines and pieces */

bool text_cut(text_span *rest, char separator, text_span *ret_before)
{
	const char *found = rest->length ? memchr(rest->at, separator, rest->length) : NULL;
	if (!found)
		return false;

	size_t before = (size_t)(found - rest->at);
	*ret_before = (text_span){rest->at, before};
	*rest = (text_span){found + 1, rest->length - before - 1};
	return true;
}

bool text_line(text_span *rest, text_span *ret_line)
{
	return text_cut(rest, '\n', ret_line);
}

bool text_skip(text_span *rest, const char *prefix)
{
	size_t length = strlen(prefix);
	if (rest->length < length || memcmp(rest->at, prefix, length) != 0)
		return false;
	*rest = (text_span){rest->at + length, rest->length - length};
	return true;
}

bool text_equals(text_span span, const char *wanted)
{
	return text_skip(&span, wanted) && span.length == 0;
}

bool text_is_plain(text_span span, bool lines)
{
	for (size_t i = 0; i < span.length; i++)
		if ((unsigned char)span.at[i] < 0x20 && !(lines && span.at[i] == '\n'))
			return false;
	return g_utf8_validate_len(span.at, span.length, NULL);
}

/* Base64 */

static char *write_base64(const void *bytes, size_t length, int variant)
{
	size_t size = sodium_base64_encoded_len(length, variant);
	return sodium_bin2base64(g_malloc(size), size, bytes, length, variant);
}

static bool is_ascii(text_span span)
{
	for (size_t i = 0; i < span.length; i++)
		if ((unsigned char)span.at[i] >= 0x80)
			return false;
	return true;
}

/* libsodium's decoder is strict about padding and stray bits as long as it is told to ignore nothing. But it
 * takes some bytes beyond ASCII for letters: 0xC1 for "A", for one. */
static bool read_base64(text_span span, uint8_t *bytes, size_t size, size_t *ret_length, int variant)
{
	return is_ascii(span) &&
		sodium_base642bin(bytes, size, span.at, span.length, NULL, ret_length, NULL, variant) == 0;
}

static GBytes *read_base64_bytes(text_span span, int variant)
{
	size_t size = span.length / 4 * 3 + 3, length = 0;
	g_autofree uint8_t *bytes = g_malloc(size);
	if (!read_base64(span, bytes, size, &length, variant))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

static bool read_base64_exactly(text_span span, uint8_t *bytes, size_t size, int variant)
{
	g_autoptr(GBytes) read = read_base64_bytes(span, variant);
	if (!read || g_bytes_get_size(read) != size)
		return false;
	memcpy(bytes, g_bytes_get_data(read, NULL), size);
	return true;
}

char *text_base64(const void *bytes, size_t length)
{
	return write_base64(bytes, length, STANDARD);
}

char *text_base64url(const void *bytes, size_t length)
{
	return write_base64(bytes, length, URL);
}

GBytes *text_read_base64(text_span span)
{
	return read_base64_bytes(span, STANDARD);
}

GBytes *text_read_base64url(text_span span)
{
	return read_base64_bytes(span, URL);
}

bool text_read_base64_exactly(text_span span, uint8_t *bytes, size_t size)
{
	return read_base64_exactly(span, bytes, size, STANDARD);
}

bool text_read_base64url_exactly(text_span span, uint8_t *bytes, size_t size)
{
	return read_base64_exactly(span, bytes, size, URL);
}

/* Numbers */

bool text_read_decimal(text_span span, guint64 *ret)
{
	if (span.length == 0 || (span.length > 1 && span.at[0] == '0'))
		return false;

	guint64 value = 0;
	for (size_t i = 0; i < span.length; i++) {
		if (!g_ascii_isdigit(span.at[i]))
			return false;
		guint64 digit = (guint64)(span.at[i] - '0');
		if (value > (G_MAXINT64 - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

bool text_read_hex32(text_span span, guint32 *ret)
{
	if (span.length != 8)
		return false;

	guint32 value = 0;
	for (size_t i = 0; i < span.length; i++) {
		if (!g_ascii_isxdigit(span.at[i]) || g_ascii_isupper(span.at[i]))
			return false;
		value = value << 4 | (guint32)g_ascii_xdigit_value(span.at[i]);
	}
	*ret = value;
	return true;
}
