/* SPDX-License-Identifier: GPL-3.0-or-later */
/* enable_recording, which becomes a consent-gated activity, and the rooms that upstream's own configuration
 * would record. */
#include "upstream/gateway.h"

#include <string.h>

#include <janus/config.h>
#include <utils.h>

#define VIDEOROOM_NO_SUCH_ROOM 426
#define VIDEOROOM_INVALID_ELEMENT 430
#define VIDEOROOM_UNAUTHORIZED 433
#define VIDEOROOM_UNKNOWN_ERROR 499

static json_t *ask_upstream(gateway *g, json_t *message)
{
	json_t *answer = g->upstream->handle_admin_message(message);

	json_decref(message);
	return answer;
}

static room_access access_of(json_t *answer)
{
	switch (json_integer_value(json_object_get(answer, "error_code"))) {
	case 0:
		return json_is_false(json_object_get(answer, "exists")) ? ROOM_UNKNOWN : ROOM_OPENED;
	case VIDEOROOM_NO_SUCH_ROOM:
		return ROOM_UNKNOWN;
	case VIDEOROOM_INVALID_ELEMENT:
		return ROOM_INVALID;
	default:
		return ROOM_DENIED;
	}
}

/* Upstream's word on the room's type and whether there is one. `room` NULL: none was given. */
static json_t *ask_exists(gateway *g, json_t *room)
{
	json_t *message = json_pack("{s:s}", "request", "exists");

	if (room)
		json_object_set(message, "room", room);
	return ask_upstream(g, message);
}

room_access videoroom_check_room(json_t *room)
{
	json_t *answer = ask_exists(gateway_instance(), room);
	room_access access = access_of(answer);

	json_decref(answer);
	return access;
}

/* Switching a recording off that cannot be on harms nothing, and upstream checks the secret for it; but not
 * the room's type, and one that is no string would crash it where rooms are strings. */
room_access videoroom_check_secret(json_t *room, const char *secret)
{
	room_access access = videoroom_check_room(room);

	if (access != ROOM_OPENED)
		return access;
	json_t *message =
		json_pack("{s:s, s:O, s:b}", "request", "enable_recording", "room", room, "record", 0);
	if (secret)
		json_object_set_new(message, "secret", json_string(secret));
	json_t *answer = ask_upstream(gateway_instance(), message);
	access = access_of(answer);
	json_decref(answer);
	return access;
}

bool videoroom_can_record(const gateway *g)
{
	return notices_find(meetings_notices(g->meetings), "record") != NULL;
}

/* As VideoRoom says it: clients that know nothing of the gateway ask. */
static json_t *upstream_error(const GError *error)
{
	int code = error->code == CONSENT_ERROR_NOT_AUTHORISED ? VIDEOROOM_UNAUTHORIZED
							       : VIDEOROOM_UNKNOWN_ERROR;

	return json_pack(
		"{s:s, s:i, s:s}", "videoroom", "event", "error_code", code, "error", error->message);
}

static json_t *start_or_stop(gateway *g, shim *s, json_t *room, bool record, GError **error)
{
	activity_request request = {.notice = notices_find(meetings_notices(g->meetings), "record"),
		.policy = POLICY_EACH,
		.by = s ? shim_attendance(s) : NULL,
		.admin = !s};

	if (!request.notice) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PURPOSE,
			"this server has no notice for the purpose 'record'");
		return NULL;
	}
	return record ? meeting_start(g->meetings, room, &request, error)
		      : meeting_stop(g->meetings, room, request.notice, !s, error);
}

/* Nobody there, or nothing running: VideoRoom does not mind, and a later meeting begins as asked. */
static json_t *apply(gateway *g, shim *s, json_t *room, bool record)
{
	g_autoptr(GError) error = NULL;
	json_t *result = start_or_stop(g, s, room, record, &error);

	json_decref(result);
	if (error && error->code != CONSENT_ERROR_NOT_FOUND)
		return upstream_error(error);
	room_arm(g->meetings, room, record);
	return json_pack("{s:s, s:b}", "videoroom", "success", "record", record);
}

static bool is_host(gateway *g, shim *s, json_t *message, GError **error)
{
	caller who = {.attendance = s ? shim_attendance(s) : NULL, .admin = !s};

	return signalling_is_host(&g->signalling, &who, json_object_get(message, "room"),
		json_string_value(json_object_get(message, "secret")), error);
}

static bool rooms_are_strings(void)
{
	json_t *any = json_string("any");
	bool strings = videoroom_check_room(any) != ROOM_INVALID;

	json_decref(any);
	return strings;
}

/* Upstream's answer to the request without the recording; what is of a wrong type stays so, that it says what
 * it always says. */
