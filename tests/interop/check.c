/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our verdict on what others made, next to theirs. A line is a list of words; it begins with "key" (what they
 * gave us to check with) or with their verdict. */
#include "artefacts.h"

#include "proofs/jwk.h"
#include "proofs/jws.h"
#include "proofs/note.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static text_span span_of(const char *text)
{
	return (text_span){text, strlen(text)};
}

typedef struct judgement {
	bool (*verdict)(GPtrArray *keys, char **words); /* ours; of the words behind theirs */
	GPtrArray *keys;                                /* of their words behind "key" */
	unsigned good, bad, different;
} judgement;

static void judge_line(judgement *j, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	if (strcmp(words[0], "key") == 0) {
		g_ptr_array_add(j->keys, g_strdup(words[1]));
		return;
	}
	bool theirs = strcmp(words[0], "good") == 0;
	bool ours = j->verdict(j->keys, words + 1);
	j->good += theirs;
	j->bad += !theirs;
	if (ours == theirs)
		return;
	j->different++;
	printf("we say %s: %s\n", ours ? "good" : "bad", line);
}

static int judge_all(bool (*verdict)(GPtrArray *keys, char **words))
{
	g_autoptr(GIOChannel) in = g_io_channel_unix_new(0);
	judgement j = {.verdict = verdict, .keys = g_ptr_array_new_with_free_func(g_free)};
	g_autoptr(GError) error = NULL;
	char *line;
	gsize end;
	while (g_io_channel_read_line(in, &line, NULL, &end, &error) == G_IO_STATUS_NORMAL) {
		line[end] = '\0'; /* where LF was; a blank before it counts */
		judge_line(&j, line);
		g_free(line);
	}
	g_ptr_array_unref(j.keys);
	printf("%u good, %u bad, %u judged otherwise%s%s\n", j.good, j.bad, j.different, error ? "; " : "",
		error ? error->message : "");
	/* A list with only one kind of verdict proves nothing. */
	return j.different || error || !j.good || !j.bad ? EXIT_FAILURE : EXIT_SUCCESS;
}

static GBytes *decode(const char *word)
{
	GBytes *bytes = text_read_base64(span_of(word));
	return bytes ? bytes : g_bytes_new_static("", 0);
}

/* good|bad <note> */
static bool note_verdict(GPtrArray *keys, char **words)
{
	g_assert_nonnull(words[0]);
	g_autoptr(GBytes) bytes = decode(words[0]);
	g_autofree note_verifier *verifiers = g_new0(note_verifier, keys->len + 1);
	for (guint i = 0; i < keys->len; i++)
		if (!note_verifier_parse(keys->pdata[i], &verifiers[i], NULL))
			g_error("%s is no verifier key", (const char *)keys->pdata[i]);

	g_auto(note) n = {0};
	text_span span = {g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)};
	bool good = note_open(span, verifiers, keys->len, &n, NULL);
	for (guint i = 0; i < keys->len; i++)
		note_verifier_clear(&verifiers[i]);
	return good;
}

/* good|bad <from> <size> <leaf or first root> <root> <hash>… */
typedef bool (*verify)(
	const merkle_proof *proof, guint64 from, guint64 size, const uint8_t *start, const uint8_t *end);

static bool proof_verdict_of(char **words, verify how)
{
	guint64 from, size;
	uint8_t start[HASH_SIZE], end[HASH_SIZE];
	merkle_proof proof = {0};
	if (g_strv_length(words) < 4 || !text_read_decimal(span_of(words[0]), &from) ||
		!text_read_decimal(span_of(words[1]), &size) ||
		!text_read_base64_exactly(span_of(words[2]), start, HASH_SIZE) ||
		!text_read_base64_exactly(span_of(words[3]), end, HASH_SIZE))
		return false;
	for (char **word = words + 4; *word; word++)
		if (proof.count == MERKLE_PROOF_MAX ||
			!text_read_base64_exactly(span_of(*word), proof.hashes[proof.count++], HASH_SIZE))
			return false;
	return how(&proof, from, size, start, end);
}

static bool inclusion_verdict(GPtrArray *keys, char **words)
{
	(void)keys;
	return proof_verdict_of(words, merkle_verify_inclusion);
}

static bool consistency_verdict(GPtrArray *keys, char **words)
{
	(void)keys;
	return proof_verdict_of(words, merkle_verify_consistency);
}

/* key <JWK in base64>; good|bad <JWS> */
static bool jws_verdict(GPtrArray *keys, char **words)
{
	g_assert_nonnull(words[0]);
	g_autoptr(GBytes) text = decode(keys->pdata[0]);
	json_t *jwk = json_loadb(g_bytes_get_data(text, NULL), g_bytes_get_size(text), 0, NULL);
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
	g_auto(jws) j = {0};
	bool good =
		jwk_parse(jwk, public_key, NULL) && jws_open(span_of(words[0]), public_key, NULL, &j, NULL);
	json_decref(jwk);
	return good;
}

int check_notes(void)
{
	return judge_all(note_verdict);
}

int check_inclusion(void)
{
	return judge_all(inclusion_verdict);
}

int check_consistency(void)
{
	return judge_all(consistency_verdict);
}

int check_jws(void)
{
	return judge_all(jws_verdict);
}
