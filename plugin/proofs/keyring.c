/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/keyring.h"

#include "base/error.h"
#include "proofs/jwk.h"

#include <string.h>

#define HEADING                                                                                              \
	"# The signing key of a consent log, and below it the public keys that it had before.\n"             \
	"# Secret: for its owner's eyes only. Keep a copy in a safe place.\n"

static bool refuse(GError **error, const char *what, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, "%s: %s", what, why);
	return false;
}

static void verifier_clear(gpointer verifier)
{
	note_verifier_clear(verifier);
}

static GArray *new_verifiers(void)
{
	GArray *verifiers = g_array_new(FALSE, FALSE, sizeof(note_verifier));
	g_array_set_clear_func(verifiers, verifier_clear);
	return verifiers;
}

static const note_verifier *former_key(const keyring *ring, guint i)
{
	return &g_array_index(ring->former, note_verifier, i);
}

static void add_copy(GArray *verifiers, const note_verifier *verifier)
{
	note_verifier copy;
	note_verifier_copy(verifier, &copy);
	g_array_append_val(verifiers, copy);
}

void keyring_clear(keyring *ring)
{
	note_signer_clear(&ring->signer);
	g_clear_pointer(&ring->former, g_array_unref);
}

/* Making */

bool keyring_make(const char *origin, const note_verifier *former, size_t count, keyring *ret, GError **error)
{
	g_auto(signing_key) key;
	keyring made = {0};
	signing_key_make(&key);
	if (!note_signer_make(origin, &key, &made.signer, NULL))
		return refuse(error, origin, "cannot be a log's origin: it has white space or \"+\" in it");

	made.former = new_verifiers();
	for (size_t i = 0; i < count; i++)
		add_copy(made.former, &former[i]);
	*ret = made;
	return true;
}

bool keyring_rotate(const keyring *ring, keyring *ret, GError **error)
{
	g_autoptr(GArray) all = keyring_verifiers(ring);
	return keyring_make(ring->signer.name, &g_array_index(all, note_verifier, 0), all->len, ret, error);
}

/* Text */

static bool check_name(const char *name, const char *origin, const char *what, GError **error)
{
	if (strcmp(name, origin) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
		"%s: holds a key of the log \"%s\", but this log's origin is \"%s\"", what, name, origin);
	return false;
}

static bool prefix(GError **error, const char *what)
{
	if (error && *error)
		(*error)->code = CONSENT_ERROR_CONFIG;
	g_prefix_error(error, "%s: ", what);
	return false;
}

static bool read_signer(const char *line, const char *origin, const char *what, keyring *ring, GError **error)
{
	if (!note_signer_parse(line, &ring->signer, error))
		return prefix(error, what);
	return check_name(ring->signer.name, origin, what, error);
}

static bool read_former(const char *line, const char *origin, const char *what, keyring *ring, GError **error)
{
	note_verifier verifier;
	if (!note_verifier_parse(line, &verifier, error))
		return prefix(error, what);
	g_array_append_val(ring->former, verifier);
	return check_name(verifier.name, origin, what, error);
}

static void free_lines(char **lines)
{
	for (char **line = lines; *line; line++)
		note_secret_free(*line);
	g_free(lines);
}

static bool read_lines(char **lines, const char *origin, const char *what, keyring *ring, GError **error)
{
	for (; *lines; lines++) {
		if (**lines == '#' || **lines == '\0')
			continue;
		bool good = ring->signer.name ? read_former(*lines, origin, what, ring, error)
					      : read_signer(*lines, origin, what, ring, error);
		if (!good)
			return false;
	}
	return ring->signer.name || refuse(error, what, "holds no signing key");
}

bool keyring_parse(const char *text, const char *origin, const char *what, keyring *ret, GError **error)
{
	g_auto(keyring) read = {.former = new_verifiers()};
	char **lines = g_strsplit(text, "\n", -1);
	bool good = read_lines(lines, origin, what, &read, error);
	free_lines(lines);
	if (!good)
		return false;
	*ret = read;
	read = (keyring){0};
	return true;
}

char *keyring_text(const keyring *ring)
{
	char *signer = note_signer_text(&ring->signer);
	g_autoptr(GString) former = g_string_new("");
	for (guint i = 0; i < ring->former->len; i++) {
		g_autofree char *verifier = note_verifier_text(former_key(ring, i));
		g_string_append_printf(former, "%s\n", verifier);
	}
	char *text = g_strconcat(HEADING, signer, "\n", former->str, NULL);
	note_secret_free(signer);
	return text;
}

/* Public keys */

GArray *keyring_verifiers(const keyring *ring)
{
	GArray *verifiers = new_verifiers();
	note_verifier current;
	note_signer_verifier(&ring->signer, &current);
	g_array_append_val(verifiers, current);
	for (guint i = 0; i < ring->former->len; i++)
		add_copy(verifiers, former_key(ring, i));
	return verifiers;
}

json_t *keyring_jwks(const keyring *ring)
{
	g_autoptr(GArray) verifiers = keyring_verifiers(ring);
	g_autofree uint8_t(*keys)[SIGNING_PUBLIC_SIZE] = g_malloc_n(verifiers->len, sizeof(*keys));
	for (guint i = 0; i < verifiers->len; i++)
		memcpy(keys[i], g_array_index(verifiers, note_verifier, i).public_key, sizeof(*keys));
	return jwks_make((const uint8_t(*)[SIGNING_PUBLIC_SIZE])keys, verifiers->len);
}

bool keyring_has(const keyring *ring, const note_verifier *verifier)
{
	g_autoptr(GArray) verifiers = keyring_verifiers(ring);
	for (guint i = 0; i < verifiers->len; i++)
		if (note_verifier_equal(&g_array_index(verifiers, note_verifier, i), verifier))
			return true;
	return false;
}
