/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of hosts and admins: they can ask and stop, never grant. */
#include "signalling/private.h"

#include <string.h>

/* A day: nobody waits longer for an announced activity. */
#define COUNTDOWN_MAX_S (24 * 60 * 60)

static const field forward_fields[] = {
	{"host", FIELD_STRING, true, 0},
	{"port", FIELD_COUNT, true, 65000},
	{"streams", FIELD_COUNT, false, 200},
	{"suite", FIELD_STRING, false, 0},
	FIELDS_END,
};

#define STREAMS_DEFAULT 100

static bool read_suite(const char *name, feed_suite *ret, GError **error)
{
	static const char *const names[] = {"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "none"};
	static const feed_suite suites[] = {FEED_SRTP_80, FEED_SRTP_32, FEED_RTP};

	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(name ? name : names[0], names[i]) == 0) {
			*ret = suites[i];
			return true;
		}
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'forward.suite' must be \"%s\", \"%s\" or \"%s\"", names[0], names[1], names[2]);
	return false;
}

/* Absent: nothing is forwarded. */
static bool read_forward(json_t *object, forward *ret, GError **error)
{
	if (!object)
		return true;
	if (!fields_check(forward_fields, object, "forward.", error) ||
		!read_suite(field_string(object, "suite"), &ret->suite, error))
		return false;
	ret->host = field_string(object, "host");
	ret->port = (unsigned)field_integer(object, "port");
	ret->streams = json_object_get(object, "streams") ? (unsigned)field_integer(object, "streams")
							  : STREAMS_DEFAULT;
	if (ret->port % 2 == 0)
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'forward.port' must be even: each stream has two");
	return false;
}

static json_t *start(asking *ask, GError **error)
{
	activity_request request = {
		.policy = POLICY_EACH, .by = ask->who->attendance, .admin = ask->who->admin};
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
	if (!read_forward(json_object_get(ask->message, "forward"), &request.forward, error))
		return NULL;
	return meeting_start(ask->s->meetings, json_object_get(ask->message, "room"), &request, error);
}

static json_t *stop(asking *ask, GError **error)
{
	const notice *n = ask_purpose(ask, field_string(ask->message, "purpose"), error);

	return n ? meeting_stop(
			   ask->s->meetings, json_object_get(ask->message, "room"), n, ask->who->admin, error)
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
	{"forward", FIELD_OBJECT, false, 0},
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
	{"consent_start", "started", BY_HOST, start_fields, start, RATE_WRITES},
	{"consent_stop", "stopped", BY_HOST, stop_fields, stop, 0},
	{"consent_list", "list", BY_HOST, list_fields, list, 0},
	{0},
};
