/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/tiles.h"

#include "base/error.h"
#include "proofs/merkle.h"

#include <string.h>

#define HASHES_PREFIX "tile/"
#define ENTRIES_PREFIX "tile/entries/"
#define PARTIAL ".p"
#define LENGTH_SIZE 2

/* Paths */

/* Groups of three digits, all but the last with an "x" before them. */
static void write_number(GString *out, guint64 number)
{
	if (number >= 1000) {
		write_number(out, number / 1000);
		g_string_insert_c(out, (gssize)out->len - 3, 'x');
		g_string_append_c(out, '/');
	}
	g_string_append_printf(out, "%03u", (unsigned)(number % 1000));
}

static GString *write_path(const tile *t)
{
	GString *out = g_string_new(t->kind == TILE_ENTRIES ? ENTRIES_PREFIX : HASHES_PREFIX);
	if (t->kind == TILE_HASHES)
		g_string_append_printf(out, "%u/", t->level);
	write_number(out, t->number);
	return out;
}

char *tile_path(const tile *t)
{
	GString *out = write_path(t);
	if (t->width < TILE_WIDTH)
		g_string_append_printf(out, PARTIAL "/%u", t->width);
	return g_string_free(out, FALSE);
}

char *tile_partial_folder(const tile *t)
{
	return g_string_free(g_string_append(write_path(t), PARTIAL), FALSE);
}

/* Reads the digits of a number's path loosely: tile_parse compares with what would have been written. */
static bool read_number(text_span path, guint64 *ret)
{
	guint64 number = 0;
	for (size_t i = 0; i < path.length; i++) {
		char c = path.at[i];
		if (c == 'x' || c == '/')
			continue;
		if (!g_ascii_isdigit(c) || number > (MERKLE_SIZE_MAX - 9) / 10)
			return false;
		number = number * 10 + (guint64)(c - '0');
	}
	*ret = number;
	return path.length > 0;
}

static bool read_small(text_span digits, unsigned max, unsigned *ret)
{
	guint64 value;
	if (!text_read_decimal(digits, &value) || value > max)
		return false;
	*ret = (unsigned)value;
	return true;
}

static bool read_kind(text_span *rest, tile *t)
{
	text_span level;
	if (text_skip(rest, ENTRIES_PREFIX)) {
		t->kind = TILE_ENTRIES;
		return true;
	}
	return text_skip(rest, HASHES_PREFIX) && text_cut(rest, '/', &level) &&
		read_small(level, TILE_LEVELS - 1, &t->level);
}

static bool read_width(text_span *rest, tile *t)
{
	text_span width = *rest, number;
	t->width = TILE_WIDTH;
	if (!text_cut(&width, '.', &number))
		return true;
	*rest = number;
	return text_skip(&width, "p/") && read_small(width, TILE_WIDTH - 1, &t->width) && t->width > 0;
}

bool tile_parse(const char *path, tile *ret)
{
	text_span rest = {path, strlen(path)};
	tile read = {0};
	if (!read_kind(&rest, &read) || !read_width(&rest, &read) || !read_number(rest, &read.number))
		return false;

	g_autofree char *again = tile_path(&read);
	if (strcmp(again, path) != 0)
		return false;
	*ret = read;
	return true;
}

/* Widths */

guint64 tile_count(guint64 size, unsigned level)
{
	return size >> (TILE_HEIGHT * level);
}

tile tile_of_tree(guint64 size, tile_kind kind, unsigned level, guint64 number)
{
	guint64 count = tile_count(size, level), full = count / TILE_WIDTH;
	unsigned width = number < full ? TILE_WIDTH : number == full ? (unsigned)(count % TILE_WIDTH) : 0;
	return (tile){.kind = kind, .level = level, .number = number, .width = width};
}

/* Entry bundles */

bool tile_bundle_append(GByteArray *bundle, const void *entry, size_t length, GError **error)
{
	if (length > TILE_ENTRY_MAX) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"an entry has %zu bytes, a bundle takes at most %d", length, TILE_ENTRY_MAX);
		return false;
	}
	const uint8_t prefix[LENGTH_SIZE] = {(uint8_t)(length >> 8), (uint8_t)length};
	g_byte_array_append(bundle, prefix, LENGTH_SIZE);
	g_byte_array_append(bundle, entry, (guint)length);
	return true;
}

bool tile_bundle_next(text_span *rest, text_span *ret_entry)
{
	if (rest->length < LENGTH_SIZE)
		return false;
	const uint8_t *at = (const uint8_t *)rest->at;
	size_t length = (size_t)at[0] << 8 | at[1];
	if (rest->length - LENGTH_SIZE < length)
		return false;

	*ret_entry = (text_span){rest->at + LENGTH_SIZE, length};
	*rest = (text_span){rest->at + LENGTH_SIZE + length, rest->length - LENGTH_SIZE - length};
	return true;
}
