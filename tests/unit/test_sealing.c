/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys under keys, and the operator's key file. */
#include "base/error.h"
#include "capture_support.h"
#include "sealing/operatorkey.h"

#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

static const uint8_t one[SEALING_KEY_SIZE] = "one", two[SEALING_KEY_SIZE] = "two";

static char *folder;

static void setup(void)
{
	ck_assert_int_ge(sodium_init(), 0);
	folder = scratch_new();
}

static void teardown(void)
{
	scratch_remove(folder);
}

START_TEST(a_wrapped_key_opens)
{
	uint8_t key[SEALING_KEY_SIZE];
	g_autofree char *text = wrap_key(one, "name", two), *again = wrap_key(one, "name", two);
	ck_assert(wrap_open(one, "name", text, key));
	ck_assert_mem_eq(key, two, sizeof key);
	ck_assert_str_ne(text, again);
}
END_TEST

START_TEST(and_not_otherwise)
{
	uint8_t key[SEALING_KEY_SIZE] = "untouched", before[SEALING_KEY_SIZE] = "untouched";
	g_autofree char *text = wrap_key(one, "name", two);
	ck_assert(!wrap_open(two, "name", text, key));
	ck_assert(!wrap_open(one, "another name", text, key));
	ck_assert(!wrap_open(one, "name", "", key));
	ck_assert(!wrap_open(one, "name", "AAAA", key));
	for (size_t i = 0; text[i]; i++) {
		char was = text[i];
		text[i] = was == 'A' ? 'B' : 'A';
		ck_assert(!wrap_open(one, "name", text, key));
		text[i] = was;
	}
	ck_assert_mem_eq(key, before, sizeof key);
}
END_TEST

static char *in_folder(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

START_TEST(the_key_is_made_once)
{
	g_autofree char *path = in_folder("key");
	operatorkey key, again;
	char id[HASH_HEX_SIZE];
	struct stat status;
	ck_assert(operatorkey_open(path, NULL, &key, NULL));
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	ck_assert(operatorkey_open(path, NULL, &again, NULL));
	ck_assert_mem_eq(key.bytes, again.bytes, sizeof key.bytes);
	ck_assert(operatorkey_open(path, operatorkey_id(&key, id), &again, NULL));
	ck_assert_uint_eq(strlen(id), 64);
}
END_TEST

static void check_refused(const char *path, const char *recorded, const char *words)
{
	operatorkey key = {"untouched"}, before = {"untouched"};
	g_autoptr(GError) error = NULL;
	ck_assert(!operatorkey_open(path, recorded, &key, &error));
	ck_assert_msg(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG), "%s", error->message);
	ck_assert_msg(strstr(error->message, words) && strstr(error->message, path), "%s", error->message);
	ck_assert_mem_eq(&key, &before, sizeof key);
}

START_TEST(a_lost_or_foreign_key_is_refused)
{
	g_autofree char *path = in_folder("key"), *other = in_folder("other"), *missing = in_folder("none");
	operatorkey key;
	char id[HASH_HEX_SIZE];
	ck_assert(operatorkey_open(path, NULL, &key, NULL));
	operatorkey_id(&key, id);
	ck_assert(operatorkey_open(other, NULL, &key, NULL));
	check_refused(other, id, "put the right file back");
	check_refused(missing, id, "from a backup");
	ck_assert(!g_file_test(missing, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(a_key_that_others_can_read_is_refused)
{
	g_autofree char *path = in_folder("key");
	operatorkey key;
	ck_assert(operatorkey_open(path, NULL, &key, NULL));
	ck_assert_int_eq(chmod(path, 0640), 0);
	check_refused(path, NULL, "chmod 600");
}
END_TEST

static const char *const spoilt[] = {"", "\n", "consent-capture-key:\n", "consent-capture-key:AAAA\n",
	"consent-capture-key:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	"consent-capture-key:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", "a secret\n"};

START_TEST(what_is_no_key_is_refused)
{
	g_autofree char *path = in_folder("key");
	ck_assert(g_file_set_contents(path, spoilt[_i], -1, NULL));
	ck_assert_int_eq(chmod(path, 0600), 0);
	check_refused(path, NULL, "is not a key file for recordings");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sealing");
	TCase *tests = tcase_create("sealing");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_wrapped_key_opens);
	tcase_add_test(tests, and_not_otherwise);
	tcase_add_test(tests, the_key_is_made_once);
	tcase_add_test(tests, a_lost_or_foreign_key_is_refused);
	tcase_add_test(tests, a_key_that_others_can_read_is_refused);
	tcase_add_loop_test(tests, what_is_no_key_is_refused, 0, G_N_ELEMENTS(spoilt));
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
