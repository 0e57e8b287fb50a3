/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Withdrawing, and erasing what was captured before. */
#include "meeting/fleet.h"

#include "base/clock.h"

/* What there is to withdraw in the item: what is granted, here or elsewhere, or on its way into the ledger.
 */
static unsigned granted_media(attendance *a, const decision_item *item)
{
	unsigned media = a->meeting ? fleet_granted(a->meeting, a->person, item->notice) : 0;

	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (decision_card_at(&a->person->member.card, item->notice->slot, m)->decision ==
			DECISION_GRANTED)
			media |= m;
	return item->media & (a->person->in_flight ? item->media : media);
}

/* "All" means all that was granted; what somebody names is withdrawn whatever it was. */
static unsigned narrow(attendance *a, const decision_request *request, bool named, decision_item *items)
{
	SCOPE_LOCK(&a->all->lock);
	unsigned count = 0;

	for (unsigned i = 0; i < request->count; i++) {
		const decision_item *item = &request->items[i];
		unsigned captured = request->erase ? a->person->captured[item->notice->slot] : 0;

		items[count] = *item;
		items[count].decision = DECISION_WITHDRAWN;
		if (!named)
			items[count].media = granted_media(a, item) | (item->media & captured);
		count += items[count].media != 0;
	}
	return count;
}

/* There is nothing to record, but a proof that does not hold is an error all the same. */
static json_t *nothing_withdrawn(attendance *a, const decision_request *request, GError **error)
{
	SCOPE_LOCK(&a->all->lock);

	if (!decision_check_proof(a, request, error))
		return NULL;
	return json_pack("{s:o, s:i}", "decisions", view_decisions(a->person, clock_now_ms()), "erased", 0);
}

static char *participant_of(attendance *a)
{
	SCOPE_LOCK(&a->all->lock);

	return g_strdup(a->person->id);
}

static json_t *withdraw(attendance *a, const decision_request *request, GError **error)
{
	g_autofree char *participant = participant_of(a);
	json_t *answer = decision_make(a, request, "withdraw", error);
	erasure_result erased = {.products = json_array()};

	/* One that the ledger cannot take yet is in force, and its entry kept: the erasure follows it. */
	if (request->erase && !answer)
		erasure_postpone(a->all, participant, "withdrawn", "participant");
	if (request->erase && !answer && (*error)->code == CONSENT_ERROR_LEDGER)
		g_prefix_error(error, "the erasure follows by itself; ");
	if (request->erase && answer &&
		!erasure_run(a->all, participant, "withdrawn", "participant", &erased, NULL))
		erasure_postpone(a->all, participant, "withdrawn", "participant");
	if (answer)
		json_object_set_new(answer, "erased", json_integer(erased.segments));
	if (answer && json_array_size(erased.products))
		json_object_set(answer, "products", erased.products);
	json_decref(erased.products);
	return answer;
}

json_t *attendance_withdraw(attendance *a, const decision_request *request, bool named, GError **error)
{
	decision_item items[PURPOSES_MAX];
	decision_request narrowed = *request;

	narrowed.items = items;
	narrowed.count = narrow(a, request, named, items);
	json_t *answer =
		narrowed.count ? withdraw(a, &narrowed, error) : nothing_withdrawn(a, request, error);
	if (answer)
		trainings_tell(a, request, answer);
	return answer;
}
