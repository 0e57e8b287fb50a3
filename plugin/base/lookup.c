/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lookup.h"

#include "base/cacheline.h"
#include "base/scope.h"
#include "base/thread.h"

#include <stdint.h>

/* Entries of the first block; each further one has twice as many. */
#define FIRST_SIZE 64
/* How far from where it belongs a key may stand, so that looking ends soon. */
#define WINDOW 8

typedef struct lookup_block {
	struct lookup_block *next; /* constant */
	size_t size;               /* constant, a power of two */
	lookup_entry entries[];
} lookup_block;

G_STATIC_ASSERT(CACHE_LINE % sizeof(lookup_entry) == 0);

static lookup_block *block_new(size_t size, lookup_block *next)
{
	lookup_block *b = cacheline_new0(sizeof *b + size * sizeof(lookup_entry));

	b->size = size;
	b->next = next;
	return b;
}

void lookup_init(lookup *t)
{
	atomic_init(&t->first, block_new(FIRST_SIZE, NULL));
	g_mutex_init(&t->lock);
}

void lookup_clear(lookup *t)
{
	for (lookup_block *b = atomic_load(&t->first), *next; b; b = next) {
		next = b->next;
		free(b);
	}
	g_mutex_clear(&t->lock);
}

/* The i-th place where a key may stand. Addresses of objects differ in the middle; the multiplication (by
 * 2^64 over the golden ratio) brings that up. */
EVERY_PACKET static lookup_entry *place(lookup_block *b, const void *key, unsigned i)
{
	uint64_t mixed = (uint64_t)(uintptr_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 32;

	return &b->entries[(mixed + i) & (b->size - 1)];
}

/* Where that key stands, or, NULL, where there is room. */
EVERY_PACKET static lookup_entry *find(lookup *t, const void *key, const void *what)
{
	for (lookup_block *b = atomic_load_explicit(&t->first, memory_order_acquire); b; b = b->next)
		for (unsigned i = 0; i < WINDOW; i++)
			if (atomic_load_explicit(&place(b, key, i)->key, memory_order_relaxed) == what)
				return place(b, key, i);
	return NULL;
}

/* Somebody who found it as another's may still look. */
static void clear_near(lookup_entry *e)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(e->near); i++)
		atomic_store_explicit(&e->near[i], 0, memory_order_relaxed);
}

lookup_entry *lookup_add(lookup *t, const void *key, void *value)
{
	SCOPE_LOCK(&t->lock);
	lookup_entry *e;

	while (!(e = find(t, key, NULL))) {
		lookup_block *first = atomic_load(&t->first);
		atomic_store(&t->first, block_new(2 * first->size, first));
	}
	e->value = value;
	clear_near(e);
	atomic_store(&e->key, key);
	return e;
}

static void await_visitors(lookup_entry *e)
{
	for (unsigned looks = 0; atomic_load(&e->visitors) > 0; looks++)
		thread_look_again(looks);
}

/* The lock is held until the last visitor has gone, so that the entry becomes nobody else's before. */
void *lookup_remove(lookup *t, const void *key)
{
	SCOPE_LOCK(&t->lock);
	lookup_entry *e = find(t, key, key);

	if (!e)
		return NULL;
	atomic_store(&e->key, NULL);
	await_visitors(e);
	return e->value;
}

EVERY_PACKET lookup_entry *lookup_find(lookup *t, const void *key)
{
	return find(t, key, key);
}

EVERY_PACKET bool lookup_enter(lookup_entry *e, const void *key)
{
	atomic_fetch_add(&e->visitors, 1);
	if (atomic_load(&e->key) == key)
		return true;
	lookup_leave(e);
	return false;
}

lookup_entry *lookup_visit(lookup *t, const void *key)
{
	lookup_entry *e = find(t, key, key);

	return e && lookup_enter(e, key) ? e : NULL;
}

void lookup_each(lookup *t, void (*each)(void *value, void *user), void *user)
{
	SCOPE_LOCK(&t->lock);

	for (lookup_block *b = atomic_load(&t->first); b; b = b->next)
		for (size_t i = 0; i < b->size; i++)
			if (atomic_load(&b->entries[i].key))
				each(b->entries[i].value, user);
}
