/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clock, hashes, media, errors. */
#include "base/clock.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/media.h"
#include "base/thread.h"

#include "base_support.h"

#include <signal.h>
#include <string.h>

/* Clock */

typedef struct time_vector {
	const char *text;
	gint64 ms;
} time_vector;

static const time_vector readable[] = {
	{"1970-01-01T00:00:00Z", 0},
	{"1970-01-01T00:00:00.001Z", 1},
	{"1969-12-31T23:59:59.999Z", -1},
	{"2000-02-29T12:34:56.789Z", 951827696789},
	{"2024-02-29T23:59:59.999Z", 1709251199999},
	{"1900-03-01T00:00:00Z", -2203891200000},
	{"2400-02-29T00:00:00Z", 13574563200000},
	{"0001-01-01T00:00:00Z", -62135596800000},
	{"0000-01-01T00:00:00Z", -62167219200000},
	{"9999-12-31T23:59:59.999Z", 253402300799999},
	/* RFC 3339, 5.8 */
	{"1985-04-12T23:20:50.52Z", 482196050520},
	{"1996-12-19T16:39:57-08:00", 851042397000},
	{"1990-12-31T23:59:60Z", 662688000000},
	{"1990-12-31T15:59:60-08:00", 662688000000},
	{"1937-01-01T12:00:27.87+00:20", -1041337172130},
	/* fractions are cut, not rounded */
	{"2026-01-02T03:04:05.6Z", 1767323045600},
	{"2026-01-02T03:04:05.6789Z", 1767323045678},
	{"2026-01-02T03:04:05.678999999Z", 1767323045678},
	{"2026-01-02T03:04:05.000000001Z", 1767323045000},
	/* lower case, offsets across midnight and the year */
	{"2026-01-02t03:04:05.678z", 1767323045678},
	{"2026-01-01T00:00:00+23:59", 1767139260000},
	{"2025-12-31T23:00:00-01:30", 1767227400000},
	{"2026-01-02T03:04:05-00:00", 1767323045000},
};

START_TEST(clock_reads)
{
	const time_vector *vector = &readable[_i];
	gint64 ms = 42;
	ck_assert_msg(clock_parse(vector->text, &ms), "%s was refused", vector->text);
	ck_assert_msg(ms == vector->ms, "%s: %" G_GINT64_FORMAT, vector->text, ms);
}
END_TEST

static const char *const garbage[] = {
	NULL, "", "now", "2026", "2026-01-02", "2026-01-02T03:04:05", /* no offset */
	"2026-01-02 03:04:05Z",                                       /* a blank for the T */
	"2026-01-02T03:04Z",                                          /* no seconds */
	"2026-01-02T03:04:05.Z",                                      /* a point without digits */
	"2026-01-02T03:04:05.1234567890Z",                            /* ten digits */
	"2026-01-02T03:04:05,678Z", "2026-01-02T03:04:05ZZ", "2026-01-02T03:04:05Z ", " 2026-01-02T03:04:05Z",
	"2026-1-02T03:04:05Z", "2026-01-2T03:04:05Z", "02026-01-02T03:04:05Z", "+2026-01-02T03:04:05Z",
	"2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-00T03:04:05Z", "2026-01-32T03:04:05Z",
	"2026-04-31T03:04:05Z", "2026-02-29T03:04:05Z", /* no leap year */
	"1900-02-29T03:04:05Z",                         /* nor this one */
	"2500-02-29T03:04:05Z", "2024-02-30T03:04:05Z", "2026-01-02T24:00:00Z", "2026-01-02T03:60:05Z",
	"2026-01-02T03:04:61Z", "2026-01-02T03:04:60Z", /* no leap second in the middle of a day */
	"2026-12-31T23:59:60+01:00",                    /* nor at a midnight that is not UTC's */
	"2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+01:60", "2026-01-02T03:04:05+0100",
	"2026-01-02T03:04:05+01", "2026-01-02T03:04:05+", "2026-01-02T-3:04:05Z",
	"2026-01-02T03:04:0\xd9\xa5Z", /* an Arabic digit */
};

START_TEST(clock_refuses)
{
	gint64 ms = 42;
	ck_assert_msg(!clock_parse(garbage[_i], &ms), "%s was taken", garbage[_i]);
	ck_assert_int_eq(ms, 42);
}
END_TEST

static void assert_format(gint64 ms, const char *wanted)
{
	char text[CLOCK_TEXT_SIZE];
	ck_assert_ptr_eq(clock_format(ms, text), text);
	ck_assert_str_eq(text, wanted);
}

START_TEST(clock_writes)
{
	assert_format(0, "1970-01-01T00:00:00.000Z");
	assert_format(-1, "1969-12-31T23:59:59.999Z");
	assert_format(1767323045678, "2026-01-02T03:04:05.678Z");
	assert_format(951827696789, "2000-02-29T12:34:56.789Z");
	assert_format(253402300799999, "9999-12-31T23:59:59.999Z");
	assert_format(253402300800000, "9999-12-31T23:59:59.999Z");
	assert_format(G_MAXINT64, "9999-12-31T23:59:59.999Z");
	assert_format(-62167219200000, "0000-01-01T00:00:00.000Z");
	assert_format(-62167219200001, "0000-01-01T00:00:00.000Z");
	assert_format(G_MININT64, "0000-01-01T00:00:00.000Z");
}
END_TEST

