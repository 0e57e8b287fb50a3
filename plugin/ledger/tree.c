/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/tree.h"

#include "base/error.h"
#include "proofs/checkpoint.h"
#include "proofs/text.h"
#include "proofs/tlogproof.h"

#include <sodium.h>
#include <string.h>

#define SECRET "secret"
#define CHECKPOINT "checkpoint"

static char *subtree_name(unsigned tile_level, guint64 index)
{
	return g_strdup_printf("subtree/%u/%" G_GUINT64_FORMAT, tile_level, index);
}

static bool damaged(const char *what, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
		"the store's %s is missing or damaged: nothing is appended to it; `janus-consent verify` "
		"says more",
		what);
	return false;
}

static bool get_bytes(
	store *s, const char *name, uint8_t *bytes, size_t size, bool *ret_found, GError **error)
{
	g_autofree char *text = NULL;

	if (!s->ops->get(s, name, &text, error))
		return false;
	*ret_found = text && text_read_base64_exactly((text_span){text, strlen(text)}, bytes, size);
	return true;
}

static bool set_bytes(store *s, const char *name, const uint8_t *bytes, size_t size, GError **error)
{
	g_autofree char *text = text_base64(bytes, size);

	return s->ops->set(s, name, text, error);
}

/* Leaves stand with their entries. */
typedef struct taking {
	uint8_t (*hashes)[HASH_SIZE];
	gint64 next;
	unsigned left;
} taking;

static bool take_leaf(const store_row *row, void *user)
{
	taking *t = user;

	if (row->index != t->next)
		return false;
	memcpy(*t->hashes++, row->leaf, HASH_SIZE);
	t->next++;
	return --t->left > 0;
}

static bool read_leaves(store *s, guint64 start, unsigned count, uint8_t hashes[][HASH_SIZE], GError **error)
{
	taking t = {hashes, (gint64)start, count};

	if (!s->ops->iterate(s, &(ledger_filter){.after = (gint64)start}, take_leaf, &t, error))
		return false;
	return t.left == 0 || damaged("row of an entry", error);
}

static bool read_subtrees(
	store *s, unsigned level, guint64 start, unsigned count, uint8_t hashes[][HASH_SIZE], GError **error)
{
	for (unsigned i = 0; i < count; i++) {
		g_autofree char *name = subtree_name(level, start + i);
		bool found;

		if (!get_bytes(s, name, hashes[i], HASH_SIZE, &found, error))
			return false;
		if (!found)
			return damaged(name, error);
	}
	return true;
}

static bool read_hashes(void *user, unsigned level, guint64 start, unsigned count,
	uint8_t hashes[][HASH_SIZE], GError **error)
{
	tree_source *source = user;

	return level == 0 ? read_leaves(source->store, start, count, hashes, error)
			  : read_subtrees(source->store, level, start, count, hashes, error);
}

merkle_reader tree_reader(tree_source *source, store *s)
{
	source->store = s;
	source->tiles = (tile_hashes){read_hashes, source};
	return tile_hashes_reader(&source->tiles);
}

static bool write_hash(
	void *user, unsigned level, guint64 index, const uint8_t hash[HASH_SIZE], GError **error)
{
	if (level == 0 || !tile_hashes_are_kept(level))
		return true;
	g_autofree char *name = subtree_name(level / 8, index);
	return set_bytes(user, name, hash, HASH_SIZE, error);
}

bool tip_grow(store *s, tip *t, const uint8_t leaf[HASH_SIZE], GError **error)
{
	return merkle_tree_append(&t->edge, leaf, &(merkle_writer){write_hash, s}, error);
}

static bool load_secret(store *s, bool create, uint8_t secret[TREE_SECRET_SIZE], GError **error)
{
	bool found;

	if (!get_bytes(s, SECRET, secret, TREE_SECRET_SIZE, &found, error))
		return false;
	if (found)
		return true;
	if (!create)
		return damaged(SECRET, error);
	randombytes_buf(secret, TREE_SECRET_SIZE);
	return set_bytes(s, SECRET, secret, TREE_SECRET_SIZE, error);
}

