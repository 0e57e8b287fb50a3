/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notices/file.h"

#include "base/error.h"
#include "base/jcfg.h"
#include "base/jcs.h"

#include <string.h>

#define RETENTION_DAYS_MAX 36500 /* a hundred years */

/* What a language's wording consists of. */
typedef struct field {
	const char *name;
	glong max_chars;
	bool lines; /* may hold line breaks */
} field;

static const field fields[] = {
	{"title", 80, false},
	{"summary", 300, false},
	{"details", 3000, true},
	{"recipients", 300, false},
	{"retention", 300, false},
};

const char *const notice_wording_names[] = {"title", "summary", "details", "recipients", "retention", NULL};
const char *const notice_names[] = {
	"purpose", "version", "media", "captures", "retention_days", "languages", "products", NULL};
const char *const notice_products[] = {"remove", "list", NULL};

static bool matches(const char *pattern, const char *text)
{
	return g_regex_match_simple(pattern, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static const config_setting_t *member(const config_setting_t *group, const char *name)
{
	return config_setting_get_member((config_setting_t *)group, name);
}

/* Options at the top */

static bool read_purpose(const jcfg *file, const notices *before, json_t *json, GError **error)
{
	const config_setting_t *root = jcfg_root(file);
	const char *purpose = NULL;
	if (!jcfg_required(file, root, "purpose", error) ||
		!jcfg_string(file, root, "purpose", &purpose, error))
		return false;
	if (!matches("^[a-z][a-z0-9_-]{0,31}$", purpose))
		return jcfg_fail(file, member(root, "purpose"), error,
			"must be a name of at most 32 characters a-z, 0-9, \"_\" and \"-\" that begins with "
			"a letter");
	if (notices_find(before, purpose))
		return jcfg_fail(file, member(root, "purpose"), error,
			"another file of this folder defines the purpose \"%s\" already; remove one of them",
			purpose);
	json_object_set_new(json, "purpose", json_string(purpose));
	return true;
}

static bool read_number(const jcfg *file, const char *name, int min, int max, json_t *json, GError **error)
{
	const config_setting_t *root = jcfg_root(file);
	int value = 0;
	if (!jcfg_required(file, root, name, error) ||
		!jcfg_integer(file, root, name, min, max, &value, error))
		return false;
	json_object_set_new(json, name, json_integer(value));
	return true;
}

/* The media's order in the file does not matter, nor to the hash. */
static json_t *media_array(unsigned media)
{
	json_t *array = json_array();
	for (unsigned slot = 0; slot < MEDIA_COUNT; slot++)
		if (media & 1u << slot)
			json_array_append_new(array, json_string(medium_name((medium)(1u << slot))));
	return array;
}

static bool read_media(const jcfg *file, unsigned *ret_media, json_t *json, GError **error)
{
	const config_setting_t *root = jcfg_root(file), *list = NULL;
	if (!jcfg_required(file, root, "media", error) || !jcfg_strings(file, root, "media", &list, error))
		return false;
	unsigned media = 0;
	for (int i = 0; i < config_setting_length(list); i++) {
		const config_setting_t *element = config_setting_get_elem(list, (unsigned)i);
		medium one = medium_from_name(config_setting_get_string(element));
		if (!one)
			return jcfg_fail(file, element, error,
				"there is no medium \"%s\"; there are: audio, video, data",
				config_setting_get_string(element));
		media |= one;
	}
	if (!media)
		return jcfg_fail(file, list, error, "is empty; name at least one of audio, video, data");
	*ret_media = media;
	json_object_set_new(json, "media", media_array(media));
	return true;
}

static bool read_captures(const jcfg *file, bool *ret, json_t *json, GError **error)
{
	bool captures = true;
	if (!jcfg_bool(file, jcfg_root(file), "captures", &captures, error))
		return false;
	*ret = captures;
	json_object_set_new(json, "captures", json_boolean(captures));
	return true;
}

/* Only where the file says it: it is part of the hash, and those that do not know it keep theirs. */
static bool read_products(const jcfg *file, json_t *json, GError **error)
{
	const config_setting_t *root = jcfg_root(file);
	const char *products = NULL;
	if (!jcfg_string(file, root, "products", &products, error))
		return false;
	if (products && !g_strv_contains(notice_products, products))
		return jcfg_fail(file, member(root, "products"), error,
			"must be \"remove\" or \"list\": what becomes of transcripts and summaries when "
			"somebody "
			"they rest on has it erased");
	if (products)
		json_object_set_new(json, "products", json_string(products));
	return true;
}

/* Wording */

/* Control characters have no place in text that people read; line breaks only where paragraphs are. */
static bool is_plain(const char *text, bool lines)
{
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);
		if (g_unichar_iscntrl(c) && !(lines && c == '\n'))
			return false;
	}
	return true;
}

