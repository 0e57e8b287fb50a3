/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verify.h"

#include "base/error.h"
#include "proofs/files.h"
#include "proofs/tileexport.h"

#include <stdio.h>
#include <string.h>

/* The tree grows again up to the size that the checkpoint speaks of. */
typedef struct prefix {
	checkpoint held;
	const char *what;
	merkle_tree tree;
	bool same;
} prefix;

static void note_root(prefix *p)
{
	uint8_t root[HASH_SIZE];

	if (p->tree.size != p->held.size)
		return;
	merkle_tree_root(&p->tree, root);
	p->same = memcmp(root, p->held.root, HASH_SIZE) == 0;
}

static bool take_entry(void *user, guint64 index, const void *bytes, size_t length, GError **error)
{
	prefix *p = user;
	uint8_t leaf[HASH_SIZE];

	(void)index;
	merkle_leaf(bytes, length, leaf);
	if (!merkle_tree_append(&p->tree, leaf, NULL, error))
		return false;
	note_root(p);
	return true;
}

static GBytes *read_head(const char *path, GError **error)
{
	if (!files_exceeds(path, NOTE_SIZE_MAX))
		return witness_read(path, NOTE_SIZE_MAX, error);
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "%s: is longer than it can be", path);
	return NULL;
}

/* Whose log the folder says it is; its signature is checked with it. */
static char *origin_of(const arguments *args, GError **error)
{
	g_autofree char *path = g_build_filename(args->values[OPTION_TILES], TILE_CHECKPOINT, NULL);
	g_autoptr(GBytes) bytes = args->values[OPTION_ORIGIN] ? NULL : read_head(path, error);
	g_auto(note) n = {0};
	g_auto(checkpoint) head = {0};

	if (args->values[OPTION_ORIGIN])
		return g_strdup(args->values[OPTION_ORIGIN]);
	if (!bytes)
		return NULL;
	if (note_parse(witness_span(bytes), &n, error) && checkpoint_parse(n.text, &head, error))
		return g_steal_pointer(&head.origin);
	g_prefix_error(error, "%s: ", path);
	return NULL;
}

static bool open_held(const witness *w, const char *origin, prefix *p, GError **error)
{
	if (!w->held)
		return true;
	const ledger_held *held = &g_array_index(w->held, ledger_held, 0);
	p->what = held->what;
	if (checkpoint_open((text_span){held->note, strlen(held->note)}, origin,
		    (const note_verifier *)w->keys->data, w->keys->len, &p->held, error)) {
		note_root(p);
		return true;
	}
	g_prefix_error(error, "%s: ", held->what);
	return false;
}

static bool check_held(const prefix *p, GError **error)
{
	if (!p->what || p->same)
		return true;
	if (p->tree.size < p->held.size)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"entry %" G_GUINT64_FORMAT
			": it is missing and so are all behind it: %s covers %" G_GUINT64_FORMAT " entries",
			p->tree.size, p->what, p->held.size);
	else
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"the first %" G_GUINT64_FORMAT " entries are not those of %s: some were replaced",
			p->held.size, p->what);
	return false;
}

static bool check_tree(const arguments *args, const witness *w, const char *origin, prefix *p, GError **error)
{
	g_auto(checkpoint) head = {0};

	if (!open_held(w, origin, p, error) ||
		!tile_check(args->values[OPTION_TILES], origin, (const note_verifier *)w->keys->data,
			w->keys->len, take_entry, p, &head, error) ||
		!check_held(p, error))
		return false;
	printf("verified: %" G_GUINT64_FORMAT " entries\nlog: %s\n", head.size, head.origin);
	return true;
}

int verify_tiles(const arguments *args, GError **error)
{
	g_autofree char *origin = origin_of(args, error);
	const char *kept = args->values[OPTION_CHECKPOINT];
	g_auto(witness) w = {0};
	prefix p = {0};

	bool good = origin && witness_take_keys(&w, args, origin, error) &&
		(!kept || witness_take_checkpoint(&w, kept, "the checkpoint in", error)) &&
		check_tree(args, &w, origin, &p, error);
	checkpoint_clear(&p.held);
	return good ? TOOL_GOOD : TOOL_NO;
}
