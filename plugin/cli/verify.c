/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifying: a store here, recordings in verify_recordings.c; tile trees and receipts, which need no store,
 * in verify_tiles.c and verify_receipt.c. */
#include "cli/verify.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

/* The head was checked when it was read. */
static bool check_head(ledger_reader *reader, const char *head, GError **error)
{
	char link[HASH_HEX_SIZE];
	char *noted = NULL;
	gint64 entries = (gint64)g_ascii_strtoull(head, &noted, 10);
	if (!ledger_link_after(reader, entries, link, error))
		return false;
	if (strcmp(link, noted + 1) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"the first %" G_GINT64_FORMAT " entries are not those of --head: their link is %s", entries,
		link);
	return false;
}

/* The key file lists the keys that the store should know. */
static bool check_recorded(ledger_reader *reader, const GArray *keys, GError **error)
{
	g_autoptr(GArray) recorded = ledger_recorded_keys(reader, error);
	if (!recorded)
		return false;
	bool same = recorded->len == keys->len;
	for (guint i = 0; same && i < keys->len; i++)
		same = note_verifier_equal(
			&g_array_index(recorded, note_verifier, i), &g_array_index(keys, note_verifier, i));
	if (!same)
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"the named values “vkey” and “former” are not the keys in the gateway's key file");
	return same;
}

/* The gateway's own files where the configuration names them; what is given by hand goes before. */
static bool take_witness(
	const arguments *args, const char *origin, ledger_reader *reader, witness *w, GError **error)
{
	g_autoptr(settings) gateway = NULL;
	const char *checkpoint = args->values[OPTION_CHECKPOINT];
	if (!tool_gateway(args, &gateway, error))
		return false;
	if (gateway && (!gateway->origin_set || strcmp(gateway->origin, origin) == 0))
		witness_take_gateway(w, gateway->signing_key, origin);
	if (w->keys && !check_recorded(reader, w->keys, error))
		return false;
	if (args->values[OPTION_LOG_KEY])
		g_clear_pointer(&w->keys, g_array_unref);
	return witness_take_keys(w, args, origin, error) &&
		(!checkpoint || witness_take_checkpoint(w, checkpoint, "the checkpoint in", error));
}

/* "" is the log of a file that was never told its name. */
static int verify_log(const char *store, const char *origin, const arguments *args, GError **error)
{
	const char *head = args->values[OPTION_HEAD];
	char link[HASH_HEX_SIZE];
	gint64 entries;
	g_auto(witness) outside = {0};
	g_autoptr(ledger_reader) reader = ledger_reader_open_log(store, *origin ? origin : NULL, error);
	if (!reader || (*origin && !take_witness(args, origin, reader, &outside, error)))
		return TOOL_STORE;
	const ledger_witness with = witness_of(&outside);
	if (!ledger_verify_with(reader, &with, &entries, link, error) ||
		(head && !check_head(reader, head, error)))
		return TOOL_NO;
	printf("verified: %" G_GINT64_FORMAT " entries\nhead: %" G_GINT64_FORMAT ":%s\n", entries, entries,
		link);
	return TOOL_GOOD;
}

static int refuse_several(const arguments *args, GError **error)
{
	const option_id of_one[] = {OPTION_HEAD, OPTION_CHECKPOINT};
	for (size_t i = 0; i < G_N_ELEMENTS(of_one); i++)
		if (args->values[of_one[i]]) {
			g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
				"--%s is of one log, and the store holds several: name it with --origin",
				options[of_one[i]].name);
			return TOOL_USAGE;
		}
	return TOOL_GOOD;
}

/* An empty list is no proof of anything. */
static bool check_list(const char *store, char **origins, GError **error)
{
	if (!ledger_verify_logs(store, error))
		return false;
	if (!origins[0])
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"the store holds no log: no gateway has written to it yet, or all of it was removed");
	return origins[0] != NULL;
}

