/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kinds of record share: limit, cursor and the copying of members. Private to this folder. */
#ifndef CONSENT_LEDGER_PAGING_H
#define CONSENT_LEDGER_PAGING_H

#include "ledger/records.h"

/* Where a record stands: its entry and, when an entry makes several, which of them. */
typedef struct paging {
	char kind; /* first letter of a cursor, so that one of another list is refused */
	gint64 position;
	guint part;     /* begin there */
	unsigned limit; /* 0: none */
	unsigned given;
	gint64 until_us; /* 0: takes as long as it takes */
	bool begun;      /* an entry was looked at */
	bool resumed;    /* by a cursor */
	bool newest;     /* the newest first; such a cursor has a capital letter */
	records_each each;
	void *user;
	char *cursor; /* where to go on, or NULL at the end */
} paging;

/* False with CONSENT_ERROR_INVALID when the filter's cursor is none of this kind. */
bool paging_begin(
	paging *p, char kind, const records_filter *filter, records_each each, void *user, GError **error);

/* Has the filter give the entries that are left, in the page's order. */
void paging_bound(const paging *p, ledger_filter *entries);

/* Asked before a record is made: false when the page is full, and the cursor is set to it. */
bool paging_wants(paging *p, gint64 position, guint part);

/* Asked of every entry that is looked at: true when the time is over, and the cursor is set to it. Never of a
 * page's first, so that whoever goes on comes to an end. */
bool paging_late(paging *p, gint64 position);

/* Whether an earlier page has given it. */
bool paging_passed(const paging *p, gint64 position, guint part);

/* Hands the record over and drops it. False when the receiver wants no more. */
bool paging_give(paging *p, json_t *record, gint64 position, guint part);

/* What paging_give does besides, for who handed something over themselves; `more`: the receiver wants more.
 */
void paging_count(paging *p, bool more, gint64 position, guint part);

/* Hands the cursor over. Returns `good`. */
bool paging_end(paging *p, bool good, char **ret_cursor);

/* A list of what an entry each began, of which later entries say more. */
typedef struct records_list {
	ledger_reader *reader;
	const records_filter *filter;
	paging page;
	GError **error;
	bool good; /* lowered by `take` below where it fails */
} records_list;

/* `what`: its name in errors, of which the first letter is the kind. False with CONSENT_ERROR_INVALID when
 * the filter has a decision, or a cursor of another list. */
bool records_list_begin(records_list *list, ledger_reader *r, const records_filter *filter, const char *what,
	records_each each, void *user, GError **error);

/* Gives `take` the list and the entries from the page's first on which `entries` wants, and of which room and
 * time are the filter's. Ends the page. */
bool records_list_read(records_list *list, ledger_filter entries, ledger_each take, char **ret_cursor);

/* Copies a member of an entry's body, null when there is none. */
void record_copy(json_t *record, const char *name, const json_t *from, const char *member);

/* Sets a time, null for 0. */
void record_set_time(json_t *record, const char *name, gint64 ms);

/* The display name in personal data, or null. */
void record_set_display(json_t *record, const json_t *personal);

/* False with CONSENT_ERROR_INVALID when the filter has a decision, or a name, which `list` knows nothing of.
 */
bool records_refuse_decision(const records_filter *filter, const char *list, GError **error);
bool records_refuse_display(const records_filter *filter, const char *list, GError **error);

/* Whether the name holds that part, whatever the case; `part` may be NULL: any does, and none. */
bool display_holds(const json_t *display, const char *part);

/* Whether the member is that text; both may be missing. */
bool text_is(const json_t *object, const char *member, const char *value);

#endif
