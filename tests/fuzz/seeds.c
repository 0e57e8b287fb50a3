/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a few good inputs for the fuzz targets of proofs/, from which the fuzzer goes on: seeds FOLDER */
#include "fuzz_proofs.h"

#include "proofs/jwk.h"
#include "proofs/keyring.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `kind`: the byte that chooses, −1 for a target that has none. */
static void put_bytes(
	const char *folder, const char *target, const char *name, int kind, const char *text, gsize length)
{
	g_autofree char *path = g_build_filename(folder, target, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autoptr(GString) bytes = g_string_new("");
	if (kind >= 0)
		g_string_append_c(bytes, (char)kind);
	g_string_append_len(bytes, text, (gssize)length);
	if (g_mkdir_with_parents(parent, 0755) != 0 ||
		!g_file_set_contents(path, bytes->str, (gssize)bytes->len, NULL)) {
		fprintf(stderr, "seeds: cannot write %s\n", path);
		exit(EXIT_FAILURE);
	}
}

static void put(const char *folder, const char *target, const char *name, int kind, const char *text)
{
	put_bytes(folder, target, name, kind, text, strlen(text));
}

static void put_notes(const char *folder)
{
	g_autofree char *head = fuzz_checkpoint();
	g_autofree char *more = g_strconcat(head, "— example.com/witness AAAAAAAA\n", NULL);
	g_autofree char *text = g_strndup(head, (gsize)(strstr(head, "\n\n") + 1 - head));
	put(folder, "fuzz_note", "head", 0, head);
	put(folder, "fuzz_note", "signatures", 0, more);
	put(folder, "fuzz_note", "text", 1, text);
	put(folder, "fuzz_note", "tile", 3, "tile/2/x001/x234/067.p/8");
	put(folder, "fuzz_note", "entries", 3, "tile/entries/000");
}

static void put_keys(const char *folder)
{
	g_auto(note_signer) signer = {0};
	g_auto(note_verifier) verifier = {0};
	fuzz_signer(&signer);
	note_signer_verifier(&signer, &verifier);
	g_autofree char *secret = note_signer_text(&signer);
	g_autofree char *vkey = note_verifier_text(&verifier);
	g_autofree char *ring = g_strconcat("# keys\n", secret, "\n", vkey, "\n", NULL);
	put(folder, "fuzz_note", "signer", 2, secret);
	put(folder, "fuzz_note", "verifier", 2, vkey);
	put(folder, "fuzz_note", "ring", 2, ring);
}

#define SIGNED                                                                                               \
	"{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"a\"}\0{\"meeting\":\"m\",\"participant\":\"p\","       \
	"\"nonce\":\"n\","                                                                                   \
	"\"iat\":1767323045,\"purposes\":[\"record\"]}"

static void put_jws(const char *folder)
{
	g_auto(signing_key) key;
	fuzz_key(&key);
	g_autofree char *proof = fuzz_proof();
	json_t *jwk = jwk_make(signing_key_public(&key));
	json_t *set = json_pack("{s:[O]}", "keys", jwk);
	char *jwk_text = json_dumps(jwk, 0), *set_text = json_dumps(set, 0);
	put(folder, "fuzz_jws", "jws", 0, proof);
	put(folder, "fuzz_jws", "proof", 1, proof);
	put_bytes(folder, "fuzz_jws", "signed", 2, SIGNED, sizeof(SIGNED) - 1);
	put(folder, "fuzz_jws", "jwk", 3, jwk_text);
	put(folder, "fuzz_jws", "jwks", 3, set_text);
	free(jwk_text);
	free(set_text);
	json_decref(set);
	json_decref(jwk);
}

int main(int argc, char **argv)
{
	uint8_t leaf[HASH_SIZE];
	if (argc != 2 || sodium_init() < 0)
		return EXIT_FAILURE;
	g_autofree char *proof = fuzz_tlog_proof(leaf);
	put(argv[1], "fuzz_tlogproof", "proof", -1, proof);
	put_notes(argv[1]);
	put_keys(argv[1]);
	put_jws(argv[1]);
	return EXIT_SUCCESS;
}
