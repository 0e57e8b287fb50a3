/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_support.h"

#include "base/clock.h"
#include "base_support.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

/* ---- The fake upstream ---- */

room_access fake_check_room(json_t *room)
{
	json_int_t id = json_integer_value(room);

	if (!json_is_integer(room))
		return ROOM_INVALID;
	return id == ROOM || id == OPEN_ROOM || id == EMPTY_ROOM ? ROOM_OPENED : ROOM_UNKNOWN;
}

room_access fake_check_secret(json_t *room, const char *secret)
{
	room_access access = fake_check_room(room);

	if (access != ROOM_OPENED || json_integer_value(room) == OPEN_ROOM)
		return access;
	return g_strcmp0(secret, SECRET) == 0 ? ROOM_OPENED : ROOM_DENIED;
}

/* ---- The fake host ---- */

static void push(void *user, json_t *event)
{
	peer *p = user;
	SCOPE_LOCK(&p->lock);
	g_ptr_array_add(p->events, json_deep_copy(event));
	p->ended_us =
		json_is_false(json_object_get(event, "capturing")) ? g_get_monotonic_time() : p->ended_us;
	g_cond_broadcast(&p->told);
}

static void keyframe(void *user, int mindex)
{
	peer *p = user;
	SCOPE_LOCK(&p->lock);
	p->keyframes += mindex == 1;
}

/* ---- World ---- */

static char *in_folder(const world *w, const char *name)
{
	return g_build_filename(w->folder, name, NULL);
}

void world_open(world *w)
{
	g_autoptr(GError) error = NULL;

	w->all = meetings_create(w->settings, &(meeting_host){.push = push, .keyframe = keyframe}, &error);
	ck_assert_msg(w->all != NULL, "%s", error ? error->message : "");
	w->signalling = (signalling){
		.meetings = w->all, .check_secret = fake_check_secret, .check_room = fake_check_room};
}

void world_init(world *w)
{
	w->folder = scratch_new();
	w->settings = g_new0(settings, 1);
	w->settings->package = g_strdup("janus.plugin.consent");
	w->settings->store = in_folder(w, "ledger.sqlite");
	w->settings->recordings = in_folder(w, "recordings");
	/* What is on disk shall be read at a glance; test_meeting_keys has encrypted files. */
	w->settings->plain_files = true;
	w->settings->capture_key = in_folder(w, "capture-key");
	w->settings->notices = source_path("conf/consent");
	w->settings->language = g_strdup("en");
	w->settings->origin = g_strdup("test.example/consent");
	w->settings->allowed_requests = g_new0(char *, 1);
	w->settings->feeds = in_folder(w, "feeds");
	w->settings->forward_to = g_strsplit("127.0.0.1 ::1 192.0.2.7", " ", -1);
	w->settings->ledger_timeout_ms = 20000;
	world_open(w);
}

void world_close(world *w)
{
	g_clear_pointer(&w->all, meetings_destroy);
}

void world_clear(world *w)
{
	world_close(w);
	settings_free(w->settings);
	scratch_remove(w->folder);
}

void world_await_written(world *w, json_int_t packets)
{
	for (json_int_t written = -1; written < packets; g_thread_yield()) {
		json_t *stats = meetings_stats(w->all);

		written = integer_of(json_object_get(stats, "capture"), "packets");
		json_decref(stats);
	}
}

static void move(const char *from, const char *to)
{
	ck_assert_int_eq(g_rename(from, to), 0);
}

static char *away(const char *path)
{
	return g_strconcat(path, ".away", NULL);
}

void world_break_ledger(world *w)
{
	g_autofree char *hidden = away(w->settings->store);

	move(w->settings->store, hidden);
}

void world_mend_ledger(world *w)
{
	g_autofree char *hidden = away(w->settings->store);

	move(hidden, w->settings->store);
}

void world_break_disk(world *w)
{
	g_autofree char *hidden = away(w->settings->recordings);

	move(w->settings->recordings, hidden);
	ck_assert(g_file_set_contents(w->settings->recordings, "", 0, NULL));
}

void world_mend_disk(world *w)
{
	g_autofree char *hidden = away(w->settings->recordings);

	g_remove(w->settings->recordings);
	move(hidden, w->settings->recordings);
}

/* ---- Peers ---- */

static void decref(gpointer json)
{
	json_decref(json);
}

peer *peer_arrive(world *w, json_int_t room, json_int_t feed, const char *display)
{
	peer *p = g_new0(peer, 1);
	json_t *room_json = json_integer(room), *feed_json = json_integer(feed);

	p->world = w;
	g_mutex_init(&p->lock);
	g_cond_init(&p->told);
	p->events = g_ptr_array_new_with_free_func(decref);
	p->attendance = attendance_join(w->all, room_json, feed_json, display, p);
	json_decref(room_json);
	json_decref(feed_json);
	json_t *info = attendance_info(p->attendance, NULL);
	p->id = g_strdup(json_string_value(json_object_get(info, "participant")));
	json_decref(info);
	return p;
}

peer *peer_join(world *w, json_int_t room, json_int_t feed, const char *display)
{
	peer *p = peer_arrive(w, room, feed, display);

	attendance_announce(p->attendance);
	attendance_connected(p->attendance);
	return p;
}

void peer_free(peer *p)
{
	if (!p)
		return;
	attendance_free(p->attendance);
	g_ptr_array_unref(p->events);
	g_mutex_clear(&p->lock);
	g_cond_clear(&p->told);
	g_free(p->id);
	g_free(p);
}

