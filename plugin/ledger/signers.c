/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/signers.h"

#include "ledger/entries.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <string.h>

struct signers {
	GHashTable *keys; /* participant → 32 bytes */
};

signers *signers_new(void)
{
	signers *all = g_new(signers, 1);

	all->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return all;
}

void signers_free(signers *all)
{
	if (!all)
		return;
	g_hash_table_unref(all->keys);
	g_free(all);
}

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool is_text(const json_t *object, const char *name, const char *wanted)
{
	return g_strcmp0(text(object, name), wanted) == 0;
}

static const char *take_key(signers *all, const store_row *row, const json_t *personal)
{
	uint8_t key[SIGNING_PUBLIC_SIZE];

	if (!row->participant)
		return "it binds a key to no participant";
	if (!personal)
		return NULL;
	if (!jwk_parse(json_object_get(personal, "key"), key, NULL))
		return "the key that it binds is none";
	const uint8_t *before = g_hash_table_lookup(all->keys, row->participant);
	if (before && memcmp(before, key, sizeof key) != 0)
		return "it binds another key than the participant's";
	g_hash_table_replace(all->keys, g_strdup(row->participant), g_memdup2(key, sizeof key));
	return NULL;
}

static bool has_text(const json_t *array, const char *wanted)
{
	size_t i;
	json_t *value;

	json_array_foreach (array, i, value)
		if (json_is_string(value) && strcmp(json_string_value(value), wanted) == 0)
			return true;
	return false;
}

/* The participant signed decisions by purpose and a list of media; the entry has one a medium. */
static bool is_decided(const json_t *claims, const json_t *item)
{
	size_t i;
	json_t *one;

	json_array_foreach (json_object_get(claims, "decisions"), i, one)
		if (is_text(one, "purpose", text(item, "purpose")) &&
			is_text(one, "decision", text(item, "decision")) &&
			is_text(one, "notice", text(item, "notice")) &&
			has_text(json_object_get(one, "media"), text(item, "medium")))
			return true;
	return false;
}

/* [] is everything. */
static bool is_withdrawn(const json_t *claims, const json_t *item)
{
	const json_t *purposes = json_object_get(claims, "purposes");

	return is_text(item, "decision", "withdrawn") && json_is_array(purposes) &&
		(json_array_size(purposes) == 0 || has_text(purposes, text(item, "purpose")));
}

static bool covers(const json_t *claims, const json_t *body)
{
	bool withdraw = is_text(body, "how", "withdraw");
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(body, "decisions"), i, item)
		if (!text(item, "purpose") || !text(item, "medium") ||
			!(withdraw ? is_withdrawn(claims, item) : is_decided(claims, item)))
			return false;
	return true;
}

static const char *check_signed(const uint8_t *key, const json_t *body, const json_t *personal)
{
	g_auto(jws) proof = {0};
	const char *compact = text(personal, "proof");

	if (!compact)
		return "the participant has a key, but did not sign this decision";
	if (!jws_parse((text_span){compact, strlen(compact)}, &proof, NULL) || !proof.claims ||
		!jws_verify(&proof, key))
		return "it is not signed with the participant's key";
	if (!is_text(proof.claims, "meeting", text(body, "meeting")) ||
		!is_text(proof.claims, "participant", text(body, "participant")))
		return "what the participant signed is of another meeting or participant";
	return covers(proof.claims, body) ? NULL : "it is not what the participant signed";
}

const char *signers_check(signers *all, const store_row *row, const json_t *body, const json_t *personal)
{
	if (strcmp(row->type, "bind") == 0)
		return take_key(all, row, personal);
	/* Time makes grants expire, nobody signs that. */
	if (strcmp(row->type, "decision") != 0 || !row->participant || is_text(body, "how", "expire"))
		return NULL;
	const uint8_t *key = g_hash_table_lookup(all->keys, row->participant);
	return key ? check_signed(key, body, personal) : NULL;
}