/* Every second day of four centuries, against GLib's calendar, and back. */
START_TEST(clock_agrees_with_glib)
{
	const gint64 step = G_GINT64_CONSTANT(2) * 86400000 + 3723456;
	for (gint64 ms = -2208988800000; ms < 10413792000000; ms += step) {
		char text[CLOCK_TEXT_SIZE];
		clock_format(ms, text);
		gint64 second = ms >= 0 ? ms / 1000 : -((999 - ms) / 1000);
		g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(second);
		g_autofree char *date = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
		g_autofree char *wanted = g_strdup_printf("%s.%03dZ", date, (int)(ms - second * 1000));
		ck_assert_str_eq(text, wanted);
		gint64 back = 0;
		ck_assert(clock_parse(text, &back));
		ck_assert_int_eq(back, ms);
	}
}
END_TEST

START_TEST(clock_now)
{
	gint64 before = g_get_real_time() / 1000;
	gint64 now = clock_now_ms();
	gint64 after = g_get_real_time() / 1000;
	ck_assert(before <= now && now <= after);
}
END_TEST

/* Hashes: FIPS 180-4's examples */

START_TEST(hash_vectors)
{
	char hex[HASH_HEX_SIZE];
	ck_assert_str_eq(hash_bytes_hex("", 0, hex),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	ck_assert_str_eq(hash_bytes_hex("abc", 3, hex),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	ck_assert_str_eq(hash_bytes_hex(two_blocks, strlen(two_blocks), hex),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	g_autofree char *million = g_strnfill(1000000, 'a');
	ck_assert_str_eq(hash_bytes_hex(million, 1000000, hex),
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

START_TEST(hash_hexadecimal)
{
	uint8_t hash[HASH_SIZE] = {0x00, 0x01, 0x0a, 0xa0, 0xff};
	char hex[HASH_HEX_SIZE];
	ck_assert_ptr_eq(hash_hex(hash, hex), hex);
	ck_assert_str_eq(hex, "00010aa0ff000000000000000000000000000000000000000000000000000000");
}
END_TEST

/* Media */

START_TEST(media_names)
{
	const medium all[MEDIA_COUNT] = {MEDIUM_AUDIO, MEDIUM_VIDEO, MEDIUM_DATA};
	const char *const names[MEDIA_COUNT] = {"audio", "video", "data"};
	unsigned together = 0;
	for (unsigned slot = 0; slot < MEDIA_COUNT; slot++) {
		ck_assert_str_eq(medium_name(all[slot]), names[slot]);
		ck_assert_int_eq(medium_from_name(names[slot]), all[slot]);
		ck_assert_uint_eq(medium_slot(all[slot]), slot);
		together |= all[slot];
	}
	ck_assert_uint_eq(together, MEDIA_ALL);
}
END_TEST

START_TEST(media_unknown)
{
	ck_assert_ptr_null(medium_name(0));
	ck_assert_ptr_null(medium_name((medium)(MEDIUM_AUDIO | MEDIUM_VIDEO)));
	ck_assert_ptr_null(medium_name((medium)8));
	ck_assert_int_eq(medium_from_name(NULL), 0);
	ck_assert_int_eq(medium_from_name(""), 0);
	ck_assert_int_eq(medium_from_name("Audio"), 0);
	ck_assert_int_eq(medium_from_name("audio "), 0);
	ck_assert_int_eq(medium_from_name("screen"), 0);
}
END_TEST

START_TEST(error_domain)
{
	g_autoptr(GError) error = g_error_new(CONSENT_ERROR, CONSENT_ERROR_LEDGER, "x");
	ck_assert(g_error_matches(error, CONSENT_ERROR, 708));
	ck_assert_uint_ne(CONSENT_ERROR, 0);
}
END_TEST

/* Threads */

static gpointer own_mask(gpointer user)
{
	pthread_sigmask(SIG_SETMASK, NULL, user);
	return NULL;
}

START_TEST(thread_takes_no_signals)
{
	sigset_t mine, its;

	sigemptyset(&its);
	g_thread_join(thread_new("test", own_mask, &its));
	ck_assert(sigismember(&its, SIGTERM) && sigismember(&its, SIGINT) && sigismember(&its, SIGXFSZ));
	ck_assert(!sigismember(&its, SIGSEGV) && !sigismember(&its, SIGABRT));
	pthread_sigmask(SIG_SETMASK, NULL, &mine);
	ck_assert(!sigismember(&mine, SIGTERM));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tests = tcase_create("base");
	tcase_add_loop_test(tests, clock_reads, 0, G_N_ELEMENTS(readable));
	tcase_add_loop_test(tests, clock_refuses, 0, G_N_ELEMENTS(garbage));
	tcase_add_test(tests, clock_writes);
	tcase_add_test(tests, clock_agrees_with_glib);
	tcase_add_test(tests, clock_now);
	tcase_add_test(tests, hash_vectors);
	tcase_add_test(tests, hash_hexadecimal);
	tcase_add_test(tests, media_names);
	tcase_add_test(tests, media_unknown);
	tcase_add_test(tests, error_domain);
	tcase_add_test(tests, thread_takes_no_signals);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
