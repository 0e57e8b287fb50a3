/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/vault.h"

#include "base/scope.h"
#include "proofs/text.h"

#include <sodium.h>
#include <string.h>

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES

/* More than the people who talk at one time in one gateway's meetings. */
#define KEYS_MAX 4096

const char *vault_owner(const char *participant)
{
	return participant ? participant : VAULT_NOBODY;
}

static char *key_name(const char *participant)
{
	return g_strconcat(VAULT_KEY_PREFIX, participant, NULL);
}

bool vault_read_key(const char *value, uint8_t key[VAULT_KEY_SIZE])
{
	return text_read_base64_exactly((text_span){value, strlen(value)}, key, VAULT_KEY_SIZE);
}

bool vault_key(store *s, const char *participant, bool create, uint8_t key[VAULT_KEY_SIZE], bool *ret_found,
	GError **error)
{
	g_autofree char *name = key_name(participant), *text = NULL;

	if (!s->ops->get(s, name, &text, error))
		return false;
	*ret_found = text && vault_read_key(text, key);
	if (*ret_found || text || !create)
		return true;
	randombytes_buf(key, VAULT_KEY_SIZE);
	g_autofree char *made = text_base64(key, VAULT_KEY_SIZE);
	*ret_found = true;
	return s->ops->set(s, name, made, error);
}

char *vault_seal(const uint8_t key[VAULT_KEY_SIZE], const char *participant, const uint8_t salt[HASH_SIZE],
	const char *personal, uint8_t nonce[HASH_SIZE])
{
	size_t length = strlen(personal), plain_size = HASH_SIZE + length;
	g_autofree uint8_t *plain = g_malloc(plain_size), *sealed = g_malloc(plain_size + TAG_SIZE);

	memset(nonce, 0, HASH_SIZE);
	randombytes_buf(nonce, NONCE_SIZE);
	memcpy(plain, salt, HASH_SIZE);
	memcpy(plain + HASH_SIZE, personal, length);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, plain, plain_size,
		(const uint8_t *)participant, strlen(participant), NULL, nonce, key);
	sodium_memzero(plain, plain_size);
	return text_base64(sealed, plain_size + TAG_SIZE);
}

/* What was encrypted ahead says with which one: a key that was destroyed and made anew has another number. */
typedef struct known_key {
	uint8_t bytes[VAULT_KEY_SIZE];
	guint64 number;
} known_key;

struct vault_keys {
	GMutex lock;
	GHashTable *by_owner; /* id → known_key */
	guint64 made;
};

static void wipe_key(void *key)
{
	sodium_memzero(key, sizeof(known_key));
	g_free(key);
}

vault_keys *vault_keys_new(void)
{
	vault_keys *keys = g_new0(vault_keys, 1);

	g_mutex_init(&keys->lock);
	keys->by_owner = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, wipe_key);
	return keys;
}

void vault_keys_free(vault_keys *keys)
{
	if (!keys)
		return;
	g_hash_table_unref(keys->by_owner);
	g_mutex_clear(&keys->lock);
	g_free(keys);
}

void vault_keys_wipe(vault_keys *keys)
{
	SCOPE_LOCK(&keys->lock);
	g_hash_table_remove_all(keys->by_owner);
}

/* A copy. False when it is not known. */
static bool find(vault_keys *keys, const char *participant, known_key *ret)
{
	SCOPE_LOCK(&keys->lock);
	const known_key *known = g_hash_table_lookup(keys->by_owner, participant);

	if (known)
		*ret = *known;
	return known != NULL;
}

static void remember(vault_keys *keys, const char *participant, const uint8_t key[VAULT_KEY_SIZE])
{
	SCOPE_LOCK(&keys->lock);
	known_key *known = g_new(known_key, 1);

	memcpy(known->bytes, key, VAULT_KEY_SIZE);
	known->number = ++keys->made;
	if (g_hash_table_size(keys->by_owner) >= KEYS_MAX)
		g_hash_table_remove_all(keys->by_owner);
	g_hash_table_replace(keys->by_owner, g_strdup(participant), known);
}

bool vault_writing_key(store *s, vault_keys *keys, const char *participant, uint8_t key[VAULT_KEY_SIZE],
	bool *ret_found, GError **error)
{
	known_key known;

	*ret_found = keys && find(keys, participant, &known);
	if (*ret_found) {
		memcpy(key, known.bytes, VAULT_KEY_SIZE);
		sodium_memzero(&known, sizeof known);
		return true;
	}
	if (!vault_key(s, participant, true, key, ret_found, error))
		return false;
	if (keys && *ret_found)
		remember(keys, participant, key);
	return true;
}

void vault_seal_ahead(vault_keys *keys, entry *e)
{
	const char *owner = vault_owner(e->columns.participant);
	known_key known;

	if (!e->personal || !find(keys, owner, &known))
		return;
	e->sealed = vault_seal(known.bytes, owner, e->salt, e->personal, e->nonce);
	e->sealed_with = known.number;
	sodium_memzero(&known, sizeof known);
}

bool vault_holds(vault_keys *keys, const entry *e)
{
	SCOPE_LOCK(&keys->lock);
	const known_key *known = g_hash_table_lookup(keys->by_owner, vault_owner(e->columns.participant));

	return e->sealed && known && known->number == e->sealed_with;
}

bool vault_forget(store *s, vault_keys *keys, const char *participant, GError **error)
{
	g_autofree char *name = key_name(participant);

	if (keys) {
		SCOPE_LOCK(&keys->lock);
		g_hash_table_remove(keys->by_owner, participant);
	}
	return s->ops->set(s, name, NULL, error);
}

char *vault_open(const uint8_t key[VAULT_KEY_SIZE], const char *participant, const char *sealed,
	const uint8_t nonce[HASH_SIZE], uint8_t salt[HASH_SIZE])
{
	g_autoptr(GBytes) bytes = text_read_base64((text_span){sealed, strlen(sealed)});
	size_t size = bytes ? g_bytes_get_size(bytes) : 0;

	if (size < TAG_SIZE + HASH_SIZE || !sodium_is_zero(nonce + NONCE_SIZE, HASH_SIZE - NONCE_SIZE))
		return NULL;
	g_autofree uint8_t *plain = g_malloc(size - TAG_SIZE);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, g_bytes_get_data(bytes, NULL), size,
		    (const uint8_t *)participant, strlen(participant), nonce, key) != 0)
		return NULL;
	memcpy(salt, plain, HASH_SIZE);
	return g_strndup((const char *)plain + HASH_SIZE, size - TAG_SIZE - HASH_SIZE);
}
