/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/guard.h"

#include "base/error.h"
#include "proofs/checkpoint.h"
#include "proofs/files.h"

#include <string.h>

#define GUARD_MAX (64 * 1024)

char *guard_path(const char *key_file)
{
	return g_strconcat(key_file, ".checkpoint", NULL);
}

static bool is_rolled_back(const char *path, const checkpoint *seen, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
		"the store is not the one that was signed before: it was put back to an older copy or "
		"replaced, for %s holds a "
		"checkpoint of %" G_GUINT64_FORMAT
		" entries that it does not have. Restore the newer store; or, if what is missing is lost for "
		"good, remove that file "
		"and say so to those who hold receipts",
		path, seen->size);
	return false;
}

static bool goes_on(const char *path, store *s, const checkpoint *seen, GError **error)
{
	store_head head;
	uint8_t root[HASH_SIZE];
	tree_source source;
	merkle_reader reader = tree_reader(&source, s);

	if (!s->ops->head(s, &head, error))
		return false;
	if ((guint64)head.size < seen->size)
		return is_rolled_back(path, seen, error);
	if (!merkle_root(&reader, seen->size, root, error))
		return false;
	return memcmp(root, seen->root, HASH_SIZE) == 0 || is_rolled_back(path, seen, error);
}

bool guard_check(const char *path, store *s, const keyring *ring, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GArray) known = keyring_verifiers(ring);
	g_auto(checkpoint) seen = {0};
	gsize size;

	if (!files_read(path, GUARD_MAX, &bytes, error))
		return false;
	if (!bytes)
		return true;
	const char *text = g_bytes_get_data(bytes, &size);
	if (!checkpoint_open((text_span){text, size}, ring->signer.name, (const note_verifier *)known->data,
		    known->len, &seen, error)) {
		g_prefix_error(error, "%s: ", path);
		return false;
	}
	return goes_on(path, s, &seen, error);
}

void guard_write(const char *path, store *s)
{
	g_autofree char *note_text = NULL, *temporary = g_strconcat(path, ".new", NULL);
	g_autoptr(GError) error = NULL;

	if (!tree_checkpoint(s, &note_text, &error) ||
		(note_text &&
			!files_replace(temporary, path, note_text, strlen(note_text), 0600, false, &error)))
		g_warning("the guard against a store put back cannot be written: %s", error->message);
}
