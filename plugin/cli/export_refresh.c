/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export training --refresh: takes out of a set what has been withdrawn since it was made. */
#include "cli/export_training.h"

#include "base/clock.h"
#include "base/error.h"

#include <glib/gstdio.h>
#include <stdio.h>

/* NULL: it may stay. A segment that the ledger knows nothing of may not. */
static bool ask_segment(const training *t, const char *segment, char **ret_why, GError **error)
{
	const records_filter filter = {.segment = segment};
	g_autoptr(GPtrArray) found = playable_list(t->all, &filter, t->purpose, clock_now_ms(), error);
	if (!found)
		return false;
	const playable *one = found->len ? found->pdata[0] : NULL;
	*ret_why = !one ? g_strdup("is not in the ledger") : g_strdup(one->why);
	return true;
}

/* The sound goes first, so that whatever happens next it is gone. */
static bool remove_piece(const training *t, const char *file, GError **error)
{
	g_autofree char *path = g_build_filename(t->place, file, NULL);
	if (g_unlink(path) != 0 && g_file_test(path, G_FILE_TEST_EXISTS)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s cannot be removed", path);
		return false;
	}
	printf("%s\n", file);
	return true;
}

/* Asks once for each segment; `why` maps segments to reasons, "" for those that may stay. */
static bool may_stay(const training *t, GHashTable *why, const char *segment, bool *ret, GError **error)
{
	char *reason = g_hash_table_lookup(why, segment);
	if (!reason) {
		if (!ask_segment(t, segment, &reason, error))
			return false;
		if (reason)
			progress_step(t->progress, "removed: segment %s %s", segment, reason);
		reason = reason ? reason : g_strdup("");
		g_hash_table_insert(why, g_strdup(segment), reason);
	}
	*ret = !*reason;
	return true;
}

static bool remove_lines(training *t, json_t *removed, GError **error)
{
	g_autoptr(GHashTable) why = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; i < t->set->lines->len;) {
		const json_t *line = t->set->lines->pdata[i];
		const char *segment = json_string_value(json_object_get(line, "segment"));
		bool stay;
		if (!may_stay(t, why, segment ? segment : "", &stay, error))
			return false;
		if (stay) {
			i++;
			continue;
		}
		if (!remove_piece(t, training_set_file(t->set, line), error))
			return false;
		json_array_append_new(removed, json_string(training_set_file(t->set, line)));
		g_ptr_array_remove_index(t->set->lines, i);
	}
	return true;
}

int training_refresh(training *t, const char *folder, GError **error)
{
	g_auto(training_set) set = {0};
	json_t *removed = json_array();
	training_set_init(&set);
	t->set = &set;
	t->place = folder;
	bool good = training_set_read(folder, &set, error);
	t->purpose = good ? training_set_text(&set, "purpose") : "";
	g_autoptr(ledger_reader) r = good ? training_signer(t, error) : NULL;
	good = r && remove_lines(t, removed, error) && training_set_write(&set, folder, r, error);
	guint count = (guint)json_array_size(removed);
	if (!good) {
		json_decref(removed);
		return TOOL_STORE;
	}
	tool_say("export training: %u removed, %u stay in %s", count, set.lines->len, folder);
	return training_note(t, "training-refresh", removed, error) && tool_flush(error) ? TOOL_GOOD
											 : TOOL_STORE;
}
