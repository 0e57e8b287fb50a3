/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/memory.h"

#include "base/error.h"

#include <string.h>

/* What the views share. */
typedef struct shared {
	int views;
	GMutex lock;
	GCond changed;
	GPtrArray *rows; /* of store_row that own their strings */
	store_head head;
	GHashTable *values;
	unsigned count[MEMORY_OPS];
	unsigned fail_from[MEMORY_OPS], fail_until[MEMORY_OPS]; /* counts, from ≤ count < until */
	bool hold, held;
	bool open; /* a transaction is */
} shared;

typedef struct memory_store {
	store base;
	shared *data;
	GPtrArray *pending;         /* the open transaction's rows, or NULL */
	GHashTable *pending_values; /* and named values; a NULL destroys one */
} memory_store;

static shared *data_of(store *s)
{
	return ((memory_store *)s)->data;
}

static store_row *keep(const store_row *row)
{
	store_row *k = g_new(store_row, 1);
	*k = *row;
	k->position = row->index;
	k->log = NULL;
	k->type = g_strdup(row->type);
	k->room = g_strdup(row->room);
	k->meeting = g_strdup(row->meeting);
	k->participant = g_strdup(row->participant);
	k->subject = g_strdup(row->subject);
	k->body = g_strdup(row->body);
	k->personal = g_strdup(row->personal);
	return k;
}

static void drop(void *kept)
{
	store_row *k = kept;
	const char *const texts[] = {
		k->type, k->room, k->meeting, k->participant, k->subject, k->body, k->personal};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free((char *)texts[i]);
	g_free(k);
}

/* Counts the call; false when it is one that shall fail. */
static bool allowed(store *s, memory_op op, GError **error)
{
	shared *d = data_of(s);
	g_mutex_lock(&d->lock);
	unsigned now = ++d->count[op];
	bool good = now < d->fail_from[op] || now >= d->fail_until[op];
	g_mutex_unlock(&d->lock);
	if (!good)
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "the store was told to fail");
	return good;
}

static GHashTable *new_values(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

/* With the lock held. */
static void put_value(GHashTable *values, const char *name, const char *value)
{
	if (value)
		g_hash_table_replace(values, g_strdup(name), g_strdup(value));
	else
		g_hash_table_remove(values, name);
}

/* With the lock held. */
static void take_values(memory_store *m)
{
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init(&iter, m->pending_values);
	while (g_hash_table_iter_next(&iter, &name, &value))
		put_value(m->data->values, name, value);
	g_clear_pointer(&m->pending_values, g_hash_table_unref);
}

static bool memory_begin(store *s, GError **error)
{
	shared *d = data_of(s);
	if (!allowed(s, MEMORY_BEGIN, error))
		return false;
	g_mutex_lock(&d->lock);
	while (d->open)
		g_cond_wait(&d->changed, &d->lock);
	d->open = true;
	g_mutex_unlock(&d->lock);
	((memory_store *)s)->pending = g_ptr_array_new_with_free_func(drop);
	((memory_store *)s)->pending_values = new_values();
	return true;
}

static bool memory_append(store *s, const store_row *row, GError **error)
{
	memory_store *m = (memory_store *)s;
	if (!allowed(s, MEMORY_APPEND, error))
		return false;
	g_mutex_lock(&m->data->lock);
	bool next = row->index == m->data->head.size + (gint64)m->pending->len;
	g_mutex_unlock(&m->data->lock);
	if (!next) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "the ledger is append-only");
		return false;
	}
	g_ptr_array_add(m->pending, keep(row));
	return true;
}

/* With the lock held. */
static void end_transaction(shared *d)
{
	d->open = false;
	g_cond_broadcast(&d->changed);
}

static void wait_while_held(shared *d)
{
	d->held = d->hold;
	g_cond_broadcast(&d->changed);
	while (d->hold)
		g_cond_wait(&d->changed, &d->lock);
	d->held = false;
}

