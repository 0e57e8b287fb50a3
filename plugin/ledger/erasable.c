/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/erasable.h"

#include "base/error.h"
#include "ledger/paging.h"

#include <string.h>

void erasable_free(gpointer data)
{
	erasable *e = data;
	if (!e)
		return;
	json_decref(e->opened);
	g_ptr_array_unref(e->asked);
	g_free(e->segment);
	g_free(e->participant);
	g_free(e->file);
	g_free(e);
}

/* A segment while the log is being read; `left` are the purposes that it may still serve. */
typedef struct held {
	erasable *e;
	GPtrArray *left; /* strings of e->opened */
	gint64 bound; /* where the log says that its participant is the one who is asked for; −1: always was
		       */
	bool begun;
} held;

static void held_free(gpointer data)
{
	held *h = data;
	erasable_free(h->e);
	g_ptr_array_unref(h->left);
	g_free(h);
}

static const char *text(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

/* A participant who proved the key of another. */
typedef struct whom {
	char *id;
	gint64 bound; /* position of the entry that says so */
} whom;

static void whom_clear(gpointer one)
{
	g_free(((whom *)one)->id);
}

typedef struct holding {
	GPtrArray *order;  /* of held */
	GHashTable *by_id; /* segment → held, both borrowed */
	GArray *former;    /* of whom they were */
	const whom *of;    /* the one whose entries are read; NULL: the one who is asked for */
	gint64 at;         /* position of the entry that is read */
	const char *log;   /* of erasable_asked; NULL: one log is read */
	GHashTable *asked; /* cells that other logs have erased, and nobody granted here again */
} holding;

static holding *holding_new(void)
{
	holding *h = g_new0(holding, 1);
	h->order = g_ptr_array_new_with_free_func(held_free);
	h->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	h->former = g_array_new(FALSE, FALSE, sizeof(whom));
	g_array_set_clear_func(h->former, whom_clear);
	h->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return h;
}

static void holding_free(holding *h)
{
	g_hash_table_unref(h->by_id);
	g_ptr_array_unref(h->order);
	g_array_unref(h->former);
	g_hash_table_unref(h->asked);
	g_free(h);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(holding, holding_free)

static char *cell_name(const char *purpose, const char *medium)
{
	return g_strdup_printf("%s\n%s", purpose ? purpose : "", medium ? medium : "");
}

static bool is_asked(const holding *all, const char *purpose, const char *medium)
{
	g_autofree char *cell = cell_name(purpose, medium);
	return g_hash_table_contains(all->asked, cell);
}

static void open_segment(holding *all, json_t *body)
{
	held *h = g_new0(held, 1);
	size_t i;
	json_t *purpose;
	h->e = g_new0(erasable, 1);
	h->bound = all->of ? all->of->bound : -1;
	h->e->opened = json_incref(body);
	h->e->segment = g_strdup(text(body, "segment"));
	h->e->participant = g_strdup(text(body, "participant"));
	h->e->file = g_strdup(text(body, "file"));
	h->left = g_ptr_array_new();
	h->e->asked = g_ptr_array_new();
	json_array_foreach (json_object_get(body, "purposes"), i, purpose) {
		g_ptr_array_add(h->left, (gpointer)json_string_value(purpose));
		if (is_asked(all, json_string_value(purpose), text(body, "medium")))
			g_ptr_array_add(h->e->asked, (gpointer)json_string_value(purpose));
	}
	g_hash_table_insert(all->by_id, h->e->segment, h);
	g_ptr_array_add(all->order, h);
}

static void drop_segment(holding *all, held *h)
{
	g_hash_table_remove(all->by_id, h->e->segment);
	g_ptr_array_remove(all->order, h);
}

/* The same text among these, NULL: it is none of them. */
static char *find_text(const GPtrArray *texts, const char *wanted)
{
	for (guint i = 0; i < texts->len; i++)
		if (g_strcmp0(texts->pdata[i], wanted) == 0)
			return texts->pdata[i];
	return NULL;
}

static void remove_text(GPtrArray *texts, const char *unwanted)
{
	for (guint i = 0; i < texts->len; i++)
		if (g_strcmp0(texts->pdata[i], unwanted) == 0)
			g_ptr_array_remove_index(texts, i--);
}

static void drop_purpose(held *h, const char *purpose)
{
	remove_text(h->left, purpose);
	remove_text(h->e->asked, purpose);
	h->begun |= h->left->len == 0;
}

static void narrow_segment(held *h, const json_t *body)
{
	size_t i;
	json_t *purpose;
	json_array_foreach (json_object_get(body, "purposes"), i, purpose)
		drop_purpose(h, json_string_value(purpose));
}

static void take_segment(holding *all, json_t *body)
{
	const char *state = text(body, "state"), *id = text(body, "segment");
	held *h = id ? g_hash_table_lookup(all->by_id, id) : NULL;
	if (id && g_strcmp0(state, "opened") == 0 && !h)
		open_segment(all, body);
	if (!h)
		return;
	if (g_strcmp0(state, "closed") == 0) {
		h->e->closed = true;
		g_free(h->e->file);
		h->e->file = g_strdup(text(body, "file"));
	} else if (g_strcmp0(state, "narrowed") == 0) {
		narrow_segment(h, body);
	} else if (g_strcmp0(state, "erasing") == 0) {
		h->begun = true;
	} else if (g_strcmp0(state, "erased") == 0) {
		drop_segment(all, h);
	}
}

static void ask_for(held *h, const char *purpose)
{
	char *served = find_text(h->left, purpose);
	if (served && !find_text(h->e->asked, purpose))
		g_ptr_array_add(h->e->asked, served);
}

/* Whom somebody was speaks for themselves until they are the same, and then the same does. */
static bool is_concerned(const holding *all, const held *h)
{
	return all->of ? strcmp(h->e->participant, all->of->id) == 0 : h->bound < all->at;
}

/* What was captured before on the strength of such a grant. */
static void for_withdrawn(const holding *all, const json_t *item, void (*each)(held *h, const char *purpose))
{
	for (guint k = 0; k < all->order->len; k++) {
		held *h = all->order->pdata[k];
		if (is_concerned(all, h) &&
			g_strcmp0(text(h->e->opened, "medium"), text(item, "medium")) == 0)
			each(h, text(item, "purpose"));
	}
}

/* Whatever this log says of a cell answers what others asked before. */
static void take_decision(holding *all, const json_t *body)
{
	bool erases = json_is_true(json_object_get(body, "erase"));
	size_t i;
	json_t *item;
	json_array_foreach (json_object_get(body, "decisions"), i, item) {
		g_autofree char *cell = cell_name(text(item, "purpose"), text(item, "medium"));
		if (erases)
			for_withdrawn(all, item, drop_purpose);
		if (erases || text_is(item, "decision", "granted"))
			g_hash_table_remove(all->asked, cell);
	}
}

static void take_decision_elsewhere(holding *all, const json_t *body)
{
	size_t i;
	json_t *item;
	if (!json_is_true(json_object_get(body, "erase")))
		return;
	json_array_foreach (json_object_get(body, "decisions"), i, item) {
		for_withdrawn(all, item, ask_for);
		g_hash_table_add(all->asked, cell_name(text(item, "purpose"), text(item, "medium")));
	}
}

static void take_erasure(holding *all, const json_t *body)
{
	for (guint k = 0; json_is_true(json_object_get(body, "segments")) && k < all->order->len; k++) {
		held *h = all->order->pdata[k];
		h->begun |= is_concerned(all, h);
	}
}

static bool take(const ledger_entry *entry, void *user)
{
	holding *all = user;
	bool own = !all->log || g_strcmp0(entry->log, all->log) == 0;
	all->at = entry->position;
	if (strcmp(entry->type, "decision") == 0 || strcmp(entry->type, "carry") == 0)
		(own ? take_decision : take_decision_elsewhere)(all, entry->body);
	else if (own && strcmp(entry->type, "segment") == 0)
		take_segment(all, entry->body);
	else if (own && strcmp(entry->type, "erase") == 0)
		take_erasure(all, entry->body);
	return true;
}

static bool take_former(const ledger_entry *entry, void *user)
{
	const char *former = text(entry->body, "formerly");
	const whom one = {g_strdup(former), entry->position};
	if (former)
		g_array_append_val(((holding *)user)->former, one);
	return true;
}

static const char *const binding_types[] = {"bind", NULL};
static const char *const telling_types[] = {"segment", "decision", "carry", "erase", NULL};

static bool read_of(ledger_reader *r, const char *participant, const whom *of, holding *all, GError **error)
{
	all->of = of;
	g_hash_table_remove_all(all->asked);
	return ledger_read(
		r, &(ledger_filter){.types = telling_types, .participant = participant}, take, all, error);
}

static bool read_holding(ledger_reader *r, const char *participant, holding *all, GError **error)
{
	const ledger_filter binding = {.types = binding_types, .participant = participant};
	if (!ledger_read(r, &binding, take_former, all, error))
		return false;
	for (guint i = 0; i < all->former->len; i++) {
		const whom *of = &g_array_index(all->former, whom, i);
		if (!read_of(r, of->id, of, all, error))
			return false;
	}
	return read_of(r, participant, NULL, all, error);
}

typedef bool (*is_wanted)(const held *h);

static bool is_begun(const held *h)
{
	return h->begun;
}

static bool is_any(const held *h)
{
	(void)h;
	return true;
}

static bool is_asked_for(const held *h)
{
	return !h->begun && h->e->asked->len > 0;
}

/* `log`: NULL where the reader is of one. */
static GPtrArray *collect(
	ledger_reader *r, const char *log, const char *participant, is_wanted wanted, GError **error)
{
	g_autoptr(holding) all = holding_new();
	all->log = log;
	if (!read_holding(r, participant, all, error))
		return NULL;
	GPtrArray *found = g_ptr_array_new_with_free_func(erasable_free);
	for (guint i = 0; i < all->order->len; i++) {
		held *h = all->order->pdata[i];
		if (wanted(h))
			g_ptr_array_add(found, g_steal_pointer(&h->e));
	}
	return found;
}

GPtrArray *erasable_due(ledger_reader *r, const char *participant, GError **error)
{
	return collect(r, NULL, participant, is_begun, error);
}

GPtrArray *erasable_all(ledger_reader *r, const char *participant, GError **error)
{
	return collect(r, NULL, participant, is_any, error);
}

GPtrArray *erasable_asked(ledger_reader *everything, const char *log, const char *participant, GError **error)
{
	return collect(everything, log, participant, is_asked_for, error);
}

erasable *erasable_segment(ledger_reader *r, const char *segment, GError **error)
{
	static const char *const types[] = {"segment", NULL};
	g_autoptr(holding) all = holding_new();
	if (!ledger_read(r, &(ledger_filter){.types = types, .subject = segment}, take, all, error))
		return NULL;
	held *h = g_hash_table_lookup(all->by_id, segment);
	if (h)
		return g_steal_pointer(&h->e);
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
		"there is no segment of that id, or it is erased already");
	return NULL;
}

/* Since the last start; what was begun before, that start has finished. */
static bool forget_before_start(const ledger_entry *entry, GHashTable *found)
{
	if (strcmp(entry->type, "gateway") != 0)
		return false;
	if (text_is(entry->body, "event", "started"))
		g_hash_table_remove_all(found);
	return true;
}

static bool begins_erasure(const json_t *body)
{
	return text_is(body, "state", "erasing") || json_is_true(json_object_get(body, "erase")) ||
		json_is_true(json_object_get(body, "segments"));
}

static bool note_participant(const ledger_entry *entry, void *user)
{
	const char *participant = text(entry->body, "participant");
	if (!forget_before_start(entry, user) && participant && begins_erasure(entry->body))
		g_hash_table_add(user, g_strdup(participant));
	return true;
}

GPtrArray *erasable_participants(ledger_reader *r, GError **error)
{
	static const char *const types[] = {"gateway", "segment", "decision", "carry", "erase", NULL};
	g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer key;
	if (!ledger_read(r, &(ledger_filter){.types = types}, note_participant, found, error))
		return NULL;
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(all, g_strdup(key));
	return all;
}
