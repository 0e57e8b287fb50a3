/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/covers.h"

#include "base/clock.h"
#include "proofs/jwk.h"
#include "proofs/proof.h"

#include <math.h>
#include <string.h>

/* An entry's time is taken a moment after the proof was checked. */
#define OCCASION_MS (PROOF_WINDOW_MS + 60000.0)

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool is_text(const json_t *object, const char *name, const char *wanted)
{
	return g_strcmp0(text(object, name), wanted) == 0;
}

static bool same_text(const json_t *a, const json_t *b, const char *name)
{
	return text(a, name) && is_text(b, name, text(a, name));
}

static bool has_text(const json_t *array, const char *wanted)
{
	size_t i;
	json_t *value;

	json_array_foreach (array, i, value)
		if (g_strcmp0(json_string_value(value), wanted) == 0)
			return true;
	return false;
}

static covers_kind kind_of_item(const json_t *item)
{
	return is_text(item, "decision", "granted") ? COVERS_GRANTING : COVERS_CLOSING;
}

static unsigned kinds_of(const json_t *items)
{
	unsigned kinds = 0;
	size_t i;
	json_t *item;

	json_array_foreach (items, i, item)
		kinds |= kind_of_item(item);
	return kinds;
}

bool covers_kind_of(const json_t *body, covers_kind *ret)
{
	unsigned kinds = kinds_of(json_object_get(body, "decisions"));

	if (kinds != COVERS_CLOSING && kinds != COVERS_GRANTING)
		return false;
	*ret = (covers_kind)kinds;
	return true;
}

unsigned covers_signed_kinds(const json_t *claims)
{
	/* Withdrawals are signed as a list of purposes. */
	return json_object_get(claims, "purposes") ? COVERS_CLOSING
						   : kinds_of(json_object_get(claims, "decisions"));
}

/* What may be signed or not: if it was, the entry must say the same. */
static bool agrees(const json_t *claims, const char *name, const json_t *value)
{
	const json_t *claimed = json_object_get(claims, name);

	return !claimed || json_equal(claimed, value);
}

static bool same_time(const json_t *claims, const char *name, const json_t *value)
{
	gint64 claimed, is;
	const char *claim = text(claims, name);

	if (!claim)
		return !json_object_get(claims, name);
	return json_is_string(value) && clock_parse(claim, &claimed) &&
		clock_parse(json_string_value(value), &is) && claimed == is;
}

/* The participant signed decisions by purpose and a list of media; the entry has one a medium. */
static bool is_decided(const json_t *claims, const json_t *item)
{
	size_t i;
	json_t *one;

	json_array_foreach (json_object_get(claims, "decisions"), i, one)
		if (same_text(item, one, "purpose") && same_text(item, one, "decision") &&
			same_text(item, one, "notice") &&
			has_text(json_object_get(one, "media"), text(item, "medium")))
			return kind_of_item(item) == COVERS_CLOSING ||
				same_time(claims, "expires", json_object_get(item, "expires"));
	return false;
}

/* No purpose named is every purpose, no medium every medium. */
static bool is_withdrawn(const json_t *claims, const json_t *item)
{
	const json_t *purposes = json_object_get(claims, "purposes"),
		     *media = json_object_get(claims, "media");

	return is_text(item, "decision", "withdrawn") && json_is_array(purposes) &&
		(json_array_size(purposes) == 0 || has_text(purposes, text(item, "purpose"))) &&
		(!media || has_text(media, text(item, "medium")));
}

static bool all_signed(const json_t *claims, const json_t *body, bool withdraw)
{
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(body, "decisions"), i, item)
		if (!text(item, "purpose") || !text(item, "medium") ||
			!(withdraw ? is_withdrawn(claims, item) : is_decided(claims, item)))
			return false;
	return true;
}

static bool entry_has(const json_t *body, const json_t *decided, const char *medium)
{
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(body, "decisions"), i, item)
		if (same_text(decided, item, "purpose") && is_text(item, "medium", medium))
			return true;
	return false;
}

/* Somebody who refuses one thing with another must not have half of it recorded. */
static bool all_there(const json_t *claims, const json_t *body, covers_kind kind)
{
	size_t i, j;
	json_t *one, *medium;

	json_array_foreach (json_object_get(claims, "decisions"), i, one) {
		if (kind_of_item(one) != kind)
			continue;
		json_array_foreach (json_object_get(one, "media"), j, medium)
			if (!entry_has(body, one, json_string_value(medium)))
				return false;
	}
	return true;
}

const char *covers_decision(const json_t *claims, const json_t *body)
{
	covers_kind kind;

	if (!covers_kind_of(body, &kind))
		return "it decides nothing, or grants and refuses in one";
	if (!all_signed(claims, body, is_text(body, "how", "withdraw")) ||
		!agrees(claims, "lang", json_object_get(body, "lang")))
		return "it is not what the participant signed";
	return all_there(claims, body, kind) ? NULL : "the participant signed more than it says";
}

const char *covers_carried(const json_t *claims, const json_t *body)
{
	const json_t *from = json_object_get(body, "from");

	if (!same_text(from, claims, "participant"))
		return "what the participant signed is of another participant than it names";
	if (same_text(claims, body, "meeting") &&
		(kinds_of(json_object_get(body, "decisions")) & COVERS_GRANTING))
		return "what the participant signed was said in this meeting itself, not elsewhere";
	return all_signed(claims, body, json_object_get(claims, "purposes") != NULL)
		? NULL
		: "it is not what the participant signed";
}

/* Browsers export keys with members that say more than which one it is. */
static bool is_key(const json_t *jwk, const uint8_t *bytes)
{
	uint8_t named[SIGNING_PUBLIC_SIZE];

	return jwk_parse(jwk, named, NULL) && memcmp(named, bytes, sizeof named) == 0;
}

const char *covers_bind(const json_t *claims, const json_t *key)
{
	char thumbprint[JWK_THUMBPRINT_SIZE];
	uint8_t bytes[SIGNING_PUBLIC_SIZE];
	const json_t *named = json_object_get(claims, "bind");
	bool good = jwk_parse(key, bytes, NULL) &&
		(json_is_string(named) ? is_text(claims, "bind", jwk_thumbprint(bytes, thumbprint))
				       : is_key(named, bytes));

	return good ? NULL : "what was signed does not bind this key";
}

const char *covers_occasion(const json_t *claims, const json_t *body, const char *participant, gint64 at_ms)
{
	double off = json_number_value(json_object_get(claims, "iat")) * 1000 - (double)at_ms;

	if (!same_text(claims, body, "meeting") || !is_text(claims, "participant", participant))
		return "what the participant signed is of another meeting or participant";
	if (!text(claims, "nonce"))
		return "what the participant signed has no nonce";
	return fabs(off) <= OCCASION_MS ? NULL : "what the participant signed is of another time";
}