/* Each log in turn, up to the first that is not good; what is wrong is told with its name. */
static int verify_all(const char *store, char **origins, const arguments *args, GError **error)
{
	bool several = origins[0] && origins[1];
	int code = several ? refuse_several(args, error) : TOOL_GOOD;
	for (size_t i = 0; origins[i] && code == TOOL_GOOD; i++) {
		if (several)
			printf("log: %s\n", origins[i]);
		code = verify_log(store, origins[i], args, error);
		if (several && code != TOOL_GOOD)
			g_prefix_error(error, "the log “%s”: ", origins[i]);
	}
	return code;
}

static int verify_store(const arguments *args, GError **error)
{
	const char *origin = args->values[OPTION_ORIGIN];
	char *only[] = {(char *)origin, NULL};
	g_autofree char *store = tool_store(args, error);
	g_auto(GStrv) all = store && !origin ? ledger_logs(store, error) : NULL;
	g_autoptr(GPtrArray) files = NULL;
	if (!store || (!origin && !all) || !verify_recordings_begin(args, &files, error))
		return TOOL_STORE;
	if (!check_list(store, origin ? only : all, error))
		return TOOL_NO;
	int code = verify_all(store, origin ? only : all, args, error);
	return code == TOOL_GOOD && files ? verify_recordings(args, files, error) : code;
}

/* Which options make no sense beside another one. */
static const struct {
	option_id one;
	guint64 without;
} clashes[] = {
	{OPTION_TILES,
		OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_HEAD) |
			OPTION_BIT(OPTION_COMPARED)},
	{OPTION_RECEIPT,
		OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_HEAD) |
			OPTION_BIT(OPTION_TILES) | OPTION_BIT(OPTION_CHECKPOINT) |
			OPTION_BIT(OPTION_COMPARED)},
};

static bool need(const arguments *args, option_id one, option_id other, const char *why, GError **error)
{
	if (!args->values[one] || args->values[other])
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "--%s is needed with --%s: %s",
		options[other].name, options[one].name, why);
	return false;
}

static bool check_options(const arguments *args, GError **error)
{
	static const char whose[] = "without the log's public keys nobody vouches for anything";
	for (size_t i = 0; i < G_N_ELEMENTS(clashes); i++)
		if (!options_alone(args, clashes[i].one, clashes[i].without,
			    "are about different things: give one", error))
			return false;
	return need(args, OPTION_PROOF, OPTION_RECEIPT, "it is about the receipt's entry", error) &&
		need(args, OPTION_RECEIPT, OPTION_PROOF, "it shows that the entry is in the log", error) &&
		need(args, OPTION_RECEIPT, OPTION_LOG_KEY, whose, error) &&
		need(args, OPTION_TILES, OPTION_LOG_KEY, whose, error);
}

static int run_verify(const arguments *args, GError **error)
{
	int code = TOOL_USAGE;
	if (!check_options(args, error))
		return code;
	if (args->values[OPTION_RECEIPT])
		code = verify_receipt(args, error);
	else
		code = args->values[OPTION_TILES] ? verify_tiles(args, error) : verify_store(args, error);
	return code != TOOL_GOOD || tool_flush(error) ? code : TOOL_STORE;
}

const command command_verify = {
	.name = "verify",
	.summary = "whether a ledger, a tile tree or a receipt is whole and unchanged",
	.help = "Checks every entry: that none is missing, that it is what was hashed, that it follows from\n"
		"the one before, that personal data is what was committed to, that who has a key signed, "
		"and\n"
		"that a signed checkpoint covers it. Prints the number of entries and the last link. What "
		"is\n"
		"wrong is named with its place. With a configuration, the gateway's key and the checkpoint\n"
		"that it keeps beside it are compared, too. A database that holds several logs: each.\n"
		"With --recordings, that folder's files are compared with what the ledger says of them.\n\n"
		"With --tiles or --receipt, and --key, no store is needed: anybody can do that, anywhere.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OPTION_BIT(OPTION_HEAD) | OPTION_BIT(OPTION_CHECKPOINT) | OPTION_BIT(OPTION_LOG_KEY) |
		OPTION_BIT(OPTION_TILES) | OPTION_BIT(OPTION_RECEIPT) | OPTION_BIT(OPTION_PROOF) |
		OPTION_BIT(OPTION_COMPARED),
	.run = run_verify,
};
