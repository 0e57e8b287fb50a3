/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log: what Go's sumdb/note and sumdb/tlog are to judge. Files of lines; hashes and bytes in base64. */
#include "artefacts.h"

#include "proofs/tileexport.h"
#include "proofs/tlogproof.h"

#include <stdlib.h>

#define PROOF_SIZES 40    /* all inclusion and consistency proofs up to this size */
#define EXPORT_SIZE 70000 /* three levels of tiles, all of them partial */

/* Exported on the way, so that the tree that is judged has grown in steps. */
static const guint64 export_sizes[] = {1, 300, 66000, EXPORT_SIZE};
static const guint64 checkpoint_sizes[] = {0, 1, 2, 3, 7, 8, 255, 256, 257, 1000, 65536, EXPORT_SIZE};

typedef struct maker {
	const char *folder;
	memory_log *log;
	merkle_reader reader;
	note_signer signers[2];
} maker;

static void need(bool good, GError *error)
{
	if (!good)
		g_error("%s", error ? error->message : "it failed");
}

static char *signed_head(const maker *m, guint64 size)
{
	uint8_t root[HASH_SIZE];
	need(merkle_root(&m->reader, size, root, NULL), NULL);
	return checkpoint_sign(size, root, m->signers, 1, NULL);
}

static void make_keys(const maker *m)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(m->signers); i++) {
		g_auto(note_verifier) verifier = {0};
		note_signer_verifier(&m->signers[i], &verifier);
		g_autofree char *vkey = note_verifier_text(&verifier);
		g_autofree char *skey = note_signer_text(&m->signers[i]);
		put(m->folder, i == 0 ? "vkey" : "other-vkey", vkey);
		put(m->folder, i == 0 ? "skey" : "other-skey", skey);
	}
}

static void make_leaves(const maker *m)
{
	g_autoptr(GString) lines = g_string_new("");
	for (guint64 i = 0; i < m->log->tree.size; i++) {
		gsize length;
		const void *bytes = g_bytes_get_data(m->log->entries->pdata[i], &length);
		g_autofree char *base64 = text_base64(bytes, length);
		g_string_append_printf(lines, "%s\n", base64);
	}
	put(m->folder, "leaves", lines->str);
}

static void make_checkpoints(const maker *m)
{
	g_autofree char *folder = g_build_filename(m->folder, "checkpoints", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(checkpoint_sizes); i++) {
		g_autofree char *name = g_strdup_printf("%" G_GUINT64_FORMAT, checkpoint_sizes[i]);
		g_autofree char *head = signed_head(m, checkpoint_sizes[i]);
		put(folder, name, head);
	}
}

/* Notes by both keys, of texts that are not checkpoints. */
static void make_notes(const maker *m)
{
	static const char *const texts[] = {"one line\n", "\n", "a\n\n\nb\n",
		"Zwei Zeilen mit Grüßen —\n日本語 😀\n", "— looks like a signature AAAA\n"};
	g_autofree char *folder = g_build_filename(m->folder, "notes", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *name = g_strdup_printf("%zu", i);
		g_autofree char *text = note_sign(texts[i], m->signers, 2, NULL);
		put(folder, name, text);
	}
}

/* "<from> <size>", then the hashes */
typedef bool (*prove)(
	const merkle_reader *reader, guint64 from, guint64 size, merkle_proof *ret, GError **error);

static void add_proof(const maker *m, prove how, guint64 from, guint64 size, GString *lines)
{
	merkle_proof proof;
	need(how(&m->reader, from, size, &proof, NULL), NULL);
	g_string_append_printf(lines, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, from, size);
	for (size_t i = 0; i < proof.count; i++)
		add_base64(lines, proof.hashes[i], HASH_SIZE);
	g_string_append_c(lines, '\n');
}

static void make_proofs(const maker *m)
{
	g_autoptr(GString) inclusion = g_string_new(""), consistency = g_string_new("");
	for (guint64 size = 1; size <= PROOF_SIZES; size++)
		for (guint64 from = 0; from < size; from++) {
			add_proof(m, merkle_prove_inclusion, from, size, inclusion);
			add_proof(m, merkle_prove_consistency, from + 1, size, consistency);
		}
	for (guint64 from = 1; from < EXPORT_SIZE; from += 997) {
		add_proof(m, merkle_prove_inclusion, from, EXPORT_SIZE, inclusion);
		add_proof(m, merkle_prove_consistency, from, MIN(2 * from, EXPORT_SIZE), consistency);
	}
	put(m->folder, "inclusion", inclusion->str);
	put(m->folder, "consistency", consistency->str);
}

static void make_tlog_proofs(const maker *m)
{
	g_autofree char *folder = g_build_filename(m->folder, "proofs", NULL);
	for (guint64 index = 0; index < EXPORT_SIZE; index += 9973) {
		g_auto(tlog_proof) proof = {.index = index, .checkpoint = signed_head(m, EXPORT_SIZE)};
		g_autofree char *name = g_strdup_printf("%" G_GUINT64_FORMAT TLOG_PROOF_EXTENSION, index);
		need(merkle_prove_inclusion(&m->reader, index, EXPORT_SIZE, &proof.path, NULL), NULL);
		proof.extra = index % 2 ? g_bytes_new_static("extra", 5) : NULL;
		g_autofree char *text = tlog_proof_text(&proof);
		put(folder, name, text);
	}
}

static bool read_entry(void *user, guint64 index, GBytes **ret, GError **error)
{
	memory_log *log = user;
	(void)error;
	*ret = g_bytes_ref(log->entries->pdata[index]);
	return true;
}

static void make_tiles(const maker *m)
{
	g_autofree char *folder = g_build_filename(m->folder, "tiles", NULL);
	tile_log log = {m->reader, read_entry, m->log};
	for (size_t i = 0; i < G_N_ELEMENTS(export_sizes); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *head = signed_head(m, export_sizes[i]);
		need(tile_export(folder, &log, head, false, NULL, &error), error);
	}
}

void make_log(const char *folder)
{
	g_autoptr(memory_log) log = memory_log_new();
	maker m = {.folder = folder, .log = log, .reader = memory_log_reader(log)};
	make_signer(LOG_ORIGIN, 1, &m.signers[0]);
	make_signer(OTHER_NAME, 2, &m.signers[1]);
	memory_log_add(log, "", 0); /* the smallest entry there is */
	memory_log_grow(log, EXPORT_SIZE);

	make_keys(&m);
	make_leaves(&m);
	make_checkpoints(&m);
	make_notes(&m);
	make_proofs(&m);
	make_tlog_proofs(&m);
	make_tiles(&m);
	for (unsigned i = 0; i < G_N_ELEMENTS(m.signers); i++)
		note_signer_clear(&m.signers[i]);
}
