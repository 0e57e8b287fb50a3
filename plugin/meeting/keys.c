/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of recordings (ledger/segmentkeys.h): the operator's, those of grants, which live in memory with the
 * person while the meeting lasts, and one for each segment. */
#include "meeting/private.h"

#include <sodium.h>

static bool read_recorded(meetings *all, char **ret, GError **error)
{
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);

	return reader && ledger_value(reader, SEGMENTKEYS_OPERATOR, ret, error);
}

/* Also where files are plain now: there may be encrypted ones from before. */
bool keys_open(meetings *all, GError **error)
{
	g_autofree char *recorded = NULL;

	if (!read_recorded(all, &recorded, error))
		return false;
	if (all->settings->plain_files && !recorded)
		return true;
	all->has_key = operatorkey_open(all->settings->capture_key, recorded, &all->key, error);
	return all->has_key;
}

json_t *keys_recorded(const meetings *all)
{
	char id[HASH_HEX_SIZE];

	return all->has_key ? json_pack("{s:s}", SEGMENTKEYS_OPERATOR, operatorkey_id(&all->key, id)) : NULL;
}

void keys_close(meetings *all)
{
	sodium_memzero(&all->key, sizeof all->key);
}

const char *keys_owner(const person *who)
{
	return g_ptr_array_index(who->keys_of, 0);
}

void keys_merge(person *into, const person *from)
{
	for (unsigned i = 0; i < from->keys_of->len; i++)
		g_ptr_array_add(into->keys_of, g_strdup(g_ptr_array_index(from->keys_of, i)));
}

static grant_key *key_of(person *who, unsigned purpose, medium m)
{
	grant_key *key = &who->keys[purpose][medium_slot(m)];

	if (!key->made)
		randombytes_buf(key->bytes, sizeof key->bytes);
	key->made = true;
	return key;
}

json_t *keys_make(const meeting *m, attendance *a, const track *t, uint8_t ret[SEALING_KEY_SIZE])
{
	json_t *values;

	if (m->all->settings->plain_files)
		return NULL;
	values = json_object();
	randombytes_buf(ret, SEALING_KEY_SIZE);
	for (unsigned p = 0; p < m->roster.count; p++) {
		if (!(forward_stored(m, t->purposes) & (1u << p)))
			continue;
		segmentkeys_keep(values, &m->all->key,
			&(segmentkeys_grant){keys_owner(a->person), meeting_notice(m, p)->purpose,
				medium_name(t->medium), key_of(a->person, p, t->medium)->bytes},
			t->segment, ret);
	}
	return values;
}

void keys_forget_grant(person *who, const notice *n, medium m, json_t *values)
{
	grant_key *key = &who->keys[n->slot][medium_slot(m)];

	sodium_memzero(key, sizeof *key);
	for (unsigned i = 0; i < who->keys_of->len; i++)
		segmentkeys_forget_grant(
			values, g_ptr_array_index(who->keys_of, i), n->purpose, medium_name(m));
}

void keys_forget_captured(person *who, json_t *values)
{
	for (unsigned p = 0; p < notices_count(who->all->notices); p++)
		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
			if (who->captured[p] & m)
				keys_forget_grant(who, notices_at(who->all->notices, p), m, values);
}

void keys_forget(person *who)
{
	sodium_memzero(who->keys, sizeof who->keys);
}
