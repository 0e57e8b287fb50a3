/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/notekey.h"

#include "base/error.h"
#include "base/hash.h"

#include <sodium.h>
#include <string.h>

#define ED25519 0x01
#define SIGNER_PREFIX "PRIVATE+KEY+"

G_STATIC_ASSERT(SIGNING_SEED_SIZE == SIGNING_PUBLIC_SIZE);
#define MATERIAL_SIZE (1 + SIGNING_PUBLIC_SIZE) /* the kind of signature, then a public key or seed */

static bool refuse(GError **error, const char *what, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "the %s key %s", what, why);
	return false;
}

/* Unicode's White_Space, of which GLib leaves out a control character. */
static bool is_space(gunichar c)
{
	return g_unichar_isspace(c) || c == 0x85;
}

bool note_is_name(text_span name)
{
	if (name.length == 0 || !text_is_plain(name, false))
		return false;
	for (const char *at = name.at; at < name.at + name.length; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (c == '+' || is_space(c))
			return false;
	}
	return true;
}

guint32 note_key_id(const char *name, const uint8_t public_key[SIGNING_PUBLIC_SIZE])
{
	static const uint8_t infix[] = {'\n', ED25519};
	uint8_t hash[HASH_SIZE];
	const hash_part parts[] = {
		{name, strlen(name)}, {infix, sizeof infix}, {public_key, SIGNING_PUBLIC_SIZE}};

	hash_parts(parts, G_N_ELEMENTS(parts), hash);
	return (guint32)hash[0] << 24 | (guint32)hash[1] << 16 | (guint32)hash[2] << 8 | hash[3];
}

void note_secret_free(char *text)
{
	if (text)
		sodium_memzero(text, strlen(text));
	g_free(text);
}

/* The form that both kinds of key share: <name>+<id>+<material> */

static char *write_key(
	const char *prefix, const char *name, guint32 id, const uint8_t bytes[SIGNING_SEED_SIZE])
{
	uint8_t material[MATERIAL_SIZE] = {ED25519};
	memcpy(material + 1, bytes, SIGNING_SEED_SIZE);
	char *base64 = text_base64(material, sizeof(material));
	char *text = g_strdup_printf("%s%s+%08x+%s", prefix, name, id, base64);
	sodium_memzero(material, sizeof(material));
	note_secret_free(base64);
	return text;
}

static bool read_material(
	text_span base64, const char *what, uint8_t bytes[SIGNING_SEED_SIZE], GError **error)
{
	uint8_t material[MATERIAL_SIZE];
	if (!text_read_base64_exactly(base64, material, sizeof(material)))
		return refuse(error, what, "does not end in the base64 of an Ed25519 key");
	bool is_ed25519 = material[0] == ED25519;
	if (is_ed25519)
		memcpy(bytes, material + 1, SIGNING_SEED_SIZE);
	sodium_memzero(material, sizeof(material));
	return is_ed25519 || refuse(error, what, "is for another kind of signature than Ed25519");
}

static bool read_key(text_span text, const char *what, char **ret_name, guint32 *ret_id,
	uint8_t bytes[SIGNING_SEED_SIZE], GError **error)
{
	text_span name, id;
	if (!text_cut(&text, '+', &name) || !text_cut(&text, '+', &id))
		return refuse(error, what, "does not have the form name+id+base64");
	if (!note_is_name(name))
		return refuse(error, what, "has a name that is empty or has white space in it");
	if (!text_read_hex32(id, ret_id))
		return refuse(error, what, "has an id that is not eight lowercase hexadecimal digits");
	if (!read_material(text, what, bytes, error))
		return false;
	*ret_name = g_strndup(name.at, name.length);
	return true;
}

/* Verifiers */

bool note_verifier_make(
	const char *name, const uint8_t public_key[SIGNING_PUBLIC_SIZE], note_verifier *ret, GError **error)
{
	if (!note_is_name((text_span){name, strlen(name)}))
		return refuse(error, "verifier", "needs a name without white space and \"+\"");
	if (!signing_is_public_key(public_key))
		return refuse(error, "verifier", "is not a point of the curve that a key can have");

	*ret = (note_verifier){.name = g_strdup(name), .id = note_key_id(name, public_key)};
	memcpy(ret->public_key, public_key, SIGNING_PUBLIC_SIZE);
	return true;
}

bool note_verifier_parse(const char *text, note_verifier *ret, GError **error)
{
	g_autofree char *name = NULL;
	g_auto(note_verifier) made = {0};
	guint32 id;
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
	if (!read_key((text_span){text, strlen(text)}, "verifier", &name, &id, public_key, error) ||
		!note_verifier_make(name, public_key, &made, error))
		return false;
	if (made.id != id)
		return refuse(error, "verifier", "has an id that does not belong to its name and bytes");
	*ret = made;
	made = (note_verifier){0};
	return true;
}

char *note_verifier_text(const note_verifier *verifier)
{
	return write_key("", verifier->name, verifier->id, verifier->public_key);
}

bool note_verifier_equal(const note_verifier *a, const note_verifier *b)
{
	return strcmp(a->name, b->name) == 0 && a->id == b->id &&
		memcmp(a->public_key, b->public_key, SIGNING_PUBLIC_SIZE) == 0;
}

void note_verifier_copy(const note_verifier *from, note_verifier *ret)
{
	note_verifier copy = *from;
	copy.name = g_strdup(from->name);
	*ret = copy;
}

void note_verifier_clear(note_verifier *verifier)
{
	g_free(verifier->name);
	*verifier = (note_verifier){0};
}

/* Signers */

bool note_signer_make(const char *name, const signing_key *key, note_signer *ret, GError **error)
{
	if (!note_is_name((text_span){name, strlen(name)}))
		return refuse(error, "signer", "needs a name without white space and \"+\"");
	*ret = (note_signer){g_strdup(name), note_key_id(name, signing_key_public(key)), *key};
	return true;
}

bool note_signer_parse(const char *text, note_signer *ret, GError **error)
{
	text_span rest = {text, strlen(text)};
	g_auto(note_signer) read = {0};
	uint8_t seed[SIGNING_SEED_SIZE];
	if (!text_skip(&rest, SIGNER_PREFIX))
		return refuse(error, "signer", "does not begin with " SIGNER_PREFIX);
	if (!read_key(rest, "signer", &read.name, &read.id, seed, error))
		return false;

	signing_key_from_seed(seed, &read.key);
	sodium_memzero(seed, sizeof(seed));
	if (read.id != note_key_id(read.name, signing_key_public(&read.key)))
		return refuse(error, "signer", "has an id that does not belong to its name and bytes");
	*ret = read;
	read = (note_signer){0};
	return true;
}

char *note_signer_text(const note_signer *signer)
{
	return write_key(SIGNER_PREFIX, signer->name, signer->id, signing_key_seed(&signer->key));
}

void note_signer_verifier(const note_signer *signer, note_verifier *ret)
{
	*ret = (note_verifier){.name = g_strdup(signer->name), .id = signer->id};
	memcpy(ret->public_key, signing_key_public(&signer->key), SIGNING_PUBLIC_SIZE);
}

void note_signer_clear(note_signer *signer)
{
	g_free(signer->name);
	signing_key_clear(&signer->key);
	*signer = (note_signer){0};
}
