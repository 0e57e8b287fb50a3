/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New keys in place of old ones, whose signatures stay good. */
#include "proofs_key_support.h"

#include "proofs/jwk.h"

#include <sys/stat.h>
#include <unistd.h>

START_TEST(rotation)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_auto(keyring) second = {0}, third = {0}, read = {0}, by_first = {0};
	struct stat status;
	ck_assert(keyfile_rotate(f.path, KEY_ORIGIN, &second, NULL));
	ck_assert(keyfile_rotate(f.path, KEY_ORIGIN, &third, NULL));
	ck_assert_int_eq(stat(f.path, &status), 0);
	ck_assert_int_eq(status.st_mode, S_IFREG | 0600);
	ck_assert_uint_eq(key_count_files(&f), 1);

	g_autofree char *second_vkey = key_vkey(&second);
	ck_assert(keyfile_open(f.path, KEY_ORIGIN, second_vkey, &read, NULL));
	key_assert_same(&read, &third);
	ck_assert_mem_ne(&read.signer.key, &f.ring.signer.key, sizeof(signing_key));
	g_autoptr(GArray) verifiers = keyring_verifiers(&read);
	const keyring *const wanted[] = {&third, &second, &f.ring};
	ck_assert_uint_eq(verifiers->len, 3);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_mem_eq(g_array_index(verifiers, note_verifier, i).public_key,
			signing_key_public(&wanted[i]->signer.key), SIGNING_PUBLIC_SIZE);
	ck_assert(keyfile_open(f.path, KEY_ORIGIN, f.vkey, &by_first, NULL));
}
END_TEST

/* For a log whose key is gone for good: a new one that answers for the old one's signatures. */
START_TEST(a_new_key_for_a_lost_one)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_auto(note_verifier) lost_one = {0};
	g_auto(keyring) made = {0}, read = {0};
	ck_assert_int_eq(unlink(f.path), 0);
	ck_assert(note_verifier_parse(f.vkey, &lost_one, NULL));
	ck_assert(keyfile_create(f.path, KEY_ORIGIN, &lost_one, 1, &made, NULL));
	ck_assert(keyfile_open(f.path, KEY_ORIGIN, f.vkey, &read, NULL));
	key_assert_same(&read, &made);
	ck_assert(keyring_has(&read, &lost_one));
	lost_one.public_key[0] ^= 1;
	ck_assert(!keyring_has(&read, &lost_one));
}
END_TEST

START_TEST(key_set)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_auto(keyring) second = {0};
	ck_assert(keyfile_rotate(f.path, KEY_ORIGIN, &second, NULL));
	json_t *set = keyring_jwks(&second);
	const keyring *const wanted[] = {&second, &f.ring};
	ck_assert_uint_eq(json_array_size(json_object_get(set, "keys")), 2);
	for (unsigned i = 0; i < 2; i++) {
		const uint8_t *public_key = signing_key_public(&wanted[i]->signer.key);
		char kid[JWK_THUMBPRINT_SIZE];
		json_t *jwk = json_array_get(json_object_get(set, "keys"), i);
		ck_assert_str_eq(
			json_string_value(json_object_get(jwk, "kid")), jwk_thumbprint(public_key, kid));
	}
	json_decref(set);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: key ring");
	TCase *tests = tcase_create("key ring");
	tcase_add_test(tests, rotation);
	tcase_add_test(tests, a_new_key_for_a_lost_one);
	tcase_add_test(tests, key_set);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