static bool memory_commit(store *s, GError **error)
{
	memory_store *m = (memory_store *)s;
	shared *d = m->data;
	g_mutex_lock(&d->lock);
	wait_while_held(d);
	g_mutex_unlock(&d->lock);
	if (!allowed(s, MEMORY_COMMIT, error))
		return false;

	g_mutex_lock(&d->lock);
	if (m->pending->len > 0) {
		const store_row *last = g_ptr_array_index(m->pending, m->pending->len - 1);
		d->head.size = last->index + 1;
		memcpy(d->head.link, last->link, HASH_SIZE);
	}
	g_ptr_array_extend_and_steal(d->rows, g_steal_pointer(&m->pending));
	take_values(m);
	end_transaction(d);
	g_mutex_unlock(&d->lock);
	return true;
}

static void memory_rollback(store *s)
{
	memory_store *m = (memory_store *)s;
	if (!m->pending)
		return;
	g_clear_pointer(&m->pending, g_ptr_array_unref);
	g_clear_pointer(&m->pending_values, g_hash_table_unref);
	g_mutex_lock(&m->data->lock);
	end_transaction(m->data);
	g_mutex_unlock(&m->data->lock);
}

static bool memory_head(store *s, store_head *ret_head, GError **error)
{
	(void)error;
	shared *d = data_of(s);
	g_mutex_lock(&d->lock);
	*ret_head = d->head;
	g_mutex_unlock(&d->lock);
	return true;
}

static bool equal_or_any(const char *wanted, const char *value)
{
	return !wanted || g_strcmp0(wanted, value) == 0;
}

static bool passes(const ledger_filter *f, const store_row *row)
{
	if (row->index < f->after || (f->before && row->index >= f->before) ||
		(f->types && !g_strv_contains(f->types, row->type)))
		return false;
	if ((f->from_ms && row->at_ms < f->from_ms) || (f->to_ms && row->at_ms >= f->to_ms))
		return false;
	return equal_or_any(f->room, row->room) && equal_or_any(f->meeting, row->meeting) &&
		equal_or_any(f->participant, row->participant) && equal_or_any(f->subject, row->subject);
}

/* A copy of the next row from `*position` on, or down, that passes, or NULL. */
static store_row *next_row(shared *d, const ledger_filter *filter, gint64 *position)
{
	store_row *found = NULL;
	g_mutex_lock(&d->lock);
	*position = MIN(*position, filter->newest ? (gint64)d->rows->len - 1 : G_MAXINT64);
	while (!found && *position >= 0 && *position < (gint64)d->rows->len) {
		const store_row *k = g_ptr_array_index(d->rows, *position);
		*position += filter->newest ? -1 : 1;
		if (passes(filter, k))
			found = keep(k);
	}
	g_mutex_unlock(&d->lock);
	return found;
}

static bool memory_iterate(store *s, const ledger_filter *filter, store_each each, void *user, GError **error)
{
	(void)error;
	gint64 position = filter->newest ? G_MAXINT64 : 0;
	bool go_on = true;
	for (store_row *k; go_on && (k = next_row(data_of(s), filter, &position)); drop(k))
		go_on = each(k, user);
	return true;
}

static bool memory_get(store *s, const char *name, char **ret_value, GError **error)
{
	(void)error;
	memory_store *m = (memory_store *)s;
	shared *d = m->data;
	gpointer value;
	if (m->pending_values && g_hash_table_lookup_extended(m->pending_values, name, NULL, &value)) {
		*ret_value = g_strdup(value);
		return true;
	}
	g_mutex_lock(&d->lock);
	*ret_value = g_strdup(g_hash_table_lookup(d->values, name));
	g_mutex_unlock(&d->lock);
	return true;
}

