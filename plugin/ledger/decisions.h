/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How consent records are listed. Private to this folder. */
#ifndef CONSENT_LEDGER_DECISIONS_H
#define CONSENT_LEDGER_DECISIONS_H

#include "ledger/paging.h"
#include "ledger/succession.h"

typedef struct decisions_listing {
	ledger_reader *reader;
	const records_filter *filter;
	succession *later;
	paging page;
	GError **error;
	bool good;
} decisions_listing;

/* Gives the records of one entry. False to stop; list->good says whether that is a failure. */
bool decisions_give(decisions_listing *list, const ledger_entry *entry);

/* Reads the entries that the filter lets through, with ledger_read or ledger_read_texts. */
bool decisions_list(decisions_listing *list,
	bool (*read)(ledger_reader *, const ledger_filter *, ledger_each, void *, GError **),
	ledger_each give, void *user);

#endif
