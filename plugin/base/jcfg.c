/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/jcfg.h"

#include "base/error.h"

#include <string.h>

struct jcfg {
	char *path;
	char *text;
	config_t config;
};

/* Errors */

/* "general.package", "media.[1]"; empty for the root. */
static char *setting_path(const config_setting_t *setting)
{
	g_autoptr(GString) path = g_string_new(NULL);
	for (; setting && !config_setting_is_root(setting); setting = config_setting_parent(setting)) {
		if (path->len > 0)
			g_string_prepend_c(path, '.');
		const char *name = config_setting_name(setting);
		g_autofree char *number =
			name ? NULL : g_strdup_printf("[%d]", config_setting_index(setting));
		g_string_prepend(path, name ? name : number);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}

bool jcfg_fail(const jcfg *file, const config_setting_t *at, GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);

	g_autofree char *path = setting_path(at);
	if (*path)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, "%s:%u: %s: %s", file->path,
			config_setting_source_line(at), path, message);
	else
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, "%s: %s", file->path, message);
	return false;
}

static bool fail_at_line(const jcfg *file, unsigned line, GError **error, const char *message)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, "%s:%u: %s", file->path, line, message);
	return false;
}

/* Reading */

static unsigned line_of(const jcfg *file, const char *position)
{
	unsigned line = 1;
	for (const char *at = file->text; at < position; at++)
		line += *at == '\n';
	return line;
}

static bool load_text(jcfg *file, GError **error)
{
	gsize length = 0;
	g_autoptr(GError) cause = NULL;
	if (!g_file_get_contents(file->path, &file->text, &length, &cause)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
			"the configuration cannot be read: %s", cause->message);
		return false;
	}
	const char *end;
	if (!g_utf8_validate(file->text, (gssize)length, &end))
		return fail_at_line(file, line_of(file, end), error,
			"this is no UTF-8 text; save the file in the encoding UTF-8");
	return true;
}

/* libconfig ends the whole process when an included file turns out to be a folder. */
static bool refuse_includes(const jcfg *file, GError **error)
{
	for (const char *at = file->text; (at = strstr(at, "@include")); at++) {
		const char *start = at;
		while (start > file->text && (start[-1] == ' ' || start[-1] == '\t'))
			start--;
		if (start == file->text || start[-1] == '\n')
			return fail_at_line(file, line_of(file, at), error,
				"@include is not supported; put the options into this file");
	}
	return true;
}

static bool parse_text(jcfg *file, GError **error)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	bool marked = g_str_has_prefix(file->text, byte_order_mark);
	if (config_read_string(&file->config, file->text + (marked ? strlen(byte_order_mark) : 0)) ==
		CONFIG_TRUE)
		return true;
	const char *what = config_error_text(&file->config);
	bool syntax = g_str_has_prefix(what, "syntax");
	g_autofree char *message = g_strconcat(what,
		syntax ? "; look for a missing quote, bracket or semicolon here or just before" : NULL, NULL);
	return fail_at_line(file, (unsigned)config_error_line(&file->config), error, message);
}

jcfg *jcfg_read(const char *path, GError **error)
{
	g_autoptr(jcfg) file = g_new0(jcfg, 1);
	file->path = g_strdup(path);
	config_init(&file->config);
	if (!load_text(file, error) || !refuse_includes(file, error) || !parse_text(file, error))
		return NULL;
	return g_steal_pointer(&file);
}

void jcfg_free(jcfg *file)
{
	if (!file)
		return;
	config_destroy(&file->config);
	g_free(file->text);
	g_free(file->path);
	g_free(file);
}

const config_setting_t *jcfg_root(const jcfg *file)
{
	return config_root_setting(&file->config);
}

/* Unknown options */

/* Levenshtein's distance of two short words. */
static unsigned word_distance(const char *left, const char *right)
{
	size_t width = strlen(right);
	g_autofree unsigned *row = g_new(unsigned, width + 1);
	for (size_t i = 0; i <= width; i++)
		row[i] = (unsigned)i;
	for (; *left; left++) {
		unsigned diagonal = row[0]++;
		for (size_t i = 1; i <= width; i++) {
			unsigned changed = diagonal + (g_ascii_tolower(*left) != right[i - 1]);
			diagonal = row[i];
			row[i] = MIN(changed, MIN(row[i], row[i - 1]) + 1);
		}
	}
	return row[width];
}

/* The known word that was probably meant, NULL if none is near. */
static const char *nearest_word(const char *word, const char *const *known)
{
	const char *nearest = NULL;
	unsigned least = 3;
	for (; *known; known++) {
		bool begun = strlen(word) >= 3 && g_str_has_prefix(*known, word);
		unsigned distance = begun ? 1 : word_distance(word, *known);
		if (distance >= least || distance > strlen(*known) / 2)
			continue;
		least = distance;
		nearest = *known;
	}
	return nearest;
}

