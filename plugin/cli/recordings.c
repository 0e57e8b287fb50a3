/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/recordings.h"

#include "base/error.h"

#include <sodium.h>

static bool refuse(GError **error, const char *why)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, why);
	return false;
}

static char *choose(const char *given, const char *configured)
{
	return g_strdup(given ? given : configured);
}

static char **origins_of(const char *store, const char *origin, GError **error)
{
	const char *const one[] = {origin, NULL};
	return origin ? g_strdupv((char **)one) : ledger_logs(store, error);
}

/* In a folder that is not there everything would seem removed. A gateway that has recorded nothing yet has
 * none; whoever names one has one. */
static bool check_given(const char *folder, GError **error)
{
	g_autoptr(GDir) dir = folder ? g_dir_open(folder, 0, error) : NULL;
	if (folder && !dir)
		g_prefix_error(error, "--recordings: ");
	return !folder || dir;
}

bool recordings_open(const arguments *args, recordings *ret, GError **error)
{
	g_auto(recordings) r = {0};
	g_autoptr(GError) why = NULL;
	bool there = check_given(args->values[OPTION_RECORDINGS], &why);
	g_autoptr(settings) s = there ? tool_settings(args, &why) : NULL;
	if (why) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	r.folder = choose(args->values[OPTION_RECORDINGS], s ? s->recordings : NULL);
	r.key_file = choose(args->values[OPTION_KEY], s ? s->capture_key : NULL);
	r.store = tool_store(args, error);
	if (!r.store)
		return false;
	r.origins = origins_of(r.store, args->values[OPTION_ORIGIN], error);
	if (!r.origins)
		return false;
	*ret = r;
	r = (recordings){0};
	return true;
}

bool recordings_need_folder(const recordings *r, GError **error)
{
	return r->folder ||
		refuse(error, "--recordings is needed: there is no configuration that names the folder");
}

void recordings_clear(recordings *r)
{
	g_free(r->store);
	g_free(r->folder);
	g_free(r->key_file);
	g_strfreev(r->origins);
	*r = (recordings){0};
}

const char *recording_text(const recording *one, const char *member)
{
	const char *text = json_string_value(json_object_get(one->record, member));
	return text ? text : "";
}

typedef struct listing {
	recording one;
	recordings_each each;
	void *user;
	bool go_on;
} listing;

static bool give(json_t *record, void *user)
{
	listing *now = user;
	now->one.record = record;
	now->go_on = now->each(&now->one, now->user);
	return now->go_on;
}

static bool list_log(listing *now, const records_filter *filter, GError **error)
{
	const char *origin = now->one.origin;
	g_autoptr(ledger_reader) reader =
		ledger_reader_open_log(now->one.all->store, *origin ? origin : NULL, error);
	now->one.reader = reader;
	return reader && records_segments(reader, filter, give, now, NULL, error);
}

bool recordings_list(
	const recordings *all, const records_filter *filter, recordings_each each, void *user, GError **error)
{
	listing now = {.one = {.all = all}, .each = each, .user = user, .go_on = true};
	bool good = true;
	for (size_t i = 0; good && now.go_on && all->origins[i]; i++) {
		now.one.origin = all->origins[i];
		good = list_log(&now, filter, error);
	}
	return good;
}

/* Without a recorded key nothing in this log is encrypted, and no file is made. */
bool recordings_operator(
	const recordings *all, ledger_reader *r, operatorkey *ret, bool *ret_found, GError **error)
{
	g_autofree char *recorded = NULL;
	if (!ledger_value(r, SEGMENTKEYS_OPERATOR, &recorded, error))
		return false;
	*ret_found = recorded != NULL;
	if (recorded && !all->key_file)
		return refuse(error, "--key is needed: there is no configuration that names the key's file");
	return !recorded || operatorkey_open(all->key_file, recorded, ret, error);
}

bool recording_key(const recording *one, const char *purpose, uint8_t ret[SEALING_KEY_SIZE], bool *ret_found,
	GError **error)
{
	operatorkey key;
	if (!recordings_operator(one->all, one->reader, &key, ret_found, error))
		return false;
	bool good = !*ret_found ||
		segmentkeys_open_for(one->reader, &key, one->record, purpose, ret, ret_found, error);
	sodium_memzero(&key, sizeof key);
	return good;
}
