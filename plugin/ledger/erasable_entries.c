/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What entries say of erasures, and which keys they destroy. */
#include "ledger/erasable.h"

#include "ledger/paging.h"
#include "ledger/segmentkeys.h"

json_t *erasable_body(const erasable *e, const char *state, const char *reason, const char *by)
{
	json_t *body = json_object();
	record_copy(body, "meeting", e->opened, "meeting");
	record_copy(body, "room", e->opened, "room");
	json_object_set_new(body, "segment", json_string(e->segment));
	json_object_set_new(body, "participant", json_string(e->participant));
	json_object_set_new(body, "state", json_string(state));
	json_object_set_new(body, "reason", json_string(reason));
	json_object_set_new(body, "by", json_string(by));
	return body;
}

json_t *erasable_forget(const erasable *e)
{
	json_t *values = json_object(), *purpose;
	size_t i;
	json_array_foreach (json_object_get(e->opened, "purposes"), i, purpose)
		segmentkeys_forget(values, e->segment, json_string_value(purpose));
	return values;
}

json_t *erasable_forget_grants(const GPtrArray *segments)
{
	json_t *values = json_object(), *purpose;
	size_t i;
	for (guint k = 0; k < segments->len; k++) {
		const erasable *e = segments->pdata[k];
		json_array_foreach (json_object_get(e->opened, "purposes"), i, purpose)
			segmentkeys_forget_grant(values, segmentkeys_owner(e->opened),
				json_string_value(purpose),
				json_string_value(json_object_get(e->opened, "medium")));
	}
	return values;
}