static bool read_field(
	const jcfg *file, const config_setting_t *group, const field *f, json_t *wording, GError **error)
{
	const char *text = NULL;
	if (!jcfg_required(file, group, f->name, error) || !jcfg_string(file, group, f->name, &text, error))
		return false;
	glong chars = g_utf8_strlen(text, -1);
	if (chars > f->max_chars)
		return jcfg_fail(file, member(group, f->name), error,
			"has %ld characters; shorten it to %ld at most", chars, f->max_chars);
	if (!is_plain(text, f->lines))
		return jcfg_fail(file, member(group, f->name), error,
			"holds a %scontrol character; remove it", f->lines ? "" : "line break or other ");
	json_object_set_new(wording, f->name, json_string(text));
	return true;
}

static bool check_tag(
	const jcfg *file, const config_setting_t *group, const json_t *languages, GError **error)
{
	const char *tag = config_setting_name(group);
	if (!config_setting_is_group(group))
		return jcfg_fail(file, group, error, "must be a group, %s = { … }", tag);
	if (!matches("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", tag))
		return jcfg_fail(
			file, group, error, "must be named by a language's tag such as \"en\" or \"pt-BR\"");
	void *iter = json_object_iter((json_t *)languages);
	for (; iter; iter = json_object_iter_next((json_t *)languages, iter))
		if (g_ascii_strcasecmp(json_object_iter_key(iter), tag) == 0)
			return jcfg_fail(file, group, error, "this language is here twice; remove one");
	return true;
}

static bool read_language(const jcfg *file, const config_setting_t *group, json_t *languages, GError **error)
{
	if (!check_tag(file, group, languages, error) || !jcfg_only(file, group, notice_wording_names, error))
		return false;
	json_t *wording = json_object();
	json_object_set_new(languages, config_setting_name(group), wording);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!read_field(file, group, &fields[i], wording, error))
			return false;
	return true;
}

static bool read_languages(const jcfg *file, const char *language, json_t *json, GError **error)
{
	const config_setting_t *root = jcfg_root(file), *group = NULL;
	if (!jcfg_required(file, root, "languages", error) ||
		!jcfg_group(file, root, "languages", &group, error))
		return false;
	json_t *languages = json_object();
	json_object_set_new(json, "languages", languages);
	bool has_default = false;
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *one = config_setting_get_elem(group, (unsigned)i);
		if (!read_language(file, one, languages, error))
			return false;
		has_default |= g_ascii_strcasecmp(config_setting_name(one), language) == 0;
	}
	return has_default ||
		jcfg_fail(file, group, error,
			"the default language \"%s\" is missing; add it here or set another one in the "
			"gateway's configuration",
			language);
}

/* The whole */

static bool read_options(
	notice *one, const jcfg *file, const char *language, const notices *before, GError **error)
{
	return jcfg_only(file, jcfg_root(file), notice_names, error) &&
		read_purpose(file, before, one->json, error) &&
		read_number(file, "version", 1, JCFG_INTEGER_MAX, one->json, error) &&
		read_media(file, &one->media, one->json, error) &&
		read_captures(file, &one->captures, one->json, error) &&
		read_number(file, "retention_days", 0, RETENTION_DAYS_MAX, one->json, error) &&
		read_products(file, one->json, error) && read_languages(file, language, one->json, error);
}

void notice_fill(notice *one)
{
	one->purpose = json_string_value(json_object_get(one->json, "purpose"));
	one->version = json_integer_value(json_object_get(one->json, "version"));
	one->retention_days = (guint64)json_integer_value(json_object_get(one->json, "retention_days"));

	json_t *languages = json_object_get(one->json, "languages");
	one->langs = g_new0(const char *, json_object_size(languages) + 1);
	size_t i = 0;
	for (void *iter = json_object_iter(languages); iter; iter = json_object_iter_next(languages, iter))
		one->langs[i++] = json_object_iter_key(iter);

	size_t length;
	g_autofree char *canonical = jcs_dump(one->json, &length);
	hash_bytes_hex(canonical, length, one->hash);
}

notice *notice_read(const char *path, const char *language, const notices *before, GError **error)
{
	g_autoptr(jcfg) file = jcfg_read(path, error);
	if (!file)
		return NULL;
	g_autoptr(notice) one = g_new0(notice, 1);
	one->json = json_object();
	one->slot = notices_count(before);
	if (!read_options(one, file, language, before, error))
		return NULL;
	notice_fill(one);
	return g_steal_pointer(&one);
}

void notice_free(notice *one)
{
	if (!one)
		return;
	json_decref(one->json);
	g_free(one->langs);
	g_free(one);
}
