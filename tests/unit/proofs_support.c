/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs_support.h"

#include "base/error.h"

#include <sodium.h>
#include <string.h>

int run_proofs_suite(Suite *suite)
{
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	return suite_run(suite);
}

text_span span_of(const char *text)
{
	return (text_span){text, strlen(text)};
}

void from_hex(const char *hex, uint8_t *bytes, size_t size)
{
	size_t length;
	ck_assert_int_eq(sodium_hex2bin(bytes, size, hex, strlen(hex), NULL, &length, NULL), 0);
	ck_assert_uint_eq(length, size);
}

GBytes *bytes_from_hex(const char *hex)
{
	size_t size = strlen(hex) / 2;
	uint8_t *bytes = g_malloc(size + 1);
	from_hex(hex, bytes, size);
	return g_bytes_new_take(bytes, size);
}

void assert_hash(const uint8_t hash[HASH_SIZE], const char *hex)
{
	char text[HASH_HEX_SIZE];
	ck_assert_str_eq(hash_hex(hash, text), hex);
}

void assert_error(GError **error, int code, const char *words)
{
	ck_assert_msg(*error, "no error that says: %s", words);
	ck_assert_msg(g_error_matches(*error, CONSENT_ERROR, code), "code %d: %s", (*error)->code,
		(*error)->message);
	ck_assert_msg(strstr((*error)->message, words), "“%s” does not say “%s”", (*error)->message, words);
	g_clear_error(error);
}
