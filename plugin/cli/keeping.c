/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operator does to the ledger: erase a participant's personal data, give it a new key. */
#include "cli/tool.h"

#include "base/error.h"
#include "ledger/beside.h"

#include <stdio.h>

#define WHICH (OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN))

static bool need(const arguments *args, option_id id, const char *why, GError **error)
{
	if (args->values[id])
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "--%s is needed: %s", options[id].name, why);
	return false;
}

static int run_erase(const arguments *args, GError **error)
{
	const char *participant = args->values[OPTION_PARTICIPANT], *reason = args->values[OPTION_REASON];
	bool clean;

	if (!need(args, OPTION_PARTICIPANT, "whose personal data to erase", error) ||
		!need(args, OPTION_REASON, "the ledger keeps why", error))
		return TOOL_USAGE;
	g_autofree char *store = tool_store(args, error);
	if (!store || !tool_become_owner(store, error) ||
		!ledger_erase_beside(store, args->values[OPTION_ORIGIN], participant, reason, &clean, error))
		return TOOL_STORE;
	printf("erased: %s\n", participant);
	if (!clean)
		tool_say("erase: another program reads the store: its write-ahead log can be cleared only "
			 "when that "
			 "is done. A running gateway does it; without one, do this again");
	return tool_flush(error) ? TOOL_GOOD : TOOL_STORE;
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

const command command_erase = {
	.name = "erase",
	.summary = "destroys a participant's personal data",
	.help = "Destroys the key to all personal data of a participant and says so in the ledger. It cannot "
		"be\n"
		"undone. Everything else still verifies. Recordings are not touched.",
	.options = WHICH | OPTION_BIT(OPTION_PARTICIPANT) | OPTION_BIT(OPTION_REASON),
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
