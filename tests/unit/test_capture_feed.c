/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live feeds: what a consumer gets, how it is described, and that a consumer's trouble is nobody else's. */
#include "capture/feed.h"
#include "capture/feedback.h"
#include "capture_support.h"

#include <arpa/inet.h>
#include <poll.h>
#include <srtp2/srtp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder, *sdp;
static int consumer[2]; /* bound UDP sockets, of RTP and, on the next port, of RTCP */
static uint16_t port;

/* Port 0: any. False when it is taken. */
static bool bind_to(unsigned which, uint16_t at)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(at), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	consumer[which] = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(consumer[which], (struct sockaddr *)&address, length) == 0 &&
		getsockname(consumer[which], (struct sockaddr *)&address, &length) == 0) {
		port = (uint16_t)(ntohs(address.sin_port) - which);
		return true;
	}
	close(consumer[which]);
	return false;
}

static void open_consumer(void)
{
	ck_assert(bind_to(0, 0));
	while (port % 2 || !bind_to(1, (uint16_t)(port + 1))) {
		close(consumer[0]);
		ck_assert(bind_to(0, 0));
	}
}

static void setup(void)
{
	folder = scratch_new();
	sdp = g_build_filename(folder, "a.sdp", NULL);
	open_consumer();
	ck_assert_int_eq(srtp_init(), srtp_err_status_ok);
}

static void teardown(void)
{
	close(consumer[0]);
	close(consumer[1]);
	g_free(sdp);
	scratch_remove(folder);
}

static feed_spec to(feed_suite suite)
{
	return (feed_spec){"127.0.0.1", port, suite, sdp};
}

static segment_spec spec_of(const feed_spec *live, const char *id)
{
	segment_spec spec = opus_spec(id);
	spec.feed = live;
	spec.fmtp = "useinbandfec=1";
	return spec;
}

