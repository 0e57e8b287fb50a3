/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/signers.h"

#include "base/clock.h"
#include "ledger/covers.h"
#include "ledger/entries.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <string.h>

/* Nonces of other gateways' are others. */
#define CARRIED 2

/* What the log has said of a participant so far. */
typedef struct signer {
	bool bound;     /* to `key` */
	bool forgotten; /* something of theirs was erased: there may have been a key */
	uint8_t key[SIGNING_PUBLIC_SIZE];
	GHashTable *meetings; /* in which they have proved it */
	GHashTable *nonces;   /* that served → set of covers_kind (<< CARRIED); 0: to bind */
	GHashTable *grants;   /* purpose and medium → gint64, when it runs out; G_MAXINT64: never */
} signer;

struct signers {
	GHashTable *each; /* participant → signer */
};

static void signer_free(void *data)
{
	signer *s = data;

	g_hash_table_unref(s->meetings);
	g_hash_table_unref(s->nonces);
	g_hash_table_unref(s->grants);
	g_free(s);
}

signers *signers_new(void)
{
	signers *all = g_new(signers, 1);

	all->each = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, signer_free);
	return all;
}

void signers_free(signers *all)
{
	if (!all)
		return;
	g_hash_table_unref(all->each);
	g_free(all);
}

static signer *signer_of(signers *all, const char *participant)
{
	signer *s = g_hash_table_lookup(all->each, participant);

	if (s)
		return s;
	s = g_new0(signer, 1);
	s->meetings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->nonces = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->grants = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_insert(all->each, g_strdup(participant), s);
	return s;
}

static const char *text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool is_text(const json_t *object, const char *name, const char *wanted)
{
	return g_strcmp0(text(object, name), wanted) == 0;
}

static bool open_proof(const uint8_t *key, const json_t *personal, jws *ret)
{
	const char *compact = text(personal, "proof");

	return jws_parse((text_span){compact, strlen(compact)}, ret, NULL) && ret->claims &&
		jws_verify(ret, key);
}

/* A nonce serves one request: for each kind of its entries once. What another log says may be taken over once
 * in each `meeting` here; NULL: it was said here. */
static const char *take_nonce(signer *s, const json_t *claims, const char *meeting, unsigned kind)
{
	g_autofree char *nonce = g_strconcat(text(claims, "nonce"), meeting ? "\n" : NULL, meeting, NULL);
	gpointer before;
	bool known = g_hash_table_lookup_extended(s->nonces, nonce, NULL, &before);
	unsigned served = known ? GPOINTER_TO_UINT(before) : 0;
	bool lacks_refusal =
		kind == COVERS_GRANTING && (covers_signed_kinds(claims) & COVERS_CLOSING) && !served;

	if (known && (!kind || !served || (served & kind)))
		return "what the participant signed has served for another entry before";
	if (lacks_refusal)
		return "the participant refused something with the same signature, which is missing";
	g_hash_table_replace(s->nonces, g_steal_pointer(&nonce), GUINT_TO_POINTER(served | kind));
	return NULL;
}

/* Keys */

static const char *check_bound(signer *s, const store_row *row, const json_t *body, const json_t *personal)
{
	g_auto(jws) proof = {0};
	const char *before = text(body, "formerly");
	const char *wrong;

	if (!text(personal, "proof"))
		return "nobody signed that it is their key";
	if (!open_proof(s->key, personal, &proof))
		return "it is not signed with the key that it binds";
	wrong = covers_occasion(proof.claims, body, before ? before : row->participant, row->at_ms);
	if (!wrong)
		wrong = covers_bind(proof.claims, json_object_get(personal, "key"));
	if (!wrong)
		g_hash_table_add(s->meetings, g_strdup(text(body, "meeting")));
	return wrong ? wrong : take_nonce(s, proof.claims, NULL, 0);
}

static const char *take_key(
	signers *all, const store_row *row, const json_t *body, const json_t *personal, bool erased)
{
	uint8_t key[SIGNING_PUBLIC_SIZE];

	if (!row->participant)
		return "it binds a key to no participant";
	signer *s = signer_of(all, row->participant);
	s->forgotten |= erased;
	if (erased)
		return NULL;
	if (!jwk_parse(json_object_get(personal, "key"), key, NULL))
		return "the key that it binds is none";
	if (s->bound && memcmp(s->key, key, sizeof key) != 0)
		return "it binds another key than the participant's";
	memcpy(s->key, key, sizeof key);
	s->bound = true;
	return check_bound(s, row, body, personal);
}

/* Decisions */

/* Apart from whether the signature served before. */
static const char *check_proof(const uint8_t *key, const char *participant, gint64 at_ms, const json_t *body,
	const json_t *personal, jws *ret)
{
	if (!text(personal, "proof"))
		return "the participant has a key, but did not sign this decision";
	if (!open_proof(key, personal, ret))
		return "it is not signed with the participant's key";
	const char *wrong = covers_occasion(ret->claims, body, participant, at_ms);
	return wrong ? wrong : covers_decision(ret->claims, body);
}

