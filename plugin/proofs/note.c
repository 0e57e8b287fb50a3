/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/note.h"

#include "base/error.h"

#include <string.h>

#define SIGNATURE_PREFIX "\xE2\x80\x94 " /* an em dash and a blank */
#define KEY_ID_SIZE 4

static bool reject(GError **error, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the note %s", why);
	return false;
}

static void signature_clear(gpointer pointer)
{
	note_signature *signature = pointer;
	g_free(signature->name);
	g_clear_pointer(&signature->bytes, g_bytes_unref);
}

void note_clear(note *n)
{
	g_free(n->text);
	g_clear_pointer(&n->signatures, g_array_unref);
	*n = (note){0};
}

/* Reading */

/* The last empty line divides them: a text may have empty lines of its own. */
static bool split(text_span bytes, text_span *ret_text, text_span *ret_signatures)
{
	for (size_t i = bytes.length; i >= 2; i--)
		if (bytes.at[i - 1] == '\n' && bytes.at[i - 2] == '\n') {
			*ret_text = (text_span){bytes.at, i - 1};
			*ret_signatures = (text_span){bytes.at + i, bytes.length - i};
			return true;
		}
	return false;
}

static bool read_signature(text_span line, note_signature *ret)
{
	text_span name;
	if (!text_skip(&line, SIGNATURE_PREFIX) || !text_cut(&line, ' ', &name) || !note_is_name(name))
		return false;

	g_autoptr(GBytes) bytes = text_read_base64(line);
	gsize size;
	const uint8_t *id = bytes ? g_bytes_get_data(bytes, &size) : NULL;
	if (!id || size <= KEY_ID_SIZE)
		return false;
	*ret = (note_signature){
		.name = g_strndup(name.at, name.length),
		.id = (guint32)id[0] << 24 | (guint32)id[1] << 16 | (guint32)id[2] << 8 | id[3],
		.bytes = g_bytes_new_from_bytes(bytes, KEY_ID_SIZE, size - KEY_ID_SIZE),
	};
	return true;
}

static bool read_signatures(text_span rest, GArray *signatures, GError **error)
{
	text_span line;
	while (text_line(&rest, &line)) {
		note_signature signature;
		if (signatures->len == NOTE_SIGNATURES_MAX)
			return reject(error, "has more than a hundred signatures");
		if (!read_signature(line, &signature))
			return reject(error, "has a signature line that cannot be read");
		g_array_append_val(signatures, signature);
	}
	if (rest.length || !signatures->len)
		return reject(error, "does not end in signature lines");
	return true;
}

bool note_parse(text_span bytes, note *ret, GError **error)
{
	text_span text, signatures;
	if (bytes.length > NOTE_SIZE_MAX)
		return reject(error, "is larger than a mebibyte");
	if (!text_is_plain(bytes, true))
		return reject(error, "has control characters in it, or is not UTF-8");
	if (!split(bytes, &text, &signatures))
		return reject(error, "has no empty line between text and signatures");

	g_auto(note) read = {.signatures = g_array_new(FALSE, FALSE, sizeof(note_signature))};
	g_array_set_clear_func(read.signatures, signature_clear);
	if (!read_signatures(signatures, read.signatures, error))
		return false;
	read.text = g_strndup(text.at, text.length);
	*ret = read;
	read = (note){0};
	return true;
}

/* Checking */

static bool has_key(const note_verifier *verifier, const note_signature *signature)
{
	return verifier->id == signature->id && strcmp(verifier->name, signature->name) == 0;
}

/* Ids are short, so somebody could make a second key with the name and id of a first one. */
static bool find_verifier(const note_signature *signature, const note_verifier *known, size_t count,
	const note_verifier **ret, GError **error)
{
	const note_verifier *found = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!has_key(&known[i], signature))
			continue;
		if (found && !note_verifier_equal(found, &known[i]))
			return reject(error, "cannot be checked: two different known keys share name and id");
		found = &known[i];
	}
	*ret = found;
	return true;
}

static bool is_good(const note_signature *signature, const note_verifier *verifier, const char *text)
{
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(signature->bytes, &size);
	return size == SIGNATURE_SIZE && signing_verify(verifier->public_key, text, strlen(text), bytes);
}

static bool check_signature(
	note_signature *signature, const char *text, const note_verifier *known, size_t count, GError **error)
{
	const note_verifier *verifier = NULL;
	if (!find_verifier(signature, known, count, &verifier, error))
		return false;
	if (!verifier)
		return true;

	signature->verified = is_good(signature, verifier, text);
	if (!signature->verified)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"the note's signature by %s+%08x is not of this text and key", verifier->name,
			verifier->id);
	return signature->verified;
}

bool note_open(text_span bytes, const note_verifier *known, size_t count, note *ret, GError **error)
{
	g_auto(note) read = {0};
	bool verified = false;
	if (!note_parse(bytes, &read, error))
		return false;

	for (guint i = 0; i < read.signatures->len; i++) {
		note_signature *signature = &g_array_index(read.signatures, note_signature, i);
		if (!check_signature(signature, read.text, known, count, error))
			return false;
		verified |= signature->verified;
	}
	if (!verified)
		return reject(error, "has no signature by a known key");
	*ret = read;
	read = (note){0};
	return true;
}

bool note_signed_by(const note *n, const char *name)
{
	for (guint i = 0; i < n->signatures->len; i++) {
		const note_signature *signature = &g_array_index(n->signatures, note_signature, i);
		if (signature->verified && strcmp(signature->name, name) == 0)
			return true;
	}
	return false;
}

/* Making */

static void write_signature(const note_signer *signer, const char *text, GString *out)
{
	uint8_t bytes[KEY_ID_SIZE + SIGNATURE_SIZE] = {(uint8_t)(signer->id >> 24),
		(uint8_t)(signer->id >> 16), (uint8_t)(signer->id >> 8), (uint8_t)signer->id};
	signing_sign(&signer->key, text, strlen(text), bytes + KEY_ID_SIZE);
	g_autofree char *base64 = text_base64(bytes, sizeof(bytes));
	g_string_append_printf(out, SIGNATURE_PREFIX "%s %s\n", signer->name, base64);
}

char *note_sign(const char *text, const note_signer *signers, size_t count, GError **error)
{
	text_span span = {text, strlen(text)};
	if (count < 1 || count > NOTE_SIGNATURES_MAX || !g_str_has_suffix(text, "\n") ||
		!text_is_plain(span, true)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"a note needs a text of plain lines and at least one signer");
		return NULL;
	}

	GString *out = g_string_new(text);
	g_string_append_c(out, '\n');
	for (size_t i = 0; i < count; i++)
		write_signature(&signers[i], text, out);
	return g_string_free(out, FALSE);
}