static json_t *ask_harmless(gateway *g, json_t *message)
{
	json_t *room = json_object_get(message, "room"), *record = json_object_get(message, "record");
	json_t *harmless = json_copy(message);

	/* Upstream would crash. */
	if (!json_is_string(room) && rooms_are_strings()) {
		json_decref(harmless);
		return ask_exists(g, room);
	}
	if (record)
		json_object_set_new(harmless, "record", json_is_boolean(record) ? json_false() : json_null());
	return ask_upstream(g, harmless);
}

json_t *videoroom_enable_recording(gateway *g, shim *s, json_t *message)
{
	json_t *record = json_object_get(message, "record");
	json_t *answer = ask_harmless(g, message);
	g_autoptr(GError) error = NULL;

	if (json_object_get(answer, "error_code"))
		return answer;
	json_decref(answer);
	if (!is_host(g, s, message, &error))
		return upstream_error(error);
	return apply(g, s, json_object_get(message, "room"), json_is_true(record));
}

/* Every category but "general" is a room to upstream, with or without the prefix. */
static bool is_room(const char *name)
{
	return name && g_ascii_strcasecmp(name, "general") != 0;
}

/* NULL when upstream leaves it out: where rooms are numbers, "12a" is none. */
static json_t *static_room_id(const char *name, bool string_ids)
{
	if (g_str_has_prefix(name, "room-"))
		name += strlen("room-");
	if (string_ids)
		return json_string(name);
	guint64 id = g_ascii_strtoull(name, NULL, 10);
	g_autofree char *again = g_strdup_printf("%" G_GUINT64_FORMAT, id);

	return id && strcmp(name, again) == 0 ? json_integer((json_int_t)id) : NULL;
}

static const char *item(janus_config *config, janus_config_category *category, const char *name)
{
	janus_config_item *i = janus_config_get(config, category, janus_config_type_item, name);

	return i ? i->value : NULL;
}

static void wish_static_folder(gateway *g, json_t *room, const char *folder)
{
	size_t length = strlen(g->settings->recordings);

	if (!folder)
		return;
	if (g_str_has_prefix(folder, g->settings->recordings) && folder[length] == '/')
		folder += length + 1;
	if (!room_folder(g->meetings, room, folder))
		g_warning("the static room's rec_dir %s is not used: it is outside of %s", folder,
			g->settings->recordings);
}

/* Upstream leaves rooms out that it cannot use: those record nothing. */
static bool switch_off(gateway *g, json_t *room, const char *name, const char *secret, GError **error)
{
	room_access access = videoroom_check_secret(room, secret);

	if (access == ROOM_OPENED)
		room_arm(g->meetings, room, true);
	if (access == ROOM_OPENED && !videoroom_can_record(g))
		g_warning("'record' of the static room %s does nothing: there is no notice for the purpose "
			  "'record'; put record.jcfg back into the folder of the notices, or leave 'record' "
			  "out",
			name);
	if (access == ROOM_OPENED || access == ROOM_UNKNOWN)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_UPSTREAM,
		"recording of the static room %s could not be switched off in the upstream plugin: remove "
		"'record' from its configuration",
		name);
	return false;
}

static bool take_over(
	gateway *g, janus_config *config, janus_config_category *category, bool string_ids, GError **error)
{
	const char *record = item(config, category, "record");
	json_t *room = static_room_id(category->name, string_ids);
	bool ok = true;

	if (room && record && janus_is_true(record))
		ok = switch_off(g, room, category->name, item(config, category, "secret"), error);
	if (room)
		wish_static_folder(g, room, item(config, category, "rec_dir"));
	json_decref(room);
	return ok;
}

static janus_config *read_upstream_config(gateway *g, const char *config_folder)
{
	static const char *const endings[] = {"jcfg", "cfg"};

	for (unsigned i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *path =
			g_strdup_printf("%s/%s.%s", config_folder, g->upstream->get_package(), endings[i]);
		janus_config *config = janus_config_parse(path);

		if (config)
			return config;
	}
	return NULL;
}

bool videoroom_static_rooms(gateway *g, const char *config_folder, GError **error)
{
	janus_config *config = read_upstream_config(g, config_folder);
	bool ok = true;

	if (!config)
		return true;
	janus_config_category *general =
		janus_config_get_create(config, NULL, janus_config_type_category, "general");
	const char *strings = item(config, general, "string_ids");
	GList *categories = janus_config_get_categories(config, NULL);
	for (GList *l = categories; l && ok; l = l->next) {
		janus_config_category *category = l->data;

		if (is_room(category->name))
			ok = take_over(g, config, category, strings && janus_is_true(strings), error);
	}
	g_list_free(categories);
	janus_config_destroy(config);
	return ok;
}
