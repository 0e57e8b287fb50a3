/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz_proofs.h"

#include "proofs/jws.h"

#include <string.h>

#define AT_MS G_GINT64_CONSTANT(1767323045678)

void fuzz_signer(note_signer *ret)
{
	make_signer(FUZZ_ORIGIN, 1, ret);
}

static char *sign_head(memory_log *log)
{
	uint8_t root[HASH_SIZE];
	g_auto(note_signer) signer = {0};
	fuzz_signer(&signer);
	memory_log_grow(log, FUZZ_SIZE);
	merkle_tree_root(&log->tree, root);
	return checkpoint_sign(FUZZ_SIZE, root, &signer, 1, NULL);
}

char *fuzz_checkpoint(void)
{
	g_autoptr(memory_log) log = memory_log_new();
	return sign_head(log);
}

char *fuzz_tlog_proof(uint8_t leaf[HASH_SIZE])
{
	g_autoptr(memory_log) log = memory_log_new();
	g_auto(tlog_proof) proof = {.index = FUZZ_INDEX, .checkpoint = sign_head(log)};
	merkle_reader reader = memory_log_reader(log);
	g_assert_true(reader.read(reader.user, 0, FUZZ_INDEX, leaf, NULL));
	g_assert_true(merkle_prove_inclusion(&reader, FUZZ_INDEX, FUZZ_SIZE, &proof.path, NULL));
	proof.extra = g_bytes_new_static("extra", 5);
	return tlog_proof_text(&proof);
}

void fuzz_key(signing_key *ret)
{
	const uint8_t seed[SIGNING_SEED_SIZE] = {7};
	signing_key_from_seed(seed, ret);
}

json_t *fuzz_subject(void)
{
	return json_pack("{s:[s]}", "purposes", "record");
}

char *fuzz_proof(void)
{
	const jws_header header = {JWS_EDDSA, "JWT", NULL};
	g_auto(signing_key) key;
	json_t *claims = json_pack("{s:s, s:s, s:s, s:I, s:[s]}", "meeting", "m", "participant", "p", "nonce",
		"n", "iat", (json_int_t)(AT_MS / 1000), "purposes", "record");
	fuzz_key(&key);
	char *text = jws_make_claims(&header, claims, &key, NULL);
	json_decref(claims);
	return text;
}

void fuzz_wanted(const signing_key *key, json_t *subject, proof_wanted *ret)
{
	*ret = (proof_wanted){
		.public_key = signing_key_public(key),
		.meeting = "m",
		.participant = "p",
		.subject = subject,
		.at_ms = AT_MS,
		.window_ms = PROOF_WINDOW_MS,
	};
}
