/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions of one participant stand close together, so what comes after one of them is looked up once for
 * all that follow: a participant's next few decisions are kept, of the last few participants. */
#include "ledger/succession.h"

#include "base/spans.h"
#include "ledger/paging.h"

/* Meetings that go on at the same time mix their participants' decisions. */
#define PARTICIPANTS 64
/* Of one participant. Beyond them the log is asked again. */
#define ITEMS 256

typedef struct item {
	char *purpose, *medium; /* NULL: every one */
	char *decision, *log;   /* or NULL */
	gint64 position, index, at_ms;
} item;

typedef struct window {
	char *participant; /* NULL: empty */
	gint64 from;       /* items cover the positions from here on */
	bool complete;     /* up to the end of the log as it was */
	GArray *items;
	GError **error; /* while it is filled */
	bool good;
} window;

struct succession {
	ledger_reader *reader;
	window windows[PARTICIPANTS];
	unsigned oldest;
	window next; /* what the next entry of the last one that was asked about holds */
};

static void item_clear(void *data)
{
	item *i = data;
	g_free(i->purpose);
	g_free(i->medium);
	g_free(i->decision);
	g_free(i->log);
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
	window_clear(&s->next);
	g_free(s);
}

/* As succession_find gives it. */
static json_t *make_next(const item *i)
{
	json_t *next = json_object();
	json_object_set_new(next, "log", i->log ? json_string(i->log) : json_null());
	json_object_set_new(next, "index", json_integer(i->index));
	record_set_time(next, "time", i->at_ms);
	json_object_set_new(next, "decision", i->decision ? json_string(i->decision) : json_null());
	return next;
}

/* Takes the texts over. */
static void add(window *w, const ledger_entry *entry, char *purpose, char *medium, char *decision)
{
	const item made = {
		purpose, medium, decision, g_strdup(entry->log), entry->position, entry->index, entry->at_ms};
	g_array_append_val(w->items, made);
}

static char *member(const json_t *object, const char *name)
{
	return g_strdup(json_string_value(json_object_get(object, name)));
}

static bool add_parsed(window *w, const ledger_entry *entry)
{
	ledger_entry parsed = *entry;
	size_t i;
	json_t *one;
	if (!ledger_entry_parse(&parsed, w->error))
		return w->good = false;
	json_array_foreach (json_object_get(parsed.body, "decisions"), i, one)
		add(w, entry, member(one, "purpose"), member(one, "medium"), member(one, "decision"));
	json_decref(parsed.body);
	json_decref(parsed.personal);
	return true;
}

static bool is_text(span s)
{
	return s.at && *s.at == '"';
}

static char *bare(span s)
{
	return g_strndup(s.at + 1, s.length - 2);
}

/* Adds none and returns false when it is for the parser. */
static bool add_spans(window *w, const ledger_entry *entry)
{
	static const char *const body_names[] = {"decisions"};
	static const char *const item_names[] = {"decision", "medium", "purpose"};
	guint before = w->items->len;
	span decisions, of[3];
	if (!g_utf8_validate(entry->text, -1, NULL) || !spans_read(entry->text, body_names, 1, &decisions) ||
		!decisions.at || *decisions.at != '[')
		return false;
	for (const char *at = decisions.at + 1; *at != ']';) {
		if (!spans_read_element(&at, item_names, 3, of) || !is_text(of[0]) || !is_text(of[1]) ||
			!is_text(of[2])) {
			g_array_set_size(w->items, before);
			return false;
		}
		add(w, entry, bare(of[2]), bare(of[1]), bare(of[0]));
	}
	return true;
}

static bool take(const ledger_entry *entry, void *user)
{
	window *w = user;
	if (w->items->len >= ITEMS) {
		w->complete = false;
		return false;
	}
	if (g_strcmp0(entry->type, "erase") == 0)
		add(w, entry, NULL, NULL, g_strdup("erased"));
	return add_spans(w, entry) || add_parsed(w, entry);
}

static void begin(window *w, const char *participant, gint64 from, GError **error)
{
	window_clear(w);
	*w = (window){.participant = g_strdup(participant), .from = from, .complete = true};
	w->items = g_array_new(FALSE, FALSE, sizeof(item));
	g_array_set_clear_func(w->items, item_clear);
	w->error = error;
	w->good = true;
}

static bool fill(succession *s, window *w, const succession_of *of, gint64 after, GError **error)
{
	static const char *const types[] = {"decision", "erase", NULL};
	const ledger_filter filter = {
		.types = types, .participant = of->participant, .after = after, .bare = true};
	begin(w, of->participant, after, error);
	return ledger_read_texts(s->reader, &filter, take, w, error) && w->good;
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
		if (one->position > of->entry->position &&
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
	const item *found = NULL;
	bool good = true, complete = false;
	while (good && !found && !complete) {
		gint64 last = g_array_index(w->items, item, w->items->len - 1).position;
		good = fill(s, &further, of, last + 1, error);
		w = &further;
		found = good ? find_item(w, of) : NULL;
		complete = further.complete;
	}
	if (good)
		*ret = found ? make_next(found) : json_null();
	window_clear(&further);
	return good;
}

static bool search(succession *s, const window *w, const succession_of *of, json_t **ret, GError **error)
{
	const item *found = find_item(w, of);
	if (!found && !w->complete)
		return search_beyond(s, w, of, ret, error);
	*ret = found ? make_next(found) : json_null();
	return true;
}

/* Most were replaced by the next thing that was said, if at all, and that came along. *ret stays untouched
 * where that does not settle it. */
static bool try_next(succession *s, const succession_of *of, json_t **ret, GError **error)
{
	const ledger_entry *next = of->entry->next;
	window *w = &s->next;
	if (!w->items || w->from != next->position) {
		begin(w, of->participant, next->position, error);
		take(next, w);
	}
	const item *found = w->good ? find_item(w, of) : NULL;
	if (found || next->told)
		*ret = found ? make_next(found) : json_null();
	return w->good;
}

bool succession_find(succession *s, const succession_of *of, json_t **ret, GError **error)
{
	const ledger_entry *next = of->entry->next;
	*ret = NULL;
	if (!of->participant || (of->entry->told && !next))
		*ret = json_null();
	else if (next && !try_next(s, of, ret, error))
		return false;
	if (*ret)
		return true;
	window *w = find_window(s, of);
	bool covers = w && w->from <= of->entry->position + 1;
	if (!w)
		w = &s->windows[s->oldest++ % PARTICIPANTS];
	return (covers || fill(s, w, of, of->entry->position + 1, error)) && search(s, w, of, ret, error);
}
