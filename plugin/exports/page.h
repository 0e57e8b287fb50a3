/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists as files in pieces, for who cannot hand out a stream: the texts of all pages, one behind the other,
 * are byte for byte the file that the tool writes. Nothing is kept between two of them: where a page ends its
 * cursor says. One thread at a time per reader. */
#ifndef CONSENT_EXPORTS_PAGE_H
#define CONSENT_EXPORTS_PAGE_H

#include "base/settings.h"
#include "ledger/records.h"

/* A page ends when it has taken so long, or holds so much, whatever its limit; the last record makes it
 * exceed both by its own measure. */
#define PAGE_MS 40
#define PAGE_BYTES ((size_t)512 * 1024)

typedef struct page_request {
	const char *what;            /* "records", "notices", "meetings", "segments" or "products" */
	const char *format;          /* "csv", "jsonl"; of records "jsonld" as well */
	const settings *operator_is; /* for JSON-LD */
	records_filter filter;       /* its limit is that of a page, its cursor NULL for the first */
	guint64 before;              /* rows of the pages before */
} page_request;

typedef struct page {
	char *text; /* UTF-8, malloc */
	size_t length;
	guint64 rows;
	char *cursor; /* of the next (g_free); NULL: this was the last */
} page;

/* Whether there is such a list, in such a format, and all that it needs. CONSENT_ERROR_INVALID names the
 * field `what` or `format` and the mend. Any thread. */
bool page_check(const page_request *request, GError **error);

/* The media type of a format that page_check lets through. */
const char *page_media_type(const char *format);

/* Makes one page of what page_check has let through; *ret is to be cleared. */
bool page_make(ledger_reader *reader, const page_request *request, page *ret, GError **error);

/* Also of one that is all zeros. */
void page_clear(page *p);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(page, page_clear)

#endif
