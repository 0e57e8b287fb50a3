/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sender of SRTP writes libsrtp reads; a number serves once. */
#include "capture/srtp_sender.h"

#include "capture_support.h"

#include <srtp2/srtp.h>
#include <string.h>

#define PAYLOAD 100
#define SSRC 0xcafebabe
/* Of one packet, with the largest header that the tests make. */
#define ROOM 256

/* Master key and salt of RFC 3711, appendix B.3. */
static uint8_t key[SRTP_SENDER_KEY_SIZE] = {0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3,
	0x2c, 0x06, 0xde, 0x41, 0x39, 0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a,
	0xab, 0xe6};

static srtp_t reader;
static srtp_sender *sender;

static void set_up_suite(size_t tag)
{
	srtp_policy_t policy = {.ssrc = {.type = ssrc_any_inbound}, .key = key, .window_size = 1024};
	if (tag == SRTP_SENDER_TAG_32)
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
	else
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	ck_assert_int_eq(srtp_init(), srtp_err_status_ok);
	ck_assert_int_eq(srtp_create(&reader, &policy), srtp_err_status_ok);
	sender = srtp_sender_new(key, tag);
	ck_assert_ptr_nonnull(sender);
}

static void set_up(void)
{
	set_up_suite(SRTP_SENDER_TAG_80);
}

static void tear_down(void)
{
	srtp_sender_free(sender);
	srtp_dealloc(reader);
	srtp_shutdown();
}

/* `shape`: the first byte's extension and contributing sources. Returns the length. */
static size_t make(uint8_t *ret, uint16_t seq, uint32_t ssrc, uint8_t shape, size_t payload)
{
	const uint8_t head[] = {0x80 | shape, 111, seq >> 8, seq & 0xff, 1, 2, 3, 4, ssrc >> 24,
		ssrc >> 16 & 0xff, ssrc >> 8 & 0xff, ssrc & 0xff};
	size_t header = sizeof head + 4 * (shape & 0x0f);
	memset(ret, seq & 0xff, ROOM);
	memcpy(ret, head, sizeof head);
	if (shape & 0x10) {
		memcpy(ret + header, (uint8_t[]){0xbe, 0xde, 0, 2}, 4);
		header += 4 + 8;
	}
	return header + payload;
}

/* libsrtp makes of it what went in. */
static void check_read(uint16_t seq, uint8_t shape, size_t payload, size_t tag)
{
	uint8_t plain[ROOM], sent[ROOM + SRTP_SENDER_TAG_80];
	size_t before = make(plain, seq, SSRC, shape, payload), length = before;
	memcpy(sent, plain, before);
	ck_assert(srtp_sender_protect(sender, sent, &length));
	ck_assert_uint_eq(length, before + tag);
	ck_assert(payload < 16 || memcmp(sent + before - payload, plain + before - payload, payload) != 0);
	int read = (int)length;
	ck_assert_int_eq(srtp_unprotect(reader, sent, &read), srtp_err_status_ok);
	ck_assert_int_eq(read, before);
	ck_assert_mem_eq(sent, plain, before);
}

static bool is_taken(uint16_t seq, uint32_t ssrc)
{
	uint8_t rtp[ROOM + SRTP_SENDER_TAG_80];
	size_t length = make(rtp, seq, ssrc, 0, PAYLOAD);
	return srtp_sender_protect(sender, rtp, &length);
}

START_TEST(libsrtp_reads_every_form)
{
	static const size_t tags[] = {SRTP_SENDER_TAG_80, SRTP_SENDER_TAG_32};
	static const uint8_t shapes[] = {0, 0x10, 3, 0x12};
	uint16_t seq = 7;
	set_up_suite(tags[_i]);
	for (unsigned shape = 0; shape < G_N_ELEMENTS(shapes); shape++)
		for (size_t payload = 0; payload <= PAYLOAD; payload++)
			check_read(seq++, shapes[shape], payload, tags[_i]);
	tear_down();
}
END_TEST

/* The numbers go round twice, with gaps and with packets that change places there. */
START_TEST(numbers_go_round)
{
	for (uint32_t number = 65000; number < 3 * 65536 + 100; number += 7) {
		check_read((uint16_t)(number + 1), 0, PAYLOAD, SRTP_SENDER_TAG_80);
		check_read((uint16_t)number, 0, PAYLOAD, SRTP_SENDER_TAG_80);
	}
}
END_TEST

START_TEST(a_number_serves_once)
{
	ck_assert(is_taken(1000, SSRC));
	ck_assert(!is_taken(1000, SSRC));
	ck_assert(is_taken(1255, SSRC));
	ck_assert(!is_taken(1000, SSRC));
	ck_assert(is_taken(1001, SSRC));
	ck_assert(is_taken(1256, SSRC)); /* where 1000 stood */
	ck_assert(!is_taken(1256, SSRC));
	ck_assert(!is_taken(1000, SSRC)); /* too late to be known */
	ck_assert(is_taken(9000, SSRC));  /* the window is another one now */
	ck_assert(is_taken(8999, SSRC));
	ck_assert(!is_taken(8999, SSRC));
	ck_assert(!is_taken(1256, SSRC));
	ck_assert(is_taken(60000, SSRC) == false); /* far ahead is far behind */
}
END_TEST

START_TEST(another_ssrc_is_left_out)
{
	ck_assert(is_taken(1, SSRC));
	ck_assert(!is_taken(2, SSRC + 1));
	ck_assert(is_taken(2, SSRC));
	ck_assert(!is_taken(65535, SSRC)); /* before the first */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("srtp_sender");
	TCase *forms = tcase_create("forms"), *tests = tcase_create("numbers");
	tcase_add_loop_test(forms, libsrtp_reads_every_form, 0, 2);
	suite_add_tcase(suite, forms);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, numbers_go_round);
	tcase_add_test(tests, a_number_serves_once);
	tcase_add_test(tests, another_ssrc_is_left_out);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
