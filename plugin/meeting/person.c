/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persons: known to their meeting until it ends, so that whoever comes back with the same key is not asked
 * again. */
#include "meeting/fleet.h"

/* Bytes of a display name: it goes into every decision's entry and to everybody in the room. Upstream has the
 * whole of it. */
#define DISPLAY_MAX 256

char *person_display(const char *display)
{
	if (!display || strlen(display) <= DISPLAY_MAX)
		return g_strdup(display);
	const char *cut = g_utf8_find_prev_char(display, display + DISPLAY_MAX + 1);
	return g_strndup(display, (gsize)(cut - display));
}

person *person_new(meeting *m, const char *display)
{
	person *p = g_new0(person, 1);

	p->refs = 1;
	p->all = m->all;
	p->id = g_uuid_string_random();
	p->keys_of = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(p->keys_of, g_strdup(p->id));
	p->display = person_display(display);
	decision_card_init(&p->member.card);
	p->receipts = json_array();
	g_ptr_array_add(m->persons, person_ref(p));
	return p;
}

person *person_ref(person *p)
{
	p->refs++;
	return p;
}

void person_unref(person *p)
{
	if (!p || --p->refs)
		return;
	keys_forget(p);
	json_decref(p->key);
	json_decref(p->receipts);
	taken_free(p->taken);
	g_ptr_array_unref(p->keys_of);
	g_free(p->id);
	g_free(p->display);
	g_free(p);
}

person *person_with_key(meeting *m, const uint8_t *key)
{
	for (unsigned i = 0; i < m->persons->len; i++) {
		person *p = g_ptr_array_index(m->persons, i);

		if (p->key && memcmp(p->key_bytes, key, SIGNING_PUBLIC_SIZE) == 0)
			return p;
	}
	return NULL;
}

void person_enter(meeting *m, person *p)
{
	if (p->present++ == 0)
		roster_add(&m->roster, &p->member);
}

/* Without a key nobody comes back. */
void person_exit(meeting *m, person *p)
{
	if (--p->present)
		return;
	roster_remove(&m->roster, &p->member);
	if (!p->key)
		g_ptr_array_remove(m->persons, p);
}
