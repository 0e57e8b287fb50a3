/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/feed.h"

#include "capture/feedback.h"
#include "capture/srtp_sender.h"

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
/* The sockets, and how far their ports are from the first. */
enum { RTP, RTCP, SOCKETS };

struct feed {
	int fds[SOCKETS]; /* -1: none */
	bool sealed;
	srtp_sender *sender;
	srtp_t answers; /* what is heard */
	char *sdp;
	uint8_t packet[PACKET_ROOM]; /* of what is heard */
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

/* The type of the codec: with redundancy (RFC 2198) that of the first block in the packet. */
static unsigned type_of_codec(const segment_spec *spec, const packet *first)
{
	unsigned type = first->bytes[1] & 0x7f;
	size_t header = rtp_header_size(first->bytes, first->length);

	return spec->red_pt && type == (unsigned)spec->red_pt && header < first->length
		? first->bytes[header] & 0x7f
		: type;
}

/* Packets may come with redundancy, or without: then of that type. */
static void add_redundancy(GString *sdp, const segment_spec *spec, unsigned payload_type)
{
	if (spec->red_pt)
		g_string_append_printf(sdp, "a=rtpmap:%d red/48000/2\r\na=fmtp:%d %u/%u\r\n", spec->red_pt,
			spec->red_pt, payload_type, payload_type);
}

static void add_media(GString *sdp, const segment_spec *spec, unsigned payload_type, bool sealed)
{
	bool video = spec->medium == MEDIUM_VIDEO;

	g_string_append_printf(sdp, "m=%s %u RTP/%s%s ", video ? "video" : "audio", spec->feed->port,
		sealed ? "SAVP" : "AVP", video ? "F" : "");
	if (spec->red_pt)
		g_string_append_printf(sdp, "%d ", spec->red_pt);
	g_string_append_printf(sdp, "%u\r\n", payload_type);
}

/* A participant's own text must not become a line of its own. */
static void add_fmtp(GString *sdp, unsigned payload_type, const char *fmtp)
{
	if (fmtp && !strpbrk(fmtp, "\r\n"))
		g_string_append_printf(sdp, "a=fmtp:%u %s\r\n", payload_type, fmtp);
}

/* Who needs a key frame may ask (RFC 4585). */
static void add_feedback(GString *sdp, unsigned payload_type)
{
	g_string_append_printf(
		sdp, "a=rtcp-fb:%u nack pli\r\na=rtcp-fb:%u ccm fir\r\n", payload_type, payload_type);
}

/* srtpdec of GStreamer wants to know whose key it is (RFC 5576). A feed has one source as long as it lasts.
 */
static void add_source(GString *sdp, const segment_spec *spec, uint32_t ssrc)
{
	g_string_append_printf(sdp, "a=ssrc:%u cname:%s\r\n", ssrc, spec->id);
}

char *feed_sdp(const segment_spec *spec, const packet *first, const uint8_t *key, size_t key_size)
{
	unsigned payload_type = type_of_codec(spec, first);
	const feed_spec *to = spec->feed;
	const char *family = strchr(to->host, ':') ? "IP6" : "IP4", *rtpmap = rtpmap_of(spec->codec);
	GString *sdp = g_string_new(NULL);

	g_string_append_printf(sdp, "v=0\r\no=- 0 0 IN %s %s\r\ns=%s\r\nc=IN %s %s\r\nt=0 0\r\n", family,
		to->host, spec->id, family, to->host);
	add_media(sdp, spec, payload_type, key != NULL);
	add_redundancy(sdp, spec, payload_type);
	if (rtpmap)
		g_string_append_printf(sdp, "a=rtpmap:%u %s\r\n", payload_type, rtpmap);
	add_fmtp(sdp, payload_type, spec->fmtp);
	if (spec->medium == MEDIUM_VIDEO)
		add_feedback(sdp, payload_type);
	add_source(sdp, spec, rtp_ssrc(first->bytes));
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
	char *text = feed_sdp(spec, first, f->sealed ? key : NULL, SRTP_SENDER_KEY_SIZE);
	bool good = g_file_set_contents_full(f->sdp, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);

	if (!good)
		g_warning("the description of a live feed cannot be written: %s", error->message);
	sodium_memzero(text, strlen(text));
	g_free(text);
	return good;
}

/* ---- Sockets and sessions ---- */

/* `host` NULL: any. */
static socklen_t address_of(bool six, const char *host, unsigned port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
	void *bytes = six ? (void *)&in6->sin6_addr : (void *)&in->sin_addr;

	memset(ret, 0, sizeof *ret);
	ret->ss_family = six ? AF_INET6 : AF_INET;
	if (host && inet_pton(ret->ss_family, host, bytes) != 1)
		return 0;
	*(six ? &in6->sin6_port : &in->sin_port) = htons((uint16_t)port);
	return six ? sizeof *in6 : sizeof *in;
}

/* To that port of the consumer, from `local`, 0: any. -1 with errno. */
static int open_socket(const feed_spec *to, unsigned port, unsigned local)
{
	bool six = strchr(to->host, ':') != NULL;
	struct sockaddr_storage here, there;
	socklen_t length = address_of(six, to->host, port, &there);
	int fd = socket(there.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (!length)
		errno = EINVAL;
	if (fd >= 0 && length &&
		bind(fd, (struct sockaddr *)&here, address_of(six, NULL, local, &here)) == 0 &&
		connect(fd, (struct sockaddr *)&there, length) == 0)
		return fd;
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof address;

	if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		return 0;
	/* At the same place in both families. */
	return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static void close_sockets(feed *f)
{
	for (unsigned i = 0; i < SOCKETS; i++)
		if (f->fds[i] >= 0)
			close(f->fds[i]);
	f->fds[RTP] = f->fds[RTCP] = -1;
}

/* For two ports side by side; without them answers are heard on the one only. */
#define PAIR_TRIES 32

static bool open_sockets(feed *f, const feed_spec *to)
{
	for (unsigned tries = 0; tries < PAIR_TRIES && f->fds[RTCP] < 0; tries++) {
		close_sockets(f);
		f->fds[RTP] = open_socket(to, to->port, 0);
		unsigned port = f->fds[RTP] >= 0 ? port_of(f->fds[RTP]) : 0;
		if (!port)
			break;
		if (port % 2 == 0)
			f->fds[RTCP] = open_socket(to, to->port + RTCP, port + RTCP);
	}
	if (f->fds[RTP] < 0)
		g_warning("a live feed to %s cannot be opened: %s", to->host, g_strerror(errno));
	return f->fds[RTP] >= 0;
}

static bool begin_answers(feed *f, uint8_t key[SRTP_SENDER_KEY_SIZE])
{
	srtp_policy_t policy = {.ssrc = {.type = ssrc_any_inbound}, .key = key, .window_size = 128};

	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	return srtp_create(&f->answers, &policy) == srtp_err_status_ok;
}

static bool begin_sessions(feed *f, feed_suite suite, uint8_t key[SRTP_SENDER_KEY_SIZE])
{
	f->sender = srtp_sender_new(key, suite == FEED_SRTP_32 ? SRTP_SENDER_TAG_32 : SRTP_SENDER_TAG_80);
	bool good = f->sender && begin_answers(f, key);
	if (!good)
		g_warning("a live feed cannot be encrypted: AES-128-CTR or HMAC-SHA1 is missing");
	return good;
}

feed *feed_open(const segment_spec *spec, const packet *first)
{
	uint8_t key[SRTP_SENDER_KEY_SIZE];
	feed *f = g_new0(feed, 1);

	f->fds[RTP] = f->fds[RTCP] = -1;
	f->sealed = spec->feed->suite != FEED_RTP;
	f->sdp = g_strdup(spec->feed->sdp);
	randombytes_buf(key, sizeof key);
	bool good = open_sockets(f, spec->feed) &&
		(!f->sealed || begin_sessions(f, spec->feed->suite, key)) && describe(f, spec, first, key);
	sodium_memzero(key, sizeof key);
	if (good)
		return f;
	feed_close(f);
	return NULL;
}

/* Datagrams a system call. */
#define TOGETHER 8

/* What goes out in one call: on the stack, which is in the cache, where memory of each feed's own would not
 * be. */
typedef struct shipment {
	unsigned count;
	struct mmsghdr messages[TOGETHER];
	struct iovec parts[TOGETHER];
	uint8_t packets[TOGETHER][PACKET_ROOM + SRTP_MAX_TRAILER_LEN];
} shipment;

static void pack(feed *f, shipment *all, const packet *p)
{
	uint8_t *bytes = all->packets[all->count];
	size_t length = p->length;

	if (p->length > PACKET_ROOM)
		return;
	memcpy(bytes, p->bytes, p->length);
	if (f->sealed && !srtp_sender_protect(f->sender, bytes, &length))
		return;
	all->parts[all->count] = (struct iovec){bytes, length};
	all->messages[all->count] =
		(struct mmsghdr){.msg_hdr = {.msg_iov = &all->parts[all->count], .msg_iovlen = 1}};
	all->count++;
}

/* Whether somebody listens is the consumer's affair: what cannot be sent is left out. */
static void ship(feed *f, shipment *all)
{
	for (unsigned done = 0; done < all->count;) {
		int sent = sendmmsg(f->fds[RTP], all->messages + done, all->count - done, MSG_NOSIGNAL);

		done += sent > 0 ? (unsigned)sent : 1;
	}
	all->count = 0;
}

void feed_send(feed *f, const packet *packets, size_t count)
{
	shipment all;

	all.count = 0;
	for (size_t i = 0; i < count; i++) {
		pack(f, &all, &packets[i]);
		if (all.count == TOGETHER || i == count - 1)
			ship(f, &all);
	}
}

/* Header and SSRC, and behind them the index and the tag (RFC 3711, 3.4). */
#define SRTCP_LEAST (8 + 4 + 10)

/* What is in f->packet. */
static bool is_request(feed *f, int length)
{
	if (f->sealed &&
		(length < SRTCP_LEAST ||
			srtp_unprotect_rtcp(f->answers, f->packet, &length) != srtp_err_status_ok))
		return false;
	return feedback_wants_keyframe(f->packet, (size_t)length);
}

/* Datagrams a time, whoever sends more. */
#define ANSWERS 16

bool feed_asked(feed *f)
{
	bool asked = false;

	for (unsigned i = 0; i < SOCKETS; i++)
		for (unsigned n = 0; f->fds[i] >= 0 && n < ANSWERS; n++) {
			ssize_t length = recv(f->fds[i], f->packet, sizeof f->packet, MSG_DONTWAIT);

			if (length < 0)
				break;
			asked = is_request(f, (int)length) || asked;
		}
	return asked;
}

void feed_close(feed *f)
{
	if (!f)
		return;
	srtp_sender_free(f->sender);
	if (f->answers)
		srtp_dealloc(f->answers);
	close_sockets(f);
	g_unlink(f->sdp);
	g_free(f->sdp);
	g_free(f);
}
