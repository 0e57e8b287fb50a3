/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the store alone can show: see docs/ledger.md for what it cannot. */
#include "ledger/queue.h"

#include "base/error.h"
#include "ledger/verify_entry.h"
#include "proofs/tiles.h"

#include <string.h>

/* Going from entry to entry. */
typedef struct walk {
	entry_context in;
	gint64 next;             /* the index that comes now */
	uint8_t link[HASH_SIZE]; /* of the entry before */
	merkle_tree edge;        /* over the entries before */
	const log_head *heads;   /* of this log */
	size_t count;
	const store_head *head; /* as recorded before the walk began */
	GError **error;
	bool good;
} walk;

static bool wrong_at(walk *w, gint64 index, const char *what)
{
	g_set_error(
		w->error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "entry %" G_GINT64_FORMAT ": %s", index, what);
	w->good = false;
	return false;
}

static bool wrong_at_head(walk *w, gint64 index, const char *what, const char *head)
{
	g_autofree char *whole = g_strdup_printf("%s %s: some were replaced", what, head);
	return wrong_at(w, index, whole);
}

/* A tree's kept hashes are for proofs: one that is wrong would make them fail. */
static bool check_subtree(
	void *user, unsigned level, guint64 index, const uint8_t hash[HASH_SIZE], GError **error)
{
	const walk *w = user;
	if (!w->in.signers || tree_holds(w->in.store, level, index, hash))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"the named value “subtree/%u/%" G_GUINT64_FORMAT
		"” is not the tree's hash over its entries: it was changed or removed",
		level / TILE_HEIGHT, index);
	return false;
}

static bool take_leaf(walk *w, const store_row *row)
{
	if (!merkle_tree_append(&w->edge, row->leaf, &(merkle_writer){check_subtree, w}, w->error)) {
		w->good = false;
		return false;
	}
	memcpy(w->link, row->link, HASH_SIZE);
	w->next++;
	return true;
}

/* What others hold of the log's past, and its own newest checkpoint, at the size that they speak of. */
static bool check_heads(walk *w, const store_row *row)
{
	uint8_t root[HASH_SIZE];
	if (w->next == w->head->size && memcmp(w->link, w->head->link, HASH_SIZE) != 0)
		return wrong_at(w, row->index,
			"its link is not the one that the head recorded: all up to here was replaced");
	for (size_t i = 0; i < w->count; i++) {
		const checkpoint *head = &w->heads[i].is;
		if ((guint64)w->next != head->size)
			continue;
		merkle_tree_root(&w->edge, root);
		if (memcmp(root, head->root, HASH_SIZE) != 0)
			return wrong_at_head(
				w, row->index, "the entries up to here are not those of", w->heads[i].what);
	}
	return true;
}

static bool walk_row(const store_row *row, void *user)
{
	walk *w = user;
	if (row->index > w->next)
		return wrong_at(w, w->next, "it is missing");
	if (row->index < w->next)
		return wrong_at(w, row->index, "it stands where none may be");
	const char *wrong = entry_check(&w->in, w->link, row);
	if (wrong)
		return wrong_at(w, row->index, wrong);
	return take_leaf(w, row) && check_heads(w, row);
}

/* The head is read before and after: a gateway may be writing meanwhile, and rows and head come in one
 * transaction. */
static bool check_end(store *s, walk *w, GError **error)
{
	store_head after;
	if (!s->ops->head(s, &after, error))
		return false;
	if (w->next < w->head->size)
		return wrong_at(w, w->next, "it is missing and so are all behind it: the end was cut off");
	if (w->next > after.size)
		return wrong_at(w, after.size, "it was added behind the recorded head");
	return true;
}

static bool note_erased(const store_row *row, void *user)
{
	if (row->participant)
		g_hash_table_replace(
			user, g_strdup(row->participant), g_memdup2(&row->index, sizeof row->index));
	return true;
}

static bool find_erased(store *s, GHashTable *erased, GError **error)
{
	static const char *const types[] = {ENTRY_ERASE, NULL};

	return s->ops->iterate(s, &(ledger_filter){.types = types}, note_erased, erased, error);
}

static bool check_covered(const walk *w, GError **error)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->heads[i].is.size > (guint64)w->next) {
			g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
				"entry %" G_GINT64_FORMAT
				": it is missing and so are all behind it: %s covers "
				"%" G_GUINT64_FORMAT " entries",
				w->next, w->heads[i].what, w->heads[i].is.size);
			return false;
		}
	return true;
}

/* Without it no entry can be checked: that is an answer, too. */
static bool read_secret(store *s, const store_head *head, uint8_t secret[TREE_SECRET_SIZE], GError **error)
{
	g_autoptr(GError) why = NULL;
	if (tree_secret(s, secret, &why) || head->size == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"the named value “secret”: without it no entry can be checked: %s", why->message);
	return false;
}

