/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifying a log against signed checkpoints: its own newest one, and those that somebody kept elsewhere. */
#include "ledger/queue.h"

#include "base/error.h"
#include "proofs/checkpoint.h"

#include <string.h>

static void clear_head(void *data)
{
	checkpoint_clear(&((log_head *)data)->is);
}

static GArray *new_heads(void)
{
	GArray *heads = g_array_new(FALSE, TRUE, sizeof(log_head));

	g_array_set_clear_func(heads, clear_head);
	return heads;
}

static bool wrong(GError **error, const char *what)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, what);
	return false;
}

GArray *ledger_recorded_keys(ledger_reader *r, GError **error)
{
	return ledger_read_keys(ledger_reader_store(r), error);
}

static bool open_head(GArray *heads, const char *what, const char *note_text, const note_verifier *keys,
	size_t count, GError **error)
{
	log_head head = {.what = what};

	if (!checkpoint_open(
		    (text_span){note_text, strlen(note_text)}, keys[0].name, keys, count, &head.is, error)) {
		g_prefix_error(error, "%s: ", what);
		return false;
	}
	g_array_append_val(heads, head);
	return true;
}

/* The log signs by itself: a line more is not its own. */
static bool is_as_signed(const char *note_text)
{
	g_auto(note) n = {0};

	return note_parse((text_span){note_text, strlen(note_text)}, &n, NULL) && n.signatures->len == 1;
}

static bool open_newest(
	GArray *heads, const char *note_text, const note_verifier *keys, gint64 size, GError **error)
{
	if (!note_text)
		return wrong(error, "the named value “checkpoint”: the newest checkpoint is missing");
	if (!open_head(heads, "the named value “checkpoint”", note_text, keys, 1, error))
		return false;
	if (!is_as_signed(note_text))
		return wrong(error, "the named value “checkpoint”: somebody has added to it");
	guint64 covered = g_array_index(heads, log_head, 0).is.size;
	if (covered >= (guint64)size)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"entry %" G_GUINT64_FORMAT ": it and what follows is under no checkpoint", covered);
	return false;
}

/* The key says whose log it signs. */
static bool check_names(store *s, const char *name, GError **error)
{
	g_autofree char *origin = NULL, *path = NULL;

	if (!s->ops->get(s, "origin", &origin, error) || !s->ops->get(s, LEDGER_KEYFILE, &path, error))
		return false;
	if (g_strcmp0(origin, name) != 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"the named value “origin” is “%s”, but the log is signed as “%s”",
			origin ? origin : "", name);
		return false;
	}
	return path || wrong(error, "the named value “" LEDGER_KEYFILE "” is missing");
}

/* Only a log that never had a key records none. */
static bool check_unsigned(
	store *s, const ledger_witness *with, gint64 size, const char *note_text, GError **error)
{
	g_autofree char *path = NULL;

	if (!s->ops->get(s, LEDGER_KEYFILE, &path, error))
		return false;
	if (!with->held_count && !note_text && !path)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"the log of %" G_GINT64_FORMAT " entries records no key (the named value “" LEDGER_VKEY
		"”): its checkpoint cannot be checked",
		size);
	return false;
}

static bool open_held(
	GArray *heads, const ledger_witness *with, const note_verifier *keys, size_t count, GError **error)
{
	for (size_t i = 0; i < with->held_count; i++)
		if (!open_head(heads, with->held[i].what, with->held[i].note, keys, count, error))
			return false;
	return true;
}

static bool read_heads(store *s, const ledger_witness *with, GArray *heads, GError **error)
{
	g_autoptr(GArray) recorded = ledger_read_keys(s, error);
	g_autofree char *newest = NULL;
	store_head head;

	if (!recorded || !s->ops->head(s, &head, error) || !tree_checkpoint(s, &newest, error))
		return false;
	const note_verifier *keys = with->keys_count ? with->keys : (const note_verifier *)recorded->data;
	size_t count = with->keys_count ? with->keys_count : recorded->len;
	if (count == 0)
		return check_unsigned(s, with, head.size, newest, error);
	bool empty = !newest && head.size == 0;
	return check_names(s, keys[0].name, error) &&
		(empty || open_newest(heads, newest, keys, head.size, error)) &&
		open_held(heads, with, keys, count, error);
}

bool ledger_verify_with(ledger_reader *r, const ledger_witness *witness, gint64 *ret_entries,
	char ret_link[HASH_HEX_SIZE], GError **error)
{
	static const ledger_witness nothing;
	g_autoptr(GArray) heads = new_heads();

	return read_heads(ledger_reader_store(r), witness ? witness : &nothing, heads, error) &&
		ledger_verify_heads(
			r, (const log_head *)heads->data, heads->len, ret_entries, ret_link, error);
}

bool ledger_verify(ledger_reader *r, gint64 *ret_entries, char ret_link[HASH_HEX_SIZE], GError **error)
{
	return ledger_verify_with(r, NULL, ret_entries, ret_link, error);
}

bool ledger_checkpoint(ledger_reader *r, char **ret_note, GError **error)
{
	return tree_checkpoint(ledger_reader_store(r), ret_note, error);
}

char *ledger_prove(ledger_reader *r, gint64 index, GError **error)
{
	return tree_prove(ledger_reader_store(r), index, error);
}
