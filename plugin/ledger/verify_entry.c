/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/verify_entry.h"

#include "base/jcs.h"
#include "ledger/entries.h"
#include "ledger/queue.h"
#include "ledger/tree.h"
#include "ledger/vault.h"

#include <string.h>

/* Each check returns NULL, or what is wrong. */

static const char *check_hashes(
	const store_row *row, const uint8_t previous[HASH_SIZE], const uint8_t *secret)
{
	uint8_t expected[HASH_SIZE], commitment[HASH_SIZE];
	tip_commitment(secret, row->index, row->body, commitment);
	merkle_leaf(commitment, sizeof commitment, expected);
	if (memcmp(expected, row->leaf, HASH_SIZE) != 0)
		return row->index == 0 ? "its body does not match its leaf hash; when no other does either, "
					 "the log's secret was "
					 "changed"
				       : "its body does not match its leaf hash";
	entry_link(previous, row->leaf, expected);
	if (memcmp(expected, row->link, HASH_SIZE) != 0)
		return "its link does not follow from the entry before: this one or the one before was "
		       "changed, or entries "
		       "were exchanged";
	return NULL;
}

static const char *check_body(const json_t *body, const char *text)
{
	if (!json_is_object(body))
		return "its body is no JSON object";
	g_autofree char *canonical = jcs_dump(body, NULL);
	return g_strcmp0(canonical, text) == 0 ? NULL : "its body is not in canonical form";
}

static const char *check_columns(const json_t *body, const store_row *row)
{
	g_auto(entry_columns) is = {0};
	if (!entry_columns_read(body, &is))
		return "its body lacks “type” or “at”";
	if (is.at_ms != row->at_ms)
		return "column at differs from the body";
	if (g_strcmp0(is.type, row->type) != 0)
		return "column type differs from the body";
	if (g_strcmp0(is.room, row->room) != 0)
		return "column room differs from the body";
	if (g_strcmp0(is.meeting, row->meeting) != 0)
		return "column meeting differs from the body";
	if (g_strcmp0(is.participant, row->participant) != 0)
		return "column participant differs from the body";
	return g_strcmp0(is.subject, row->subject) == 0 ? NULL : "column subject differs from the body";
}

/* Whether the data was erased after this entry. */
static bool was_erased(const entry_context *c, const store_row *row)
{
	const gint64 *last = c->erased ? g_hash_table_lookup(c->erased, vault_owner(row->participant)) : NULL;

	return last && *last > row->index;
}

/* The owner's key, and so the data, may have been destroyed: then an `erase` entry says so. A key that is
 * there may be a newer one. */
static const char *check_unreadable(const entry_context *c, const store_row *row, bool key)
{
	if (was_erased(c, row))
		return NULL;
	if (key)
		return "its personal data was changed: it cannot be decrypted";
	return c->erased ? "the key to its personal data is missing, and no entry says that it was erased"
			 : NULL;
}

static const char *check_sealed(
	const entry_context *c, const store_row *row, const char *commitment, json_t **ret_personal)
{
	const char *owner = vault_owner(row->participant);
	uint8_t key[VAULT_KEY_SIZE], salt[HASH_SIZE];
	char hex[HASH_HEX_SIZE];
	bool found = false;

	if (!vault_key(c->store, owner, false, key, &found, NULL) || !found)
		return check_unreadable(c, row, false);
	g_autofree char *personal = vault_open(key, owner, row->personal, row->salt, salt);
	if (!personal)
		return check_unreadable(c, row, true);
	if (strcmp(entry_commitment(salt, personal, hex), commitment) != 0)
		return "its personal data does not match the commitment in its body";
	if (was_erased(c, row))
		return "its personal data was erased, but can be read: its key was put back";
	*ret_personal = json_loads(personal, JSON_REJECT_DUPLICATES, NULL);
	return NULL;
}

static const char *check_personal(
	const entry_context *c, const json_t *body, const store_row *row, json_t **ret_personal)
{
	const char *commitment = json_string_value(json_object_get(body, ENTRY_PERSONAL));

	if (!commitment)
		return row->personal ? "it has personal data that its body knows nothing of" : NULL;
	return row->personal ? check_sealed(c, row, commitment, ret_personal)
			     : "its personal data is missing";
}

static bool knows(const GArray *keys, const json_t *key)
{
	for (guint i = 0; i < keys->len; i++) {
		g_autofree char *known = note_verifier_text(&g_array_index(keys, note_verifier, i));
		if (g_strcmp0(known, json_string_value(key)) == 0)
			return true;
	}
	return false;
}

/* Whoever forgets a former key makes checkpoints and receipts by it look as if others had signed them. */
static const char *check_rotation(store *s, const json_t *body)
{
	g_autoptr(GArray) keys = ledger_read_keys(s, NULL);

	return keys && knows(keys, json_object_get(body, "current")) &&
			knows(keys, json_object_get(body, "former"))
		? NULL
		: "it names a key that the named values “vkey” and “former” do not know";
}

static const char *check_entry(const entry_context *c, const json_t *body, const store_row *row)
{
	json_auto_t *personal = NULL;
	const char *wrong = check_personal(c, body, row, &personal);
	bool erased = row->personal && !personal;

	if (!wrong && c->signers && strcmp(row->type, "key") == 0)
		wrong = check_rotation(c->store, body);
	return wrong || !c->signers ? wrong : signers_check(c->signers, row, body, personal, erased);
}

const char *entry_check(const entry_context *c, const uint8_t previous[HASH_SIZE], const store_row *row)
{
	json_auto_t *body = json_loads(row->body, JSON_REJECT_DUPLICATES, NULL);
	const char *wrong = check_hashes(row, previous, c->secret);
	if (!wrong)
		wrong = check_body(body, row->body);
	if (!wrong)
		wrong = check_columns(body, row);
	return wrong ? wrong : check_entry(c, body, row);
}
