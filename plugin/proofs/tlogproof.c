/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/tlogproof.h"

#include "base/error.h"

#include <string.h>

#define FIRST_LINE "c2sp.org/tlog-proof@v1"
#define EXTRA "extra "
#define INDEX "index "

static bool reject(GError **error, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the proof %s", why);
	return false;
}

void tlog_proof_clear(tlog_proof *proof)
{
	g_clear_pointer(&proof->extra, g_bytes_unref);
	g_free(proof->checkpoint);
	*proof = (tlog_proof){0};
}

/* Making */

static void write_base64_line(GString *out, const char *name, const void *bytes, size_t size)
{
	g_autofree char *base64 = text_base64(bytes, size);
	g_string_append_printf(out, "%s%s\n", name, base64);
}

char *tlog_proof_text(const tlog_proof *proof)
{
	GString *out = g_string_new(FIRST_LINE "\n");
	if (proof->extra) {
		gsize size;
		const void *bytes = g_bytes_get_data(proof->extra, &size);
		write_base64_line(out, EXTRA, bytes, size);
	}
	g_string_append_printf(out, INDEX "%" G_GUINT64_FORMAT "\n", proof->index);
	for (size_t i = 0; i < proof->path.count; i++)
		write_base64_line(out, "", proof->path.hashes[i], HASH_SIZE);
	g_string_append_printf(out, "\n%s", proof->checkpoint);
	return g_string_free(out, FALSE);
}

/* Reading: each takes its lines off `rest` */

static bool read_extra(text_span *rest, tlog_proof *proof, GError **error)
{
	text_span line;
	if (!text_skip(rest, EXTRA))
		return true;
	if (text_line(rest, &line))
		proof->extra = text_read_base64(line);
	return proof->extra || reject(error, "has an \"extra\" that is not base64");
}

static bool read_index(text_span *rest, tlog_proof *proof, GError **error)
{
	text_span line;
	if (!text_skip(rest, INDEX) || !text_line(rest, &line))
		return reject(error, "has no \"index\" where it belongs");
	return text_read_decimal(line, &proof->index) ||
		reject(error, "has an \"index\" that is not a decimal number below 2^63");
}

static bool read_path(text_span *rest, merkle_proof *path, GError **error)
{
	for (text_span line; text_line(rest, &line);) {
		if (line.length == 0)
			return true;
		if (path->count == MERKLE_PROOF_MAX)
			return reject(error, "has more hashes than a tree has levels");
		if (!text_read_base64_exactly(line, path->hashes[path->count++], HASH_SIZE))
			return reject(error, "has a hash that is not the base64 of 32 bytes");
	}
	return reject(error, "ends before its checkpoint");
}

static bool read_checkpoint(text_span rest, tlog_proof *proof, GError **error)
{
	g_auto(note) n = {0};
	g_auto(checkpoint) head = {0};
	if (!note_parse(rest, &n, error) || !checkpoint_parse(n.text, &head, error))
		return false;
	proof->checkpoint = g_strndup(rest.at, rest.length);
	return true;
}

bool tlog_proof_parse(text_span bytes, tlog_proof *ret, GError **error)
{
	text_span rest = bytes, line;
	g_auto(tlog_proof) read = {0};
	if (!text_line(&rest, &line) || !text_equals(line, FIRST_LINE))
		return reject(error, "does not begin with " FIRST_LINE);
	if (!read_extra(&rest, &read, error) || !read_index(&rest, &read, error) ||
		!read_path(&rest, &read.path, error) || !read_checkpoint(rest, &read, error))
		return false;
	*ret = read;
	read = (tlog_proof){0};
	return true;
}

/* Checking */

bool tlog_proof_verify(text_span bytes, const uint8_t leaf[HASH_SIZE], const char *origin,
	const note_verifier *known, size_t count, guint64 *ret_index, checkpoint *ret_head, GError **error)
{
	g_auto(tlog_proof) proof = {0};
	g_auto(checkpoint) head = {0};
	if (!tlog_proof_parse(bytes, &proof, error))
		return false;
	text_span note_bytes = {proof.checkpoint, strlen(proof.checkpoint)};
	if (!checkpoint_open(note_bytes, origin, known, count, &head, error))
		return false;
	if (!merkle_verify_inclusion(&proof.path, proof.index, head.size, leaf, head.root))
		return reject(error, "does not lead from this entry to the checkpoint's root");

	if (ret_index)
		*ret_index = proof.index;
	if (ret_head) {
		*ret_head = head;
		head = (checkpoint){0};
	}
	return true;
}
