/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whoever takes something back is told in how many training sets it is already (ledger/trainings.h). */
#include "meeting/private.h"

#include "ledger/trainings.h"

/* Lock not held. The purposes that the request closes, if anything of this participant was captured for them,
 * and who that is (g_free); NULL: there is nothing that could be in a set. */
static char *closed_of(attendance *a, const decision_request *request, const char *ret[PURPOSES_MAX + 1])
{
	SCOPE_LOCK(&a->all->lock);
	unsigned count = 0;

	for (unsigned i = 0; i < request->count; i++) {
		const decision_item *item = &request->items[i];

		if (item->decision != DECISION_GRANTED &&
			(a->person->captured[item->notice->slot] & item->media))
			ret[count++] = item->notice->purpose;
	}
	ret[count] = NULL;
	return count ? g_strdup(a->person->id) : NULL;
}

void trainings_tell(attendance *a, const decision_request *request, json_t *answer)
{
	const char *purposes[PURPOSES_MAX + 1];
	g_autofree char *participant = closed_of(a, request, purposes);
	g_autoptr(ledger_reader) reader = participant ? meetings_read_own(a->all, NULL) : NULL;
	guint count = 0;

	if (participant && (!reader || !trainings_count(reader, participant, purposes, &count, NULL)))
		return;
	json_object_set_new(answer, "training_sets", json_integer(count));
}
