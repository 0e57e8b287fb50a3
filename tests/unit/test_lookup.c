/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lookup.h"
#include "suite.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* More than the first blocks have room for. */
#define MANY 5000

static void *find(lookup *t, const void *key)
{
	lookup_entry *e = lookup_visit(t, key);
	void *value = e ? e->value : NULL;

	if (e)
		lookup_leave(e);
	return value;
}

/* An address as malloc gives them. */
static const void *key_of(unsigned i)
{
	return (const void *)(uintptr_t)(0x7f0000000010 + (uintptr_t)i * 48);
}

static void count(void *value, void *user)
{
	(void)value;
	++*(unsigned *)user;
}

START_TEST(finds_what_is_in_it)
{
	static int values[MANY];
	unsigned found = 0;
	lookup t;

	lookup_init(&t);
	ck_assert_ptr_null(find(&t, key_of(0)));
	for (unsigned i = 0; i < MANY; i++)
		lookup_add(&t, key_of(i), &values[i]);
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_ptr_eq(find(&t, key_of(i)), &values[i]);
	lookup_each(&t, count, &found);
	ck_assert_uint_eq(found, MANY);

	for (unsigned i = 0; i < MANY; i += 2)
		ck_assert_ptr_eq(lookup_remove(&t, key_of(i)), &values[i]);
	ck_assert_ptr_null(lookup_remove(&t, key_of(0)));
	for (unsigned i = 0; i < MANY; i++)
		ck_assert_ptr_eq(find(&t, key_of(i)), i % 2 ? &values[i] : NULL);
	lookup_clear(&t);
}
END_TEST

/* Handles come and go for weeks. */
START_TEST(room_is_used_again)
{
	int value;
	lookup t;

	lookup_init(&t);
	void *first = atomic_load(&t.first);
	for (unsigned i = 0; i < 100 * MANY; i++) {
		lookup_add(&t, key_of(i), &value);
		lookup_remove(&t, key_of(i));
	}
	ck_assert_ptr_eq(atomic_load(&t.first), first);
	lookup_clear(&t);
}
END_TEST

/* What its predecessor left beside a place is not the next one's. */
START_TEST(what_is_near_begins_with_zeros)
{
	static const uint64_t zeros[LOOKUP_NEAR / sizeof(uint64_t)];
	int value;
	lookup t;

	lookup_init(&t);
	lookup_entry *e = lookup_add(&t, key_of(1), &value);
	ck_assert_mem_eq(e->near, zeros, LOOKUP_NEAR);
	memset(e->near, 1, LOOKUP_NEAR);
	ck_assert_ptr_eq(lookup_visit(&t, key_of(1)), e);
	ck_assert_uint_ne(e->near[G_N_ELEMENTS(zeros) - 1], 0);
	lookup_leave(e);
	lookup_remove(&t, key_of(1));
	ck_assert_ptr_eq(lookup_add(&t, key_of(1), &value), e);
	ck_assert_mem_eq(e->near, zeros, LOOKUP_NEAR);
	lookup_clear(&t);
}
END_TEST

/* Between finding and entering it may have gone, or become another's. */
START_TEST(only_its_own_key_enters)
{
	int values[2];
	lookup t;

	lookup_init(&t);
	lookup_add(&t, key_of(1), &values[0]);
	lookup_entry *e = lookup_find(&t, key_of(1));
	ck_assert(lookup_enter(e, key_of(1)));
	lookup_leave(e);
	lookup_remove(&t, key_of(1));
	ck_assert(!lookup_enter(e, key_of(1)));
	ck_assert_ptr_null(lookup_find(&t, key_of(1)));
	/* Nobody is left in who would keep it. */
	ck_assert_uint_eq(atomic_load(&e->visitors), 0);
	lookup_clear(&t);
}
END_TEST

/* ---- Visitors ---- */

#define OBJECTS 16
#define VISITORS 3
#define ROUNDS 5000

typedef struct object {
	bool there; /* written by the remover alone, outside of all visits */
} object;

typedef struct scene {
	lookup t;
	object objects[OBJECTS];
	atomic_bool over;
	atomic_uint met, wrong;
} scene;

static void *visit_all(void *data)
{
	scene *s = data;

	while (!atomic_load(&s->over))
		for (unsigned i = 0; i < OBJECTS; i++) {
			lookup_entry *e = lookup_visit(&s->t, key_of(i));
			if (!e)
				continue;
			object *o = e->value;
			if (o != &s->objects[i] || !o->there)
				atomic_fetch_add(&s->wrong, 1);
			lookup_leave(e);
			atomic_fetch_add(&s->met, 1);
		}
	return NULL;
}

static void put(scene *s, unsigned i)
{
	s->objects[i].there = true;
	lookup_add(&s->t, key_of(i), &s->objects[i]);
}

/* What is removed is visited by nobody any more. */
START_TEST(a_visit_keeps_what_was_found)
{
	scene s = {.over = false};
	GThread *visitors[VISITORS];

	lookup_init(&s.t);
	for (unsigned i = 0; i < OBJECTS; i++)
		put(&s, i);
	for (unsigned i = 0; i < VISITORS; i++)
		visitors[i] = g_thread_new("visitor", visit_all, &s);
	while (!atomic_load(&s.met))
		sched_yield();
	for (unsigned round = 0; round < ROUNDS; round++) {
		object *o = lookup_remove(&s.t, key_of(round % OBJECTS));
		o->there = false;
		put(&s, round % OBJECTS);
	}
	atomic_store(&s.over, true);
	for (unsigned i = 0; i < VISITORS; i++)
		g_thread_join(visitors[i]);
	ck_assert_uint_eq(atomic_load(&s.wrong), 0);
	lookup_clear(&s.t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lookup");
	TCase *tests = suite_case(suite, "lookup", NULL, NULL);

	tcase_add_test(tests, finds_what_is_in_it);
	tcase_add_test(tests, room_is_used_again);
	tcase_add_test(tests, what_is_near_begins_with_zeros);
	tcase_add_test(tests, only_its_own_key_enters);
	tcase_add_test(tests, a_visit_keeps_what_was_found);
	return suite_run(suite);
}
