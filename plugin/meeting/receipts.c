/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receipts: what a participant gets for a decision, signed by the log's key (docs/protocol.md has the
 * claims). */
#include "meeting/private.h"

#include "base/clock.h"
#include "ledger/reader.h"
#include "proofs/jws.h"

/* A participant who wants all of them keeps what each decision answers. */
#define KEPT_MAX 64

void receipt_id(char id[UUID_SIZE])
{
	g_autofree char *text = g_uuid_string_random();

	g_strlcpy(id, text, UUID_SIZE);
}

static json_t *entries_json(const ledger_place *places, unsigned count)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(all,
			json_pack(
				"{s:I, s:s}", "index", (json_int_t)places[i].index, "leaf", places[i].leaf));
	return all;
}

static json_t *claims(attendance *a, const person *who, const char *id, const ledger_place *places,
	unsigned count, json_t *decisions)
{
	const char *origin = ledger_origin(a->all->ledger);
	const ledger_place *last = &places[count - 1];
	json_t *all = json_pack("{s:s, s:I, s:s, s:s, s:s, s:O, s:O, s:{s:s, s:I, s:s}, s:o}", "iss", origin,
		"iat", (json_int_t)(last->at_ms / 1000), "jti", id, "sub", who->id, "meeting", a->meeting_id,
		"room", a->room, "decisions", decisions, "log", "origin", origin, "index",
		(json_int_t)last->index, "leaf", last->leaf, "entries", entries_json(places, count));

	if (ciphertext_of(a, MEDIA_ALL))
		json_object_set_new(all, "encrypted", json_true());
	if (who->key)
		json_object_set_new(all, "cnf", json_pack("{s:O}", "jwk", who->key));
	return all;
}

json_t *receipt_make(attendance *a, person *who, const char *id, const ledger_place *places, unsigned count,
	json_t *decisions)
{
	/* The gateway did not wait for the commit: it holds, without a receipt. */
	if (g_atomic_int_get(&a->all->closed))
		return NULL;
	json_t *all = claims(a, who, id, places, count, decisions);
	g_autofree char *compact = ledger_sign(a->all->ledger, all, "consent-receipt+jwt");

	json_decref(all);
	if (!compact)
		return NULL;
	json_array_append_new(who->receipts, json_string(compact));
	if (json_array_size(who->receipts) > KEPT_MAX)
		json_array_remove(who->receipts, 0);
	return json_string(compact);
}

json_t *attendance_receipts(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	return json_copy(a->person->receipts);
}

/* Where the receipt says that its decision stands; −1: it is none. */
static gint64 index_of(const char *receipt)
{
	g_auto(jws) j = {0};

	if (!receipt || !jws_parse((text_span){receipt, strlen(receipt)}, &j, NULL))
		return -1;
	const json_t *index = json_object_get(json_object_get(j.claims, "log"), "index");
	return json_is_integer(index) ? json_integer_value(index) : -1;
}

void receipts_merge(person *into, const person *from)
{
	size_t at = 0, i;
	json_t *one;

	json_array_foreach (from->receipts, i, one) {
		gint64 index = index_of(json_string_value(one));

		while (at < json_array_size(into->receipts) &&
			index_of(json_string_value(json_array_get(into->receipts, at))) < index)
			at++;
		json_array_insert(into->receipts, at, one);
	}
	while (json_array_size(into->receipts) > KEPT_MAX)
		json_array_remove(into->receipts, 0);
}

json_t *attendance_proofs(attendance *a, const json_t *all)
{
	g_autoptr(ledger_reader) reader = json_array_size(all) ? meetings_read_own(a->all, NULL) : NULL;
	json_t *proofs = json_array(), *receipt;
	size_t i;

	json_array_foreach (all, i, receipt) {
		gint64 index = index_of(json_string_value(receipt));
		g_autofree char *proof = reader && index >= 0 ? ledger_prove(reader, index, NULL) : NULL;
		json_array_append_new(proofs, proof ? json_string(proof) : json_null());
	}
	return proofs;
}
