/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the store alone can show: see docs/ledger.md for what it cannot. */
#include "ledger/queue.h"

#include "base/error.h"
#include "base/jcs.h"
#include "ledger/reader.h"

#include <sodium.h>
#include <string.h>

/* Going from entry to entry. */
typedef struct walk {
	gint64 next;             /* the index that comes now */
	uint8_t link[HASH_SIZE]; /* of the entry before */
	const store_head *head;  /* as recorded before the walk began */
	GError **error;
	bool good;
} walk;

/* Each check of a row returns NULL, or what is wrong. */

static const char *check_hashes(const store_row *row, const uint8_t previous[HASH_SIZE])
{
	uint8_t expected[HASH_SIZE];
	entry_leaf(row->body, expected);
	if (memcmp(expected, row->leaf, HASH_SIZE) != 0)
		return "its body does not match its leaf hash";
	entry_link(previous, row->leaf, expected);
	if (memcmp(expected, row->link, HASH_SIZE) != 0)
		return "its link does not follow from the entry before: this one or the one before was "
		       "changed, or entries "
		       "were exchanged";
	return NULL;
}

static const char *check_body(const json_t *body, const char *text)
{
	if (!json_is_object(body))
		return "its body is no JSON object";
	g_autofree char *canonical = jcs_dump(body, NULL);
	return g_strcmp0(canonical, text) == 0 ? NULL : "its body is not in canonical form";
}

static const char *check_columns(const json_t *body, const store_row *row)
{
	g_auto(entry_columns) is = {0};
	if (!entry_columns_read(body, &is))
		return "its body lacks “type” or “at”";
	if (is.at_ms != row->at_ms)
		return "column at differs from the body";
	if (g_strcmp0(is.type, row->type) != 0)
		return "column type differs from the body";
	if (g_strcmp0(is.room, row->room) != 0)
		return "column room differs from the body";
	if (g_strcmp0(is.meeting, row->meeting) != 0)
		return "column meeting differs from the body";
	if (g_strcmp0(is.participant, row->participant) != 0)
		return "column participant differs from the body";
	return g_strcmp0(is.subject, row->subject) == 0 ? NULL : "column subject differs from the body";
}

static const char *check_personal(const json_t *body, const store_row *row)
{
	char hex[HASH_HEX_SIZE];
	const char *commitment = json_string_value(json_object_get(body, ENTRY_PERSONAL));
	if (!commitment)
		return row->personal ? "it has personal data that its body knows nothing of" : NULL;
	if (!row->personal)
		return "its personal data is missing";
	entry_commitment(row->salt, row->personal, hex);
	return strcmp(hex, commitment) == 0 ? NULL
					    : "its personal data does not match the commitment in its body";
}

static const char *check_row(const store_row *row, const uint8_t previous[HASH_SIZE])
{
	json_auto_t *body = json_loads(row->body, JSON_REJECT_DUPLICATES, NULL);
	const char *wrong = check_hashes(row, previous);
	if (!wrong)
		wrong = check_body(body, row->body);
	if (!wrong)
		wrong = check_columns(body, row);
	return wrong ? wrong : check_personal(body, row);
}

static bool wrong_at(walk *w, gint64 index, const char *what)
{
	g_set_error(
		w->error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "entry %" G_GINT64_FORMAT ": %s", index, what);
	w->good = false;
	return false;
}

static bool walk_row(const store_row *row, void *user)
{
	walk *w = user;
	if (row->index > w->next)
		return wrong_at(w, w->next, "it is missing");
	if (row->index < w->next)
		return wrong_at(w, row->index, "it stands where none may be");
	const char *wrong = check_row(row, w->link);
	if (wrong)
		return wrong_at(w, row->index, wrong);

	memcpy(w->link, row->link, HASH_SIZE);
	w->next++;
	if (w->next == w->head->size && memcmp(w->link, w->head->link, HASH_SIZE) != 0)
		return wrong_at(w, row->index,
			"its link is not the one that the head recorded: all up to here was replaced");
	return true;
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

bool ledger_verify(ledger_reader *r, gint64 *ret_entries, char ret_link[HASH_HEX_SIZE], GError **error)
{
	store *s = ledger_reader_store(r);
	store_head before;
	const ledger_filter everything = {.after = G_MININT64};
	if (!s->ops->check(s, error) || !s->ops->head(s, &before, error))
		return false;

	walk w = {.head = &before, .error = error, .good = true};
	if (!s->ops->iterate(s, &everything, walk_row, &w, error) || !w.good || !check_end(s, &w, error))
		return false;
	*ret_entries = w.next;
	hash_hex(w.link, ret_link);
	return true;
}

bool ledger_catch_up(store *s, store_head *head, GError **error)
{
	store_head now;
	if (!s->ops->head(s, &now, error))
		return false;
	if (now.size == head->size && memcmp(now.link, head->link, HASH_SIZE) == 0)
		return true;

	walk w = {.next = head->size, .head = &now, .error = error, .good = true};
	const ledger_filter since = {.after = head->size};
	memcpy(w.link, head->link, HASH_SIZE);
	if (now.size <= head->size)
		wrong_at(&w, now.size, "it was there and is not any more, or is another one");
	else if (s->ops->iterate(s, &since, walk_row, &w, error) && w.good && w.next < now.size)
		wrong_at(&w, w.next, "it is missing");
	if (!w.good || w.next != now.size) {
		g_prefix_error(error, "the store was changed while it was open: ");
		return false;
	}
	*head = now;
	return true;
}

/* The last entry, and the one before for its link. */
typedef struct tail {
	const store_head *head;
	uint8_t link[HASH_SIZE];
	gint64 next;
	const char *wrong;
} tail;

static bool tail_row(const store_row *row, void *user)
{
	tail *t = user;
	if (row->index != t->next)
		t->wrong = "does not hold all entries that its head counts";
	else if (row->index >= t->head->size)
		t->wrong = "holds entries that its head does not count";
	else if (row->index == t->head->size - 1 &&
		(check_row(row, t->link) || memcmp(row->link, t->head->link, HASH_SIZE) != 0))
		t->wrong = "has a last entry that does not verify";
	memcpy(t->link, row->link, HASH_SIZE);
	t->next = row->index + 1;
	return !t->wrong;
}

bool ledger_check_tail(store *s, const store_head *head, GError **error)
{
	gint64 first = MAX(head->size - 2, 0);
	tail t = {.head = head, .next = first};
	const ledger_filter last_two = {.after = first};
	if (!s->ops->iterate(s, &last_two, tail_row, &t, error))
		return false;
	if (!t.wrong && t.next != head->size)
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
