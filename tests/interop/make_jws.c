/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receipts: what others' JWS libraries are to judge. */
#include "artefacts.h"

#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <stdlib.h>
#include <string.h>

#define KEYS 3

static const struct {
	jws_algorithm algorithm;
	const char *name;
} algorithms[] = {{JWS_ED25519, "Ed25519"}, {JWS_EDDSA, "EdDSA"}};

static void put_json(const char *folder, const char *name, const json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(1));
	put(folder, name, text);
	free(text);
}

static json_t *receipt(const char *key_id, const uint8_t *participant)
{
	return json_pack("{s:s, s:i, s:s, s:{s:o}, s:[{s:s, s:s, s:s}], s:s, s:f}", "iss", LOG_ORIGIN, "iat",
		1767323045, "jti", key_id, "cnf", "jwk", jwk_make(participant), "decisions", "purpose",
		"record", "medium", "audio", "decision", "granted", "display", "Zoë — 日本語 😀 \"\\\n",
		"real", 0.1);
}

void make_jws(const char *folder)
{
	uint8_t public_keys[KEYS][SIGNING_PUBLIC_SIZE];
	json_t *thumbprints = json_array();
	g_autofree char *jws_folder = g_build_filename(folder, "jws", NULL);
	for (uint8_t i = 0; i < KEYS; i++) {
		uint8_t seed[SIGNING_SEED_SIZE] = {i};
		char key_id[JWK_THUMBPRINT_SIZE];
		g_auto(signing_key) key;
		signing_key_from_seed(seed, &key);
		memcpy(public_keys[i], signing_key_public(&key), SIGNING_PUBLIC_SIZE);
		jwk_thumbprint(public_keys[i], key_id);
		json_array_append_new(thumbprints, json_string(key_id));

		json_t *claims = receipt(key_id, public_keys[0]);
		for (size_t j = 0; j < G_N_ELEMENTS(algorithms); j++) {
			const jws_header header = {algorithms[j].algorithm, "consent-receipt+jwt", key_id};
			g_autofree char *name = g_strdup_printf("%u-%s.jws", (unsigned)i, algorithms[j].name);
			g_autofree char *claims_name = g_strconcat(name, ".json", NULL);
			g_autofree char *text = jws_make_claims(&header, claims, &key, NULL);
			put(jws_folder, name, text);
			put_json(jws_folder, claims_name, claims);
		}
		json_decref(claims);
	}
	json_t *set = jwks_make((const uint8_t(*)[SIGNING_PUBLIC_SIZE])public_keys, KEYS);
	put_json(folder, "jwks.json", set);
	put_json(folder, "thumbprints.json", thumbprints);
	json_decref(set);
	json_decref(thumbprints);
}