capture_track *peer_audio(peer *p)
{
	attendance_connected(p->attendance);
	return attendance_track(p->attendance,
		&(track_spec){
			.mindex = 0, .mid = "a", .medium = MEDIUM_AUDIO, .codec = "opus", .sending = true});
}

capture_track *peer_video(peer *p)
{
	attendance_connected(p->attendance);
	return attendance_track(p->attendance,
		&(track_spec){
			.mindex = 1, .mid = "v", .medium = MEDIUM_VIDEO, .codec = "vp8", .sending = true});
}

/* Lock held. */
static int find(peer *p, json_t *pattern, unsigned from)
{
	for (unsigned i = from; i < p->events->len; i++)
		if (json_matches(g_ptr_array_index(p->events, i), pattern))
			return (int)i;
	return -1;
}

const char *text_of(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

json_int_t integer_of(json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

void assert_members(json_t *object, const char *const *names)
{
	for (unsigned i = 0; names[i]; i++)
		ck_assert_msg(json_object_get(object, names[i]) != NULL, "%s is missing", names[i]);
}

bool is_time(json_t *value)
{
	gint64 ms;

	return json_is_string(value) && clock_parse(json_string_value(value), &ms);
}

bool json_matches(json_t *object, json_t *pattern)
{
	const char *name;
	json_t *value;

	json_object_foreach (pattern, name, value) {
		if (!json_equal(json_object_get(object, name), value))
			return false;
	}
	return true;
}

static json_t *pack(const char *format, va_list arguments)
{
	json_error_t error;
	json_t *value = json_vpack_ex(&error, 0, format, arguments);

	ck_assert_msg(value != NULL, "%s: %s", format, error.text);
	return value;
}

json_t *peer_await(peer *p, const char *format, ...)
{
	va_list arguments;
	int at;

	va_start(arguments, format);
	json_t *pattern = pack(format, arguments);
	va_end(arguments);
	g_mutex_lock(&p->lock);
	while ((at = find(p, pattern, p->read)) < 0)
		g_cond_wait(&p->told, &p->lock);
	p->read = (unsigned)at + 1;
	json_t *event = g_ptr_array_index(p->events, at);
	g_mutex_unlock(&p->lock);
	json_decref(pattern);
	return event;
}

unsigned peer_count(peer *p, const char *format, ...)
{
	va_list arguments;
	unsigned count = 0;

	va_start(arguments, format);
	json_t *pattern = pack(format, arguments);
	va_end(arguments);
	g_mutex_lock(&p->lock);
	for (int at = -1; (at = find(p, pattern, (unsigned)(at + 1))) >= 0;)
		count++;
	g_mutex_unlock(&p->lock);
	json_decref(pattern);
	return count;
}

int peer_position(peer *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	json_t *pattern = pack(format, arguments);
	va_end(arguments);
	g_mutex_lock(&p->lock);
	int at = find(p, pattern, 0);
	g_mutex_unlock(&p->lock);
	json_decref(pattern);
	return at;
}

/* ---- Requests ---- */

static json_t *ask(world *w, const caller *who, json_t *message)
{
	json_t *answer = signalling_answer(&w->signalling, who, message);

	json_decref(message);
	ck_assert(json_is_object(answer));
	return answer;
}

json_t *peer_ask(peer *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	json_t *message = pack(format, arguments);
	va_end(arguments);
	return ask(p->world, &(caller){.attendance = p->attendance}, message);
}

json_t *world_ask_admin(world *w, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	json_t *message = pack(format, arguments);
	va_end(arguments);
	return ask(w, &(caller){.admin = true}, message);
}

json_t *world_ask_stranger(world *w, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	json_t *message = pack(format, arguments);
	va_end(arguments);
	return ask(w, &(caller){0}, message);
}

int code_of(json_t *answer)
{
	json_t *code = json_object_get(answer, "error_code");
	int value = (int)json_integer_value(code);

	if (code) {
		ck_assert_str_eq(json_string_value(json_object_get(answer, "consent")), "event");
		ck_assert(json_is_string(json_object_get(answer, "error")));
	}
	json_decref(answer);
	return value;
}

json_t *decision_of(const world *w, const char *purpose, unsigned media, const char *answer)
{
	const notice *n = notices_find(meetings_notices(w->all), purpose);
	json_t *array = json_array();

	ck_assert_ptr_nonnull(n);
	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if (media & m)
			json_array_append_new(array, json_string(medium_name(m)));
	return json_pack("{s:s, s:o, s:s, s:s}", "purpose", purpose, "media", array, "decision", answer,
		"notice", n->hash);
}

int peer_decide(peer *p, const char *purpose, unsigned media, const char *answer)
{
	return code_of(peer_ask(p, "{s:s, s:[o]}", "request", "consent_decide", "decisions",
		decision_of(p->world, purpose, media, answer)));
}

int peer_withdraw(peer *p)
{
	return code_of(peer_ask(p, "{s:s}", "request", "consent_withdraw"));
}

int world_start(world *w, json_int_t room, const char *purpose)
{
	return code_of(world_ask_stranger(w, "{s:s, s:I, s:s, s:s}", "request", "consent_start", "room", room,
		"purpose", purpose, "secret", SECRET));
}

int world_stop(world *w, json_int_t room, const char *purpose)
{
	return code_of(world_ask_stranger(w, "{s:s, s:I, s:s, s:s}", "request", "consent_stop", "room", room,
		"purpose", purpose, "secret", SECRET));
}