bool jcfg_only(const jcfg *file, const config_setting_t *group, const char *const *known, GError **error)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(member);
		if (g_strv_contains(known, name))
			continue;
		const char *meant = nearest_word(name, known);
		if (meant)
			return jcfg_fail(
				file, member, error, "there is no such option; did you mean \"%s\"?", meant);
		g_autofree char *all = g_strjoinv(", ", (char **)known);
		return jcfg_fail(file, member, error, "there is no such option here; there are: %s", all);
	}
	return true;
}

/* Getters */

static const char *type_name(const config_setting_t *setting)
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_GROUP:
		return "a group { … }";
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return "a whole number";
	case CONFIG_TYPE_FLOAT:
		return "a number with a fraction";
	case CONFIG_TYPE_STRING:
		return "a string";
	case CONFIG_TYPE_BOOL:
		return "true or false";
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		return "a list";
	default:
		return "nothing";
	}
}

static const config_setting_t *find_member(const config_setting_t *group, const char *name)
{
	return config_setting_get_member((config_setting_t *)group, name);
}

bool jcfg_required(const jcfg *file, const config_setting_t *group, const char *name, GError **error)
{
	if (find_member(group, name))
		return true;
	return jcfg_fail(file, group, error, "the option \"%s\" is missing here", name);
}

static bool check_string(const jcfg *file, const config_setting_t *setting, GError **error)
{
	if (config_setting_type(setting) != CONFIG_TYPE_STRING)
		return jcfg_fail(file, setting, error, "must be a string in double quotes, not %s",
			type_name(setting));
	const char *text = config_setting_get_string(setting);
	if (!g_utf8_validate(text, -1, NULL))
		return jcfg_fail(file, setting, error, "the string is no UTF-8; look at its \\x escapes");
	if (text[strspn(text, " \t\r\n")] == '\0')
		return jcfg_fail(
			file, setting, error, "the string is empty; write something or remove the option");
	return true;
}

bool jcfg_string(
	const jcfg *file, const config_setting_t *group, const char *name, const char **ret, GError **error)
{
	const config_setting_t *setting = find_member(group, name);
	if (!setting)
		return true;
	if (!check_string(file, setting, error))
		return false;
	*ret = config_setting_get_string(setting);
	return true;
}

/* libconfig cuts a number of more than 32 bits without a word, so the digits are looked at in the text. */
static bool is_cut(const jcfg *file, const config_setting_t *setting)
{
	g_autofree char *pattern =
		g_strdup_printf("\\b%s\\s*[=:]\\s*[-+]?(0*[1-9][0-9]{9}|0[xX]0*[1-9a-fA-F][0-9a-fA-F]{7})",
			config_setting_name(setting));
	const char *line = file->text;
	for (unsigned i = 1; i < config_setting_source_line(setting) && line; i++) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
	return line && g_regex_match_simple(pattern, line, 0, 0);
}

bool jcfg_integer(const jcfg *file, const config_setting_t *group, const char *name, int min, int max,
	int *ret, GError **error)
{
	const config_setting_t *setting = find_member(group, name);
	if (!setting)
		return true;
	int type = config_setting_type(setting);
	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
		return jcfg_fail(file, setting, error, "must be a whole number from %d to %d, not %s", min,
			max, type_name(setting));
	long long value = config_setting_get_int64(setting);
	if (value < min || value > max || is_cut(file, setting))
		return jcfg_fail(file, setting, error, "must be a whole number from %d to %d", min, max);
	*ret = (int)value;
	return true;
}

bool jcfg_bool(const jcfg *file, const config_setting_t *group, const char *name, bool *ret, GError **error)
{
	const config_setting_t *setting = find_member(group, name);
	if (!setting)
		return true;
	if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
		return jcfg_fail(file, setting, error, "must be true or false, not %s", type_name(setting));
	*ret = config_setting_get_bool(setting);
	return true;
}

bool jcfg_strings(const jcfg *file, const config_setting_t *group, const char *name,
	const config_setting_t **ret, GError **error)
{
	const config_setting_t *setting = find_member(group, name);
	if (!setting)
		return true;
	if (!config_setting_is_array(setting) && !config_setting_is_list(setting))
		return jcfg_fail(file, setting, error, "must be a list of strings, [ \"…\", \"…\" ], not %s",
			type_name(setting));
	for (int i = 0; i < config_setting_length(setting); i++)
		if (!check_string(file, config_setting_get_elem(setting, (unsigned)i), error))
			return false;
	*ret = setting;
	return true;
}

bool jcfg_group(const jcfg *file, const config_setting_t *group, const char *name,
	const config_setting_t **ret, GError **error)
{
	const config_setting_t *setting = find_member(group, name);
	if (!setting)
		return true;
	if (!config_setting_is_group(setting))
		return jcfg_fail(
			file, setting, error, "must be a group, %s: { … }, not %s", name, type_name(setting));
	*ret = setting;
	return true;
}
