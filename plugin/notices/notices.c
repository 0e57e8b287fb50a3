/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "notices/notices.h"

#include "base/error.h"
#include "notices/file.h"
#include "notices/language.h"
#include "notices/recorded.h"

#include <string.h>

struct notices {
	GPtrArray *all;  /* notice, by slot; elements are read and written atomically */
	GPtrArray *past; /* notice: what was in force before */
	char *language;
};

static int compare_names(gconstpointer left, gconstpointer right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Paths of the folder's *.jcfg in name order, hidden ones left out. */
static GPtrArray *list_files(const char *folder, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &cause);
	if (!dir) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
			"The folder of the notices cannot be read: %s", cause->message);
		return NULL;
	}
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	while ((name = g_dir_read_name(dir)))
		if (name[0] != '.' && g_str_has_suffix(name, ".jcfg"))
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, compare_names);
	return paths;
}

static bool check_number(const char *folder, guint count, GError **error)
{
	if (count == 0)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
			"%s: there is no notice in this folder; put at least one file *.jcfg there", folder);
	else if (count > NOTICES_MAX)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
			"%s: there are %u notices in this folder; keep %u at most", folder, count,
			NOTICES_MAX);
	return count > 0 && count <= NOTICES_MAX;
}

notices *notices_load(const char *folder, const char *language, GError **error)
{
	g_autoptr(GPtrArray) paths = list_files(folder, error);
	if (!paths || !check_number(folder, paths->len, error))
		return NULL;

	g_autoptr(notices) all = g_new0(notices, 1);
	all->all = g_ptr_array_new_with_free_func((GDestroyNotify)notice_free);
	all->past = g_ptr_array_new_with_free_func((GDestroyNotify)notice_free);
	all->language = g_strdup(language);
	for (guint i = 0; i < paths->len; i++) {
		notice *one = notice_read(g_ptr_array_index(paths, i), language, all, error);
		if (!one)
			return NULL;
		g_ptr_array_add(all->all, one);
	}
	return g_steal_pointer(&all);
}

void notices_free(notices *all)
{
	if (!all)
		return;
	g_ptr_array_unref(all->all);
	g_ptr_array_unref(all->past);
	g_free(all->language);
	g_free(all);
}

unsigned notices_count(const notices *all)
{
	return all->all->len;
}

const notice *notices_at(const notices *all, unsigned slot)
{
	return slot < all->all->len ? g_atomic_pointer_get(&all->all->pdata[slot]) : NULL;
}

const notice *notices_find(const notices *all, const char *purpose)
{
	for (unsigned slot = 0; purpose && slot < all->all->len; slot++) {
		const notice *one = notices_at(all, slot);
		if (strcmp(one->purpose, purpose) == 0)
			return one;
	}
	return NULL;
}

const notice *notices_supersede(notices *all, const json_t *wording, const char *hash, GError **error)
{
	const notice *before = notices_find(all, json_string_value(json_object_get(wording, "purpose")));
	if (!before) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"the recorded notice is for a purpose that this gateway does not have");
		return NULL;
	}
	if (g_strcmp0(before->hash, hash) == 0)
		return before;
	notice *one = notice_recorded(wording, hash, error);
	if (!one)
		return NULL;
	one->slot = before->slot;
	g_ptr_array_add(all->past, (gpointer)before);
	g_atomic_pointer_set(&all->all->pdata[one->slot], one);
	return one;
}

notice_wording notices_wording(const notices *all, const notice *one, const char *lang)
{
	const char *tag = language_choose(lang, one->langs);
	if (!tag)
		tag = language_choose(all->language, one->langs);
	if (!tag)
		tag = one->langs[0];
	const json_t *wording = json_object_get(json_object_get(one->json, "languages"), tag);
	return (notice_wording){
		.lang = tag,
		.title = json_string_value(json_object_get(wording, "title")),
		.summary = json_string_value(json_object_get(wording, "summary")),
		.details = json_string_value(json_object_get(wording, "details")),
		.recipients = json_string_value(json_object_get(wording, "recipients")),
		.retention = json_string_value(json_object_get(wording, "retention")),
	};
}

json_t *notice_langs(const notice *one)
{
	json_t *array = json_array();
	for (const char *const *lang = one->langs; *lang; lang++)
		json_array_append_new(array, json_string(*lang));
	return array;
}
