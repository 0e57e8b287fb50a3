/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger as the gateway keeps it, with receipts as the gateway signs them: what the tool makes of it others
 * are to judge. */
#include "artefacts.h"

#include "ledger/ledger.h"

#include <stdlib.h>

#define WAIT_MS 60000

static void die(const GError *error)
{
	g_error("%s", error ? error->message : "it failed");
}

static ledger *open_ledger(const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *store = g_build_filename(folder, "ledger.sqlite", NULL);
	g_autofree char *key = g_build_filename(folder, "signing-key", NULL);
	const ledger_options options = {.store = store, .origin = LOG_ORIGIN, .signing_key = key};
	ledger *l = ledger_open(&options, &error);
	if (!l)
		die(error);
	return l;
}

/* An entry about somebody, with personal data that must not show anywhere. */
static ledger_ticket *decide(ledger *l, unsigned number)
{
	g_autofree char *who = g_strdup_printf("participant-%u", number % 7);
	json_t *body = json_pack(
		"{s:s, s:i, s:s, s:i}", "meeting", "m1", "room", 1234, "participant", who, "n", (int)number);
	return ledger_append(l, LEDGER_KEPT, "decision", body, json_pack("{s:s}", "display", "Zoë"));
}

static void put_receipt(const char *folder, ledger *l, const ledger_place *place)
{
	json_t *claims = json_pack("{s:s, s:I, s:s, s:s, s:s, s:i, s:[], s:{s:s, s:I, s:s}, s:[{s:I, s:s}]}",
		"iss", LOG_ORIGIN, "iat", (json_int_t)(place->at_ms / 1000), "jti", "receipt-1", "sub",
		"participant-1", "meeting", "m1", "room", 1234, "decisions", "log", "origin", LOG_ORIGIN,
		"index", (json_int_t)place->index, "leaf", place->leaf, "entries", "index",
		(json_int_t)place->index, "leaf", place->leaf);
	g_autofree char *receipt = ledger_sign(l, claims, "consent-receipt+jwt");
	g_autofree char *name = g_strdup_printf("receipts/%" G_GINT64_FORMAT ".jws", place->index);
	put(folder, name, receipt);
	json_decref(claims);
}

static void put_key(const char *folder, ledger *l)
{
	json_t *keys = ledger_keys(l);
	put(folder, "vkey", json_string_value(json_object_get(keys, "vkey")));
	json_decref(keys);
}

int make_ledger(const char *folder, unsigned count)
{
	g_autofree char *receipts = g_build_filename(folder, "receipts", NULL);
	ledger_place place;
	if (g_mkdir_with_parents(receipts, 0755) != 0)
		die(NULL);
	g_autoptr(ledger) l = open_ledger(folder);
	put_key(folder, l);
	for (unsigned i = 1; i < count; i++)
		ledger_post(l, LEDGER_KEPT, "test", json_pack("{s:i}", "n", (int)i), NULL, NULL, NULL);
	if (!ledger_wait(decide(l, count), WAIT_MS, &place, NULL))
		die(NULL);
	put_receipt(folder, l, &place);
	return EXIT_SUCCESS;
}
