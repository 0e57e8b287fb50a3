/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and proofs: whoever proves the same key in the same meeting is the same participant. */
#include "meeting/fleet.h"

#include "base/clock.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"
#include "proofs/proof.h"

bool person_check_proof(
	attendance *a, const uint8_t *public_key, const char *proof, const json_t *subject, GError **error)
{
	person *who = a->person;
	proof_wanted wanted = {
		.public_key = public_key,
		.meeting = a->meeting_id,
		.participant = who->id,
		.subject = subject,
		.at_ms = clock_now_ms(),
		.window_ms = PROOF_WINDOW_MS,
		.issued = &who->nonces,
	};

	return proof_check((text_span){proof, strlen(proof)}, &wanted, error) == PROOF_GOOD;
}

/* Lock held. Refusals made before the key was known stand, as from now; grants of a key's owner are what they
 * were. */
static void merge(person *into, person *from)
{
	for (unsigned p = 0; p < PURPOSES_MAX; p++)
		for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1) {
			decision_cell *cell = decision_card_at(&from->member.card, p, m);

			if (cell->decision != DECISION_REFUSED && cell->decision != DECISION_WITHDRAWN)
				continue;
			*decision_card_at(&into->member.card, p, m) = *cell;
			decision_card_at(&into->member.card, p, m)->order = ++into->all->order;
		}
	into->member.told |= from->member.told;
	for (unsigned p = 0; p < PURPOSES_MAX; p++) {
		into->closed_here[p] |= from->closed_here[p];
		into->shown_ms[p] = MAX(into->shown_ms[p], from->shown_ms[p]);
		into->captured[p] |= from->captured[p];
	}
	keys_merge(into, from);
	receipts_merge(into, from);
}

/* Lock held. The handle becomes that person's. */
static void move(attendance *a, person *to)
{
	person *from = a->person;

	merge(to, from);
	if (a->announced)
		person_enter(a->meeting, to);
	a->person = person_ref(to);
	if (a->announced)
		person_exit(a->meeting, from);
	person_unref(from);
}

static void set_key(person *who, const json_t *key, const uint8_t *bytes)
{
	who->key = json_deep_copy(key);
	memcpy(who->key_bytes, bytes, sizeof who->key_bytes);
}

/* Lock held. The proof stays with the entry: the operator alone cannot bind anybody. */
static ledger_ticket *record(attendance *a, const char *former, const char *proof)
{
	json_t *body = journal_body(a->meeting);

	json_object_set_new(body, "participant", json_string(a->person->id));
	json_object_set_new(body, "feed", journal_id(a->feed));
	if (strcmp(former, a->person->id) != 0)
		json_object_set_new(body, "formerly", json_string(former));
	json_t *personal = json_pack("{s:O, s:s}", "key", a->person->key, "proof", proof);
	return ledger_append(a->all->ledger, LEDGER_KEPT, "bind", body, personal);
}

static bool check_bindable(attendance *a, const uint8_t *key, GError **error)
{
	if (!a->meeting) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_IN_ROOM,
			"this handle has left its room: join again");
		return false;
	}
	if (a->person->key && memcmp(a->person->key_bytes, key, SIGNING_PUBLIC_SIZE) != 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PROOF,
			"the field 'key' is another one than this participant's: a key cannot be changed");
		return false;
	}
	if (a->all->ledger_ok)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_LEDGER,
		"the ledger is unavailable: no key was bound; try again later");
	return false;
}

/* Lock held. Whoever has that key in this room at another gateway is the same participant, of the same id. */
static void adopt(attendance *a)
{
	g_autoptr(GPtrArray) others = fleet_others(a->meeting, a->person);

	if (!others)
		return;
	g_free(a->person->id);
	a->person->id = g_strdup(((const elsewhere *)g_ptr_array_index(others, 0))->participant);
}

/* Lock held. The handle is whoever has that key in this meeting, else the key becomes this one's. */
static void become(attendance *a, const bind_request *request)
{
	person *known = person_with_key(a->meeting, request->key_bytes);

	if (known && known != a->person)
		move(a, known);
	if (known)
		return;
	set_key(a->person, request->key, request->key_bytes);
	adopt(a);
}

/* Gates that must close do so now; *ret is what may open some (array of carry, or NULL). */
static ledger_ticket *bind_locked(attendance *a, const bind_request *request, GPtrArray **ret, GError **error)
{
	SCOPE_LOCK(&a->all->lock);
	g_autofree char *former = g_strdup(a->person->id);

	if (!check_bindable(a, request->key_bytes, error) ||
		!person_check_proof(a, request->key_bytes, request->proof, request->subject, error))
		return NULL;
	become(a, request);
	ledger_ticket *ticket = record(a, former, request->proof);
	g_autoptr(GPtrArray) others = fleet_others(a->meeting, a->person);
	*ret = others ? takeover(a->meeting, a->person, others) : NULL;
	for (unsigned i = 0; *ret && i < (*ret)->len; i++)
		carry_begin(g_ptr_array_index(*ret, i));
	gate_apply(a->meeting, "bound to a key");
	return ticket;
}

static json_t *bound(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	if (a->meeting)
		gate_apply(a->meeting, "bound to a key");
	return json_pack("{s:s, s:o}", "participant", a->person->id, "decisions",
		view_decisions(a->person, clock_now_ms()));
}

json_t *attendance_bind(attendance *a, const bind_request *request, GError **error)
{
	g_autoptr(GPtrArray) carries = NULL;
	/* Whoever else binds it now has done so, and is heard, or waits until it is in the ledger. */
	bool reserved = fleet_reserve(a->all, request->key_bytes);

	fleet_sync(a->all);
	ledger_ticket *ticket = bind_locked(a, request, &carries, error);
	bool good = ticket && ledger_wait(ticket, a->all->settings->ledger_timeout_ms, NULL, error);
	if (reserved)
		fleet_release(a->all, request->key_bytes);
	for (unsigned i = 0; carries && i < carries->len; i++)
		carry_wait(g_ptr_array_index(carries, i));
	return good ? bound(a) : NULL;
}
