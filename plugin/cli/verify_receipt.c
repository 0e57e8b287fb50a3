/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verify.h"

#include "base/clock.h"
#include "base/error.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"
#include "proofs/tlogproof.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define RECEIPT_TYPE "consent-receipt+jwt"

static bool wrong(GError **error, const char *what)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, what);
	return false;
}

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* An editor, or a shell, ends a file with a line break. */
static text_span trim(text_span span)
{
	while (span.length > 0 && g_ascii_isspace(span.at[span.length - 1]))
		span.length--;
	return span;
}

static bool same_place(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "index"), json_object_get(b, "index")) &&
		json_equal(json_object_get(a, "leaf"), json_object_get(b, "leaf"));
}

/* The log's key signs other things as well, and whoever has it can sign what no gateway would: what is said
 * below of the receipt must be in it, and its entry the one that it names. */
static bool check_claims(const json_t *claims, GError **error)
{
	const json_t *entries = json_object_get(claims, "entries");

	if (!text(claims, "iss"))
		return wrong(error, "the receipt does not say which log it is of");
	if (!text(claims, "jti") || !text(claims, "sub") || !text(claims, "meeting") ||
		!json_is_integer(json_object_get(claims, "iat")) ||
		!json_is_array(json_object_get(claims, "decisions")))
		return wrong(error, "the receipt lacks its “jti”, “iat”, “sub”, “meeting” or “decisions”");
	const json_t *last = json_array_get(entries, json_array_size(entries) - 1);
	return !entries || same_place(last, json_object_get(claims, "log")) ||
		wrong(error, "the receipt's “log” is not the last of its “entries”");
}

static bool read_receipt(const char *path, jws *ret, GError **error)
{
	g_autoptr(GBytes) bytes = witness_read(path, JWS_SIZE_MAX, error);

	if (!bytes)
		return false;
	if (!jws_parse(trim(witness_span(bytes)), ret, error)) {
		g_prefix_error(error, "%s: ", path);
		return false;
	}
	return check_claims(ret->claims, error);
}

/* The header's "kid" is the key's thumbprint. */
static const note_verifier *find_key(const witness *w, const char *id)
{
	char thumbprint[JWK_THUMBPRINT_SIZE];

	for (guint i = 0; i < w->keys->len; i++) {
		const note_verifier *key = &g_array_index(w->keys, note_verifier, i);
		if (g_strcmp0(id, jwk_thumbprint(key->public_key, thumbprint)) == 0)
			return key;
	}
	return NULL;
}

static bool check_signature(const witness *w, const jws *receipt, GError **error)
{
	const note_verifier *key = find_key(w, receipt->key_id);

	if (g_strcmp0(receipt->type, RECEIPT_TYPE) != 0)
		return wrong(error, "it is no receipt: its “typ” is not " RECEIPT_TYPE);
	if (!key)
		return wrong(error, "the receipt's key (its “kid”) is none of the log's");
	if (!jws_verify(receipt, key->public_key))
		return wrong(error,
			"the receipt's signature does not hold: it was changed, or made by somebody else");
	return g_strcmp0(text(json_object_get(receipt->claims, "log"), "origin"),
		       text(receipt->claims, "iss")) == 0 ||
		wrong(error, "the receipt's “log” is another one than its “iss”");
}

static bool is_at(const json_t *place, guint64 index)
{
	const json_t *number = json_object_get(place, "index");

	return json_is_integer(number) && json_integer_value(number) >= 0 &&
		(guint64)json_integer_value(number) == index;
}

/* A receipt names every entry of the request: the leaf of the one that the proof is of. */
static bool find_leaf(const json_t *claims, guint64 index, uint8_t leaf[HASH_SIZE])
{
	const json_t *found = json_object_get(claims, "log"), *entries = json_object_get(claims, "entries");
	size_t i;
	json_t *one;

	if (!is_at(found, index))
		found = NULL;
	json_array_foreach (entries, i, one)
		if (!found && is_at(one, index))
			found = one;
	const char *hex = text(found, "leaf");
	size_t length;
	return hex && strlen(hex) == 2 * HASH_SIZE &&
		sodium_hex2bin(leaf, HASH_SIZE, hex, strlen(hex), NULL, &length, NULL) == 0 &&
		length == HASH_SIZE;
}

static bool check_proof(const char *path, const witness *w, const json_t *claims, guint64 *ret_index,
	checkpoint *ret_head, GError **error)
{
	g_autoptr(GBytes) bytes = witness_read(path, NOTE_SIZE_MAX, error);
	g_auto(tlog_proof) proof = {0};
	uint8_t leaf[HASH_SIZE];

	if (!bytes || !tlog_proof_parse(witness_span(bytes), &proof, error))
		return false;
	if (!find_leaf(claims, proof.index, leaf)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"the proof is of entry %" G_GUINT64_FORMAT ", which the receipt does not name",
			proof.index);
		return false;
	}
	return tlog_proof_verify(witness_span(bytes), leaf, text(claims, "iss"),
		(const note_verifier *)w->keys->data, w->keys->len, ret_index, ret_head, error);
}

static void print_decisions(const json_t *decisions)
{
	size_t i;
	json_t *one;

	json_array_foreach (decisions, i, one)
		if (text(one, "purpose") && text(one, "medium") && text(one, "decision"))
			printf("decision: %s %s %s\n", text(one, "purpose"), text(one, "medium"),
				text(one, "decision"));
}

static void print_receipt(const json_t *claims, guint64 index, const checkpoint *head)
{
	char when[CLOCK_TEXT_SIZE];

	clock_format((gint64)json_integer_value(json_object_get(claims, "iat")) * 1000, when);
	printf("verified: receipt %s\nlog: %s, entry %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
	       "\nsigned: %s\n",
		text(claims, "jti") ? text(claims, "jti") : "", head->origin, index, head->size, when);
	printf("participant: %s\nmeeting: %s\n", text(claims, "sub") ? text(claims, "sub") : "",
		text(claims, "meeting") ? text(claims, "meeting") : "");
	print_decisions(json_object_get(claims, "decisions"));
}

int verify_receipt(const arguments *args, GError **error)
{
	g_auto(jws) receipt = {0};
	g_auto(witness) w = {0};
	g_auto(checkpoint) head = {0};
	guint64 index;

	if (!read_receipt(args->values[OPTION_RECEIPT], &receipt, error) ||
		!witness_take_keys(&w, args, text(receipt.claims, "iss"), error) ||
		!check_signature(&w, &receipt, error) ||
		!check_proof(args->values[OPTION_PROOF], &w, receipt.claims, &index, &head, error))
		return TOOL_NO;
	print_receipt(receipt.claims, index, &head);
	return TOOL_GOOD;
}
