/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Appending without a thread: for the tool. */
#include "ledger/queue.h"

#include "base/clock.h"
#include "base/error.h"
#include "ledger/reader.h"
#include "proofs/keyfile.h"

#include <sodium.h>

/* With the key file that the gateway uses, and left in the store where to find it. */
static bool sign_beside(store *s, const tip *t, GError **error)
{
	g_autofree char *path = NULL, *origin = NULL, *vkey = NULL;
	g_auto(keyring) ring = {0};

	if (!s->ops->get(s, LEDGER_KEYFILE, &path, error) || !s->ops->get(s, "origin", &origin, error) ||
		!s->ops->get(s, "vkey", &vkey, error))
		return false;
	if (!path)
		return true;
	return keyfile_open(path, origin, vkey, &ring, error) && tip_sign(s, t, &ring, error);
}

/* The end is checked inside the transaction, so that nobody changes it before our entry. */
static bool append(store *s, const entry *e, GError **error)
{
	tip t;
	uint8_t leaf[HASH_SIZE];
	if (!s->ops->begin(s, error))
		return false;
	if (tip_load(s, true, &t, error) && ledger_check_tail(s, &t, error) &&
		ledger_write(s, e, &t, leaf, error) && sign_beside(s, &t, error) && s->ops->commit(s, error))
		return true;
	s->ops->rollback(s);
	return false;
}

static bool append_to(const char *where, const char *origin, const entry *e, GError **error)
{
	g_autoptr(store) s = store_open(where, *origin ? origin : NULL, STORE_BESIDE, error);
	return s && append(s, e, error);
}

static bool seal(const char *type, json_t *body, json_t *personal, entry *ret, GError **error)
{
	if (sodium_init() >= 0)
		return entry_seal(type, clock_now_ms(), body, personal, ret, error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "libsodium cannot be used");
	return false;
}

bool ledger_append_beside_with(const char *where, const char *origin, const char *type, json_t *body,
	json_t *personal, json_t *values, GError **error)
{
	json_auto_t *owned = body, *owned_personal = personal, *owned_values = values;
	g_auto(entry) e = {0};
	if (!seal(type, owned, owned_personal, &e, error))
		return false;
	e.values = g_steal_pointer(&owned_values);
	return append_to(where, origin ? origin : "", &e, error);
}

bool ledger_append_beside(const char *where, const char *type, json_t *body, json_t *personal, GError **error)
{
	json_auto_t *owned = body, *owned_personal = personal;
	g_auto(entry) e = {0};
	if (!seal(type, owned, owned_personal, &e, error))
		return false;
	g_auto(GStrv) origins = ledger_logs(where, error);
	bool good = origins != NULL;
	for (size_t i = 0; good && origins[i]; i++)
		good = append_to(where, origins[i], &e, error);
	return good;
}
