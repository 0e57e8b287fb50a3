/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict text forms and Ed25519: the vectors of RFC 4648 and RFC 8032, and one text only for every value. */
#include "proofs/signing.h"
#include "proofs/text.h"

#include "proofs_support.h"

#include <string.h>

/* RFC 4648, section 10, and the two alphabets' last characters. */

static const struct {
	const char *bytes, *standard, *url;
} base64_vectors[] = {
	{"", "", ""},
	{"f", "Zg==", "Zg"},
	{"fo", "Zm8=", "Zm8"},
	{"foo", "Zm9v", "Zm9v"},
	{"foob", "Zm9vYg==", "Zm9vYg"},
	{"fooba", "Zm9vYmE=", "Zm9vYmE"},
	{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	{"\xfb\xff\xfe", "+//+", "-__-"},
};

static void assert_reads(GBytes *read, const char *wanted)
{
	ck_assert_ptr_nonnull(read);
	ck_assert_uint_eq(g_bytes_get_size(read), strlen(wanted));
	if (*wanted)
		ck_assert_mem_eq(g_bytes_get_data(read, NULL), wanted, strlen(wanted));
	g_bytes_unref(read);
}

START_TEST(base64)
{
	const char *bytes = base64_vectors[_i].bytes;
	g_autofree char *standard = text_base64(bytes, strlen(bytes));
	g_autofree char *url = text_base64url(bytes, strlen(bytes));
	ck_assert_str_eq(standard, base64_vectors[_i].standard);
	ck_assert_str_eq(url, base64_vectors[_i].url);
	assert_reads(text_read_base64(span_of(standard)), bytes);
	assert_reads(text_read_base64url(span_of(url)), bytes);
}
END_TEST

static const char *const no_base64[] = {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z",
	"====", " Zg==", "Zg== ", "Zg==\n",
	"Z\ng==", "Zm9v-_8=", "Zg==Zg==", "Zm9vYg=\0=", "\xc3\xa4==", "Zm9*"};

START_TEST(base64_refuses)
{
	uint8_t byte = 42;
	ck_assert_msg(!text_read_base64(span_of(no_base64[_i])), "%s was taken", no_base64[_i]);
	ck_assert(!text_read_base64_exactly(span_of(no_base64[_i]), &byte, 1));
	ck_assert_int_eq(byte, 42);
}
END_TEST

static const char *const no_base64url[] = {
	"Zg==", "Zm8=", "Zh", "Zm9", "Z", "Zm9v+/8", " Zg", "Zg ", "Zg\n", "Z\rg"};

START_TEST(base64url_refuses)
{
	uint8_t byte = 42;
	ck_assert_msg(!text_read_base64url(span_of(no_base64url[_i])), "%s was taken", no_base64url[_i]);
	ck_assert(!text_read_base64url_exactly(span_of(no_base64url[_i]), &byte, 1));
	ck_assert_int_eq(byte, 42);
}
END_TEST

/* Of all bytes only the 64 of its alphabet can stand in a text. */
START_TEST(base64_alphabets)
{
	unsigned standard = 0, url = 0;
	for (unsigned c = 0; c < 256; c++) {
		const char text[] = {'A', (char)c, 'A', 'A'};
		g_autoptr(GBytes) first = text_read_base64((text_span){text, sizeof(text)});
		g_autoptr(GBytes) second = text_read_base64url((text_span){text, sizeof(text)});
		ck_assert_msg(!first || g_ascii_isalnum((char)c) || strchr("+/", (int)c), "%u", c);
		ck_assert_msg(!second || g_ascii_isalnum((char)c) || strchr("-_", (int)c), "%u", c);
		standard += first != NULL;
		url += second != NULL;
	}
	ck_assert_uint_eq(standard, 64);
	ck_assert_uint_eq(url, 64);
}
END_TEST

START_TEST(base64_of_a_size)
{
	uint8_t bytes[3] = {0};
	ck_assert(!text_read_base64_exactly(span_of("Zm8="), bytes, 3));
	ck_assert(!text_read_base64_exactly(span_of("Zm9vYg=="), bytes, 3));
	ck_assert(text_read_base64_exactly(span_of("Zm9v"), bytes, 3));
	ck_assert_mem_eq(bytes, "foo", 3);
	ck_assert(!text_read_base64_exactly((text_span){"Zm9v\0", 5}, bytes, 3));
}
END_TEST

/* Numbers */

static const struct {
	const char *text;
	guint64 value;
} decimals[] = {{"0", 0}, {"1", 1}, {"10", 10}, {"9223372036854775807", G_MAXINT64}};

START_TEST(decimal)
{
	guint64 value;
	ck_assert(text_read_decimal(span_of(decimals[_i].text), &value));
	ck_assert_uint_eq(value, decimals[_i].value);
}
END_TEST

static const char *const no_decimals[] = {"", "00", "01", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "a",
	"9223372036854775808", "18446744073709551616", "99999999999999999999999", "\xd9\xa1"};

START_TEST(decimal_refuses)
{
	guint64 value = 42;
	ck_assert_msg(!text_read_decimal(span_of(no_decimals[_i]), &value), "%s", no_decimals[_i]);
	ck_assert_uint_eq(value, 42);
}
END_TEST

START_TEST(hexadecimal)
{
	guint32 value = 42;
	const char *const bad[] = {
		"", "0123456", "012345678", "0123456G", "ABCDEF01", "0x123456", "+1234567"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		ck_assert_msg(!text_read_hex32(span_of(bad[i]), &value), "%s", bad[i]);
	ck_assert_uint_eq(value, 42);
	ck_assert(text_read_hex32(span_of("530d903a"), &value));
	ck_assert_uint_eq(value, 0x530d903a);
}
END_TEST

/* Pieces */

START_TEST(pieces)
{
	text_span rest = span_of("one\n\nthree"), line = {0};
	ck_assert(text_line(&rest, &line));
	ck_assert(text_equals(line, "one"));
	ck_assert(text_line(&rest, &line));
	ck_assert(text_equals(line, ""));
	ck_assert(!text_line(&rest, &line));
	ck_assert(text_equals(rest, "three"));
	ck_assert(!text_skip(&rest, "three!"));
	ck_assert(text_skip(&rest, "th"));
	ck_assert(text_equals(rest, "ree"));
	ck_assert(!text_equals(rest, "re"));
	ck_assert(!text_equals(rest, "rees"));
	ck_assert(!text_line(&(text_span){NULL, 0}, &line));
}
END_TEST

START_TEST(plain_text)
{
	ck_assert(text_is_plain(span_of("a — ä \x7f"), false));
	ck_assert(text_is_plain(span_of("a\nb\n"), true));
	ck_assert(!text_is_plain(span_of("a\nb"), false));
	ck_assert(!text_is_plain(span_of("a\rb"), true));
	ck_assert(!text_is_plain(span_of("a\tb"), true));
	ck_assert(!text_is_plain((text_span){"a\0b", 3}, true));
	ck_assert(!text_is_plain(span_of("\xc3"), true));
	ck_assert(!text_is_plain(span_of("\xed\xa0\x80"), true)); /* half a surrogate pair */
	ck_assert(!text_is_plain(span_of("\xc0\xaf"), true));     /* longer than need be */
}
END_TEST

/* RFC 8032, section 7.1 */

static const struct {
	const char *seed, *public_key, *message, *signature;
} ed25519_vectors[] = {
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
		"b46b"
		"d25bf5f0595bbe24655141438e7a100b"},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
		"1d8c"
		"387b2eaeb4302aeeb00d291612bb0c00"},
	{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
		"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
		"c659"
		"4a7c15e9716ed28dc027beceea1ec40a"},
};

