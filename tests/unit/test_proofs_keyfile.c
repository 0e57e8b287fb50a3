/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of the signing key: made once, kept to its owner, and never mistaken for another. */
#include "proofs_key_support.h"

#include "base/error.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_refused(const key_fixture *f, const char *recorded, int code, const char *words)
{
	g_autoptr(GError) error = NULL;
	keyring ring;
	ck_assert_msg(!keyfile_open(f->path, KEY_ORIGIN, recorded, &ring, &error), "%s", words);
	ck_assert_msg(strstr(error->message, f->path), "%s", error->message);
	assert_error(&error, code, words);
}

/* Making */

START_TEST(first_start)
{
	static const mode_t masks[] = {0, 022, 077};
	mode_t before = umask(masks[_i]);
	g_auto(key_fixture) f;
	g_auto(keyring) again = {0};
	struct stat status;
	key_setup_with_file(&f);
	umask(before);
	ck_assert_str_eq(f.ring.signer.name, KEY_ORIGIN);
	ck_assert_uint_eq(f.ring.former->len, 0);
	ck_assert_int_eq(stat(f.path, &status), 0);
	ck_assert_int_eq(status.st_mode, S_IFREG | 0600);
	ck_assert_uint_eq(key_count_files(&f), 1);
	ck_assert(keyfile_open(f.path, KEY_ORIGIN, f.vkey, &again, NULL));
	key_assert_same(&again, &f.ring);
}
END_TEST

/* What the file says, other tools understand. */
START_TEST(text_of_the_file)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_autofree char *text = NULL;
	g_autofree char *signer = note_signer_text(&f.ring.signer);
	ck_assert(g_file_get_contents(f.path, &text, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	ck_assert(g_strv_contains((const char *const *)lines, signer));
	for (char **line = lines; *line; line++)
		ck_assert(**line == '#' || **line == '\0' || strcmp(*line, signer) == 0);
}
END_TEST

typedef struct racer {
	const char *path;
	GMutex *start;
	keyring ring;
} racer;

static gpointer race(gpointer data)
{
	racer *r = data;
	g_autoptr(GError) error = NULL;
	g_mutex_lock(r->start);
	g_mutex_unlock(r->start);
	if (!keyfile_open(r->path, KEY_ORIGIN, NULL, &r->ring, &error))
		g_error("%s", error->message);
	return NULL;
}

START_TEST(many_first_starts_at_once)
{
	g_auto(key_fixture) f;
	racer racers[8];
	GThread *threads[G_N_ELEMENTS(racers)];
	GMutex start;
	key_setup(&f);
	g_mutex_init(&start);
	g_mutex_lock(&start);
	for (size_t i = 0; i < G_N_ELEMENTS(racers); i++) {
		racers[i] = (racer){.path = f.path, .start = &start};
		threads[i] = g_thread_new("racer", race, &racers[i]);
	}
	g_mutex_unlock(&start);
	for (size_t i = 0; i < G_N_ELEMENTS(racers); i++)
		g_thread_join(threads[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(racers); i++) {
		key_assert_same(&racers[0].ring, &racers[i].ring);
		if (i > 0)
			keyring_clear(&racers[i].ring);
	}
	keyring_clear(&racers[0].ring);
	ck_assert_uint_eq(key_count_files(&f), 1);
	g_mutex_clear(&start);
}
END_TEST

START_TEST(nothing_is_written_over)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_autoptr(GError) error = NULL;
	g_auto(keyring) again = {0};
	keyring other;
	ck_assert(!keyfile_create(f.path, KEY_ORIGIN, NULL, 0, &other, &error));
	assert_error(&error, CONSENT_ERROR_FILE, "File exists");
	ck_assert(keyfile_load(f.path, KEY_ORIGIN, &again, NULL));
	key_assert_same(&again, &f.ring);
	ck_assert_uint_eq(key_count_files(&f), 1);
}
END_TEST

START_TEST(folders_that_are_not_there)
{
	g_auto(key_fixture) f;
	key_setup(&f);
	g_free(f.path);
	f.path = g_build_filename(f.folder, "missing", "log.key", NULL);
	assert_refused(&f, NULL, CONSENT_ERROR_FILE, "No such file");
}
END_TEST

START_TEST(origins_that_cannot_be)
{
	g_auto(key_fixture) f;
	key_setup(&f);
	g_autoptr(GError) error = NULL;
	keyring ring;
	ck_assert(!keyfile_open(f.path, "my log", NULL, &ring, &error));
	assert_error(&error, CONSENT_ERROR_CONFIG, "cannot be a log's origin");
	ck_assert_uint_eq(key_count_files(&f), 0);
}
END_TEST

/* Refusals */

START_TEST(lost)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	ck_assert_int_eq(unlink(f.path), 0);
	assert_refused(&f, f.vkey, CONSENT_ERROR_CONFIG, "is missing, but this log is signed with");
	ck_assert_uint_eq(key_count_files(&f), 0);
	keyring ring;
	g_autoptr(GError) error = NULL;
	ck_assert(!keyfile_load(f.path, KEY_ORIGIN, &ring, &error));
	assert_error(&error, CONSENT_ERROR_CONFIG, "the signing key is missing");
	ck_assert(!keyfile_rotate(f.path, KEY_ORIGIN, &ring, &error));
	assert_error(&error, CONSENT_ERROR_CONFIG, "the signing key is missing");
}
END_TEST

