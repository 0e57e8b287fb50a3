/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wordings that were ever in force, as their entries hold them. */
#include "ledger/paging.h"

#include "base/error.h"

typedef struct listing {
	const records_filter *filter;
	paging page;
} listing;

static json_t *make_record(const ledger_entry *entry)
{
	static const char *const members[] = {"notice", "purpose", "version", "wording"};
	json_t *record = json_object();
	json_object_set_new(record, "log", entry->log ? json_string(entry->log) : json_null());
	json_object_set_new(record, "index", json_integer(entry->index));
	record_set_time(record, "time", entry->at_ms);
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		record_copy(record, members[i], entry->body, members[i]);
	return record;
}

static bool give_notice(const ledger_entry *entry, void *user)
{
	listing *list = user;
	const char *purpose = list->filter->purpose;
	if (paging_passed(&list->page, entry->position, 0) ||
		(purpose && !text_is(entry->body, "purpose", purpose)))
		return true;
	return paging_wants(&list->page, entry->position, 0) &&
		paging_give(&list->page, make_record(entry), entry->position, 0);
}

static bool check(const records_filter *filter, GError **error)
{
	if (!filter->room && !filter->meeting && !filter->participant && !filter->decision)
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"notices are the same for all rooms, meetings and participants; filter by purpose or time");
	return false;
}

bool records_notices(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error)
{
	static const char *const types[] = {"notice", NULL};
	listing list = {.filter = filter};
	if (!check(filter, error) || !paging_begin(&list.page, 'n', filter, each, user, error))
		return false;
	const ledger_filter entries = {
		.types = types,
		.from_ms = filter->from_ms,
		.to_ms = filter->to_ms,
		.after = list.page.position,
		.bare = true,
	};
	bool good = ledger_read(r, &entries, give_notice, &list, error);
	return paging_end(&list.page, good, ret_cursor);
}
