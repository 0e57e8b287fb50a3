/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_support.h"

#include "base_support.h"
#include "capture/mjr_format.h"
#include "ledger/reader.h"

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
	g_autoptr(GMutexLocker) locked = g_mutex_locker_new(&p->lock);

	g_ptr_array_add(p->events, json_deep_copy(event));
	g_cond_broadcast(&p->told);
}

static void keyframe(void *user, int mindex)
{
	peer *p = user;
	g_autoptr(GMutexLocker) locked = g_mutex_locker_new(&p->lock);

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
	w->settings->notices = source_path("conf/consent");
	w->settings->language = g_strdup("en");
	w->settings->origin = g_strdup("test.example/consent");
	w->settings->allowed_requests = g_new0(char *, 1);
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

/* ---- Ledger ---- */

static bool collect(const ledger_entry *entry, void *user)
{
	json_t *body = json_deep_copy(entry->body);

	json_object_set_new(body, "index", json_integer(entry->index));
	if (entry->personal)
		json_object_set(body, "display", json_object_get(entry->personal, "display"));
	json_array_append_new(user, body);
	return true;
}

static ledger_reader *open_reader(const world *w)
{
	g_autoptr(GError) error = NULL;
	ledger_reader *reader = ledger_reader_open(w->settings->store, &error);

	ck_assert_msg(reader != NULL, "%s", error ? error->message : "");
	return reader;
}

json_t *world_entries(const world *w, const char *type)
{
	const char *const types[] = {type, NULL};
	g_autoptr(ledger_reader) reader = open_reader(w);
	json_t *entries = json_array();

	ck_assert(ledger_read(reader, &(ledger_filter){.types = types}, collect, entries, NULL));
	return entries;
}

void world_verify(const world *w)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = open_reader(w);
	gint64 entries = 0;
	char link[HASH_HEX_SIZE];

	ck_assert_msg(ledger_verify(reader, &entries, link, &error), "%s", error ? error->message : "");
	ck_assert_int_gt(entries, 0);
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

json_t *entry_find(json_t *entries, json_t *pattern)
{
	size_t i;
	json_t *entry, *found = NULL;

	ck_assert_ptr_nonnull(pattern);
	json_array_foreach (entries, i, entry) {
		if (!found && json_matches(entry, pattern))
			found = json_incref(entry);
	}
	json_decref(pattern);
	return found;
}

unsigned entry_count(json_t *entries, json_t *pattern)
{
	unsigned count = 0;
	size_t i;
	json_t *entry;

	ck_assert_ptr_nonnull(pattern);
	json_array_foreach (entries, i, entry)
		count += json_matches(entry, pattern);
	json_decref(pattern);
	return count;
}

/* ---- Files ---- */

static void read_mjr(const char *path, GArray *numbers)
{
	g_autofree char *bytes = NULL;
	gsize length, at = MJR_MAGIC_SIZE;

	ck_assert(g_file_get_contents(path, &bytes, &length, NULL));
	ck_assert_uint_gt(length, MJR_MAGIC_SIZE + 2);
	ck_assert_mem_eq(bytes, MJR_MAGIC, MJR_MAGIC_SIZE);
	at += 2 + packet_u16((const uint8_t *)bytes + at);
	while (at < length) {
		ck_assert_mem_eq(bytes + at, MJR_FRAME_MAGIC, MJR_FRAME_MAGIC_SIZE);
		size_t size = packet_u16((const uint8_t *)bytes + at + MJR_FRAME_HEADER_SIZE - 2);
		uint64_t number = number_of((const uint8_t *)bytes + at + MJR_FRAME_HEADER_SIZE);
		ck_assert_uint_eq(size, NUMBERED_SIZE);
		g_array_append_val(numbers, number);
		at += MJR_FRAME_HEADER_SIZE + size;
	}
}

static void read_tree(const char *path, const char *part, GArray *numbers)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	if (!dir && strstr(path, part))
		read_mjr(path, numbers);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		read_tree(child, part, numbers);
	}
}

static int compare(gconstpointer left, gconstpointer right)
{
	uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;

	return l < r ? -1 : l > r;
}

GArray *world_numbers(const world *w, const char *participant, const char *mid)
{
	g_autofree char *part = g_strdup_printf("-%s-%s-", participant, mid);
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint64_t));

	read_tree(w->settings->recordings, part, numbers);
	g_array_sort(numbers, compare);
	return numbers;
}

void assert_captured(const world *w, const char *participant, const char *mid, uint64_t first, uint64_t last)
{
	g_autoptr(GArray) numbers = world_numbers(w, participant, mid);

	ck_assert_uint_eq(numbers->len, last ? last - first + 1 : 0);
	for (unsigned i = 0; i < numbers->len; i++)
		ck_assert_uint_eq(g_array_index(numbers, uint64_t, i), first + i);
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