bool tree_secret(store *s, uint8_t secret[TREE_SECRET_SIZE], GError **error)
{
	return load_secret(s, false, secret, error);
}

bool tree_holds(store *s, unsigned level, guint64 index, const uint8_t hash[HASH_SIZE])
{
	uint8_t kept[HASH_SIZE];
	bool found;

	if (level == 0 || !tile_hashes_are_kept(level))
		return true;
	g_autofree char *name = subtree_name(level / 8, index);
	return get_bytes(s, name, kept, HASH_SIZE, &found, NULL) && found &&
		memcmp(kept, hash, HASH_SIZE) == 0;
}

bool tip_load(store *s, bool create, tip *ret, GError **error)
{
	tip t = {0};
	tree_source source;
	merkle_reader reader = tree_reader(&source, s);

	if (!s->ops->head(s, &t.head, error) ||
		!load_secret(s, create && t.head.size == 0, t.secret, error) ||
		!merkle_tree_load(&reader, (guint64)t.head.size, &t.edge, error))
		return false;
	*ret = t;
	return true;
}

void tip_salt(const uint8_t secret[TREE_SECRET_SIZE], gint64 index, uint8_t salt[HASH_SIZE])
{
	guint64 number = GUINT64_TO_BE((guint64)index);

	G_STATIC_ASSERT(crypto_auth_hmacsha256_BYTES == HASH_SIZE);
	G_STATIC_ASSERT(crypto_auth_hmacsha256_KEYBYTES == TREE_SECRET_SIZE);
	crypto_auth_hmacsha256(salt, (const uint8_t *)&number, sizeof number, secret);
}

void tip_commitment(
	const uint8_t secret[TREE_SECRET_SIZE], gint64 index, const char *body, uint8_t commitment[HASH_SIZE])
{
	uint8_t salt[HASH_SIZE];

	tip_salt(secret, index, salt);
	hash_parts((const hash_part[]){{salt, sizeof salt}, {body, strlen(body)}}, 2, commitment);
}

bool tip_sign(store *s, const tip *t, const keyring *ring, GError **error)
{
	uint8_t root[HASH_SIZE];

	merkle_tree_root(&t->edge, root);
	g_autofree char *text = checkpoint_sign(t->edge.size, root, &ring->signer, 1, error);
	return text && s->ops->set(s, CHECKPOINT, text, error);
}

bool tree_checkpoint(store *s, char **ret_note, GError **error)
{
	return s->ops->get(s, CHECKPOINT, ret_note, error);
}

/* The size that a kept checkpoint speaks of: it was made here, so its signature is for others to check. */
static bool read_size(const char *note_text, guint64 *ret, GError **error)
{
	g_auto(note) n = {0};
	g_auto(checkpoint) c = {0};

	if (!note_parse((text_span){note_text, strlen(note_text)}, &n, error) ||
		!checkpoint_parse(n.text, &c, error))
		return false;
	*ret = c.size;
	return true;
}

/* `size`: how many entries the newest checkpoint covers. */
static bool no_entry(gint64 index, guint64 size, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
		"there is no entry %" G_GINT64_FORMAT
		" under the newest checkpoint, which covers %" G_GUINT64_FORMAT " from 0 on",
		index, size);
	return false;
}

char *tree_prove(store *s, gint64 index, GError **error)
{
	g_autofree char *note_text = NULL;
	tlog_proof proof = {.index = (guint64)index};
	tree_source source;
	merkle_reader reader = tree_reader(&source, s);
	guint64 size;

	if (!tree_checkpoint(s, &note_text, error))
		return NULL;
	if (!note_text || index < 0)
		return no_entry(index, 0, error), NULL;
	if (!read_size(note_text, &size, error))
		return NULL;
	if ((guint64)index >= size)
		return no_entry(index, size, error), NULL;
	if (!merkle_prove_inclusion(&reader, (guint64)index, size, &proof.path, error))
		return NULL;
	proof.checkpoint = note_text;
	return tlog_proof_text(&proof);
}
