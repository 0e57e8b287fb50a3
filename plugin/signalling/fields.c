/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signalling/fields.h"

#include "base/clock.h"
#include "base/error.h"

#include <string.h>

/* Numbers that every JSON implementation keeps exactly. */
#define INTEGER_MAX G_GINT64_CONSTANT(9007199254740991)

/* These return what the field must be (g_free), NULL when it is. */

static char *wrong_string(json_t *value, gint64 max)
{
	if (!json_is_string(value))
		return g_strdup("must be a string");
	if (json_string_length(value) == 0)
		return g_strdup("must not be empty");
	if (json_string_length(value) <= (size_t)max)
		return NULL;
	return g_strdup_printf("must be at most %" G_GINT64_FORMAT " bytes long", max);
}

static char *wrong_integer(json_t *value, gint64 min, gint64 max)
{
	if (!json_is_integer(value))
		return g_strdup("must be an integer");
	if (json_integer_value(value) >= min && json_integer_value(value) <= max)
		return NULL;
	return g_strdup_printf("must be between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, min, max);
}

static char *wrong_array(json_t *value, gint64 max)
{
	if (!json_is_array(value))
		return g_strdup("must be an array");
	if (json_array_size(value) == 0)
		return g_strdup("must not be empty");
	if (json_array_size(value) <= (size_t)max)
		return NULL;
	return g_strdup_printf("must have at most %" G_GINT64_FORMAT " elements", max);
}

static char *wrong_time(json_t *value)
{
	gint64 ms;

	if (!json_is_string(value) || !clock_parse(json_string_value(value), &ms))
		return g_strdup("must be a time such as \"2026-01-02T03:04:05Z\"");
	return NULL;
}

static char *wrong_moment(json_t *value)
{
	gint64 ms;

	if (json_is_string(value) && clock_parse_moment(json_string_value(value), &ms))
		return NULL;
	return g_strdup("must be a time such as \"2026-01-02T03:04:05Z\", or a date such as \"2026-01-02\"");
}

static char *wrong_room(json_t *value)
{
	if (json_is_string(value))
		return wrong_string(value, 256);
	if (json_is_integer(value))
		return wrong_integer(value, 1, INTEGER_MAX);
	return g_strdup("must be an integer or a string, as the server's rooms are");
}

static char *wrong(const field *f, json_t *value)
{
	switch (f->type) {
	case FIELD_STRING:
		return wrong_string(value, f->max ? f->max : 64);
	case FIELD_BOOL:
		return json_is_boolean(value) ? NULL : g_strdup("must be true or false");
	case FIELD_INTEGER:
		return wrong_integer(value, 0, f->max ? f->max : INTEGER_MAX);
	case FIELD_COUNT:
		return wrong_integer(value, 1, f->max);
	case FIELD_TIME:
		return wrong_time(value);
	case FIELD_MOMENT:
		return wrong_moment(value);
	case FIELD_CURSOR:
		return json_is_null(value) ? NULL : wrong_string(value, 256);
	case FIELD_ARRAY:
		return wrong_array(value, f->max ? f->max : 64);
	case FIELD_OBJECT:
		return json_is_object(value) ? NULL : g_strdup("must be an object");
	case FIELD_ROOM:
		return wrong_room(value);
	case FIELD_PROOF:
		return wrong_string(value, 8192);
	}
	return g_strdup("is not known");
}

static bool check_one(const field *f, json_t *object, const char *where, GError **error)
{
	json_t *value = json_object_get(object, f->name);

	if (!value && !f->required)
		return true;
	if (!value) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_MISSING,
			"the field '%s%s' is missing: add it", where, f->name);
		return false;
	}
	g_autofree char *what = wrong(f, value);
	if (!what)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "the field '%s%s' %s", where, f->name, what);
	return false;
}

static bool is_listed(const field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return true;
	return false;
}

static bool check_unknown(const field *fields, json_t *object, const char *where, GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach (object, name, value) {
		if (strcmp(name, "request") == 0 || is_listed(fields, name))
			continue;
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"the field '%s%.*s' is not known here: leave it out or correct its name", where,
			field_shown(name), name);
		return false;
	}
	return true;
}

bool fields_check(const field *fields, json_t *object, const char *where, GError **error)
{
	for (const field *f = fields; f->name; f++)
		if (!check_one(f, object, where, error))
			return false;
	return check_unknown(fields, object, where, error);
}

#define SHOWN_MAX 64

int field_shown(const char *text)
{
	size_t length = strnlen(text, SHOWN_MAX + 1);

	if (length <= SHOWN_MAX)
		return (int)length;
	do
		length--;
	while (length && ((unsigned char)text[length] & 0xc0) == 0x80);
	return (int)length;
}

const char *field_string(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

gint64 field_integer(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

gint64 field_time(json_t *object, const char *name)
{
	const char *text = field_string(object, name);
	gint64 ms = 0;

	return text && clock_parse_moment(text, &ms) ? ms : 0;
}
