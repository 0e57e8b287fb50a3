/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notices/recorded.h"

#include "base/error.h"

#include <string.h>

static notice *refuse(const char *what, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "the recorded notice %s", what);
	return NULL;
}

static bool has_exactly(const json_t *object, const char *const *names)
{
	if (json_object_size(object) != g_strv_length((char **)names))
		return false;
	for (; *names; names++)
		if (!json_object_get(object, *names))
			return false;
	return true;
}

static bool is_wording(const json_t *wording)
{
	if (!has_exactly(wording, notice_wording_names))
		return false;
	for (const char *const *name = notice_wording_names; *name; name++)
		if (!json_is_string(json_object_get(wording, *name)))
			return false;
	return true;
}

static bool are_languages(const json_t *languages)
{
	const char *tag;
	json_t *wording;

	json_object_foreach ((json_t *)languages, tag, wording)
		if (!is_wording(wording))
			return false;
	return json_object_size(languages) > 0;
}

/* 0 when it is no set of media. */
static unsigned read_media(const json_t *names)
{
	unsigned media = 0;
	size_t i;
	json_t *name;

	json_array_foreach (names, i, name) {
		medium one = json_is_string(name) ? medium_from_name(json_string_value(name)) : 0;
		if (!one)
			return 0;
		media |= one;
	}
	return media;
}

static bool is_natural(const json_t *number)
{
	return json_is_integer(number) && json_integer_value(number) >= 0;
}

/* The one member that may be missing. */
static bool are_products(const json_t *products)
{
	const char *word = json_string_value(products);

	return !products || (word && g_strv_contains(notice_products, word));
}

static bool has_members(const json_t *json)
{
	const json_t *products = json_object_get(json, "products");
	json_auto_t *whole = json_copy((json_t *)json);

	if (!products)
		json_object_set_new(whole, "products", json_null());
	return are_products(products) && has_exactly(whole, notice_names);
}

/* What this program does not know it cannot promise: no member less and none more. */
static bool is_notice(const json_t *json)
{
	return json_is_object(json) && has_members(json) &&
		json_is_string(json_object_get(json, "purpose")) &&
		is_natural(json_object_get(json, "version")) &&
		is_natural(json_object_get(json, "retention_days")) &&
		json_is_boolean(json_object_get(json, "captures")) &&
		read_media(json_object_get(json, "media")) &&
		are_languages(json_object_get(json, "languages"));
}

notice *notice_recorded(const json_t *json, const char *hash, GError **error)
{
	g_autoptr(notice) one = g_new0(notice, 1);

	if (!is_notice(json))
		return refuse("has another form than this program knows: upgrade it", error);
	one->json = json_deep_copy(json);
	one->media = read_media(json_object_get(json, "media"));
	one->captures = json_is_true(json_object_get(json, "captures"));
	notice_fill(one);
	if (g_strcmp0(one->hash, hash) != 0)
		return refuse("is not what its hash is of", error);
	return g_steal_pointer(&one);
}