START_TEST(foreign)
{
	g_auto(key_fixture) f, other;
	key_setup_with_file(&f);
	key_setup_with_file(&other);
	assert_refused(&f, other.vkey, CONSENT_ERROR_CONFIG, "is not the key that this log is signed with");
	assert_refused(&f, "no key", CONSENT_ERROR_CONFIG, "which is no key: no key");
}
END_TEST

START_TEST(of_another_log)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_autoptr(GError) error = NULL;
	keyring ring;
	ck_assert(!keyfile_open(f.path, "example.com/other", NULL, &ring, &error));
	assert_error(&error, CONSENT_ERROR_CONFIG, "of the log \"example.com/log\", but this log's origin");
}
END_TEST

START_TEST(open_to_others)
{
	static const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0666, 0777};
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	ck_assert_int_eq(chmod(f.path, modes[_i]), 0);
	assert_refused(&f, f.vkey, CONSENT_ERROR_CONFIG, "chmod 600 it");
	ck_assert_int_eq(chmod(f.path, 0400), 0);
	g_auto(keyring) ring = {0};
	ck_assert(keyfile_open(f.path, KEY_ORIGIN, f.vkey, &ring, NULL));
}
END_TEST

/* Only root can give a file away. */
START_TEST(of_another_user)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(f.path, 12345, (gid_t)-1), 0);
	assert_refused(&f, f.vkey, CONSENT_ERROR_CONFIG, "belongs to user 12345");
}
END_TEST

START_TEST(no_files)
{
	g_auto(key_fixture) f;
	key_setup(&f);
	ck_assert_int_eq(mkdir(f.path, 0700), 0);
	assert_refused(&f, NULL, CONSENT_ERROR_CONFIG, "is not a file");
	ck_assert_int_eq(rmdir(f.path), 0);
	ck_assert_int_eq(mkfifo(f.path, 0600), 0);
	assert_refused(&f, NULL, CONSENT_ERROR_CONFIG, "is not a file");
}
END_TEST

START_TEST(links_are_followed)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_auto(keyring) ring = {0};
	g_autofree char *link_path = g_build_filename(f.folder, "link", NULL);
	ck_assert_int_eq(symlink("log.key", link_path), 0);
	ck_assert(keyfile_open(link_path, KEY_ORIGIN, f.vkey, &ring, NULL));
}
END_TEST

#define OTHER_VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

/* %s: the signer key */
static const struct {
	const char *format, *words;
} contents[] = {
	{"", "holds no signing key"},
	{"# only a comment\n\n", "holds no signing key"},
	{"hello\n", "does not begin with"},
	{OTHER_VKEY "\n", "does not begin with"},
	{"%s\nhello\n", "name+id+base64"},
	{"%s\n" OTHER_VKEY "\n", "of the log \"example.com/foo\""},
	{"%s\r\n", "is not a key file"},
	{" %s\n", "does not begin with"},
	{"%s \n", "base64"},
	{"\xff\n%s\n", "is not a key file"},
};

START_TEST(damaged)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	g_autofree char *signer = note_signer_text(&f.ring.signer);
	g_auto(GStrv) parts = g_strsplit(contents[_i].format, "%s", 2);
	g_autofree char *text = g_strjoinv(signer, parts);
	int fd = open(f.path, O_WRONLY | O_TRUNC);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	assert_refused(&f, NULL, CONSENT_ERROR_CONFIG, contents[_i].words);
}
END_TEST

START_TEST(far_too_large)
{
	g_auto(key_fixture) f;
	key_setup_with_file(&f);
	ck_assert_int_eq(truncate(f.path, 1 << 20), 0);
	assert_refused(&f, NULL, CONSENT_ERROR_FILE, "File too large");
}
END_TEST

START_TEST(says_of_which_log_it_is)
{
	g_auto(key_fixture) f;
	key_setup(&f);
	ck_assert_ptr_null(keyfile_origin(f.path));
	ck_assert(g_file_set_contents(f.path, "PRIVATE+KEY+without an end", -1, NULL));
	ck_assert_int_eq(chmod(f.path, 0600), 0);
	ck_assert_ptr_null(keyfile_origin(f.path));
	ck_assert_int_eq(unlink(f.path), 0);
	ck_assert(keyfile_create(f.path, KEY_ORIGIN, NULL, 0, &f.ring, NULL));
	g_autofree char *origin = keyfile_origin(f.path);
	ck_assert_str_eq(origin, KEY_ORIGIN);
	g_auto(keyring) rotated = {0};
	ck_assert(keyfile_rotate(f.path, KEY_ORIGIN, &rotated, NULL));
	g_autofree char *same = keyfile_origin(f.path);
	ck_assert_str_eq(same, KEY_ORIGIN);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: key file");
	TCase *tests = tcase_create("key file");
	tcase_add_loop_test(tests, first_start, 0, 3);
	tcase_add_test(tests, text_of_the_file);
	tcase_add_test(tests, many_first_starts_at_once);
	tcase_add_test(tests, nothing_is_written_over);
	tcase_add_test(tests, folders_that_are_not_there);
	tcase_add_test(tests, origins_that_cannot_be);
	tcase_add_test(tests, lost);
	tcase_add_test(tests, foreign);
	tcase_add_test(tests, of_another_log);
	tcase_add_loop_test(tests, open_to_others, 0, 8);
	tcase_add_test(tests, of_another_user);
	tcase_add_test(tests, no_files);
	tcase_add_test(tests, links_are_followed);
	tcase_add_loop_test(tests, damaged, 0, G_N_ELEMENTS(contents));
	tcase_add_test(tests, far_too_large);
	tcase_add_test(tests, says_of_which_log_it_is);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