/* Waits for it. */
static char *description(void)
{
	g_autofree char *text = NULL;
	struct stat status;
	while (!g_file_get_contents(sdp, &text, NULL, NULL))
		g_usleep(1000);
	ck_assert_int_eq(stat(sdp, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	return g_strdup(text);
}

static srtp_t session_of(const char *text, feed_suite suite, srtp_ssrc_type_t direction)
{
	g_auto(GStrv) parts = g_strsplit_set(strstr(text, "inline:"), ":\r", 3);
	const char *line = parts[1];
	gsize size;
	static uint8_t key[30];
	g_autofree guchar *decoded = g_base64_decode(line, &size);
	ck_assert_uint_eq(size, sizeof key);
	memcpy(key, decoded, sizeof key);
	srtp_policy_t policy = {.ssrc = {.type = direction}, .key = key, .window_size = 128};
	if (suite == FEED_SRTP_32)
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
	else
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	srtp_t session;
	ck_assert_int_eq(srtp_create(&session, &policy), srtp_err_status_ok);
	return session;
}

/* The next packet, decrypted where there is a session. */
static void receive(srtp_t session, uint64_t number)
{
	uint8_t bytes[2048];
	struct pollfd ready = {consumer[0], POLLIN, 0};
	ck_assert_int_eq(poll(&ready, 1, 20000), 1);
	int length = (int)recv(consumer[0], bytes, sizeof bytes, 0);
	if (session) {
		ck_assert_int_gt(length, NUMBERED_SIZE);
		ck_assert_int_eq(srtp_unprotect(session, bytes, &length), srtp_err_status_ok);
	}
	ck_assert_int_eq(length, NUMBERED_SIZE);
	ck_assert_uint_eq(number_of(bytes), number);
}

static const feed_suite suites[] = {FEED_SRTP_80, FEED_SRTP_32, FEED_RTP};

START_TEST(a_consumer_gets_what_is_captured)
{
	recorder r;
	feed_spec live = to(suites[_i]);
	segment_spec spec = spec_of(&live, "a");
	recorder_init(&r, folder);
	stop_passes(r.capture); /* it is served without */
	recorder_open(&r, &spec);
	send_numbers(r.track, 1, 20);
	g_autofree char *text = description();
	g_autofree char *media = g_strdup_printf("m=audio %u RTP/%s 111\r\n", port, _i < 2 ? "SAVP" : "AVP");
	ck_assert_msg(strstr(text, media) != NULL, "%s", text);
	ck_assert(strstr(text, "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"));
	srtp_t session = _i < 2 ? session_of(text, suites[_i], ssrc_any_inbound) : NULL;
	for (unsigned i = 1; i <= 20; i++)
		receive(session, i);
	capture_track_close(r.track, "withdrawn");
	const closing *a = listener_await(&r.listener, "a");
	ck_assert_uint_eq(a->result.packets, 20);
	ck_assert_str_eq(a->file, "room/a.mjr");
	ck_assert(!g_file_test(sdp, G_FILE_TEST_EXISTS));
	if (session)
		srtp_dealloc(session);
	recorder_clear(&r);
}
END_TEST

START_TEST(nothing_is_stored_that_is_only_fed)
{
	recorder r;
	feed_spec live = to(FEED_RTP);
	segment_spec spec = spec_of(&live, "a");
	spec.unstored = true;
	recorder_init(&r, folder);
	recorder_open(&r, &spec);
	send_numbers(r.track, 1, 5);
	for (unsigned i = 1; i <= 5; i++)
		receive(NULL, i);
	capture_track_close(r.track, "left");
	const closing *a = listener_await(&r.listener, "a");
	ck_assert_uint_eq(a->result.packets, 5);
	ck_assert_ptr_null(a->file);
	g_autofree char *room = g_build_filename(folder, "room", NULL);
	ck_assert(!g_file_test(room, G_FILE_TEST_EXISTS));
	recorder_clear(&r);
}
END_TEST

/* Nobody listens, nobody can be reached, the folder is gone: the file is whole all the same. */
START_TEST(a_consumer_that_is_gone_harms_nothing)
{
	recorder r;
	g_autofree char *nowhere = g_build_filename(folder, "none", "a.sdp", NULL);
	const feed_spec feeds[] = {{"127.0.0.1", 9, FEED_SRTP_80, sdp}, {"203.0.113.1", 9, FEED_SRTP_80, sdp},
		{"127.0.0.1", 9, FEED_SRTP_80, nowhere}, {"no address", 9, FEED_SRTP_80, sdp}};
	segment_spec spec = spec_of(&feeds[_i], "a");
	recorder_init(&r, folder);
	recorder_open(&r, &spec);
	send_numbers(r.track, 1, 50);
	capture_track_close(r.track, "left");
	const closing *a = listener_await(&r.listener, "a");
	ck_assert_uint_eq(a->result.packets, 50);
	ck_assert_uint_eq(a->result.lost, 0);
	ck_assert_ptr_nonnull(a->file);
	recorder_clear(&r);
}
END_TEST

START_TEST(descriptions)
{
	feed_spec live = {"2001:db8::7", 5004, FEED_SRTP_32, sdp};
	segment_spec spec = {.id = "x",
		.medium = MEDIUM_VIDEO,
		.codec = "vp8",
		.fmtp = "a=b\r\na=crypto:1 NULL",
		.feed = &live};
	const uint8_t key[30] = "key";
	const uint8_t header[RTP_HEADER_SIZE] = {0x80, 96, 0, 1, 0, 0, 0, 1, 0xff, 0, 0, 2};
	const packet first = {.bytes = header, .length = sizeof header};
	g_autofree char *text = feed_sdp(&spec, &first, key, sizeof key);
	ck_assert(strstr(text, "c=IN IP6 2001:db8::7\r\n"));
	ck_assert(strstr(
		text, "m=video 5004 RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\n"));
	ck_assert(strstr(text, "\r\na=ssrc:4278190082 cname:x\r\n"));
	ck_assert(strstr(text, "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:a2V5"));
	ck_assert_ptr_null(strstr(text, "fmtp")); /* what would be two lines is left out */
}
END_TEST

/* Of sound with redundancy both types are named, whichever comes first. */
START_TEST(descriptions_of_redundancy)
{
	feed_spec live = {"127.0.0.1", 5004, FEED_RTP, sdp};
	segment_spec spec = {.id = "x",
		.medium = MEDIUM_AUDIO,
		.codec = "opus",
		.fmtp = "useinbandfec=1",
		.red_pt = 63,
		.feed = &live};
	const uint8_t red[] = {0x80, 63, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0x80 | 111, 0, 0, 1, 111, 1, 2},
		      plain[] = {0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 1};
	const packet firsts[] = {
		{.bytes = red, .length = sizeof red}, {.bytes = plain, .length = sizeof plain}};
	g_autofree char *text = feed_sdp(&spec, &firsts[_i], NULL, 0);
	ck_assert(strstr(text,
		"m=audio 5004 RTP/AVP 63 111\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
		"a=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"));
}
END_TEST

#define RECEIVER_REPORT 0x80, 201, 0, 1, 0, 0, 0, 1
#define PICTURE_LOSS 0x81, 206, 0, 2, 0, 0, 0, 1, 0x11, 0x22, 0x33, 0x44
#define FULL_INTRA 0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 1, 0, 0, 0

START_TEST(what_asks_for_a_key_frame)
{
	static const uint8_t compound[] = {RECEIVER_REPORT, PICTURE_LOSS},
			     fir[] = {RECEIVER_REPORT, FULL_INTRA}, report[] = {RECEIVER_REPORT},
			     alone[] = {PICTURE_LOSS},
			     nack[] = {0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 0},
			     older[] = {0x41, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
	ck_assert(feedback_wants_keyframe(compound, sizeof compound));
	ck_assert(feedback_wants_keyframe(fir, sizeof fir));
	ck_assert(feedback_wants_keyframe(alone, sizeof alone));
	ck_assert(!feedback_wants_keyframe(report, sizeof report));
	ck_assert(!feedback_wants_keyframe(nack, sizeof nack));
	ck_assert(!feedback_wants_keyframe(older, sizeof older));
	for (size_t length = 0; length < sizeof compound; length++)
		ck_assert(!feedback_wants_keyframe(compound, length));
}
END_TEST

/* Where the feed comes from: the answers go there, or one port beside. */
static struct sockaddr_in heard_from(void)
{
	struct sockaddr_in from = {0};
	socklen_t length = sizeof from;
	struct pollfd ready = {consumer[0], POLLIN, 0};
	uint8_t byte;
	ck_assert_int_eq(poll(&ready, 1, 20000), 1);
	ck_assert_int_gt(recvfrom(consumer[0], &byte, 1, 0, (struct sockaddr *)&from, &length), 0);
	ck_assert_uint_eq(ntohs(from.sin_port) % 2, 0);
	return from;
}

/* A compound packet that asks, from the consumer's port of RTP (0) or RTCP (1) to the sender's; as SRTCP
 * where there is a session. */
static void ask(const struct sockaddr_in *sender, unsigned beside, srtp_t session)
{
	uint8_t bytes[128] = {RECEIVER_REPORT, PICTURE_LOSS};
	int size = 20;
	struct sockaddr_in to = *sender;
	if (session)
		ck_assert_int_eq(srtp_protect_rtcp(session, bytes, &size), srtp_err_status_ok);
	to.sin_port = htons((uint16_t)(ntohs(to.sin_port) + beside));
	ck_assert_int_eq(
		sendto(consumer[beside], bytes, (size_t)size, 0, (struct sockaddr *)&to, sizeof to), size);
}

/* On either port, in clear or as SRTCP as the feed is; in the clear of a feed that is not counts for nothing.
 */
START_TEST(a_consumer_asks_for_a_key_frame)
{
	feed_spec live = to(suites[_i]);
	segment_spec spec = spec_of(&live, "a");
	uint8_t rtp[NUMBERED_SIZE];
	numbered_rtp(1, rtp);
	const packet first = {.bytes = rtp, .length = sizeof rtp};
	feed *f = feed_open(&spec, &first);
	ck_assert_ptr_nonnull(f);
	feed_send(f, &first, 1);
	struct sockaddr_in sender = heard_from();
	g_autofree char *text = description();
	srtp_t session = _i < 2 ? session_of(text, suites[_i], ssrc_any_outbound) : NULL;
	ck_assert(!feed_asked(f));
	for (unsigned beside = 0; beside < 2; beside++) {
		if (session)
			ask(&sender, beside, NULL);
		ck_assert(!feed_asked(f));
		ask(&sender, beside, session);
		while (!feed_asked(f))
			;
		ck_assert(!feed_asked(f));
	}
	if (session)
		srtp_dealloc(session);
	feed_close(f);
}
END_TEST

/* Counts what the library passes on. */
typedef struct asker {
	listener listener; /* first: its callbacks get this */
	atomic_uint asked;
} asker;

static void on_keyframe(const char *id, void *user)
{
	ck_assert_str_eq(id, "a");
	atomic_fetch_add(&((asker *)user)->asked, 1);
}

START_TEST(a_consumer_that_asks_all_the_time_is_heard_once_a_second)
{
	asker a = {0};
	feed_spec live = to(FEED_RTP);
	segment_spec spec = spec_of(&live, "a");
	spec.medium = MEDIUM_VIDEO;
	listener_init(&a.listener);
	capture_options options = listener_options(&a.listener);
	options.recordings = folder;
	options.on_keyframe = on_keyframe;
	capture *c = capture_create(&options, NULL);
	capture_track *t = capture_track_new(c);
	capture_segment_confirm(capture_track_open(t, &spec), true);
	send_numbers(t, 1, 1);
	struct sockaddr_in sender = heard_from();
	gint64 begun = g_get_monotonic_time();
	while (atomic_load(&a.asked) < 2) {
		ask(&sender, 1, NULL);
		g_usleep(1000);
	}
	capture_track_free(t, "left");
	capture_destroy(c);
	gint64 took = g_get_monotonic_time() - begun;
	ck_assert_uint_le(atomic_load(&a.asked), (unsigned)(took / G_USEC_PER_SEC) + 1);
	listener_clear(&a.listener);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_feed");
	TCase *tests = tcase_create("feed");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, a_consumer_gets_what_is_captured, 0, 3);
	tcase_add_test(tests, what_asks_for_a_key_frame);
	tcase_add_loop_test(tests, a_consumer_asks_for_a_key_frame, 0, 3);
	tcase_add_test(tests, a_consumer_that_asks_all_the_time_is_heard_once_a_second);
	tcase_add_test(tests, nothing_is_stored_that_is_only_fed);
	tcase_add_loop_test(tests, a_consumer_that_is_gone_harms_nothing, 0, 4);
	tcase_add_test(tests, descriptions);
	tcase_add_loop_test(tests, descriptions_of_redundancy, 0, 2);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
