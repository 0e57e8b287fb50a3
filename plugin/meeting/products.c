/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of transcripts and summaries when somebody they rest on has what was captured erased
 * (ledger/products.h). */
#include "meeting/private.h"

#include "ledger/products.h"

/* NULL when its file is there still. */
static ledger_ticket *erase(meetings *all, const product *p, const char *reason, const char *by)
{
	const char *file = json_string_value(json_object_get(p->record, "file"));
	g_autoptr(GError) error = NULL;

	if (file && !capture_remove(all->settings->recordings, file, &error)) {
		g_warning("product %s is not erased yet: %s",
			json_string_value(json_object_get(p->record, "product")), error->message);
		return NULL;
	}
	return ledger_append_with(all->ledger, LEDGER_KEPT, "product",
		product_erased_body(p->record, reason, by), NULL, product_forget(p->record));
}

static void settle(meetings *all, const product *p, const char *reason, const char *by, erasure_result *ret)
{
	ledger_ticket *ticket = p->stays ? NULL : erase(all, p, reason, by);

	if (ticket)
		ledger_wait(ticket, all->settings->ledger_timeout_ms, NULL, NULL);
	ret->stay += !ticket && !p->stays;
	if (ret->products && (ticket || p->stays))
		json_array_append_new(ret->products, product_told(p->record, ticket ? "erased" : "kept"));
}

bool products_erase(meetings *all, const char *participant, const char *reason, const char *by,
	erasure_result *ret, GError **error)
{
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);
	g_autoptr(GPtrArray) on = reader ? products_on(reader, participant, error) : NULL;

	for (guint i = 0; on && i < on->len; i++) {
		const product *p = on->pdata[i];

		if (p->begun)
			settle(all, p, reason, by, ret);
	}
	return on != NULL;
}
