/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/mjr_format.h"

#include <string.h>

static const char *letter_of(medium what)
{
	switch (what) {
	case MEDIUM_AUDIO:
		return "a";
	case MEDIUM_VIDEO:
		return "v";
	case MEDIUM_DATA:
		return "d";
	}
	return "";
}

static medium medium_of(const char *letter)
{
	for (unsigned slot = 0; letter && slot < MEDIA_COUNT; slot++)
		if (strcmp(letter, letter_of(1 << slot)) == 0)
			return 1 << slot;
	return 0;
}

/* In the order in which Janus has the members. */
static json_t *header_json(const segment_spec *spec, gint64 opened_us, gint64 first_us)
{
	json_t *info = json_object();
	json_object_set_new(info, "t", json_string(letter_of(spec->medium)));
	json_object_set_new(info, "c", json_string(spec->codec));
	if (spec->fmtp)
		json_object_set_new(info, "f", json_string(spec->fmtp));
	if (spec->description)
		json_object_set_new(info, "d", json_string(spec->description));
	if (json_object_size(spec->extensions))
		json_object_set(info, "x", spec->extensions);
	json_object_set_new(info, "s", json_integer(opened_us));
	json_object_set_new(info, "u", json_integer(first_us));
	if (spec->medium == MEDIUM_AUDIO && spec->red_pt > 0)
		json_object_set_new(info, "or", json_integer(spec->red_pt));
	if (spec->encrypted)
		json_object_set_new(info, "e", json_true());
	return info;
}

/* New text (free) of at most MJR_JSON_MAX bytes, or NULL. */
static char *fitting_text(json_t *info)
{
	static const char *const optional[] = {"d", "x", "f"};
	for (unsigned i = 0;; i++) {
		char *text = json_dumps(info, JSON_PRESERVE_ORDER);
		if (text && strlen(text) <= MJR_JSON_MAX)
			return text;
		free(text);
		if (i == G_N_ELEMENTS(optional))
			return NULL;
		json_object_del(info, optional[i]);
	}
}

static uint8_t *put(uint8_t *to, const void *bytes, size_t length)
{
	memcpy(to, bytes, length);
	return to + length;
}

static uint8_t *put_u16(uint8_t *to, uint16_t value)
{
	uint16_t wire = GUINT16_TO_BE(value);
	return put(to, &wire, sizeof wire);
}

static uint8_t *put_u32(uint8_t *to, uint32_t value)
{
	uint32_t wire = GUINT32_TO_BE(value);
	return put(to, &wire, sizeof wire);
}

static uint8_t *put_i64(uint8_t *to, gint64 value)
{
	gint64 wire = GINT64_TO_BE(value);
	return put(to, &wire, sizeof wire);
}

/* Room for `length` more bytes; NULL never. */
static uint8_t *extend(GByteArray *out, size_t length)
{
	guint at = out->len;
	g_byte_array_set_size(out, at + (guint)length);
	return out->data + at;
}

bool mjr_format_header(GByteArray *out, const segment_spec *spec, gint64 opened_us, gint64 first_us)
{
	json_t *info = header_json(spec, opened_us, first_us);
	char *text = fitting_text(info);
	json_decref(info);
	if (!text)
		return false;
	size_t length = strlen(text);
	uint8_t *to = extend(out, MJR_MAGIC_SIZE + sizeof(uint16_t) + length);
	to = put(to, MJR_MAGIC, MJR_MAGIC_SIZE);
	to = put_u16(to, (uint16_t)length);
	put(to, text, length);
	free(text);
	return true;
}

bool mjr_format_frame(GByteArray *out, medium what, uint32_t first_ms, const packet *p)
{
	size_t length = p->length + (what == MEDIUM_DATA ? MJR_DATA_TIME_SIZE : 0);
	if (length > UINT16_MAX)
		return false;
	uint8_t *to = extend(out, MJR_FRAME_HEADER_SIZE + length);
	to = put(to, MJR_FRAME_MAGIC, MJR_FRAME_MAGIC_SIZE);
	to = put_u32(to, p->since_ms > first_ms ? p->since_ms - first_ms : 0);
	to = put_u16(to, (uint16_t)length);
	if (what == MEDIUM_DATA)
		to = put_i64(to, p->at_us);
	put(to, p->bytes, p->length);
	return true;
}

bool mjr_parse_header(const char *json, size_t length, medium *ret_medium, gint64 *ret_first_us)
{
	json_t *info = json_loadb(json, length, 0, NULL);
	medium what = medium_of(json_string_value(json_object_get(info, "t")));
	json_t *first = json_object_get(info, "u");
	bool good = what && json_is_integer(first);
	if (good) {
		*ret_medium = what;
		*ret_first_us = json_integer_value(first);
	}
	json_decref(info);
	return good;
}
