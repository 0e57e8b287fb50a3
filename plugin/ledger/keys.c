/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the store knows of the keys that sign it. */
#include "ledger/queue.h"

#include "base/error.h"

static char *text_of(const note_verifier *keys, guint count)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < count; i++)
		g_ptr_array_add(lines, note_verifier_text(&keys[i]));
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static bool remember(store *s, const char *name, const char *value, bool *ret_changed, GError **error)
{
	g_autofree char *known = NULL;

	if (!s->ops->get(s, name, &known, error))
		return false;
	*ret_changed = g_strcmp0(known, value) != 0;
	return !*ret_changed || s->ops->set(s, name, value, error);
}

bool ledger_remember_keys(store *s, const keyring *ring, const char *path, bool *ret_changed, GError **error)
{
	g_autoptr(GArray) keys = keyring_verifiers(ring);
	const note_verifier *each = (const note_verifier *)keys->data;
	g_autofree char *current = note_verifier_text(each);
	g_autofree char *former = keys->len > 1 ? text_of(each + 1, keys->len - 1) : NULL;
	bool other;

	return remember(s, LEDGER_VKEY, current, ret_changed, error) &&
		remember(s, LEDGER_FORMER, former, &other, error) &&
		remember(s, LEDGER_KEYFILE, path, &other, error);
}

static void clear_key(void *data)
{
	note_verifier_clear(data);
}

static bool add_keys(GArray *keys, const char *name, const char *text, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (size_t i = 0; lines[i]; i++) {
		note_verifier key;

		if (!note_verifier_parse(lines[i], &key, NULL)) {
			g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
				"the named value “%s” is no key: %s", name, lines[i]);
			return false;
		}
		g_array_append_val(keys, key);
	}
	return true;
}

GArray *ledger_read_keys(store *s, GError **error)
{
	g_autofree char *current = NULL, *former = NULL;
	g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(note_verifier));

	g_array_set_clear_func(keys, clear_key);
	if (!s->ops->get(s, LEDGER_VKEY, &current, error) || !s->ops->get(s, LEDGER_FORMER, &former, error) ||
		(current && !add_keys(keys, LEDGER_VKEY, current, error)) ||
		(current && former && !add_keys(keys, LEDGER_FORMER, former, error)))
		return NULL;
	return g_steal_pointer(&keys);
}
