/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/publish.h"

#include "base/error.h"
#include "ledger/tree.h"
#include "proofs/tiles.h"

#include <string.h>

/* An export asks for one hash and one entry after the other: a tile's worth is read at a time. */
typedef struct page {
	guint64 first; /* a multiple of TILE_WIDTH */
	unsigned count;
	uint8_t leaves[TILE_WIDTH][HASH_SIZE];
	uint8_t commitments[TILE_WIDTH][HASH_SIZE];
} page;

typedef struct publishing {
	store *store;
	merkle_reader tree; /* levels above the leaves */
	tree_source source;
	uint8_t secret[TREE_SECRET_SIZE];
	page page;
} publishing;

static bool take_row(const store_row *row, void *user)
{
	publishing *p = user;
	page *to = &p->page;

	if ((guint64)row->index != to->first + to->count)
		return false;
	memcpy(to->leaves[to->count], row->leaf, HASH_SIZE);
	tip_commitment(p->secret, row->index, row->body, to->commitments[to->count]);
	return ++to->count < TILE_WIDTH;
}

/* Has the page with that entry. */
static bool turn_to(publishing *p, guint64 index, GError **error)
{
	page *to = &p->page;

	if (index >= to->first && index < to->first + to->count)
		return true;
	*to = (page){.first = index - index % TILE_WIDTH};
	if (!p->store->ops->iterate(
		    p->store, &(ledger_filter){.after = (gint64)to->first}, take_row, p, error))
		return false;
	if (index < to->first + to->count)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"entry %" G_GUINT64_FORMAT ": it is missing; `janus-consent verify` says more",
		to->first + to->count);
	return false;
}

static bool read_hash(void *user, unsigned level, guint64 index, uint8_t hash[HASH_SIZE], GError **error)
{
	publishing *p = user;

	if (level > 0)
		return p->tree.read(p->tree.user, level, index, hash, error);
	if (!turn_to(p, index, error))
		return false;
	memcpy(hash, p->page.leaves[index - p->page.first], HASH_SIZE);
	return true;
}

static bool read_entry(void *user, guint64 index, GBytes **ret, GError **error)
{
	publishing *p = user;

	if (!turn_to(p, index, error))
		return false;
	*ret = g_bytes_new(p->page.commitments[index - p->page.first], HASH_SIZE);
	return true;
}

bool ledger_publish(ledger_reader *r, const char *folder, tile_export_counts *ret, GError **error)
{
	store *s = ledger_reader_store(r);
	g_autofree publishing *p = g_new0(publishing, 1);
	const tile_log log = {.hashes = {read_hash, p}, .entry = read_entry, .user = p};
	g_autofree char *head = NULL;

	p->store = s;
	p->tree = tree_reader(&p->source, s);
	if (!tree_checkpoint(s, &head, error))
		return false;
	if (!head) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"the log has no checkpoint yet: nothing can be published");
		return false;
	}
	return tree_secret(s, p->secret, error) && tile_export(folder, &log, head, false, ret, error);
}
