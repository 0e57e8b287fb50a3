/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifying a log against signed checkpoints: its own newest one, and one that somebody kept elsewhere. */
#include "ledger/queue.h"

#include "base/error.h"
#include "proofs/checkpoint.h"

#include <string.h>

typedef struct heads {
	checkpoint each[2];
	size_t count;
} heads;

static void heads_clear(heads *h)
{
	for (size_t i = 0; i < h->count; i++)
		checkpoint_clear(&h->each[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(heads, heads_clear)

static bool open_head(
	heads *h, const char *what, const char *note_text, const note_verifier *key, GError **error)
{
	if (!checkpoint_open((text_span){note_text, strlen(note_text)}, key->name, key, 1, &h->each[h->count],
		    error)) {
		g_prefix_error(error, "%s: ", what);
		return false;
	}
	h->count++;
	return true;
}

/* Whether the key signs this log is what the caller's own copy of it shows; the store's only tells whether it
 * agrees with itself. */
static bool read_key(store *s, const char *vkey, note_verifier *ret, bool *ret_found, GError **error)
{
	g_autofree char *recorded = NULL;

	if (!vkey && !s->ops->get(s, "vkey", &recorded, error))
		return false;
	*ret_found = vkey || recorded;
	return !*ret_found || note_verifier_parse(vkey ? vkey : recorded, ret, error);
}

static bool unsigned_log(const char *held, gint64 size, const char *note_text, GError **error)
{
	if (!held && !note_text)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"the log of %" G_GINT64_FORMAT " entries records no key: its checkpoint cannot be checked",
		size);
	return false;
}

static bool read_heads(store *s, const char *vkey, const char *held, heads *ret, GError **error)
{
	g_auto(note_verifier) key = {0};
	g_autofree char *newest = NULL;
	store_head head;
	bool signs;

	if (!s->ops->head(s, &head, error) || !tree_checkpoint(s, &newest, error) ||
		!read_key(s, vkey, &key, &signs, error))
		return false;
	if (!signs)
		return unsigned_log(held, head.size, newest, error);
	if (!newest && head.size == 0)
		return true;
	if (!newest) {
		g_set_error_literal(
			error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the newest checkpoint is missing");
		return false;
	}
	if (!open_head(ret, "the newest checkpoint", newest, &key, error) ||
		(held && !open_head(ret, "the checkpoint given", held, &key, error)))
		return false;
	if (ret->each[0].size >= (guint64)head.size)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"entry %" G_GUINT64_FORMAT ": it and what follows is under no checkpoint", ret->each[0].size);
	return false;
}

bool ledger_verify_with(ledger_reader *r, const char *vkey, const char *held, gint64 *ret_entries,
	char ret_link[HASH_HEX_SIZE], GError **error)
{
	g_auto(heads) all = {0};

	return read_heads(ledger_reader_store(r), vkey, held, &all, error) &&
		ledger_verify_heads(r, all.each, all.count, ret_entries, ret_link, error);
}

bool ledger_verify(ledger_reader *r, gint64 *ret_entries, char ret_link[HASH_HEX_SIZE], GError **error)
{
	return ledger_verify_with(r, NULL, NULL, ret_entries, ret_link, error);
}

bool ledger_checkpoint(ledger_reader *r, char **ret_note, GError **error)
{
	return tree_checkpoint(ledger_reader_store(r), ret_note, error);
}

char *ledger_prove(ledger_reader *r, gint64 index, GError **error)
{
	return tree_prove(ledger_reader_store(r), index, error);
}
