/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of participants: for themselves only. */
#include "signalling/private.h"

#include "base/clock.h"

#include <string.h>

/* BCP 47 tags, comma-separated. */
#define LANG_MAX 200

static const char *lang_of(json_t *message)
{
	return field_string(message, "lang");
}

static json_t *info(asking *ask, GError **error)
{
	(void)error;
	return attendance_info(ask->who->attendance, lang_of(ask->message));
}

static const field decision_fields[] = {
	{"purpose", FIELD_STRING, true, 0},
	{"media", FIELD_ARRAY, true, MEDIA_COUNT},
	{"decision", FIELD_STRING, true, 0},
	{"notice", FIELD_STRING, true, 0},
	FIELDS_END,
};

/* The answer to an outdated hash carries the wording that is in force, so that it can be shown at once. */
static bool check_notice(asking *ask, const notice *n, const char *hash, GError **error)
{
	if (strcmp(hash, n->hash) == 0)
		return true;
	ask->extra = meetings_show(ask->s->meetings, n, lang_of(ask->message));
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOTICE,
		"the field 'notice' is not the one in force for '%s': show the one in this answer and ask "
		"again",
		n->purpose);
	return false;
}

static bool read_decision(const char *name, const char *where, decision *ret, GError **error)
{
	if (strcmp(name, "granted") != 0 && strcmp(name, "refused") != 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"the field '%sdecision' must be \"granted\" or \"refused\"", where);
		return false;
	}
	*ret = strcmp(name, "granted") == 0 ? DECISION_GRANTED : DECISION_REFUSED;
	return true;
}

static bool check_media(const notice *n, unsigned media, const char *where, GError **error)
{
	if (!media)
		return false;
	if ((media & n->media) == media)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PURPOSE,
		"the field '%smedia' names a medium that '%s' does not use: leave it out; consent_info "
		"lists each purpose's media",
		where, n->purpose);
	return false;
}

static bool read_item(asking *ask, json_t *object, const char *where, decision_item *item, GError **error)
{
	g_autofree char *media = g_strconcat(where, "media", NULL);

	if (!json_is_object(object)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "the field '%.*s' must be an object",
			(int)strlen(where) - 1, where);
		return false;
	}
	if (!fields_check(decision_fields, object, where, error))
		return false;
	item->notice = ask_purpose(ask, field_string(object, "purpose"), error);
	if (!item->notice)
		return false;
	item->media = ask_media(json_object_get(object, "media"), media, error);
	return check_media(item->notice, item->media, where, error) &&
		read_decision(field_string(object, "decision"), where, &item->decision, error) &&
		check_notice(ask, item->notice, field_string(object, "notice"), error);
}

/* An entry that says two things of one medium would say nothing. */
static bool check_twice(const char *name, const decision_item *items, unsigned count, GError **error)
{
	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < i; j++)
			if (items[i].notice->slot == items[j].notice->slot &&
				(items[i].media & items[j].media)) {
				g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
					"the field '%s' names one medium of '%s' twice: once is enough", name,
					items[i].notice->purpose);
				return false;
			}
	return true;
}

static bool read_expires(json_t *message, gint64 *ret, GError **error)
{
	gint64 expires = field_time(message, "expires");

	if (json_object_get(message, "expires") && expires <= clock_now_ms()) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"the field 'expires' is in the past: name a time to come, or leave it out");
		return false;
	}
	*ret = expires;
	return true;
}

#define ITEMS_MAX 64

static json_t *decide(asking *ask, GError **error)
{
	decision_item items[ITEMS_MAX];
	decision_request request = {.items = items, .lang = lang_of(ask->message)};
	size_t i;
	json_t *object;

	json_array_foreach (json_object_get(ask->message, "decisions"), i, object) {
		g_autofree char *where = g_strdup_printf("decisions[%zu].", i);

		if (!read_item(ask, object, where, &items[request.count++], error))
			return NULL;
	}
	if (!check_twice("decisions", items, request.count, error) ||
		!read_expires(ask->message, &request.expires_ms, error))
		return NULL;
	request.proof = field_string(ask->message, "proof");
	request.subject = ask_subject(ask, "decisions");
	json_t *answer = attendance_decide(ask->who->attendance, &request, error);
	json_decref(request.subject);
	return answer;
}

static bool read_name(asking *ask, unsigned i, const notice **ret, GError **error)
{
	json_t *name = json_array_get(json_object_get(ask->message, "purposes"), i);

	if (json_is_string(name))
		return (*ret = ask_purpose(ask, json_string_value(name), error)) != NULL;
	g_set_error(
		error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "the field 'purposes[%u]' must be a string", i);
	return false;
}

