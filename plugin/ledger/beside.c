/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Appending without a thread: for the tool. */
#include "ledger/queue.h"

#include "base/clock.h"
#include "ledger/reader.h"

#include <sodium.h>

/* The end is checked inside the transaction, so that nobody changes it before our entry. */
static bool append(store *s, const entry *e, GError **error)
{
	store_head head;
	if (!s->ops->begin(s, error))
		return false;
	if (s->ops->head(s, &head, error) && ledger_check_tail(s, &head, error) &&
		ledger_write(s, e, &head, error) && s->ops->commit(s, error))
		return true;
	s->ops->rollback(s);
	return false;
}

static bool append_to(const char *where, const char *origin, const entry *e, GError **error)
{
	g_autoptr(store) s = store_open(where, *origin ? origin : NULL, STORE_BESIDE, error);
	return s && append(s, e, error);
}

bool ledger_append_beside(const char *where, const char *type, json_t *body, json_t *personal, GError **error)
{
	json_auto_t *owned = body, *owned_personal = personal;
	g_auto(entry) e = {0};
	if (sodium_init() < 0 || !entry_seal(type, clock_now_ms(), owned, owned_personal, &e, error))
		return false;
	g_auto(GStrv) origins = ledger_logs(where, error);
	bool good = origins != NULL;
	for (size_t i = 0; good && origins[i]; i++)
		good = append_to(where, origins[i], &e, error);
	return good;
}
