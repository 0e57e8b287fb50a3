/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A segment's way: gate opened → entry "opened" committed → file made and written → gate closed → drained →
 * entry "closed". */
#include "meeting/private.h"

#include <sodium.h>

/* Travels with a segment through ledger and writer. */
typedef struct segment_context {
	capture_segment *segment;
	json_t *closed;  /* the closed entry's body as far as it is known */
	bool opened;     /* the ledger has the opened entry; written and read before and after confirm */
	char *feed_host; /* NULL: no live feed */
	unsigned feed_port;
	/* Under the lock: what to post once the file is removed; NULL: it stays. */
	json_t *erased, *forget;
} segment_context;

static json_t *purposes_json(const meeting *m, guint32 purposes)
{
	json_t *array = json_array();

	for (unsigned p = 0; p < m->roster.count; p++)
		if (purposes & (1u << p))
			json_array_append_new(array, json_string(meeting_notice(m, p)->purpose));
	return array;
}

static json_t *grants_json(const meeting *m, attendance *a, const track *t)
{
	json_t *array = json_array();

	for (unsigned p = 0; p < m->roster.count; p++)
		if (t->purposes & (1u << p))
			json_array_append_new(array,
				json_pack("{s:s, s:I}", "purpose", meeting_notice(m, p)->purpose, "index",
					(json_int_t)decision_card_at(&a->person->member.card, p, t->medium)
						->index));
	return array;
}

static json_t *segment_body(const meeting *m, const attendance *a, const char *segment, const char *state)
{
	json_t *body = journal_body(m);

	json_object_set_new(body, "segment", json_string(segment));
	json_object_set_new(body, "participant", json_string(a->person->id));
	json_object_set_new(body, "state", json_string(state));
	return body;
}

static json_t *opened_body(
	const meeting *m, attendance *a, const track *t, const char *file, const char *forwarded)
{
	json_t *body = segment_body(m, a, t->segment, "opened");

	json_object_set_new(body, "feed", journal_id(a->feed));
	json_object_set_new(body, "mid", json_string(t->mid));
	json_object_set_new(body, "medium", json_string(medium_name(t->medium)));
	json_object_set_new(body, "codec", json_string(t->codec));
	if (t->encrypted)
		json_object_set_new(body, "encrypted", json_true());
	json_object_set_new(body, "purposes", purposes_json(m, t->purposes));
	json_object_set_new(body, "decisions", grants_json(m, a, t));
	if (strcmp(keys_owner(a->person), a->person->id) != 0)
		json_object_set_new(body, "keys_of", json_string(keys_owner(a->person)));
	json_object_set_new(body, "file", file ? json_string(file) : json_null());
	if (forwarded)
		json_object_set_new(body, "forward", json_string(forwarded));
	return body;
}

/* Ledger thread: only now may the writer make the file. */
static void on_opened(const ledger_place *place, void *user)
{
	segment_context *context = user;

	context->opened = place != NULL;
	capture_segment_confirm(context->segment, place != NULL);
}

static json_t *mark_json(const packet_mark *mark)
{
	return json_pack("{s:i, s:I, s:o}", "seq", (int)mark->seq, "timestamp", (json_int_t)mark->timestamp,
		"at", view_time(mark->at_ms));
}

void segment_result_json(json_t *body, const segment_result *r)
{
	json_object_set_new(body, "reason", json_string(r->reason));
	json_object_set_new(body, "file", r->file ? json_string(r->file) : json_null());
	json_object_set_new(body, "packets", json_integer((json_int_t)r->packets));
	json_object_set_new(body, "bytes", json_integer((json_int_t)r->bytes));
	json_object_set_new(body, "lost", json_integer((json_int_t)r->lost));
	if (!r->packets)
		return;
	json_object_set_new(body, "first", mark_json(&r->first));
	json_object_set_new(body, "last", mark_json(&r->last));
	json_object_set_new(body, "ssrc", json_integer(r->ssrc));
	json_object_set_new(body, "sha256", r->file ? json_string(r->sha256) : json_null());
}

void segment_erase_later(meetings *all, const char *segment, json_t *body, json_t *values)
{
	segment_context *context = g_hash_table_lookup(all->live, segment);

	json_decref(context->erased);
	json_decref(context->forget);
	context->erased = body;
	context->forget = values;
}

bool segment_feeds(gconstpointer data, const char *host, unsigned port)
{
	const segment_context *context = data;

	return context->feed_port == port && g_strcmp0(context->feed_host, host) == 0;
}

static void erase(meetings *all, segment_context *context, const char *file)
{
	g_autoptr(GError) error = NULL;

	if (file && !capture_remove(all->settings->recordings, file, &error)) {
		g_warning("a segment is not erased yet: %s", error->message);
		erasure_postpone(all, json_string_value(json_object_get(context->erased, "participant")),
			json_string_value(json_object_get(context->erased, "reason")),
			json_string_value(json_object_get(context->erased, "by")));
		json_decref(context->erased);
		json_decref(context->forget);
		return;
	}
	ledger_post_with(
		all->ledger, LEDGER_KEPT, "segment", context->erased, NULL, context->forget, NULL, NULL);
}

