/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/feed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <srtp2/srtp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* RTP as it comes from WebRTC fits into an Ethernet frame. */
#define PACKET_ROOM 2048
/* AES-128 key and salt (RFC 3711). */
#define KEY_SIZE 30

struct feed {
	int fd;
	bool sealed;
	srtp_t session;
	char *sdp;
	uint8_t packet[PACKET_ROOM + SRTP_MAX_TRAILER_LEN];
};

/* ---- Description ---- */

typedef struct codec_map {
	const char *codec, *rtpmap;
} codec_map;

static const char *rtpmap_of(const char *codec)
{
	static const codec_map known[] = {{"opus", "opus/48000/2"}, {"multiopus", "multiopus/48000/6"},
		{"pcmu", "PCMU/8000"}, {"pcma", "PCMA/8000"}, {"g722", "G722/8000"}, {"vp8", "VP8/90000"},
		{"vp9", "VP9/90000"}, {"h264", "H264/90000"}, {"av1", "AV1/90000"}, {"h265", "H265/90000"}};

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_ascii_strcasecmp(known[i].codec, codec) == 0)
			return known[i].rtpmap;
	return NULL;
}

static const char *suite_name(feed_suite suite)
{
	return suite == FEED_SRTP_32 ? "AES_CM_128_HMAC_SHA1_32" : "AES_CM_128_HMAC_SHA1_80";
}

/* A participant's own text must not become a line of its own. */
static void add_fmtp(GString *sdp, unsigned payload_type, const char *fmtp)
{
	if (fmtp && !strpbrk(fmtp, "\r\n"))
		g_string_append_printf(sdp, "a=fmtp:%u %s\r\n", payload_type, fmtp);
}

char *feed_sdp(const segment_spec *spec, unsigned payload_type, const uint8_t *key, size_t key_size)
{
	const feed_spec *to = spec->feed;
	const char *family = strchr(to->host, ':') ? "IP6" : "IP4", *rtpmap = rtpmap_of(spec->codec);
	const char *media = spec->medium == MEDIUM_AUDIO ? "audio" : "video";
	GString *sdp = g_string_new(NULL);

	g_string_append_printf(sdp, "v=0\r\no=- 0 0 IN %s %s\r\ns=%s\r\nc=IN %s %s\r\nt=0 0\r\n", family,
		to->host, spec->id, family, to->host);
	g_string_append_printf(
		sdp, "m=%s %u RTP/%s %u\r\n", media, to->port, key ? "SAVP" : "AVP", payload_type);
	if (rtpmap)
		g_string_append_printf(sdp, "a=rtpmap:%u %s\r\n", payload_type, rtpmap);
	add_fmtp(sdp, payload_type, spec->fmtp);
	if (key) {
		g_autofree char *text = g_base64_encode(key, key_size);
		g_string_append_printf(sdp, "a=crypto:1 %s inline:%s\r\n", suite_name(to->suite), text);
		sodium_memzero(text, strlen(text));
	}
	return g_string_free(sdp, FALSE);
}

static bool describe(feed *f, const segment_spec *spec, const packet *first, const uint8_t *key)
{
	g_autoptr(GError) error = NULL;
	char *text = feed_sdp(spec, first->bytes[1] & 0x7f, f->sealed ? key : NULL, KEY_SIZE);
	bool good = g_file_set_contents_full(f->sdp, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);

	if (!good)
		g_warning("the description of a live feed cannot be written: %s", error->message);
	sodium_memzero(text, strlen(text));
	g_free(text);
	return good;
}

/* ---- Socket and session ---- */

static socklen_t address_of(const feed_spec *to, struct sockaddr_storage *ret)
{
	struct sockaddr_in *four = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof *ret);
	if (inet_pton(AF_INET, to->host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(to->port);
		return sizeof *four;
	}
	if (inet_pton(AF_INET6, to->host, &six->sin6_addr) != 1)
		return 0;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(to->port);
	return sizeof *six;
}

static int connect_to(const feed_spec *to)
{
	struct sockaddr_storage address;
	socklen_t length = address_of(to, &address);
	int fd = length ? socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, length) == 0)
		return fd;
	g_warning("a live feed to %s cannot be opened: %s", to->host, g_strerror(length ? errno : EINVAL));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool begin_session(feed *f, feed_suite suite, uint8_t key[KEY_SIZE])
{
	srtp_policy_t policy = {.ssrc = {.type = ssrc_any_outbound}, .key = key, .window_size = 128};

	if (suite == FEED_SRTP_32)
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
	else
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	return srtp_create(&f->session, &policy) == srtp_err_status_ok;
}

feed *feed_open(const segment_spec *spec, const packet *first)
{
	uint8_t key[KEY_SIZE];
	feed *f = g_new0(feed, 1);

	f->fd = connect_to(spec->feed);
	f->sealed = spec->feed->suite != FEED_RTP;
	f->sdp = g_strdup(spec->feed->sdp);
	randombytes_buf(key, sizeof key);
	bool good = f->fd >= 0 && (!f->sealed || begin_session(f, spec->feed->suite, key)) &&
		describe(f, spec, first, key);
	sodium_memzero(key, sizeof key);
	if (good)
		return f;
	feed_close(f);
	return NULL;
}

static void send_one(feed *f, const packet *p)
{
	int length = (int)p->length;

	if (p->length > PACKET_ROOM)
		return;
	memcpy(f->packet, p->bytes, p->length);
	if (f->sealed && srtp_protect(f->session, f->packet, &length) != srtp_err_status_ok)
		return;
	/* Whether somebody listens is the consumer's affair. */
	(void)!send(f->fd, f->packet, (size_t)length, MSG_NOSIGNAL);
}

void feed_send(feed *f, const packet *packets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		send_one(f, &packets[i]);
}

void feed_close(feed *f)
{
	if (!f)
		return;
	if (f->session)
		srtp_dealloc(f->session);
	if (f->fd >= 0)
		close(f->fd);
	g_unlink(f->sdp);
	g_free(f->sdp);
	g_free(f);
}
