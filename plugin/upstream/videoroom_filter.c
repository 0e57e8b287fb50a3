/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VideoRoom's requests (1.1.2 to 1.4) as a table: what each may carry past the gateway. What is not listed is
 * refused. */
#include "upstream/gateway.h"

#include "signalling/fields.h"

#include <string.h>

/* Bytes of a room's or feed's id. */
#define ID_MAX 255
#define TOO_LONG "the field '%.*s' is longer than " G_STRINGIFY(ID_MAX) " bytes: choose a shorter one"

typedef enum {
	PASS,             /* cannot make upstream record or forward */
	STRIP,            /* passes without the fields that would */
	ROOM,             /* create and edit: likewise, and the gateway remembers what was wanted */
	ENABLE_RECORDING, /* an alias of consent_start and consent_stop */
	REFUSE,           /* sends media elsewhere */
} action;

static const struct {
	const char *name;
	action action;
} requests[] = {
	{"join", STRIP},
	{"joinandconfigure", STRIP},
	{"configure", STRIP},
	{"publish", STRIP},
	{"update", STRIP},
	{"create", ROOM},
	{"edit", ROOM},
	{"enable_recording", ENABLE_RECORDING},
	{"rtp_forward", REFUSE},
	{"publish_remotely", REFUSE},
	{"add_remote_publisher", REFUSE},
	{"update_remote_publisher", REFUSE},
	{"allowed", PASS},
	{"destroy", PASS},
	{"exists", PASS},
	{"kick", PASS},
	{"leave", PASS},
	{"list", PASS},
	{"listforwarders", PASS},
	{"listparticipants", PASS},
	{"listremotes", PASS},
	{"moderate", PASS},
	{"pause", PASS},
	{"remove_remote_publisher", PASS},
	{"start", PASS},
	{"stop_rtp_forward", PASS},
	{"subscribe", PASS},
	{"switch", PASS},
	{"unpublish", PASS},
	{"unpublish_remotely", PASS},
	{"unsubscribe", PASS},
};

/* Upstream compares names without regard to case. */
static action action_of(const gateway *g, const char *name)
{
	action known = REFUSE;

	for (unsigned i = 0; i < G_N_ELEMENTS(requests); i++)
		if (g_ascii_strcasecmp(requests[i].name, name) == 0)
			known = requests[i].action;
	if (known != REFUSE)
		return known;
	for (char **allowed = g->settings->allowed_requests; allowed && *allowed; allowed++)
		if (g_ascii_strcasecmp(*allowed, name) == 0)
			return PASS;
	return REFUSE;
}

/* `format` takes the name as "%.*s". */
static json_t *refusal(consent_error code, const char *format, const char *name)
{
	g_autoptr(GError) error = g_error_new(CONSENT_ERROR, code, format, field_shown(name), name);

	return signalling_error(error);
}

static json_t *nameless(json_t *message)
{
	g_autoptr(GError) error = NULL;

	signalling_refuse_nameless(message, &error);
	return signalling_error(error);
}

/* The one that the request is about, or else the one that the peer is in; NULL: none. */
static json_t *room_of(shim *s, json_t *message)
{
	json_t *room = json_object_get(message, "room");
	attendance *a = shim_attendance(s);

	return room || !a ? room : attendance_room(a);
}

static void tell_blocked(shim *s, json_t *message, const char *member, const char *hint)
{
	if (!s)
		return;
	json_t *event = json_pack("{s:s, s:s, s:O, s:s, s:s, s:O*}", "consent", "event", "event", "blocked",
		"request", json_object_get(message, "request"), "field", member, "hint", hint, "room",
		room_of(s, message));
	shim_push(s, event);
	json_decref(event);
}

#define HINT_RECORD "this server records only those who agree: ask with consent_start for purpose record"
#define HINT_NO_RECORD "this server records nothing: it has no notice for the purpose 'record'"
#define HINT_FORWARD                                                                                         \
	"it could send media past the gateway: use consent_start, or let the operator allow it by "          \
	"'allowed_requests'"
#define HINT_FOLDER "segments go under the server's recordings folder: name a sub-folder of it"