static bool read_named(asking *ask, unsigned media, decision_item *items, unsigned count, GError **error)
{
	for (unsigned i = 0; i < count; i++) {
		if (!read_name(ask, i, &items[i].notice, error))
			return false;
		items[i].decision = DECISION_WITHDRAWN;
		items[i].media = media & items[i].notice->media;
		if (items[i].media)
			continue;
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PURPOSE,
			"the field 'media' names no medium that '%s' uses: leave it out, or one of the two; "
			"consent_info lists each purpose's media",
			items[i].notice->purpose);
		return false;
	}
	return check_twice("purposes", items, count, error);
}

static unsigned take_all(asking *ask, unsigned media, decision_item *items)
{
	const notices *all = meetings_notices(ask->s->meetings);

	for (unsigned i = 0; i < notices_count(all); i++) {
		items[i].notice = notices_at(all, i);
		items[i].decision = DECISION_WITHDRAWN;
		items[i].media = media & items[i].notice->media;
	}
	return notices_count(all);
}

/* The items named, or all. */
static bool read_purposes(
	asking *ask, unsigned media, decision_item *items, unsigned *ret_count, GError **error)
{
	json_t *purposes = json_object_get(ask->message, "purposes");

	*ret_count = purposes ? (unsigned)json_array_size(purposes) : take_all(ask, media, items);
	return !purposes || read_named(ask, media, items, *ret_count, error);
}

static json_t *withdraw(asking *ask, GError **error)
{
	decision_item items[PURPOSES_MAX] = {0};
	decision_request request = {.items = items, .lang = lang_of(ask->message)};
	json_t *named = json_object_get(ask->message, "media");
	unsigned media = named ? ask_media(named, "media", error) : MEDIA_ALL;

	if (!media || !read_purposes(ask, media, items, &request.count, error))
		return NULL;
	request.erase = json_is_true(json_object_get(ask->message, "erase"));
	request.proof = field_string(ask->message, "proof");
	request.subject = ask_subject(ask, "purposes");
	request.all = !json_object_get(ask->message, "purposes");
	json_t *answer = attendance_withdraw(ask->who->attendance, &request, error);
	json_decref(request.subject);
	return answer;
}

static json_t *preview(asking *ask, GError **error)
{
	json_t *room = json_object_get(ask->message, "room");

	return signalling_is_room(ask->s->check_room(room), error) ? meeting_preview(ask->s->meetings, room)
								   : NULL;
}

static json_t *receipts(asking *ask, GError **error)
{
	(void)error;
	json_t *all = attendance_receipts(ask->who->attendance);
	json_t *proofs = attendance_proofs(ask->who->attendance, all);
	return json_pack("{s:o, s:o}", "receipts", all, "proofs", proofs);
}

static const field info_fields[] = {
	{"room", FIELD_ROOM, false, 0},
	{"lang", FIELD_STRING, false, LANG_MAX},
	FIELDS_END,
};

static const field decide_fields[] = {
	{"decisions", FIELD_ARRAY, true, ITEMS_MAX},
	{"proof", FIELD_PROOF, false, 0},
	{"expires", FIELD_TIME, false, 0},
	{"room", FIELD_ROOM, false, 0},
	{"lang", FIELD_STRING, false, LANG_MAX},
	FIELDS_END,
};

static const field withdraw_fields[] = {
	{"purposes", FIELD_ARRAY, false, PURPOSES_MAX},
	{"media", FIELD_ARRAY, false, MEDIA_COUNT},
	{"erase", FIELD_BOOL, false, 0},
	{"proof", FIELD_PROOF, false, 0},
	{"room", FIELD_ROOM, false, 0},
	{"lang", FIELD_STRING, false, LANG_MAX},
	FIELDS_END,
};

static const field receipts_fields[] = {
	{"room", FIELD_ROOM, false, 0},
	FIELDS_END,
};

static const field preview_fields[] = {
	{"room", FIELD_ROOM, true, 0},
	FIELDS_END,
};

/* Each of the receipts is looked up in the ledger for its proof. */
#define RECEIPTS_DEAR 9

const request_row participant_requests[] = {
	{"consent_preview", "preview", BY_ANYBODY, preview_fields, preview, 0},
	{"consent_info", "info", BY_PARTICIPANT, info_fields, info, 0},
	{"consent_decide", "decided", BY_PARTICIPANT, decide_fields, decide, RATE_WRITES},
	{"consent_withdraw", "withdrawn", BY_PARTICIPANT, withdraw_fields, withdraw, 0},
	{"consent_receipts", "receipts", BY_PARTICIPANT, receipts_fields, receipts, RECEIPTS_DEAR},
	{0},
};
