/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table from addresses to objects in which threads find theirs without a lock, with every packet, while
 * others add and remove.
 *
 * Who finds something visits it, and while the visit lasts it is not removed: lookup_remove returns when
 * nobody visits that entry any more. Both sides store first and load the other's word after that (Dekker's
 * pattern), which only sequential consistency orders: either the visitor sees that the key is gone, or the
 * remover sees the visit.
 *
 * Entries never move and are given back with the table, so that somebody may look at one that has become
 * another's: the table grows by further blocks. */
#ifndef CONSENT_BASE_LOOKUP_H
#define CONSENT_BASE_LOOKUP_H

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LOOKUP_NEAR 40

/* A line of memory. Members are lookup.c's, but for `value` and `near` during a visit. */
typedef struct lookup_entry {
	_Atomic(const void *) key; /* NULL: free */
	void *value;               /* constant while there is a key */
	atomic_uint visitors;
	/* The value's, as long as it is in the table, for what visitors look at first: so they wait for no
	 * other line. At first zero. Who only found the entry may read of it what is atomic. */
	_Atomic uint64_t near[LOOKUP_NEAR / sizeof(uint64_t)];
} __attribute__((aligned(64))) lookup_entry;

typedef struct lookup {
	_Atomic(struct lookup_block *) first; /* the largest and last made */
	GMutex lock;                          /* over every change */
} lookup;

void lookup_init(lookup *t);
/* Nobody uses it any more. The values are the caller's. */
void lookup_clear(lookup *t);

/* Any thread. `key`, not NULL, is not in it. Returns its entry. */
lookup_entry *lookup_add(lookup *t, const void *key, void *value);
/* Any thread that visits nothing. Waits for the visits of it, which therefore have to be short; returns its
 * value, or NULL: it was not there. */
void *lookup_remove(lookup *t, const void *key);

/* Any thread, without waiting. NULL: it is not there. It may be another's by the time that it is looked at.
 */
lookup_entry *lookup_find(lookup *t, const void *key);
/* Any thread, without waiting. False: it is not that key's any more. Otherwise lookup_leave must follow. */
bool lookup_enter(lookup_entry *e, const void *key);
/* Both in one: NULL, or lookup_leave must follow. */
lookup_entry *lookup_visit(lookup *t, const void *key);

static inline void lookup_leave(lookup_entry *e)
{
	atomic_fetch_sub_explicit(&e->visitors, 1, memory_order_release);
}

/* Calls `each` with all values, the lock held: it must call nothing of this table. */
void lookup_each(lookup *t, void (*each)(void *value, void *user), void *user);

#endif
