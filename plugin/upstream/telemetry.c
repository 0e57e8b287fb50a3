/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Janus's event handlers get to know: who has not agreed to telemetry is nobody there. */
#include "upstream/gateway.h"

/* These say what happened and where, not to whom. A handle would make the core add its opaque_id, and ids may
 * be the client's own choice. */
static json_t *without_identity(json_t *event)
{
	static const char *const harmless[] = {"event", "videoroom", "room"};
	json_t *bare = json_object();

	for (unsigned i = 0; i < G_N_ELEMENTS(harmless); i++)
		if (json_object_get(event, harmless[i]))
			json_object_set(bare, harmless[i], json_object_get(event, harmless[i]));
	json_decref(event);
	return bare;
}

/* VideoRoom does not say of which handle it reports that somebody has unpublished or left: then it is nobody.
 */
void telemetry_notify(gateway *g, shim *s, json_t *event)
{
	attendance *a = s ? shim_attendance(s) : NULL;

	if (a && attendance_agreed(a, "telemetry"))
		g->core->notify_event(g->self, s->core, event);
	else
		g->core->notify_event(g->self, NULL, without_identity(event));
}