bool ledger_verify_heads(ledger_reader *r, const log_head *heads, size_t count, gint64 *ret_entries,
	char ret_link[HASH_HEX_SIZE], GError **error)
{
	store *s = ledger_reader_store(r);
	g_autoptr(GHashTable) erased = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(signers) known = signers_new();
	uint8_t secret[TREE_SECRET_SIZE];
	store_head before;
	const ledger_filter everything = {.after = G_MININT64};
	if (!s->ops->check(s, error) || !s->ops->head(s, &before, error) ||
		!read_secret(s, &before, secret, error) || !find_erased(s, erased, error))
		return false;

	walk w = {.in = {.store = s, .secret = secret, .erased = erased, .signers = known},
		.heads = heads,
		.count = count,
		.head = &before,
		.error = error,
		.good = true};
	if (!s->ops->iterate(s, &everything, walk_row, &w, error) || !w.good || !check_end(s, &w, error) ||
		!check_covered(&w, error))
		return false;
	*ret_entries = w.next;
	hash_hex(w.link, ret_link);
	return true;
}

/* What the gateway itself checks of entries that come from elsewhere: hashes and columns. */
static walk short_walk(store *s, const tip *t, const store_head *head, GError **error)
{
	walk w = {.in = {.store = s, .secret = t->secret},
		.next = t->head.size,
		.edge = t->edge,
		.head = head,
		.error = error,
		.good = true};
	memcpy(w.link, t->head.link, HASH_SIZE);
	return w;
}

bool ledger_catch_up(store *s, tip *t, GError **error)
{
	store_head now;
	if (!s->ops->head(s, &now, error))
		return false;
	if (now.size == t->head.size && memcmp(now.link, t->head.link, HASH_SIZE) == 0)
		return true;

	walk w = short_walk(s, t, &now, error);
	const ledger_filter since = {.after = t->head.size};
	if (now.size <= t->head.size)
		wrong_at(&w, now.size, "it was there and is not any more, or is another one");
	else if (s->ops->iterate(s, &since, walk_row, &w, error) && w.good && w.next < now.size)
		wrong_at(&w, w.next, "it is missing");
	if (!w.good || w.next != now.size) {
		g_prefix_error(error, "the store was changed while it was open: ");
		return false;
	}
	t->head = now;
	t->edge = w.edge;
	return true;
}

/* The last entry, and the one before for its link. */
typedef struct tail {
	walk w;
	const char *wrong;
} tail;

static bool tail_row(const store_row *row, void *user)
{
	tail *t = user;
	if (row->index != t->w.next)
		t->wrong = "does not hold all entries that its head counts";
	else if (row->index >= t->w.head->size)
		t->wrong = "holds entries that its head does not count";
	else if (row->index == t->w.head->size - 1 &&
		(entry_check(&t->w.in, t->w.link, row) || memcmp(row->link, t->w.head->link, HASH_SIZE) != 0))
		t->wrong = "has a last entry that does not verify";
	memcpy(t->w.link, row->link, HASH_SIZE);
	t->w.next = row->index + 1;
	return !t->wrong;
}

bool ledger_check_tail(store *s, const tip *end, GError **error)
{
	tail t = {.w = {.in = {.store = s, .secret = end->secret}, .head = &end->head}};
	const ledger_filter last_two = {.after = MAX(end->head.size - 2, 0)};
	t.w.next = last_two.after;
	if (!s->ops->iterate(s, &last_two, tail_row, &t, error))
		return false;
	if (!t.wrong && t.w.next != end->head.size)
		t.wrong = "does not hold all entries that its head counts";
	if (t.wrong)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
			"the store %s: nothing is appended to it; `janus-consent verify` says more", t.wrong);
	return !t.wrong;
}

typedef struct link_search {
	gint64 index;
	char *hex;
	bool found;
} link_search;

static bool link_row(const store_row *row, void *user)
{
	link_search *search = user;
	search->found = row->index == search->index;
	if (search->found)
		hash_hex(row->link, search->hex);
	return false;
}

bool ledger_link_after(ledger_reader *r, gint64 entries, char ret_link[HASH_HEX_SIZE], GError **error)
{
	store *s = ledger_reader_store(r);
	static const uint8_t nothing[HASH_SIZE];
	link_search search = {.index = entries - 1, .hex = ret_link};
	const ledger_filter from = {.after = entries - 1};
	if (entries <= 0) {
		hash_hex(nothing, ret_link);
		return true;
	}
	if (!s->ops->iterate(s, &from, link_row, &search, error))
		return false;
	if (!search.found)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"there are fewer than %" G_GINT64_FORMAT " entries: the end was cut off", entries);
	return search.found;
}
