/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that upstream answers at once, and what the gateway makes of them. */
#include "upstream/gateway.h"

static bool is_request(json_t *message, const char *name)
{
	const char *request = json_string_value(json_object_get(message, "request"));

	return request && g_ascii_strcasecmp(request, name) == 0;
}

static bool moderate(gateway *g, json_t *message, bool muted)
{
	const char *mid = json_string_value(json_object_get(message, "mid"));
	json_t *room = json_object_get(message, "room"), *feed = json_object_get(message, "id");

	return mid && room && feed && attendance_moderate(g->meetings, room, feed, mid, muted);
}

/* A mute counts from the packet on that upstream does not relay any more; so the gate closes before upstream
 * is asked, if it will agree. */
void videoroom_asking(gateway *g, filtered *f)
{
	json_t *m = f->message, *room = json_object_get(m, "room");

	if (!is_request(m, "moderate") || !json_is_true(json_object_get(m, "mute")) || !room)
		return;
	if (videoroom_check_secret(room, json_string_value(json_object_get(m, "secret"))) == ROOM_OPENED)
		f->muted_early = !moderate(g, m, true);
}

/* VideoRoom (seen in 1.1.2) tells each participant of a room that is destroyed, and one who is kicked, by
 * their session's handle. Whoever hangs up at that very moment does not wait for it, and takes the session
 * along. */
bool videoroom_reaches_others(json_t *message)
{
	return is_request(message, "destroy") || is_request(message, "kick");
}

/* Upstream writes the room into its file as it knows it. */
static void warn_of_restart(json_t *message, json_t *wishes)
{
	if (json_is_true(json_object_get(message, "permanent")) &&
		(json_is_true(json_object_get(wishes, "record")) || json_object_get(wishes, "folder")))
		g_warning("a permanent room's record and rec_dir hold until Janus stops: to keep them, write "
			  "them into the room's section of VideoRoom's configuration file");
}

static void grant_wishes(gateway *g, json_t *answer, json_t *wishes)
{
	json_t *room = json_object_get(answer, "room");
	json_t *record = json_object_get(wishes, "record");
	const char *folder = json_string_value(json_object_get(wishes, "folder"));

	if (record)
		room_arm(g->meetings, room, json_is_true(record));
	if (folder)
		room_folder(g->meetings, room, folder);
}

void videoroom_answered(gateway *g, const filtered *f, json_t *message, json_t *answer)
{
	bool success = answer && !json_object_get(answer, "error_code");
	json_t *room = json_object_get(message, "room");

	if (is_request(message, "moderate") && (success || f->muted_early)) {
		moderate(g, message, success && json_is_true(json_object_get(message, "mute")));
	} else if (success && f->room_wishes) {
		grant_wishes(g, answer, f->room_wishes);
		warn_of_restart(message, f->room_wishes);
	} else if (success && room && is_request(message, "destroy")) {
		room_forget(g->meetings, room);
	}
}
