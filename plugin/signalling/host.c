/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of hosts and admins: they can ask and stop, never grant. */
#include "signalling/private.h"

/* A day: nobody waits longer for an announced activity. */
#define COUNTDOWN_MAX_S (24 * 60 * 60)

static json_t *start(asking *ask, GError **error)
{
	activity_request request = {
		.policy = POLICY_EACH, .by = ask->who->admin ? NULL : ask->who->attendance};
	const char *name = field_string(ask->message, "policy");

	request.notice = ask_purpose(ask, field_string(ask->message, "purpose"), error);
	if (!request.notice)
		return NULL;
	if (name && !policy_from_name(name, &request.policy)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"the field 'policy' must be \"each\" or \"unanimous\"");
		return NULL;
	}
	request.countdown_s = (unsigned)field_integer(ask->message, "countdown");
	return meeting_start(ask->s->meetings, json_object_get(ask->message, "room"), &request, error);
}

static json_t *stop(asking *ask, GError **error)
{
	const notice *n = ask_purpose(ask, field_string(ask->message, "purpose"), error);

	return n ? meeting_stop(ask->s->meetings, json_object_get(ask->message, "room"), n,
			   ask->who->admin ? NULL : ask->who->attendance, error)
		 : NULL;
}

static json_t *list(asking *ask, GError **error)
{
	return meeting_list(ask->s->meetings, json_object_get(ask->message, "room"), error);
}

#define SECRET_MAX 1024

static const field start_fields[] = {
	{"room", FIELD_ROOM, true, 0},
	{"purpose", FIELD_STRING, true, 0},
	{"secret", FIELD_STRING, false, SECRET_MAX},
	{"policy", FIELD_STRING, false, 0},
	{"countdown", FIELD_INTEGER, false, COUNTDOWN_MAX_S},
	FIELDS_END,
};

static const field stop_fields[] = {
	{"room", FIELD_ROOM, true, 0},
	{"purpose", FIELD_STRING, true, 0},
	{"secret", FIELD_STRING, false, SECRET_MAX},
	FIELDS_END,
};

static const field list_fields[] = {
	{"room", FIELD_ROOM, true, 0},
	{"secret", FIELD_STRING, false, SECRET_MAX},
	FIELDS_END,
};

const request_row host_requests[] = {
	{"consent_start", "started", BY_HOST, start_fields, start},
	{"consent_stop", "stopped", BY_HOST, stop_fields, stop},
	{"consent_list", "list", BY_HOST, list_fields, list},
	{0},
};
