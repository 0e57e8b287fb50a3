/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Withdrawing, and erasing what was captured before. */
#include "meeting/fleet.h"

/* What is granted, here or elsewhere, or on its way into the ledger; to erase, also what was captured. */
static unsigned withdrawable(const attendance *a, const notice *n, bool erase)
{
	person *who = a->person;
	unsigned media = fleet_granted(a->meeting, who, n) | (erase ? who->captured[n->slot] : 0);

	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (decision_card_at(&who->member.card, n->slot, m)->decision == DECISION_GRANTED)
			media |= m;
	return who->in_flight ? MEDIA_ALL : media;
}

void withdrawal_narrow(const attendance *a, const decision_request *request, unsigned media[PURPOSES_MAX])
{
	for (unsigned i = 0; i < request->count; i++) {
		const notice *n = request->items[i].notice;

		media[n->slot] = request->all ? withdrawable(a, n, request->erase) : MEDIA_ALL;
	}
}

static void erase_now(meetings *all, const char *participant, erasure_result *ret)
{
	if (!erasure_run(all, participant, "withdrawn", "participant", ret, NULL))
		erasure_postpone(all, participant, "withdrawn", "participant");
}

json_t *attendance_withdraw(attendance *a, const decision_request *request, GError **error)
{
	g_autofree char *participant = NULL;
	json_t *answer = decision_make(a, request, "withdraw", &participant, error);
	erasure_result erased = {.products = json_array()};

	/* One that the ledger cannot take yet is in force, and its entry kept: the erasure follows it. */
	if (request->erase && !answer && participant)
		erasure_postpone(a->all, participant, "withdrawn", "participant");
	if (request->erase && !answer && (*error)->code == CONSENT_ERROR_LEDGER)
		g_prefix_error(error, "the erasure follows by itself; ");
	if (request->erase && answer)
		erase_now(a->all, participant, &erased);
	if (answer)
		json_object_set_new(answer, "erased", json_integer(erased.segments));
	if (answer && json_array_size(erased.products))
		json_object_set(answer, "products", erased.products);
	json_decref(erased.products);
	if (answer)
		trainings_tell(a, request, answer);
	return answer;
}
