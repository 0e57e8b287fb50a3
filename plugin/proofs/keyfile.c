/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/keyfile.h"

#include "proofs/secretfile.h"

#include <string.h>

/* *ret_there is set when the call succeeds: false when there is no such file. */
static bool load_if_there(const char *path, const char *origin, keyring *ret, bool *ret_there, GError **error)
{
	char *text;
	if (!secretfile_read(path, &text, error))
		return false;
	*ret_there = text != NULL;
	bool good = !text || keyring_parse(text, origin, path, ret, error);
	secretfile_text_free(text);
	return good;
}

bool keyfile_load(const char *path, const char *origin, keyring *ret, GError **error)
{
	bool there;
	if (!load_if_there(path, origin, ret, &there, error))
		return false;
	return there || secretfile_refuse(error, "%s: the signing key is missing", path);
}

/* A private key's line begins so, and goes on with its name, which has no plus sign. */
#define PRIVATE_KEY "PRIVATE+KEY+"

char *keyfile_origin(const char *path)
{
	char *text = NULL;
	if (!secretfile_read(path, &text, NULL) || !text)
		return NULL;
	const char *line = strstr(text, PRIVATE_KEY);
	const char *name = line ? line + strlen(PRIVATE_KEY) : NULL;
	const char *end = name ? strchr(name, '+') : NULL;
	char *origin = end ? g_strndup(name, (gsize)(end - name)) : NULL;
	secretfile_text_free(text);
	return origin;
}

static bool save(const keyring *ring, const char *path, bool replace, GError **error)
{
	char *text = keyring_text(ring);
	bool good = secretfile_write(path, text, replace, error);
	note_secret_free(text);
	return good;
}

bool keyfile_create(const char *path, const char *origin, const note_verifier *former, size_t count,
	keyring *ret, GError **error)
{
	g_auto(keyring) made = {0};
	if (!keyring_make(origin, former, count, &made, error) || !save(&made, path, false, error))
		return false;
	*ret = made;
	made = (keyring){0};
	return true;
}

bool keyfile_rotate(const char *path, const char *origin, keyring *ret, GError **error)
{
	g_auto(keyring) old = {0}, made = {0};
	if (!keyfile_load(path, origin, &old, error) || !keyring_rotate(&old, &made, error) ||
		!save(&made, path, true, error))
		return false;
	*ret = made;
	made = (keyring){0};
	return true;
}

/* A start */

static bool create_or_load(const char *path, const char *origin, keyring *ret, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (keyfile_create(path, origin, NULL, 0, ret, &why))
		return true;
	/* Another process was faster. */
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return keyfile_load(path, origin, ret, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

static bool check_recorded(const char *path, const keyring *ring, const char *recorded, GError **error)
{
	g_auto(note_verifier) verifier = {0};
	if (!note_verifier_parse(recorded, &verifier, NULL))
		return secretfile_refuse(error,
			"%s: cannot be compared with what the log recorded, which is no key: %s", path,
			recorded);
	return keyring_has(ring, &verifier) ||
		secretfile_refuse(error,
			"%s: is not the key that this log is signed with (%s), and does not list it among "
			"its former ones: put the right file back",
			path, recorded);
}

bool keyfile_open(const char *path, const char *origin, const char *recorded, keyring *ret, GError **error)
{
	g_auto(keyring) read = {0};
	bool there;
	if (!load_if_there(path, origin, &read, &there, error))
		return false;
	if (!there && recorded)
		return secretfile_refuse(error,
			"%s: the signing key is missing, but this log is signed with %s: put the file back "
			"from a backup",
			path, recorded);
	if (!there)
		return create_or_load(path, origin, ret, error);
	if (recorded && !check_recorded(path, &read, recorded, error))
		return false;
	*ret = read;
	read = (keyring){0};
	return true;
}