START_TEST(ed25519)
{
	uint8_t seed[SIGNING_SEED_SIZE], public_key[SIGNING_PUBLIC_SIZE], wanted[SIGNATURE_SIZE],
		signature[SIGNATURE_SIZE];
	g_autoptr(GBytes) message = bytes_from_hex(ed25519_vectors[_i].message);
	gsize size;
	const void *bytes = g_bytes_get_data(message, &size);
	g_auto(signing_key) key;
	from_hex(ed25519_vectors[_i].seed, seed, sizeof(seed));
	from_hex(ed25519_vectors[_i].public_key, public_key, sizeof(public_key));
	from_hex(ed25519_vectors[_i].signature, wanted, sizeof(wanted));

	signing_key_from_seed(seed, &key);
	ck_assert_mem_eq(signing_key_seed(&key), seed, sizeof(seed));
	ck_assert_mem_eq(signing_key_public(&key), public_key, sizeof(public_key));
	signing_sign(&key, bytes, size, signature);
	ck_assert_mem_eq(signature, wanted, sizeof(wanted));
	ck_assert(signing_verify(public_key, bytes, size, signature));
	ck_assert(!signing_verify(public_key, "other", 5, signature));
	signature[40] ^= 1;
	ck_assert(!signing_verify(public_key, bytes, size, signature));
}
END_TEST

/* Points of small order, with which signatures over anything would verify; one that is not reduced; none. */
static const char *const weak_keys[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"0200000000000000000000000000000000000000000000000000000000000000",
};

START_TEST(weak_public_keys)
{
	uint8_t public_key[SIGNING_PUBLIC_SIZE];
	from_hex(weak_keys[_i], public_key, sizeof(public_key));
	ck_assert(!signing_is_public_key(public_key));
}
END_TEST

START_TEST(new_keys_differ)
{
	g_auto(signing_key) a, b;
	signing_key_make(&a);
	signing_key_make(&b);
	ck_assert_mem_ne(&a, &b, sizeof(a));
	ck_assert(signing_is_public_key(signing_key_public(&a)));
	signing_key_clear(&a);
	ck_assert_mem_eq(&a, &(signing_key){{0}}, sizeof(a));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: text");
	TCase *tests = tcase_create("text");
	tcase_add_loop_test(tests, base64, 0, G_N_ELEMENTS(base64_vectors));
	tcase_add_loop_test(tests, base64_refuses, 0, G_N_ELEMENTS(no_base64));
	tcase_add_loop_test(tests, base64url_refuses, 0, G_N_ELEMENTS(no_base64url));
	tcase_add_test(tests, base64_alphabets);
	tcase_add_test(tests, base64_of_a_size);
	tcase_add_loop_test(tests, decimal, 0, G_N_ELEMENTS(decimals));
	tcase_add_loop_test(tests, decimal_refuses, 0, G_N_ELEMENTS(no_decimals));
	tcase_add_test(tests, hexadecimal);
	tcase_add_test(tests, pieces);
	tcase_add_test(tests, plain_text);
	tcase_add_loop_test(tests, ed25519, 0, G_N_ELEMENTS(ed25519_vectors));
	tcase_add_loop_test(tests, weak_public_keys, 0, G_N_ELEMENTS(weak_keys));
	tcase_add_test(tests, new_keys_differ);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
