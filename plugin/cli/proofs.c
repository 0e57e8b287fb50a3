/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ledger gives others to hold or to publish: checkpoints, proofs, its tree, its keys. None of it
 * says anything of anybody, so that nothing of it is noted in the ledger. */
#include "cli/export.h"

#include "base/error.h"
#include "ledger/publish.h"
#include "proofs/files.h"
#include "proofs/jwk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHICH (OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN))
#define PUBLIC_MODE 0644

static int print(const char *text, GError **error)
{
	fputs(text, stdout);
	return tool_flush(error) ? TOOL_GOOD : TOOL_STORE;
}

static int run_checkpoint(const arguments *args, GError **error)
{
	g_autoptr(ledger_reader) reader = tool_open_one(args, error);
	g_autofree char *note_text = NULL;

	if (!reader || !ledger_checkpoint(reader, &note_text, error))
		return TOOL_STORE;
	if (note_text)
		return print(note_text, error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
		"the log has no checkpoint: nothing was signed yet");
	return TOOL_NO;
}

static int run_proof(const arguments *args, GError **error)
{
	const char *index = args->values[OPTION_INDEX];

	if (!index) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"--index is needed: the number of the entry, as in a receipt");
		return TOOL_USAGE;
	}
	g_autoptr(ledger_reader) reader = tool_open_one(args, error);
	g_autofree char *proof =
		reader ? ledger_prove(reader, (gint64)g_ascii_strtoull(index, NULL, 10), error) : NULL;
	return proof ? print(proof, error) : TOOL_STORE;
}

static bool is_stdout(const arguments *args)
{
	return strcmp(args->target, "-") == 0;
}

static int run_tiles(const arguments *args, GError **error)
{
	if (is_stdout(args)) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"DIR must be a folder, which standard output is not (one that is called - is ./-)");
		return TOOL_USAGE;
	}
	g_autoptr(ledger_reader) reader = tool_open_one(args, error);
	tile_export_counts counts;

	if (!reader || !ledger_publish(reader, args->target, &counts, error))
		return TOOL_STORE;
	tool_say("export tiles: %" G_GUINT64_FORMAT " entries, %" G_GUINT64_FORMAT
		 " of them new; %" G_GUINT64_FORMAT " files written",
		counts.size, counts.size - counts.size_before, counts.written);
	return TOOL_GOOD;
}

static bool add_keys(const char *store, const char *origin, GByteArray *all, GError **error)
{
	g_autoptr(ledger_reader) reader = ledger_reader_open_log(store, *origin ? origin : NULL, error);
	g_autoptr(GArray) keys = reader ? ledger_recorded_keys(reader, error) : NULL;

	for (guint i = 0; keys && i < keys->len; i++)
		g_byte_array_append(
			all, g_array_index(keys, note_verifier, i).public_key, SIGNING_PUBLIC_SIZE);
	return keys != NULL;
}

/* Of every log that is asked for: a key is found by its id. */
static json_t *read_jwks(const arguments *args, GError **error)
{
	const char *origin = args->values[OPTION_ORIGIN];
	const char *only[] = {origin, NULL};
	g_autofree char *store = tool_store(args, error);
	g_auto(GStrv) logs = store && !origin ? ledger_logs(store, error) : NULL;
	const char *const *origins = origin ? only : (const char *const *)logs;
	g_autoptr(GByteArray) all = g_byte_array_new();

	if (!store || !origins)
		return NULL;
	for (size_t i = 0; origins[i]; i++)
		if (!add_keys(store, origins[i], all, error))
			return NULL;
	if (all->len > 0)
		return jwks_make(
			(const uint8_t(*)[SIGNING_PUBLIC_SIZE])all->data, all->len / SIGNING_PUBLIC_SIZE);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
		"the ledger has no keys: nothing was signed yet");
	return NULL;
}

static int run_jwks(const arguments *args, GError **error)
{
	json_auto_t *jwks = read_jwks(args, error);
	char *text = jwks ? json_dumps(jwks, JSON_INDENT(2)) : NULL;
	g_autofree char *temporary = g_strconcat(args->target, ".part", NULL);
	g_autofree char *lines = text ? g_strconcat(text, "\n", NULL) : NULL;

	free(text);
	if (lines && is_stdout(args))
		return print(lines, error);
	return lines && files_replace(temporary, args->target, lines, strlen(lines), PUBLIC_MODE, true, error)
		? TOOL_GOOD
		: TOOL_STORE;
}

const command command_checkpoint = {
	.name = "checkpoint",
	.summary = "the newest checkpoint, to keep elsewhere",
	.help = "Prints the newest checkpoint: how long the log is and what its tree's root is, signed. "
		"Whoever\n"
		"keeps it can show with `verify --checkpoint` that the log was cut, rewritten or put back.",
	.options = WHICH,
	.run = run_checkpoint,
};

const command command_proof = {
	.name = "proof",
	.needs = "--index NUMBER",
	.summary = "the proof that an entry is in the log, for whoever has a receipt",
	.help = "Prints a tlog-proof: with the receipt and the log's public keys, all that anybody needs to "
		"check\n"
		"that the entry is in the log.",
	.options = WHICH | OPTION_BIT(OPTION_INDEX),
	.run = run_proof,
};

const command command_export_tiles = {
	.name = "export tiles",
	.target = "DIR",
	.summary = "the log as static files for a web server",
	.help = "Writes the log to a folder as tlog-tiles: hashes and signatures, nothing that entries say. "
		"What is\n"
		"there already is gone on with; a checkpoint is published last, with all that it needs "
		"there.",
	.options = WHICH,
	.run = run_tiles,
};

const command command_export_jwks = {
	.name = "export jwks",
	.target = "FILE",
	.summary = "the public keys that receipts are signed with, for a web server",
	.help = "Writes a JWKS, former keys included, in one step: the file is there as a whole or as it "
		"was. - is\nstandard output.",
	.options = WHICH,
	.run = run_jwks,
};