static const char *check_signed(signer *s, const store_row *row, const json_t *body, const json_t *personal)
{
	g_auto(jws) proof = {0};
	covers_kind kind = COVERS_CLOSING;
	const char *wrong = check_proof(s->key, row->participant, row->at_ms, body, personal, &proof);

	if (wrong)
		return wrong;
	covers_kind_of(body, &kind);
	return take_nonce(s, proof.claims, NULL, kind);
}

const char *signers_signed_by(
	const uint8_t key[SIGNING_PUBLIC_SIZE], const json_t *body, const json_t *personal)
{
	g_auto(jws) proof = {0};
	gint64 at_ms = 0;

	if (!text(body, "at") || !clock_parse(text(body, "at"), &at_ms))
		return "it has no time";
	return check_proof(key, text(body, "participant"), at_ms, body, personal, &proof);
}

static const char *check_unsigned(const signer *s, const json_t *body)
{
	return !s->forgotten && is_text(body, "evidence", "signed")
		? "it says that the participant signed, who has bound no key"
		: NULL;
}

static const char *check_expired(const signer *s, const store_row *row, const json_t *item, const char *cell)
{
	const gint64 *until = g_hash_table_lookup(s->grants, cell);

	return is_text(item, "decision", "expired") && until && *until <= row->at_ms
		? NULL
		: "time is said to have decided, but no grant ran out then";
}

static void note_item(signer *s, const json_t *item, const char *cell)
{
	gint64 until = G_MAXINT64;
	const char *expires = text(item, "expires");

	g_hash_table_remove(s->grants, cell);
	if (!is_text(item, "decision", "granted"))
		return;
	if (expires)
		clock_parse(expires, &until);
	g_hash_table_insert(s->grants, g_strdup(cell), g_memdup2(&until, sizeof until));
}

/* What is granted until when, and that nothing else runs out. */
static const char *follow(signer *s, const store_row *row, const json_t *body, bool by_time)
{
	size_t i;
	json_t *item;
	const char *wrong = NULL;

	json_array_foreach (json_object_get(body, "decisions"), i, item) {
		const char *purpose = text(item, "purpose"), *medium = text(item, "medium");
		g_autofree char *cell = g_strconcat(purpose ? purpose : "", "\n", medium ? medium : "", NULL);

		if (by_time && !wrong)
			wrong = check_expired(s, row, item, cell);
		note_item(s, item, cell);
	}
	return wrong;
}

static const char *check_decision(
	signers *all, const store_row *row, const json_t *body, const json_t *personal, bool erased)
{
	signer *s = signer_of(all, row->participant);
	bool by_time = is_text(body, "how", "expire");
	const char *wrong = NULL;

	s->forgotten |= erased;
	if (!by_time && !erased)
		wrong = s->bound ? check_signed(s, row, body, personal) : check_unsigned(s, body);
	return wrong ? wrong : follow(s, row, body, by_time);
}

/* Nobody's grants are taken over into a meeting in which they did not prove their key. */
static bool was_there(const signer *s, const json_t *body)
{
	const char *meeting = text(body, "meeting");

	return meeting && g_hash_table_contains(s->meetings, meeting);
}

/* What was taken over from another log: grants only with the signature that made them. Here it can run out,
 * too. */
static const char *check_carried(
	signers *all, const store_row *row, const json_t *body, const json_t *personal, bool erased)
{
	g_auto(jws) proof = {0};
	signer *s = signer_of(all, row->participant);
	covers_kind kind = COVERS_GRANTING;
	const char *wrong = NULL;

	s->forgotten |= erased;
	covers_kind_of(body, &kind);
	if (s->forgotten || (kind == COVERS_CLOSING && !text(personal, "proof")))
		return follow(s, row, body, false);
	if (!s->bound || !text(personal, "proof") || !open_proof(s->key, personal, &proof))
		return "it takes over what the participant's key did not sign";
	if (kind == COVERS_GRANTING && !was_there(s, body))
		return "it takes over a grant into a meeting in which the participant proved no key";
	wrong = covers_carried(proof.claims, body);
	if (!wrong && !text(proof.claims, "nonce"))
		wrong = "what the participant signed has no nonce";
	if (!wrong)
		wrong = take_nonce(s, proof.claims, text(body, "meeting"), (unsigned)kind << CARRIED);
	return wrong ? wrong : follow(s, row, body, false);
}

const char *signers_check(
	signers *all, const store_row *row, const json_t *body, const json_t *personal, bool erased)
{
	if (strcmp(row->type, "bind") == 0)
		return take_key(all, row, body, personal, erased);
	if (strcmp(row->type, "carry") == 0 && row->participant)
		return check_carried(all, row, body, personal, erased);
	if (strcmp(row->type, "decision") != 0)
		return NULL;
	return row->participant ? check_decision(all, row, body, personal, erased)
				: "it is a decision of no participant";
}
