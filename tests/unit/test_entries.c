/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies, commitments, leaves and links, against values made with sha256sum. */
#include "suite.h"

#include "ledger/entries.h"
#include "ledger/tree.h"

#include "base/error.h"

#include <check.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define AT_MS 1767323045678 /* 2026-01-02T03:04:05.678Z */

static void expect_hash(const uint8_t hash[HASH_SIZE], const char *hex)
{
	char text[HASH_HEX_SIZE];
	ck_assert_str_eq(hash_hex(hash, text), hex);
}

START_TEST(hashes_a_known_entry)
{
	g_auto(entry) e = {0};
	uint8_t link[HASH_SIZE] = {0}, leaf[HASH_SIZE], commitment[HASH_SIZE];
	static const uint8_t secret[TREE_SECRET_SIZE] = {1, 2, 3};
	json_auto_t *body = json_pack("{s:s, s:s}", "version", "0.1.0", "event", "started");
	ck_assert(entry_seal("gateway", AT_MS, body, NULL, &e, NULL));
	ck_assert_str_eq(e.body,
		"{\"at\":\"2026-01-02T03:04:05.678Z\",\"event\":\"started\",\"type\":\"gateway\",\"version\":"
		"\"0.1.0\"}");
	tip_commitment(secret, 7, e.body, commitment);
	expect_hash(commitment, "6c471cbc0a176a161b7e4b2e2d7fe4905b0064151c45d2498e02e2ed6d0b1c10");
	merkle_leaf(commitment, sizeof commitment, leaf);
	expect_hash(leaf, "ca29bb3d26e7c7497eb09170d2bb630d521609bffd04ec42472cd22dd34fe683");
	entry_link(link, leaf, link);
	expect_hash(link, "63d430ed6485e3ba36217bd8790ca109302d4f7a539396b7d76e740f01b091ac");
	ck_assert_ptr_null(e.personal);
}
END_TEST

START_TEST(commits_to_a_known_name)
{
	uint8_t salt[HASH_SIZE];
	char hex[HASH_HEX_SIZE];
	for (unsigned i = 0; i < HASH_SIZE; i++)
		salt[i] = (uint8_t)i;
	ck_assert_str_eq(entry_commitment(salt, "{\"display\":\"Zoë\"}", hex),
		"c3cb8657b4dfdac1c2016e96146bcd1f7d62bdc64a8acd0e63ef4cb9e6bfc648");
}
END_TEST

START_TEST(personal_data_is_beside_the_body)
{
	g_auto(entry) one = {0}, other = {0};
	char hex[HASH_HEX_SIZE];
	json_auto_t *first = json_pack("{s:s}", "meeting", "m"), *second = json_pack("{s:s}", "meeting", "m");
	json_auto_t *personal = json_pack("{s:s}", "display", "Ann\"><b>");
	ck_assert(entry_seal("join", AT_MS, first, personal, &one, NULL));
	ck_assert(entry_seal("join", AT_MS, second, personal, &other, NULL));

	ck_assert_str_eq(one.personal, "{\"display\":\"Ann\\\"><b>\"}");
	ck_assert_ptr_null(strstr(one.body, "Ann"));
	ck_assert_str_eq(json_string_value(json_object_get(first, ENTRY_PERSONAL)),
		entry_commitment(one.salt, one.personal, hex));
	/* Without the salt nobody can tell that it was the same name. */
	ck_assert_mem_ne(one.salt, other.salt, HASH_SIZE);
	ck_assert_str_ne(one.body, other.body);
}
END_TEST

START_TEST(reads_columns)
{
	g_auto(entry) e = {0};
	json_auto_t *body = json_pack("{s:I, s:s, s:s, s:s}", "room", (json_int_t)9007199254740992, "meeting",
		"m", "participant", "p", "segment", "s");
	ck_assert(entry_seal("segment", AT_MS, body, NULL, &e, NULL));
	ck_assert_int_eq(e.columns.at_ms, AT_MS);
	ck_assert_str_eq(e.columns.type, "segment");
	ck_assert_str_eq(e.columns.room, "9007199254740992");
	ck_assert_str_eq(e.columns.meeting, "m");
	ck_assert_str_eq(e.columns.participant, "p");
	ck_assert_str_eq(e.columns.subject, "s");
}
END_TEST

START_TEST(a_subject_belongs_to_its_type)
{
	g_auto(entry) e = {0};
	json_auto_t *body = json_pack("{s:s, s:s}", "room", "lounge", "segment", "s");
	ck_assert(entry_seal("other", AT_MS, body, NULL, &e, NULL));
	ck_assert_str_eq(e.columns.room, "lounge");
	ck_assert_ptr_null(e.columns.subject);
	ck_assert_ptr_null(e.columns.meeting);
}
END_TEST

static void expect_refused(json_t *body)
{
	g_auto(entry) e = {0};
	g_autoptr(GError) error = NULL;
	ck_assert(!entry_seal("join", AT_MS, body, NULL, &e, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_INVALID));
	ck_assert_ptr_null(e.body);
	json_decref(body);
}

START_TEST(refuses_what_cannot_be_an_entry)
{
	expect_refused(NULL);
	expect_refused(json_array());
	expect_refused(json_pack("{s:s}", "type", "decision"));
	expect_refused(json_pack("{s:s}", "at", "2026-01-02T03:04:05.678Z"));
	expect_refused(json_pack("{s:s}", "personal", "00"));
	/* No double holds it, so it would read back as another room. */
	expect_refused(json_pack("{s:I}", "room", (json_int_t)9007199254740993));
	/* A double holds it, but its canonical digits are those of another integer. */
	expect_refused(json_pack("{s:I}", "room", (json_int_t)1 << 60));
	expect_refused(json_pack("{s:I}", "count", (json_int_t)9007199254740993));
}
END_TEST

int main(void)
{
	if (sodium_init() < 0)
		return EXIT_FAILURE;
	Suite *suite = suite_create("entries");
	TCase *tc = tcase_create("entries");
	tcase_add_test(tc, hashes_a_known_entry);
	tcase_add_test(tc, commits_to_a_known_name);
	tcase_add_test(tc, personal_data_is_beside_the_body);
	tcase_add_test(tc, reads_columns);
	tcase_add_test(tc, a_subject_belongs_to_its_type);
	tcase_add_test(tc, refuses_what_cannot_be_an_entry);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
