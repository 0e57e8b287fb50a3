/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions of one participant stand close together, so what comes after one of them is looked up once for
 * all that follow: a participant's next few decisions are kept, of the last few participants. */
#include "ledger/succession.h"

#include "ledger/paging.h"

/* Meetings that go on at the same time mix their participants' decisions. */
#define PARTICIPANTS 64
/* Of one participant. Beyond them the log is asked again. */
#define ITEMS 256

typedef struct item {
	char *purpose, *medium; /* NULL: every one */
	gint64 position;
	json_t *next; /* as succession_find gives it */
} item;

typedef struct window {
	char *participant; /* NULL: empty */
	gint64 from;       /* items cover the positions from here on */
	bool complete;     /* up to the end of the log as it was */
	GArray *items;
} window;

struct succession {
	ledger_reader *reader;
	window windows[PARTICIPANTS];
	unsigned oldest;
};

static void item_clear(void *data)
{
	item *i = data;
	g_free(i->purpose);
	g_free(i->medium);
	json_decref(i->next);
}

static void window_clear(window *w)
{
	g_clear_pointer(&w->participant, g_free);
	g_clear_pointer(&w->items, g_array_unref);
}

succession *succession_new(ledger_reader *r)
{
	succession *s = g_new0(succession, 1);
	s->reader = r;
	return s;
}

void succession_free(succession *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < PARTICIPANTS; i++)
		window_clear(&s->windows[i]);
	g_free(s);
}

static json_t *make_next(const ledger_entry *entry, const char *decision)
{
	json_t *next = json_object();
	json_object_set_new(next, "log", entry->log ? json_string(entry->log) : json_null());
	json_object_set_new(next, "index", json_integer(entry->index));
	record_set_time(next, "time", entry->at_ms);
	json_object_set_new(next, "decision", decision ? json_string(decision) : json_null());
	return next;
}

static void add(window *w, const ledger_entry *entry, const json_t *decision)
{
	const char *word = decision ? json_string_value(json_object_get(decision, "decision")) : "erased";
	item made = {
		.purpose = g_strdup(json_string_value(json_object_get(decision, "purpose"))),
		.medium = g_strdup(json_string_value(json_object_get(decision, "medium"))),
		.position = entry->position,
		.next = make_next(entry, word),
	};
	g_array_append_val(w->items, made);
}

static bool take(const ledger_entry *entry, void *user)
{
	window *w = user;
	size_t i;
	json_t *decision;
	if (w->items->len >= ITEMS) {
		w->complete = false;
		return false;
	}
	if (g_strcmp0(entry->type, "erase") == 0)
		add(w, entry, NULL);
	json_array_foreach (json_object_get(entry->body, "decisions"), i, decision)
		add(w, entry, decision);
	return true;
}

static bool fill(succession *s, window *w, const succession_of *of, GError **error)
{
	static const char *const types[] = {"decision", "erase", NULL};
	const ledger_filter filter = {
		.types = types, .participant = of->participant, .after = of->position + 1, .bare = true};
	window_clear(w);
	w->participant = g_strdup(of->participant);
	w->from = of->position + 1;
	w->complete = true;
	w->items = g_array_new(FALSE, FALSE, sizeof(item));
	g_array_set_clear_func(w->items, item_clear);
	return ledger_read(s->reader, &filter, take, w, error);
}

static window *find_window(succession *s, const succession_of *of)
{
	for (size_t i = 0; i < PARTICIPANTS; i++)
		if (g_strcmp0(s->windows[i].participant, of->participant) == 0)
			return &s->windows[i];
	return NULL;
}

static const item *find_item(const window *w, const succession_of *of)
{
	for (guint i = 0; i < w->items->len; i++) {
		const item *one = &g_array_index(w->items, item, i);
		if (one->position > of->position &&
			(!one->purpose || g_strcmp0(one->purpose, of->purpose) == 0) &&
			(!one->medium || g_strcmp0(one->medium, of->medium) == 0))
			return one;
	}
	return NULL;
}

/* A participant who decides without end may have said the next thing beyond the window: another one moves on
 * from there until it holds it, or the log ends. */
static bool search_beyond(
	succession *s, const window *w, const succession_of *of, json_t **ret, GError **error)
{
	window further = {0};
	succession_of beyond = *of;
	const item *found = NULL;
	bool good = true, complete = false;
	while (good && !found && !complete) {
		beyond.position = g_array_index(w->items, item, w->items->len - 1).position;
		good = fill(s, &further, &beyond, error);
		w = &further;
		found = good ? find_item(w, of) : NULL;
		complete = further.complete;
	}
	if (good)
		*ret = found ? json_incref(found->next) : json_null();
	window_clear(&further);
	return good;
}

static bool search(succession *s, const window *w, const succession_of *of, json_t **ret, GError **error)
{
	const item *found = find_item(w, of);
	if (!found && !w->complete)
		return search_beyond(s, w, of, ret, error);
	*ret = found ? json_incref(found->next) : json_null();
	return true;
}

bool succession_find(succession *s, const succession_of *of, json_t **ret, GError **error)
{
	if (!of->participant) {
		*ret = json_null();
		return true;
	}
	window *w = find_window(s, of);
	bool covers = w && w->from <= of->position + 1;
	if (!w)
		w = &s->windows[s->oldest++ % PARTICIPANTS];
	return (covers || fill(s, w, of, error)) && search(s, w, of, ret, error);
}
