/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the request in the tables, checks its fields and its caller, wraps the answer. */
#include "signalling/private.h"

#include <string.h>

static const request_row *const tables[] = {
	participant_requests, binding_requests, host_requests, admin_requests, export_requests};

bool signalling_is_ours(const char *name)
{
	return g_ascii_strncasecmp(name, "consent_", strlen("consent_")) == 0;
}

json_t *signalling_error(const GError *error)
{
	/* Codes below 700 never leave the process: to a client, a store that cannot be read is a ledger that
	 * is unavailable. */
	int code = error->code < CONSENT_ERROR_REQUEST ? CONSENT_ERROR_LEDGER : error->code;

	return json_pack("{s:s, s:i, s:s}", "consent", "event", "error_code", code, "error", error->message);
}

static const request_row *find(const char *name)
{
	for (unsigned t = 0; t < G_N_ELEMENTS(tables); t++)
		for (const request_row *r = tables[t]; r->name; r++)
			if (strcmp(r->name, name) == 0)
				return r;
	return NULL;
}

void signalling_refuse_nameless(json_t *message, GError **error)
{
	json_t *name = json_object_get(message, "request");

	if (!name)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_MISSING,
			"the field 'request' is missing: add it");
	else if (!json_is_string(name))
		g_set_error(
			error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "the field 'request' must be a string");
}

static const request_row *lookup(json_t *message, GError **error)
{
	const char *name = field_string(message, "request");
	const request_row *r = name ? find(name) : NULL;

	if (!name)
		signalling_refuse_nameless(message, error);
	else if (!r)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_REQUEST,
			"there is no request '%.*s': see the protocol's list", field_shown(name), name);
	return r;
}

static bool check_participant(const caller *who, json_t *message, GError **error)
{
	json_t *room = json_object_get(message, "room");

	if (!who->attendance || !attendance_present(who->attendance)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_IN_ROOM,
			"this handle is in no room: join one as a publisher first");
		return false;
	}
	if (!room || json_equal(room, attendance_room(who->attendance)))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_IN_ROOM,
		"this handle is not in the room that the field 'room' names");
	return false;
}

static bool check_caller(
	const signalling *s, const request_row *r, const caller *who, json_t *message, GError **error)
{
	switch (r->by) {
	case BY_ANYBODY:
		return true;
	case BY_HOST:
		return signalling_is_host(
			s, who, json_object_get(message, "room"), field_string(message, "secret"), error);
	case BY_PARTICIPANT:
		if (!who->admin)
			return check_participant(who, message, error);
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_IN_ROOM,
			"'%s' is for participants: nobody decides for them", r->name);
		return false;
	default:
		if (who->admin)
			return true;
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_AUTHORISED,
			"'%s' is for the Admin API only", r->name);
		return false;
	}
}

static bool refuse_host(GError **error, consent_error code, const char *why)
{
	g_set_error_literal(error, CONSENT_ERROR, code, why);
	return false;
}

static bool has_joined(const caller *who, json_t *room)
{
	return who->attendance && attendance_present(who->attendance) &&
		json_equal(room, attendance_room(who->attendance));
}

bool signalling_is_room(room_access access, GError **error)
{
	if (access == ROOM_UNKNOWN)
		return refuse_host(error, CONSENT_ERROR_NOT_FOUND,
			"there is no room as the field 'room' names it: create it first, or correct the "
			"field");
	if (access == ROOM_INVALID)
		return refuse_host(error, CONSENT_ERROR_INVALID,
			"the field 'room' is not of the type that this server's rooms have");
	return true;
}

bool signalling_is_host(
	const signalling *s, const caller *who, json_t *room, const char *secret, GError **error)
{
	/* The room first: upstream does not look at its type when it checks the secret. */
	room_access access = s->check_room(room);

	if (access == ROOM_OPENED && !who->admin)
		access = s->check_secret(room, secret);

	if (!signalling_is_room(access, error))
		return false;
	if (access == ROOM_DENIED)
		return refuse_host(error, CONSENT_ERROR_NOT_AUTHORISED,
			secret ? "the field 'secret' is not this room's secret: correct it"
			       : "the field 'secret' is missing: add this room's secret");
	/* It opened to its secret, or because it has none and opens to everybody. */
	if (who->admin || has_joined(who, room) || (secret && s->check_secret(room, NULL) == ROOM_DENIED))
		return true;
	return refuse_host(error, CONSENT_ERROR_NOT_AUTHORISED,
		"this room has no secret, so only who has joined it may do this: join first");
}

const notice *ask_purpose(const asking *ask, const char *name, GError **error)
{
	const notice *n = notices_find(meetings_notices(ask->s->meetings), name);

	if (!n)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PURPOSE,
			"there is no purpose '%.*s': consent_info lists them", field_shown(name), name);
	return n;
}

unsigned ask_media(json_t *array, const char *where, GError **error)
{
	unsigned media = 0;
	size_t i;
	json_t *value;

	json_array_foreach (array, i, value) {
		medium m = json_is_string(value) ? medium_from_name(json_string_value(value)) : 0;

		if (!json_is_string(value))
			g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
				"the field '%s[%zu]' must be a string", where, i);
		else if (!m)
			g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PURPOSE,
				"'%.*s' in '%s' is no medium: use audio, video or data",
				field_shown(json_string_value(value)), json_string_value(value), where);
		if (!m)
			return 0;
		media |= m;
	}
	return media;
}

/* What each request costs, and then what one costs more that is `dear`. */
static bool take_rate(const caller *who, unsigned dear, GError **error)
{
	unsigned tokens = dear ? dear : 1, left = dear ? RATE_LEFT : 0;

	if (!who->rate || rate_take(who->rate, g_get_monotonic_time(), tokens, left))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_TOO_MANY,
		"too many requests%s: at most %u a second; try again in a moment",
		dear ? " of this kind" : "", RATE_PER_SECOND / (dear + 1));
	return false;
}

static const request_row *admit(asking *ask, GError **error)
{
	g_autoptr(GError) unknown = NULL;
	const request_row *r = lookup(ask->message, &unknown);

	if (!take_rate(ask->who, 0, error))
		return NULL;
	if (!r)
		g_propagate_error(error, g_steal_pointer(&unknown));
	return r;
}

static json_t *answer(asking *ask, GError **error)
{
	const request_row *r = admit(ask, error);

	if (!r || !fields_check(r->fields, ask->message, "", error) ||
		!check_caller(ask->s, r, ask->who, ask->message, error) ||
		(r->dear && !take_rate(ask->who, r->dear, error)))
		return NULL;
	json_t *result = r->handle(ask, error);
	if (result)
		json_object_set_new(result, "consent", json_string(r->answers));
	return result;
}

json_t *signalling_answer(const signalling *s, const caller *who, json_t *message)
{
	asking ask = {.s = s, .who = who, .message = message};
	g_autoptr(GError) error = NULL;
	json_t *result = answer(&ask, &error);

	if (!result) {
		result = signalling_error(error);
		json_object_update_missing(result, ask.extra);
	}
	json_decref(ask.extra);
	return result;
}
