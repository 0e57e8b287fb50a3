/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry into the open transaction: its hashes, its personal data encrypted, what goes with it. */
#include "ledger/queue.h"

#include "base/error.h"

#include <sodium.h>
#include <string.h>

/* Encrypts the personal data into the row; the key is made with the participant's first. */
static bool seal_now(store *s, vault_keys *keys, entry *e, GError **error)
{
	const char *owner = vault_owner(e->columns.participant);
	uint8_t key[VAULT_KEY_SIZE];
	bool found;

	if (!vault_writing_key(s, keys, owner, key, &found, error))
		return false;
	if (!found) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "the key of participant %s is damaged",
			owner);
		return false;
	}
	g_free(e->sealed);
	e->sealed = vault_seal(key, owner, e->salt, e->personal, e->nonce);
	sodium_memzero(key, sizeof key);
	return true;
}

static bool seal_personal(store *s, vault_keys *keys, entry *e, store_row *row, GError **error)
{
	bool ahead = keys && vault_holds(keys, e);

	if (!ahead && !seal_now(s, keys, e, error))
		return false;
	memcpy(row->salt, e->nonce, HASH_SIZE);
	row->personal = e->sealed;
	return true;
}

static bool set_values(store *s, json_t *values, GError **error)
{
	const char *name;
	json_t *value;

	json_object_foreach (values, name, value)
		if (!s->ops->set(s, name, json_string_value(value), error))
			return false;
	return true;
}

static void hash_leaf(
	const uint8_t secret[TREE_SECRET_SIZE], gint64 index, const char *body, uint8_t leaf[HASH_SIZE])
{
	uint8_t commitment[HASH_SIZE];

	tip_commitment(secret, index, body, commitment);
	merkle_leaf(commitment, sizeof commitment, leaf);
}

void ledger_hash_ahead(const uint8_t secret[TREE_SECRET_SIZE], entry *e)
{
	if (!e->body)
		return;
	hash_leaf(secret, e->likely, e->body, e->leaf);
	g_atomic_int_set(&e->hashed, true);
}

static void leaf_of(const tip *t, entry *e, uint8_t leaf[HASH_SIZE])
{
	if (g_atomic_int_get(&e->hashed) && e->likely == t->head.size)
		memcpy(leaf, e->leaf, HASH_SIZE);
	else
		hash_leaf(t->secret, t->head.size, e->body, leaf);
}

bool ledger_write(store *s, vault_keys *keys, entry *e, tip *t, uint8_t leaf[HASH_SIZE], GError **error)
{
	store_row row = {
		.index = t->head.size,
		.at_ms = e->columns.at_ms,
		.type = e->columns.type,
		.room = e->columns.room,
		.meeting = e->columns.meeting,
		.participant = e->columns.participant,
		.subject = e->columns.subject,
		.body = e->body,
	};
	leaf_of(t, e, row.leaf);
	entry_link(t->head.link, row.leaf, row.link);
	memcpy(leaf, row.leaf, HASH_SIZE);
	if (e->personal && !seal_personal(s, keys, e, &row, error))
		return false;
	if (!s->ops->append(s, &row, error) || !tip_grow(s, t, row.leaf, error))
		return false;
	if (!set_values(s, e->values, error))
		return false;
	/* The tombstone and what it says are one. */
	if (strcmp(row.type, ENTRY_ERASE) == 0 && !vault_forget(s, keys, row.participant, error))
		return false;
	t->head.size++;
	memcpy(t->head.link, row.link, HASH_SIZE);
	return true;
}
