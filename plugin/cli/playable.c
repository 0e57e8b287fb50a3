/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/playable.h"

#include "base/error.h"
#include "capture/capture.h"
#include "ledger/standing.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

static void playable_free(gpointer data)
{
	playable *one = data;
	sodium_memzero(one->key, sizeof one->key);
	json_decref(one->record);
	g_free(one->origin);
	g_free(one->why);
	g_free(one);
}

const char *playable_text(const playable *one, const char *member)
{
	const char *text = json_string_value(json_object_get(one->record, member));
	return text ? text : "";
}

void playable_refuse(playable *one, char *why)
{
	if (one->why)
		g_free(why);
	else
		one->why = why;
}

static standing_of grant_of(const playable *one, const char *purpose)
{
	return (standing_of){playable_text(one, "participant"), purpose, playable_text(one, "medium")};
}

/* The notice promised to keep it no longer than so many days. */
static bool ask_retention(ledger_reader *r, playable *one, const char *purpose, gint64 now_ms, GError **error)
{
	const standing_of of = grant_of(one, purpose);
	gint64 days;
	if (!standing_retention(r, &of, standing_grant(one->record, purpose), &days, error))
		return false;
	if (standing_is_over(days, playable_text(one, "closed"), now_ms))
		playable_refuse(
			one, g_strdup_printf("was to be kept for %" G_GINT64_FORMAT " days only", days));
	return true;
}

static bool ask(ledger_reader *r, playable *one, const char *purpose, gint64 now_ms, GError **error)
{
	const standing_of of = grant_of(one, purpose);
	const char *decision;
	if (!standing_decision(r, &of, now_ms, &decision, error))
		return false;
	if (strcmp(decision, "granted") != 0)
		playable_refuse(one, g_strdup_printf("is not granted any more (%s)", decision));
	return one->why || ask_retention(r, one, purpose, now_ms, error);
}

static const char *why_not(const playable *one)
{
	const char *state = playable_text(one, "state");
	if (g_str_has_prefix(state, "eras"))
		return "was erased";
	return strcmp(state, "open") == 0 ? "is still being captured" : NULL;
}

static bool find_key(const recording *of, playable *one, const char *purpose, GError **error)
{
	bool found = true;
	one->sealed = capture_file_is_sealed(playable_text(one, "file"));
	if (one->sealed && !recording_key(of, purpose, one->key, &found, error))
		return false;
	if (!found)
		playable_refuse(one, g_strdup("was erased: it has no key any more"));
	return true;
}

typedef struct listing {
	GPtrArray *list;
	const char *purpose;
	gint64 now_ms;
	GError **error;
	bool good;
} listing;

static bool consider(listing *now, const recording *of, playable *one)
{
	const char *why = why_not(one);
	if (why) {
		playable_refuse(one, g_strdup(why));
		return true;
	}
	return ask(of->reader, one, now->purpose, now->now_ms, now->error) &&
		(one->why || find_key(of, one, now->purpose, now->error));
}

/* Not a packet came while it was open: nothing is left out. */
static bool is_empty(const recording *of)
{
	return strcmp(recording_text(of, "state"), "closed") == 0 && !*recording_text(of, "file");
}

static bool take(const recording *of, void *user)
{
	listing *now = user;
	if (is_empty(of))
		return true;
	playable *one = g_new0(playable, 1);
	one->record = json_deep_copy(of->record);
	one->origin = g_strdup(of->origin);
	g_ptr_array_add(now->list, one);
	return now->good = consider(now, of, one);
}

GPtrArray *playable_list(const recordings *all, const records_filter *filter, const char *purpose,
	gint64 now_ms, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(playable_free);
	listing now = {.list = list, .purpose = purpose, .now_ms = now_ms, .error = error, .good = true};
	bool good = recordings_list(all, filter, take, &now, error) && now.good;
	return good ? g_steal_pointer(&list) : NULL;
}

/* One segment's state may have become another meanwhile, too. */
static bool note_state(json_t *record, void *user)
{
	const char *state = json_string_value(json_object_get(record, "state"));
	if (state && g_str_has_prefix(state, "eras"))
		playable_refuse(user, g_strdup("was erased"));
	return false;
}

static bool ask_one_again(
	const recordings *all, playable *one, const char *purpose, gint64 now_ms, GError **error)
{
	const records_filter same = {.segment = playable_text(one, "segment")};
	g_autoptr(ledger_reader) r =
		ledger_reader_open_log(all->store, *one->origin ? one->origin : NULL, error);
	return r && records_segments(r, &same, note_state, one, NULL, error) &&
		ask(r, one, purpose, now_ms, error);
}

bool playable_ask_again(const recordings *all, GPtrArray *list, const char *purpose, gint64 now_ms,
	bool *ret_changed, GError **error)
{
	*ret_changed = false;
	for (guint i = 0; i < list->len; i++) {
		playable *one = list->pdata[i];
		if (one->why)
			continue;
		if (!ask_one_again(all, one, purpose, now_ms, error))
			return false;
		*ret_changed |= one->why != NULL;
	}
	return true;
}

bool playable_person_agrees(ledger_reader *r, const char *participant, const char *purpose, gint64 now_ms,
	bool *ret, GError **error)
{
	static const char *const media[] = {"audio", "video", "data"};
	*ret = false;
	for (size_t i = 0; i < G_N_ELEMENTS(media) && !*ret; i++) {
		const standing_of of = {participant, purpose, media[i]};
		const char *decision;
		if (!standing_decision(r, &of, now_ms, &decision, error))
			return false;
		*ret = strcmp(decision, "granted") == 0;
	}
	return true;
}

static bool fail(GError **error, const char *path)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s: %s", path, g_strerror(errno));
	return false;
}

bool playable_read_out(const recordings *all, const playable *one, const char *path, GError **error)
{
	char sha256[HASH_HEX_SIZE];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(error, path);
	bool good = capture_read_out(
		all->folder, playable_text(one, "file"), one->sealed ? one->key : NULL, fd, sha256, error);
	if (close(fd) != 0 && good)
		return fail(error, path);
	if (good && strcmp(sha256, playable_text(one, "sha256")) != 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"%s is not the file that was captured", playable_text(one, "file"));
		return false;
	}
	return good;
}