/* Lock held. What is captured rests on a ledger that can be written: also when nobody writes to it. */
static void watch_ledger(meetings *all)
{
	ledger_watch(all->ledger, g_hash_table_size(all->live) > 0);
}

static void forget_live(meetings *all, const char *segment)
{
	SCOPE_LOCK(&all->lock);

	g_hash_table_remove(all->live, segment);
	watch_ledger(all);
	g_cond_broadcast(&all->finished);
}

/* Writer thread. */
void segment_closed(const segment_result *result, void *user)
{
	meetings *all = user;
	segment_context *context = result->user;

	if (context->opened) {
		segment_result_json(context->closed, result);
		ledger_post(all->ledger, LEDGER_KEPT, "segment", context->closed, NULL, NULL, NULL);
	} else {
		json_decref(context->closed);
	}
	/* Not before the entry is on its way: whoever erases waits for this, and writes behind it. */
	forget_live(all, result->id);
	if (context->erased)
		erase(all, context, result->file);
	g_free(context->feed_host);
	g_free(context);
}

/* Longer names of rooms are cut, and told apart by a hash. */
#define ROOM_NAME_MAX 150

/* One plain name for every room, so that no segment is ever refused for its room's. */
static char *room_folder_name(const char *room)
{
	char *name = g_uri_escape_string(room, NULL, FALSE), hex[HASH_HEX_SIZE];

	if (strlen(name) > ROOM_NAME_MAX) {
		hash_bytes_hex(room, strlen(room), hex);
		char *cut = g_strdup_printf("%.*s-%s", ROOM_NAME_MAX, name, hex);
		g_free(name);
		name = cut;
	}
	/* A room may be called "" or ".."; escaping leaves dots alone. */
	if (name[0] == '.')
		name[0] = '_';
	if (name[0])
		return name;
	g_free(name);
	return g_strdup("_");
}

static char *segment_folder(const meeting *m)
{
	room_settings *r = g_hash_table_lookup(m->all->rooms, m->room_text);
	g_autofree char *room = room_folder_name(m->room_text);

	return r && r->folder ? g_build_filename(r->folder, room, NULL) : g_strdup(room);
}

/* 20260102T030405Z-<participant>-<mid>-<segment> */
static char *segment_name(const attendance *a, const track *t, gint64 now_ms)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(now_ms / 1000);
	g_autofree char *stamp = g_date_time_format(now, "%Y%m%dT%H%M%SZ");
	g_autofree char *mid =
		g_strcanon(g_strndup(t->mid, 16), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS, '_');

	return g_strdup_printf("%s-%s-%s-%s", stamp, a->person->id, mid, t->segment);
}

typedef void (*on_attendance)(attendance *a, const char *segment);

/* Whoever's segment that is. */
static void for_attendances(meetings *all, on_attendance each, const char *segment)
{
	SCOPE_LOCK(&all->lock);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		meeting *m = value;

		for (guint i = 0; i < m->attendances->len; i++)
			each(m->attendances->pdata[i], segment);
	}
}

static void rotate(attendance *a, const char *segment)
{
	gate_rotate(a, segment, "source changed", true);
}

void segment_source_changed(const char *id, void *user)
{
	for_attendances(user, rotate, id);
}

void segment_keyframe_wanted(const char *id, void *user)
{
	for_attendances(user, gate_keyframe, id);
}

void segment_open(meeting *m, attendance *a, track *t, const char *reason, bool continues, gint64 now_ms)
{
	segment_context *context = g_new0(segment_context, 1);
	g_autofree char *folder = segment_folder(m);

	g_free(t->segment);
	t->segment = g_uuid_string_random();
	g_autofree char *name = segment_name(a, t, now_ms);
	uint8_t key[SEALING_KEY_SIZE];
	feed_spec feed = {0};
	g_autofree char *forwarded = NULL;
	bool feeds = forward_choose(m, t, a->person->id, &feed, &forwarded);
	bool stored = forward_stored(m, t->purposes) != 0;
	json_t *values = stored ? keys_make(m, a, t, key) : NULL;
	g_autofree char *file = stored ? capture_path(folder, name, values != NULL) : NULL;
	context->feed_host = feeds ? g_strdup(feed.host) : NULL;
	context->feed_port = feed.port;
	context->closed = segment_body(m, a, t->segment, "closed");
	segment_spec spec = {
		.id = t->segment,
		.folder = folder,
		.name = name,
		.medium = t->medium,
		.codec = t->codec,
		.fmtp = t->fmtp,
		.description = t->description,
		.extensions = t->extensions,
		.encrypted = t->encrypted,
		.red_pt = t->red_pt,
		.continues = continues,
		.feed = feeds ? &feed : NULL,
		.unstored = !stored,
		.key = values ? key : NULL,
		.not_after_ms = t->until_ms,
		.user = context,
	};
	g_hash_table_insert(m->all->live, g_strdup(t->segment), context);
	watch_ledger(m->all);
	context->segment = capture_track_rotate(t->gate, &spec, reason);
	sodium_memzero(key, sizeof key);
	forward_clear(&feed);
	ledger_post_with(m->all->ledger, LEDGER_ANSWERED, "segment", opened_body(m, a, t, file, forwarded),
		NULL, values, on_opened, context);
}
