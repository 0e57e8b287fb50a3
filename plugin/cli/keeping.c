/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operator does to the ledger: erase somebody or something, give it a new key. */
#include "cli/eraser.h"
#include "cli/products.h"

#include "base/error.h"
#include "ledger/beside.h"
#include "ledger/identity.h"

#include <stdio.h>

#define WHICH (OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN))

static bool need(const arguments *args, option_id id, const char *why, GError **error)
{
	if (args->values[id])
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "--%s is needed: %s", options[id].name, why);
	return false;
}

static bool erase_participant(
	const arguments *args, const char *store, const GPtrArray *ids, const char *reason, GError **error)
{
	bool clean;

	if (!ledger_erase_beside(store, args->values[OPTION_ORIGIN], ids, reason, &clean, error))
		return false;
	for (guint i = 0; i < ids->len; i++)
		printf("erased participant: %s\n", (const char *)ids->pdata[i]);
	if (!clean)
		tool_say("erase: another program reads the store: its write-ahead log can be cleared only "
			 "when that is done. A running gateway does it; without one, do this again");
	return true;
}

static bool check_erase(const arguments *args, GError **error)
{
	bool segment = args->values[OPTION_SEGMENT], one = args->values[OPTION_PRODUCT];
	if (!!args->values[OPTION_PARTICIPANT] + segment + one > 1) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"--participant, --segment and --product exclude one another");
		return false;
	}
	return (segment || one ||
		       need(args, OPTION_PARTICIPANT, "whose personal data and recordings to erase",
			       error)) &&
		need(args, OPTION_REASON, "the ledger keeps why", error);
}

static bool erase_products(
	const arguments *args, const char *participant, const char *reason, guint *ret_count, GError **error)
{
	g_auto(recordings) all = {0};
	const char *one = args->values[OPTION_PRODUCT];
	return recordings_open(args, &all, error) &&
		(one ? products_remove_one(&all, one, reason, ret_count, error)
		     : products_remove_of(&all, participant, reason, error));
}

/* Segments, or a product, or the segments of the participant and what rests on them. */
static bool erase_captured(
	const arguments *args, const char *participant, const char *reason, guint *ret_count, GError **error)
{
	const records_filter of = {.participant = participant, .segment = args->values[OPTION_SEGMENT]};
	bool product = args->values[OPTION_PRODUCT];
	return (product || eraser_all(args, &of, reason, ret_count, error)) &&
		(of.segment || erase_products(args, participant, reason, ret_count, error));
}

/* All that they are known by. Recordings first: should one of them stay, the participant can still be found;
 * and somebody who may not be erased now keeps everything. */
static bool erase_person(const arguments *args, const char *store, const char *reason, GError **error)
{
	const char *origin = args->values[OPTION_ORIGIN];
	g_autoptr(GPtrArray) ids = identity_find(store, origin, args->values[OPTION_PARTICIPANT], error);
	bool good = ids && ledger_check_erasable(store, origin, ids, error);
	guint count;
	for (guint i = 0; good && i < ids->len; i++)
		good = erase_captured(args, ids->pdata[i], reason, &count, error);
	return good && erase_participant(args, store, ids, reason, error);
}

static int erase_one(const arguments *args, const char *reason, GError **error)
{
	guint count = 0;
	if (!erase_captured(args, NULL, reason, &count, error))
		return TOOL_STORE;
	if (count == 0)
		tool_say("erase: there is nothing of that id that is not erased");
	return count ? TOOL_GOOD : TOOL_NO;
}

static int run_erase(const arguments *args, GError **error)
{
	const char *reason = args->values[OPTION_REASON];
	int status = TOOL_STORE;

	if (!check_erase(args, error))
		return TOOL_USAGE;
	g_autofree char *store = tool_store(args, error);
	if (!store || !tool_become_owner(store, error))
		return TOOL_STORE;
	if (!args->values[OPTION_PARTICIPANT])
		status = erase_one(args, reason, error);
	else if (erase_person(args, store, reason, error))
		status = TOOL_GOOD;
	return status == TOOL_STORE || tool_flush(error) ? status : TOOL_STORE;
}

static int run_rotate(const arguments *args, GError **error)
{
	g_autoptr(settings) gateway = NULL;
	g_autofree char *store = tool_store(args, error), *vkey = NULL;

	if (!store || !tool_gateway(args, &gateway, error) || !tool_become_owner(store, error) ||
		!ledger_rotate_key(store, args->values[OPTION_ORIGIN], gateway ? gateway->signing_key : NULL,
			&vkey, error))
		return TOOL_STORE;
	printf("key: %s\n", vkey);
	return tool_flush(error) ? TOOL_GOOD : TOOL_STORE;
}

static const option_words erase_words[] = {
	{OPTION_PARTICIPANT, "whose personal data and recordings"},
	{OPTION_SEGMENT, "or one segment, as `segments` lists it"},
	{0},
};

const command command_erase = {
	.name = "erase",
	.needs = "{--participant ID | --segment ID | --product ID} --reason TEXT",
	.summary = "destroys a participant's personal data and recordings, or one of these",
	.help = "Destroys the keys of all that was recorded of a participant and removes the files, then "
		"the\n"
		"key to all their personal data; or erases one segment, or one transcript or summary. The "
		"ledger\n"
		"says so and still verifies. It cannot be undone.",
	.options = WHICH | OPTION_BIT(OPTION_PARTICIPANT) | OPTION_BIT(OPTION_SEGMENT) |
		OPTION_BIT(OPTION_PRODUCT) | OPTION_BIT(OPTION_RECORDINGS) | OPTION_BIT(OPTION_REASON),
	.words = erase_words,
	.run = run_erase,
};

const command command_rotate_key = {
	.name = "rotate-key",
	.summary = "gives the log a new signing key",
	.help = "Makes a new signing key while the gateway is stopped. What was signed with former keys "
		"stays\n"
		"good: they remain in the key file and in `export jwks`. Prints the new verifier key.",
	.options = WHICH,
	.run = run_rotate,
};
