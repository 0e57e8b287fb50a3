/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/witness.h"

#include "base/error.h"
#include "cli/tool.h"
#include "ledger/guard.h"
#include "proofs/files.h"
#include "proofs/jwk.h"
#include "proofs/keyfile.h"
#include "proofs/note.h"

#include <string.h>

#define KEYS_SIZE_MAX (1024 * 1024)

static void clear_key(void *key)
{
	note_verifier_clear(key);
}

static GArray *new_keys(void)
{
	GArray *keys = g_array_new(FALSE, TRUE, sizeof(note_verifier));

	g_array_set_clear_func(keys, clear_key);
	return keys;
}

void witness_clear(witness *w)
{
	g_clear_pointer(&w->keys, g_array_unref);
	g_clear_pointer(&w->texts, g_ptr_array_unref);
	g_clear_pointer(&w->held, g_array_unref);
}

ledger_witness witness_of(const witness *w)
{
	return (ledger_witness){
		.keys = w->keys ? (const note_verifier *)w->keys->data : NULL,
		.keys_count = w->keys ? w->keys->len : 0,
		.held = w->held ? (const ledger_held *)w->held->data : NULL,
		.held_count = w->held ? w->held->len : 0,
	};
}

static bool refuse(GError **error, consent_error code, const char *path, const char *why)
{
	g_set_error(error, CONSENT_ERROR, (int)code, "%s: %s", path, why);
	return false;
}

GBytes *witness_read(const char *path, size_t max, GError **error)
{
	GBytes *bytes = NULL;

	if (files_read(path, max, &bytes, error) && !bytes)
		refuse(error, CONSENT_ERROR_FILE, path, "there is no such file");
	return bytes;
}

text_span witness_span(GBytes *bytes)
{
	gsize size;
	const char *at = g_bytes_get_data(bytes, &size);

	return (text_span){at, size};
}

/* Keys */

static bool add_jwk(GArray *keys, const json_t *jwk, const char *origin, GError **error)
{
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
	note_verifier key;

	/* A set may hold keys of other kinds, which are nothing to us. */
	if (!jwk_parse(jwk, public_key, NULL))
		return true;
	if (!note_verifier_make(origin, public_key, &key, error))
		return false;
	g_array_append_val(keys, key);
	return true;
}

static bool add_jwks(GArray *keys, const json_t *jwks, const char *origin, GError **error)
{
	size_t i;
	json_t *jwk;

	json_array_foreach (json_object_get(jwks, "keys"), i, jwk)
		if (!add_jwk(keys, jwk, origin, error))
			return false;
	return true;
}

/* False when it is no key; one of another log is read over. */
static bool add_vkey(GArray *keys, const char *text, const char *origin)
{
	note_verifier key;

	if (!note_verifier_parse(text, &key, NULL))
		return false;
	if (strcmp(key.name, origin) == 0)
		g_array_append_val(keys, key);
	else
		note_verifier_clear(&key);
	return true;
}

static bool add_lines(GArray *keys, text_span rest, const char *path, const char *origin, GError **error)
{
	g_autofree char *text = g_strndup(rest.at, rest.length);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (size_t i = 0; lines[i]; i++) {
		const char *line = g_strstrip(lines[i]);
		if (*line && *line != '#' && !add_vkey(keys, line, origin))
			return refuse(error, CONSENT_ERROR_INVALID, path,
				"is neither a JWKS nor a list of verifier keys, a line each");
	}
	return true;
}

static bool add_file(GArray *keys, const char *path, const char *origin, GError **error)
{
	g_autoptr(GBytes) bytes = witness_read(path, KEYS_SIZE_MAX, error);
	if (!bytes)
		return false;
	text_span span = witness_span(bytes);
	json_auto_t *jwks = json_loadb(span.at, span.length, JSON_REJECT_DUPLICATES, NULL);
	return jwks ? add_jwks(keys, jwks, origin, error) : add_lines(keys, span, path, origin, error);
}

bool witness_take_keys(witness *w, const arguments *args, const char *origin, GError **error)
{
	const char *given = args->values[OPTION_LOG_KEY];
	g_autoptr(GArray) keys = new_keys();
	note_verifier probe;

	if (!given)
		return true;
	if (note_verifier_parse(given, &probe, NULL)) {
		note_verifier_clear(&probe);
		add_vkey(keys, given, origin);
	} else if (!add_file(keys, given, origin, error)) {
		return false;
	}
	if (keys->len == 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "--key holds no key of the log “%s”",
			origin);
		return false;
	}
	w->keys = g_steal_pointer(&keys);
	return true;
}

/* Checkpoints */

static void hold(witness *w, const char *what, GBytes *bytes)
{
	text_span span = witness_span(bytes);
	char *text = g_strndup(span.at, span.length), *name = g_strdup(what);
	ledger_held held = {.what = name, .note = text};

	if (!w->texts) {
		w->texts = g_ptr_array_new_with_free_func(g_free);
		w->held = g_array_new(FALSE, FALSE, sizeof(ledger_held));
	}
	g_ptr_array_add(w->texts, text);
	g_ptr_array_add(w->texts, name);
	g_array_append_val(w->held, held);
}

bool witness_take_checkpoint(witness *w, const char *path, const char *what, GError **error)
{
	g_autoptr(GBytes) bytes = witness_read(path, NOTE_SIZE_MAX, error);
	g_autofree char *whole = g_strdup_printf("%s %s", what, path);

	if (!bytes)
		return false;
	hold(w, whole, bytes);
	return true;
}

static void take_guard(witness *w, const char *key_file)
{
	g_autofree char *path = guard_path(key_file);
	g_autofree char *what = g_strdup_printf("the checkpoint that the gateway keeps in %s", path);
	g_autoptr(GBytes) bytes = NULL;

	if (files_read(path, NOTE_SIZE_MAX, &bytes, NULL) && bytes)
		hold(w, what, bytes);
}

/* The file holds secrets; only its public keys are kept. */
void witness_take_gateway(witness *w, const char *key_file, const char *origin)
{
	g_autoptr(GError) why = NULL;
	g_auto(keyring) ring = {0};

	if (!keyfile_load(key_file, origin, &ring, &why)) {
		tool_say("verify: only the store says which key signs it, since %s", why->message);
		return;
	}
	w->keys = keyring_verifiers(&ring);
	take_guard(w, key_file);
}
