/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arbitrary bytes as proofs that an entry is in a log: read and written again they are the same, and they
 * hold only for the entry and the head that were signed. */
#include "fuzz_proofs.h"

#include <sodium.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* False when it is none. */
static bool fuzz_text(text_span bytes)
{
	g_auto(tlog_proof) proof = {0};
	if (!tlog_proof_parse(bytes, &proof, NULL))
		return false;
	g_autofree char *again = tlog_proof_text(&proof);
	g_assert_true(strlen(again) == bytes.length && memcmp(again, bytes.at, bytes.length) == 0);
	return true;
}

static void fuzz_verify(text_span bytes)
{
	g_auto(note_signer) signer = {0};
	g_auto(note_verifier) verifier = {0};
	g_auto(checkpoint) head = {0};
	uint8_t leaf[HASH_SIZE];
	guint64 index;
	g_free(fuzz_tlog_proof(leaf));
	fuzz_signer(&signer);
	note_signer_verifier(&signer, &verifier);
	if (!tlog_proof_verify(bytes, leaf, FUZZ_ORIGIN, &verifier, 1, &index, &head, NULL))
		return;
	g_assert_cmpuint(index, ==, FUZZ_INDEX);
	g_assert_cmpuint(head.size, ==, FUZZ_SIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (sodium_init() < 0)
		return 0;
	text_span bytes = {(const char *)data, size};
	if (fuzz_text(bytes))
		fuzz_verify(bytes);
	return 0;
}
