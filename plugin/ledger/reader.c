/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/reader.h"

#include "base/error.h"
#include "ledger/ahead.h"
#include "ledger/entries.h"
#include "ledger/store.h"
#include "ledger/vault.h"

#include <sodium.h>
#include <string.h>

/* Owners whose keys are remembered: there are many rows of each. */
#define KEYS_MAX 10000

/* A participant's key, or that there is none. */
typedef struct known_key {
	bool found;
	uint8_t bytes[VAULT_KEY_SIZE];
} known_key;

struct ledger_reader {
	store *store;
	char *where, *of; /* the place and the log it was opened on; NULL */
	char *origin;     /* of the only log, where rows do not say it; NULL until it is asked for */
	GHashTable *keys; /* log and owner → known_key */
};

static void free_key(void *key)
{
	sodium_memzero(key, sizeof(known_key));
	g_free(key);
}

ledger_reader *ledger_reader_on(store *s)
{
	ledger_reader *r = g_new0(ledger_reader, 1);
	r->store = s;
	r->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_key);
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
	ledger_reader *r = s ? ledger_reader_on(s) : NULL;
	if (r) {
		r->where = g_strdup(where);
		r->of = g_strdup(origin);
	}
	return r;
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

bool ledger_verify_logs(const char *where, GError **error)
{
	g_autoptr(store) s = store_open(where, NULL, STORE_READER, error);
	return s && (!s->ops->check_logs || s->ops->check_logs(s, error));
}

void ledger_reader_close(ledger_reader *r)
{
	if (!r)
		return;
	store_close(r->store);
	g_hash_table_unref(r->keys);
	g_free(r->origin);
	g_free(r->where);
	g_free(r->of);
	g_free(r);
}

typedef struct reading {
	ledger_reader *reader;
	const char *origin;
	ledger_each each;
	void *user;
	GError **error;
	bool bare, good, parse;
} reading;

static bool fail_damaged(gint64 index, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
		"entry %" G_GINT64_FORMAT " cannot be read; `janus-consent verify` says more", index);
	return false;
}

static bool damaged(reading *now, gint64 index)
{
	now->good = false;
	return fail_damaged(index, now->error);
}

/* NULL when it cannot be read. */
static const known_key *find_key(ledger_reader *r, const store_row *row, const char *owner)
{
	g_autofree char *name = g_strconcat(row->log ? row->log : "", "\n", owner, NULL);
	known_key *key = g_hash_table_lookup(r->keys, name);

	if (key)
		return key;
	key = g_new0(known_key, 1);
	if (!vault_key(r->store, owner, false, key->bytes, &key->found, NULL)) {
		free_key(key);
		return NULL;
	}
	if (g_hash_table_size(r->keys) >= KEYS_MAX)
		g_hash_table_remove_all(r->keys);
	g_hash_table_insert(r->keys, g_steal_pointer(&name), key);
	return key;
}

/* False when it cannot be read. */
static bool get_key(ledger_reader *r, const store_row *row, const char *owner, known_key *ret)
{
	if (row->told) {
		ret->found = row->key && vault_read_key(row->key, ret->bytes);
		return true;
	}
	const known_key *known = find_key(r, row, owner);
	if (known)
		*ret = *known;
	return known != NULL;
}

static bool note_erased(const store_row *row, void *user)
{
	(void)row;
	*(bool *)user = true;
	return false;
}

/* Whoever goes on after an erasure has a new key, which does not open what was before. */
static bool was_erased(ledger_reader *r, const store_row *row)
{
	static const char *const types[] = {ENTRY_ERASE, NULL};
	const ledger_filter later = {
		.types = types, .participant = row->participant, .log = row->log, .after = row->index + 1};
	bool erased = false;

	return row->participant && r->store->ops->iterate(r->store, &later, note_erased, &erased, NULL) &&
		erased;
}

/* Decrypted (g_free); NULL when there is none, or when it was erased. False when it is damaged. */
static bool open_personal(ledger_reader *r, const store_row *row, char **ret, bool *ret_erased)
{
	uint8_t salt[HASH_SIZE];
	const char *owner = vault_owner(row->participant);
	known_key key = {0};

	if (!row->personal)
		return true;
	if (!get_key(r, row, owner, &key))
		return false;
	*ret = key.found ? vault_open(key.bytes, owner, row->personal, row->salt, salt) : NULL;
	sodium_memzero(&key.bytes, sizeof key.bytes);
	*ret_erased = !key.found || (!*ret && was_erased(r, row));
	return *ret || *ret_erased;
}

bool ledger_entry_parse(ledger_entry *e, GError **error)
{
	e->body = json_loads(e->text, JSON_REJECT_DUPLICATES, NULL);
	e->personal = e->personal_text ? json_loads(e->personal_text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (json_is_object(e->body) && !e->personal_text == !e->personal)
		return true;
	g_clear_pointer(&e->body, json_decref);
	g_clear_pointer(&e->personal, json_decref);
	return fail_damaged(e->index, error);
}

static bool read_row(const store_row *row, void *user)
{
	reading *now = user;
	g_autofree char *personal = NULL;
	const ledger_entry next = {.index = row->next.index,
		.position = row->next.position,
		.log = row->next.log ? row->next.log : now->origin,
		.at_ms = row->next.at_ms,
		.type = row->next.type,
		.text = row->next.body,
		.told = row->next.last};
	ledger_entry one = {.index = row->index,
		.position = row->position,
		.log = row->log ? row->log : now->origin,
		.at_ms = row->at_ms,
		.type = row->type,
		.told = row->told,
		.next = row->next.body ? &next : NULL,
		.text = row->body};
	if (!now->bare && !open_personal(now->reader, row, &personal, &one.erased))
		return damaged(now, row->index);
	one.personal_text = personal;
	if (now->parse && !ledger_entry_parse(&one, now->error))
		return now->good = false;
	bool more = now->each(&one, now->user);
	json_decref(one.body);
	json_decref(one.personal);
	return more;
}

/* With a handle of its own another thread can read on; where there is none, this one reads. */
static bool iterate(ledger_reader *r, const ledger_filter *filter, reading *now)
{
	g_autoptr(store) own =
		filter->ahead && r->where ? store_open(r->where, r->of, STORE_READER, NULL) : NULL;
	return own ? ahead_iterate(own, filter, read_row, now, now->error)
		   : r->store->ops->iterate(r->store, filter, read_row, now, now->error);
}

static bool read_through(ledger_reader *r, const ledger_filter *filter, bool parse, ledger_each each,
	void *user, GError **error)
{
	if (!r->origin && !r->store->ops->logs && !r->store->ops->get(r->store, "origin", &r->origin, error))
		return false;
	reading now = {.reader = r,
		.origin = r->origin,
		.each = each,
		.user = user,
		.error = error,
		.bare = filter->bare,
		.parse = parse,
		.good = true};
	return iterate(r, filter, &now) && now.good;
}

bool ledger_read(ledger_reader *r, const ledger_filter *filter, ledger_each each, void *user, GError **error)
{
	return read_through(r, filter, true, each, user, error);
}

bool ledger_read_texts(
	ledger_reader *r, const ledger_filter *filter, ledger_each each, void *user, GError **error)
{
	return read_through(r, filter, false, each, user, error);
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