/* A copy of the message without `member`, or the message itself. Anything but a plain false counts. */
static json_t *strip(shim *s, json_t *message, const char *member, const char *hint)
{
	json_t *value = json_object_get(message, member);

	if (!value || json_is_false(value))
		return message;
	json_t *copy = json_copy(message);
	json_object_del(copy, member);
	if (hint)
		tell_blocked(s, message, member, hint);
	json_decref(message);
	return copy;
}

static json_t *strip_all(gateway *g, shim *s, json_t *message)
{
	const char *hint = videoroom_can_record(g) ? HINT_RECORD : HINT_NO_RECORD;

	message = strip(s, json_incref(message), "record", hint);
	return strip(s, message, "filename", hint);
}

/* The part of a folder below the recordings folder; NULL when it is outside. */
static char *sub_folder(const gateway *g, const char *folder)
{
	const char *base = g->settings->recordings;
	size_t length = strlen(base);

	if (!g_path_is_absolute(folder))
		return g_strdup(folder);
	if (strncmp(folder, base, length) != 0 || (folder[length] != '/' && folder[length] != '\0'))
		return NULL;
	return g_strdup(folder + length + strspn(folder + length, "/"));
}

static void wish_folder(gateway *g, shim *s, json_t *message, json_t *wishes, const char *member)
{
	const char *folder = json_string_value(json_object_get(message, member));
	g_autofree char *below = folder ? sub_folder(g, folder) : NULL;

	if (below && room_folder_is_inside(below))
		json_object_set_new(wishes, "folder", json_string(below));
	else if (folder)
		tell_blocked(s, message, member, HINT_FOLDER);
	/* The Admin API has no events. */
	if (folder && !s && !json_object_get(wishes, "folder"))
		g_warning("a room's %s is not used: " HINT_FOLDER " (%s)", member, g->settings->recordings);
}

static void wish_record(gateway *g, shim *s, json_t *message, json_t *wishes, const char *member)
{
	json_t *record = json_object_get(message, member);

	if (json_is_boolean(record))
		json_object_set(wishes, "record", record);
	if (!json_is_true(record) || videoroom_can_record(g))
		return;
	tell_blocked(s, message, member, HINT_NO_RECORD);
	if (!s)
		g_warning("a room's %s does nothing: " HINT_NO_RECORD, member);
}

static filtered filter_room(gateway *g, shim *s, json_t *message)
{
	static const char *const fields[] = {"record", "new_record", "rec_dir", "new_rec_dir"};
	filtered f = {.message = json_incref(message), .room_wishes = json_object()};

	wish_record(g, s, message, f.room_wishes, "record");
	wish_record(g, s, message, f.room_wishes, "new_record");
	wish_folder(g, s, message, f.room_wishes, "rec_dir");
	wish_folder(g, s, message, f.room_wishes, "new_rec_dir");
	for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
		f.message = strip(s, f.message, fields[i], NULL);
	return f;
}

static filtered refuse(shim *s, json_t *message, const char *name)
{
	tell_blocked(s, message, "request", HINT_FORWARD);
	return (filtered){.answer = refusal(CONSENT_ERROR_PAST_GATEWAY,
				  "'%.*s' is not let through: " HINT_FORWARD, name)};
}

/* Where ids are strings a client chooses them. They stand in every entry, and a database keeps them
 * in an index. */
static const char *long_id(json_t *message)
{
	static const char *const ids[] = {"room", "id"};

	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		if (json_string_length(json_object_get(message, ids[i])) > ID_MAX)
			return ids[i];
	return NULL;
}

filtered videoroom_filter(gateway *g, shim *s, json_t *message)
{
	const char *name = json_string_value(json_object_get(message, "request"));
	const char *too_long = long_id(message);

	if (!name)
		return (filtered){.answer = nameless(message)};
	if (too_long)
		return (filtered){.answer = refusal(CONSENT_ERROR_INVALID, TOO_LONG, too_long)};
	switch (action_of(g, name)) {
	case PASS:
		return (filtered){.message = json_incref(message)};
	case STRIP:
		return (filtered){.message = strip_all(g, s, message)};
	case ROOM:
		return filter_room(g, s, message);
	case ENABLE_RECORDING:
		return (filtered){.answer = videoroom_enable_recording(g, s, message)};
	default:
		if (videoroom_is_consented_forward(name, message))
			return (filtered){.answer = videoroom_rtp_forward(g, s, message)};
		return refuse(s, message, name);
	}
}
