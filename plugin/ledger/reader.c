/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/reader.h"

#include "base/error.h"
#include "ledger/store.h"
#include "ledger/vault.h"

#include <sodium.h>
#include <string.h>

struct ledger_reader {
	store *store;
	char *origin; /* of the only log, where rows do not say it; NULL until it is asked for */
};

ledger_reader *ledger_reader_on(store *s)
{
	ledger_reader *r = g_new0(ledger_reader, 1);
	r->store = s;
	return r;
}

store *ledger_reader_store(ledger_reader *r)
{
	return r->store;
}

ledger_reader *ledger_reader_open_log(const char *where, const char *origin, GError **error)
{
	if (sodium_init() < 0) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "libsodium cannot be used");
		return NULL;
	}
	store *s = store_open(where, origin, STORE_READER, error);
	return s ? ledger_reader_on(s) : NULL;
}

ledger_reader *ledger_reader_open(const char *where, GError **error)
{
	return ledger_reader_open_log(where, NULL, error);
}

static bool note_log(const char *origin, const store_head *head, void *user)
{
	(void)head;
	g_ptr_array_add(user, g_strdup(origin));
	return true;
}

static bool list_logs(store *s, GPtrArray *origins, GError **error)
{
	char *only = NULL;
	if (s->ops->logs)
		return s->ops->logs(s, note_log, origins, error);
	if (!s->ops->get(s, "origin", &only, error))
		return false;
	g_ptr_array_add(origins, only ? only : g_strdup(""));
	return true;
}

char **ledger_logs(const char *where, GError **error)
{
	g_autoptr(store) s = store_open(where, NULL, STORE_READER, error);
	g_autoptr(GPtrArray) origins = g_ptr_array_new_with_free_func(g_free);
	if (!s || !list_logs(s, origins, error))
		return NULL;
	g_ptr_array_add(origins, NULL);
	g_ptr_array_set_free_func(origins, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&origins), FALSE);
}

void ledger_reader_close(ledger_reader *r)
{
	if (!r)
		return;
	store_close(r->store);
	g_free(r->origin);
	g_free(r);
}

typedef struct reading {
	store *store;
	const char *origin;
	ledger_each each;
	void *user;
	GError **error;
	bool bare, good;
} reading;

static bool damaged(reading *now, gint64 index)
{
	g_set_error(now->error, CONSENT_ERROR, CONSENT_ERROR_STORE,
		"entry %" G_GINT64_FORMAT " cannot be read; `janus-consent verify` says more", index);
	now->good = false;
	return false;
}

/* Decrypted; NULL when there is none, or when it was erased. False when it is damaged. */
static bool open_personal(reading *now, const store_row *row, json_t **ret, bool *ret_erased)
{
	uint8_t key[VAULT_KEY_SIZE], salt[HASH_SIZE];
	bool found;

	if (!row->personal)
		return true;
	const char *owner = vault_owner(row->participant);
	if (!vault_key(now->store, owner, false, key, &found, NULL))
		return false;
	*ret_erased = !found;
	if (!found)
		return true;
	g_autofree char *text = vault_open(key, owner, row->personal, row->salt, salt);
	*ret = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	return *ret != NULL;
}

static bool read_row(const store_row *row, void *user)
{
	reading *now = user;
	json_auto_t *body = json_loads(row->body, JSON_REJECT_DUPLICATES, NULL);
	json_auto_t *personal = NULL;
	ledger_entry entry = {.index = row->index, .at_ms = row->at_ms, .type = row->type, .body = body};
	if (!json_is_object(body) || (!now->bare && !open_personal(now, row, &personal, &entry.erased)))
		return damaged(now, row->index);
	entry.position = row->position;
	entry.log = row->log ? row->log : now->origin;
	entry.personal = personal;
	return now->each(&entry, now->user);
}

bool ledger_read(ledger_reader *r, const ledger_filter *filter, ledger_each each, void *user, GError **error)
{
	if (!r->origin && !r->store->ops->logs && !r->store->ops->get(r->store, "origin", &r->origin, error))
		return false;
	reading now = {.store = r->store,
		.origin = r->origin,
		.each = each,
		.user = user,
		.error = error,
		.bare = filter->bare,
		.good = true};
	return r->store->ops->iterate(r->store, filter, read_row, &now, error) && now.good;
}

bool ledger_value(ledger_reader *r, const char *name, char **ret, GError **error)
{
	return r->store->ops->get(r->store, name, ret, error);
}

bool ledger_count(ledger_reader *r, gint64 *ret, GError **error)
{
	store_head head = {0};
	if (!r->store->ops->logs && !r->store->ops->head(r->store, &head, error))
		return false;
	*ret = head.size;
	return true;
}
