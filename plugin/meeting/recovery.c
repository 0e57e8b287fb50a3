/* SPDX-License-Identifier: GPL-3.0-or-later */
/* At start: what a crash left open is closed in the ledger, and notices that it does not know yet are
 * recorded. */
#include "meeting/private.h"

#include "ledger/reader.h"

#include <sodium.h>
#include <string.h>

static bool append_with(meetings *all, const char *type, json_t *body, json_t *values, GError **error)
{
	ledger_ticket *ticket = ledger_append_with(all->ledger, LEDGER_ANSWERED, type, body, NULL, values);

	return ledger_wait(ticket, all->settings->ledger_timeout_ms, NULL, error);
}

static bool append(meetings *all, const char *type, json_t *body, GError **error)
{
	return append_with(all, type, body, NULL, error);
}

json_t *gateway_body(const char *event)
{
	return json_pack("{s:s, s:s}", "event", event, "version", PACKAGE_VERSION);
}

bool record_started(meetings *all, GError **error)
{
	return append_with(all, "gateway", gateway_body("started"), keys_recorded(all), error);
}

static bool read_types(meetings *all, const char *const *types, ledger_each each, void *user, GError **error)
{
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);

	return reader && ledger_read(reader, &(ledger_filter){.types = types}, each, user, error);
}

/* The last one of each purpose, as this gateway's own files had it. */
static bool note_notice(const ledger_entry *entry, void *user)
{
	const char *purpose = json_string_value(json_object_get(entry->body, "purpose"));
	const char *hash = json_string_value(json_object_get(entry->body, "notice"));

	if (purpose && !json_object_get(entry->body, "from"))
		g_hash_table_replace(user, g_strdup(purpose), g_strdup(hash));
	return true;
}

static json_t *notice_body(const notice *n)
{
	return json_pack("{s:s, s:I, s:s, s:O}", "purpose", n->purpose, "version", (json_int_t)n->version,
		"notice", n->hash, "wording", n->json);
}

bool record_new_notices(meetings *all, GError **error)
{
	static const char *const types[] = {"notice", NULL};
	g_autoptr(GHashTable) last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	if (!read_types(all, types, note_notice, last, error))
		return false;
	for (unsigned p = 0; p < notices_count(all->notices); p++) {
		const notice *n = notices_at(all->notices, p);

		if (g_strcmp0(g_hash_table_lookup(last, n->purpose), n->hash) != 0 &&
			!append(all, "notice", notice_body(n), error))
			return false;
	}
	return true;
}

/* Keeps the bodies of what was opened and not closed, by id. */
static bool note_open(const ledger_entry *entry, void *user)
{
	bool segment = strcmp(entry->type, "segment") == 0;
	const char *id = json_string_value(json_object_get(entry->body, segment ? "segment" : "meeting"));
	const char *state = json_string_value(json_object_get(entry->body, segment ? "state" : "event"));

	if (g_strcmp0(state, "opened") == 0 || g_strcmp0(state, "began") == 0)
		g_hash_table_insert(user, g_strdup(id), json_incref(entry->body));
	else
		g_hash_table_remove(user, id);
	return true;
}

static void decref(gpointer json)
{
	json_decref(json);
}

static json_t *closed_body(json_t *opened, const segment_result *result)
{
	static const char *const kept[] = {"meeting", "room", "segment", "participant"};
	json_t *body = json_object();

	for (unsigned i = 0; i < G_N_ELEMENTS(kept); i++)
		json_object_set(body, kept[i], json_object_get(opened, kept[i]));
	json_object_set_new(body, "state", json_string("closed"));
	segment_result_json(body, result);
	return body;
}

/* A segment that somebody erased meanwhile has a key no more: its file goes, too. */
static bool recover_sealed(
	meetings *all, json_t *opened, const char *file, segment_result *ret, GError **error)
{
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);
	uint8_t key[SEALING_KEY_SIZE];
	bool found;

	if (!reader || !segmentkeys_open(reader, &all->key, opened, key, &found, error))
		return false;
	if (!found)
		return capture_remove(all->settings->recordings, file, error);
	bool good = capture_recover(all->settings->recordings, file, key, ret, error);
	sodium_memzero(key, sizeof key);
	return good;
}

static bool recover(meetings *all, json_t *opened, const char *file, segment_result *ret, GError **error)
{
	if (!file)
		return capture_recover(all->settings->recordings, "", NULL, ret, NULL);
	return capture_file_is_sealed(file)
		? recover_sealed(all, opened, file, ret, error)
		: capture_recover(all->settings->recordings, file, NULL, ret, error);
}

static bool close_segment(meetings *all, json_t *opened, GError **error)
{
	const char *file = json_string_value(json_object_get(opened, "file"));
	segment_result result = {.reason = "crash"};
	g_autoptr(GError) broken = NULL;

	/* Without a file there was no packet yet. */
	if (!recover(all, opened, file, &result, &broken) &&
		!g_error_matches(broken, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND)) {
		g_warning("%s", broken->message);
		result = (segment_result){.reason = "unreadable after a crash"};
	}
	result.file = result.packets ? file : NULL;
	return append(all, "segment", closed_body(opened, &result), error);
}

static bool close_meeting(meetings *all, json_t *began, GError **error)
{
	return append(all, "meeting",
		json_pack("{s:O, s:O, s:s, s:s}", "meeting", json_object_get(began, "meeting"), "room",
			json_object_get(began, "room"), "event", "ended", "reason",
			"recovered after a crash"),
		error);
}

bool recover_open(meetings *all, GError **error)
{
	static const char *const types[] = {"meeting", "segment", NULL};
	g_autoptr(GHashTable) open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, decref);
	GHashTableIter iter;
	gpointer value;

	if (!read_types(all, types, note_open, open, error))
		return false;
	g_hash_table_iter_init(&iter, open);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (!(json_object_get(value, "segment") ? close_segment : close_meeting)(all, value, error))
			return false;
	return true;
}