static bool memory_set(store *s, const char *name, const char *value, GError **error)
{
	(void)error;
	memory_store *m = (memory_store *)s;
	if (m->pending_values) {
		g_hash_table_replace(m->pending_values, g_strdup(name), g_strdup(value));
		return true;
	}
	g_mutex_lock(&m->data->lock);
	put_value(m->data->values, name, value);
	g_mutex_unlock(&m->data->lock);
	return true;
}

static bool memory_probe(store *s, GError **error)
{
	return allowed(s, MEMORY_PROBE, error);
}

static bool memory_check(store *s, GError **error)
{
	(void)s;
	(void)error;
	return true;
}

static void memory_close(store *s)
{
	shared *d = data_of(s);
	memory_rollback(s);
	g_free(s);
	if (!g_atomic_int_dec_and_test(&d->views))
		return;
	g_ptr_array_unref(d->rows);
	g_hash_table_unref(d->values);
	g_mutex_clear(&d->lock);
	g_cond_clear(&d->changed);
	g_free(d);
}

static const store_ops memory_ops = {
	.begin = memory_begin,
	.append = memory_append,
	.commit = memory_commit,
	.rollback = memory_rollback,
	.head = memory_head,
	.iterate = memory_iterate,
	.get = memory_get,
	.set = memory_set,
	.probe = memory_probe,
	.check = memory_check,
	.close = memory_close,
};

static store *new_view(shared *d)
{
	memory_store *m = g_new0(memory_store, 1);
	m->base.ops = &memory_ops;
	m->data = d;
	g_atomic_int_inc(&d->views);
	return &m->base;
}

store *store_memory_new(void)
{
	shared *d = g_new0(shared, 1);
	g_mutex_init(&d->lock);
	g_cond_init(&d->changed);
	d->rows = g_ptr_array_new_with_free_func(drop);
	d->values = new_values();
	return new_view(d);
}

store *store_memory_view(store *s)
{
	return new_view(data_of(s));
}

void store_memory_fail(store *s, memory_op op, unsigned nth, unsigned times)
{
	shared *d = data_of(s);
	g_mutex_lock(&d->lock);
	d->fail_from[op] = d->count[op] + nth;
	d->fail_until[op] = d->fail_from[op] + times;
	g_mutex_unlock(&d->lock);
}

unsigned store_memory_count(store *s, memory_op op)
{
	shared *d = data_of(s);
	g_mutex_lock(&d->lock);
	unsigned count = d->count[op];
	g_mutex_unlock(&d->lock);
	return count;
}

static void set_hold(shared *d, bool hold)
{
	g_mutex_lock(&d->lock);
	d->hold = hold;
	g_cond_broadcast(&d->changed);
	g_mutex_unlock(&d->lock);
}

void store_memory_hold(store *s)
{
	set_hold(data_of(s), true);
}

void store_memory_release(store *s)
{
	set_hold(data_of(s), false);
}

void store_memory_await(store *s)
{
	shared *d = data_of(s);
	g_mutex_lock(&d->lock);
	while (!d->held)
		g_cond_wait(&d->changed, &d->lock);
	g_mutex_unlock(&d->lock);
}

void store_memory_tamper(store *s, gint64 index, const store_row *row)
{
	shared *d = data_of(s);
	g_mutex_lock(&d->lock);
	for (guint i = 0; i < d->rows->len; i++) {
		store_row *k = g_ptr_array_index(d->rows, i);
		if (k->index != index)
			continue;
		store_row *changed = row ? keep(row) : NULL;
		g_ptr_array_remove_index(d->rows, i);
		if (changed)
			g_ptr_array_insert(d->rows, (gint)i, changed);
		break;
	}
	g_mutex_unlock(&d->lock);
}

void store_memory_turn_back(store *s)
{
	shared *d = data_of(s);
	g_mutex_lock(&d->lock);
	g_ptr_array_set_size(d->rows, 0);
	d->head = (store_head){0};
	g_mutex_unlock(&d->lock);
}
