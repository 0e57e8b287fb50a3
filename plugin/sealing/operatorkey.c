/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sealing/operatorkey.h"

#include "proofs/secretfile.h"
#include "proofs/text.h"

#include <sodium.h>
#include <string.h>

#define PREFIX "consent-capture-key:"
#define ID_CONTEXT "janus-consent capture key id"

char *operatorkey_id(const operatorkey *key, char id[HASH_HEX_SIZE])
{
	uint8_t bytes[sizeof ID_CONTEXT + SEALING_KEY_SIZE];
	memcpy(bytes, ID_CONTEXT, sizeof ID_CONTEXT);
	memcpy(bytes + sizeof ID_CONTEXT, key->bytes, SEALING_KEY_SIZE);
	hash_bytes_hex(bytes, sizeof bytes, id);
	sodium_memzero(bytes, sizeof bytes);
	return id;
}

static bool parse(const char *text, const char *path, operatorkey *ret, GError **error)
{
	text_span rest = {text, strlen(text)}, line;
	if (text_line(&rest, &line) && rest.length == 0 && text_skip(&line, PREFIX) &&
		text_read_base64_exactly(line, ret->bytes, sizeof ret->bytes))
		return true;
	return secretfile_refuse(error, "%s: is not a key file for recordings", path);
}

/* *ret_there is set when the call succeeds. */
static bool load_if_there(const char *path, operatorkey *ret, bool *ret_there, GError **error)
{
	char *text;
	if (!secretfile_read(path, &text, error))
		return false;
	*ret_there = text != NULL;
	bool good = !text || parse(text, path, ret, error);
	secretfile_text_free(text);
	return good;
}

static bool check_recorded(const char *path, const operatorkey *key, const char *recorded, GError **error)
{
	char id[HASH_HEX_SIZE];
	return !recorded || strcmp(operatorkey_id(key, id), recorded) == 0 ||
		secretfile_refuse(error,
			"%s: is not the key that the recordings of this ledger are encrypted with: put the "
			"right file back",
			path);
}

static bool make(const char *path, operatorkey *ret, GError **error)
{
	operatorkey made;
	randombytes_buf(made.bytes, sizeof made.bytes);
	char *base64 = text_base64(made.bytes, sizeof made.bytes);
	char *text = g_strconcat(PREFIX, base64, "\n", NULL);
	bool good = secretfile_write(path, text, false, error);
	if (good)
		*ret = made;
	secretfile_text_free(base64);
	secretfile_text_free(text);
	sodium_memzero(&made, sizeof made);
	return good;
}

/* Another process may be faster. */
static bool make_or_load(const char *path, operatorkey *ret, GError **error)
{
	bool there;
	g_autoptr(GError) why = NULL;
	if (make(path, ret, &why) || (load_if_there(path, ret, &there, NULL) && there))
		return true;
	g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

static bool open_key(const char *path, const char *recorded, operatorkey *ret, GError **error)
{
	bool there;
	if (!load_if_there(path, ret, &there, error))
		return false;
	if (there)
		return check_recorded(path, ret, recorded, error);
	if (!recorded)
		return make_or_load(path, ret, error);
	return secretfile_refuse(error,
		"%s: the key of the recordings is missing, without which none of them can be read: "
		"put the file back from a backup",
		path);
}

bool operatorkey_open(const char *path, const char *recorded, operatorkey *ret, GError **error)
{
	operatorkey key;
	bool good = open_key(path, recorded, &key, error);
	if (good)
		*ret = key;
	sodium_memzero(&key, sizeof key);
	return good;
}
