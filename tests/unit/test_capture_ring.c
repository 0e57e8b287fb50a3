/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ring, and what is taken for RTP. */
#include "capture/ring.h"

#include "capture_support.h"

#include <sched.h>
#include <string.h>

#define SMALL ((size_t)1024)
#define BATCH 64

static void make_ring(ring *r, size_t size)
{
	ring_init(r, g_malloc(size), size);
}

static packet make_packet(const uint8_t *bytes, size_t length, uint32_t serial)
{
	return (packet){bytes, (uint32_t)length, serial, 7, 1234567890};
}

/* Fills with what can be checked later. */
static void fill(uint8_t *bytes, size_t length, unsigned seed)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(seed * 31 + i * 7);
}

static bool is_filled(const packet *p, unsigned seed)
{
	for (size_t i = 0; i < p->length; i++)
		if (p->bytes[i] != (uint8_t)(seed * 31 + i * 7))
			return false;
	return true;
}

static bool put_length(ring *r, size_t length, unsigned seed)
{
	uint8_t bytes[2 * SMALL];
	fill(bytes, length, seed);
	packet p = make_packet(bytes, length, 1);
	return ring_put(r, &p);
}

static size_t take_one(ring *r, packet *ret)
{
	uint64_t next;
	size_t count = ring_peek(r, ring_head(r), ret, 1, &next);
	if (count)
		ring_release(r, next);
	return count;
}

/* Every length, at every offset that comes of it. */
START_TEST(ring_gives_back)
{
	ring memory = {0}, *r = &memory;
	make_ring(r, SMALL);
	for (unsigned length = 0; length < SMALL / 2 - 24; length++) {
		packet p = {0};
		ck_assert_msg(put_length(r, length, length), "length %u has no room", length);
		ck_assert_uint_eq(take_one(r, &p), 1);
		ck_assert_uint_eq(p.length, length);
		ck_assert_uint_eq(p.serial, 1);
		ck_assert_uint_eq(p.since_ms, 7);
		ck_assert_int_eq(p.at_us, 1234567890);
		ck_assert(is_filled(&p, length));
	}
	ck_assert_uint_eq(ring_head(r), ring_tail(r));
	g_free(r->bytes);
}
END_TEST

START_TEST(ring_refuses_when_full)
{
	ring memory = {0}, *r = &memory;
	make_ring(r, SMALL);
	unsigned fitted = 0;
	while (put_length(r, 40, fitted))
		fitted++;
	ck_assert_uint_eq(fitted, SMALL / 64);
	ck_assert(!put_length(r, 0, 0));

	packet p;
	for (unsigned i = 0; i < fitted; i++) {
		ck_assert_uint_eq(take_one(r, &p), 1);
		ck_assert(is_filled(&p, i));
	}
	ck_assert_uint_eq(take_one(r, &p), 0);
	ck_assert(put_length(r, 40, 0));
	g_free(r->bytes);
}
END_TEST

START_TEST(ring_refuses_what_never_fits)
{
	ring memory = {0}, *r = &memory;
	make_ring(r, SMALL);
	ck_assert(!put_length(r, SMALL - 23, 0));
	ck_assert_uint_eq(ring_head(r), 0);
	ck_assert(put_length(r, SMALL - 24, 0));
	g_free(r->bytes);
}
END_TEST

/* A packet of half the ring finds room in an empty one wherever it begins. */
START_TEST(ring_takes_half_anywhere)
{
	for (size_t offset = 0; offset < SMALL; offset += 8) {
		ring memory = {0}, *r = &memory;
		make_ring(r, SMALL);
		packet p;
		for (size_t done = 0; done < offset; done += 32) {
			ck_assert(put_length(r, 8, 0));
			take_one(r, &p);
		}
		ck_assert_msg(put_length(r, SMALL / 2 - 24, 3), "no room at %zu", offset);
		ck_assert_uint_eq(take_one(r, &p), 1);
		ck_assert(is_filled(&p, 3));
		g_free(r->bytes);
	}
}
END_TEST

START_TEST(ring_stops_at_boundaries)
{
	static const uint8_t byte = 1;
	static const uint32_t serials[] = {1, 1, 2, 3, 3, 3};
	static const size_t runs[] = {2, 1, 3};
	ring memory = {0}, *r = &memory;
	make_ring(r, SMALL);
	for (unsigned i = 0; i < G_N_ELEMENTS(serials); i++) {
		packet p = make_packet(&byte, 1, serials[i]);
		ck_assert(ring_put(r, &p));
	}
	for (unsigned run = 0; run < G_N_ELEMENTS(runs); run++) {
		packet batch[BATCH];
		uint64_t next;
		ck_assert_uint_eq(ring_peek(r, ring_head(r), batch, BATCH, &next), runs[run]);
		ck_assert_uint_eq(batch[0].serial, run + 1);
		ring_release(r, next);
	}
	g_free(r->bytes);
}
END_TEST

START_TEST(ring_stops_where_told)
{
	ring memory = {0}, *r = &memory;
	make_ring(r, SMALL);
	packet batch[BATCH];
	uint64_t next, until;
	put_length(r, 10, 0);
	put_length(r, 10, 1);
	until = ring_head(r);
	put_length(r, 10, 2);
	ck_assert_uint_eq(ring_peek(r, ring_tail(r), batch, BATCH, &next), 0);
	ck_assert_uint_eq(ring_peek(r, until, batch, BATCH, &next), 2);
	ck_assert_uint_eq(next, until);
	ck_assert_uint_eq(ring_peek(r, ring_head(r), batch, 1, &next), 1);
	g_free(r->bytes);
}
END_TEST

#define STREAMED 50000u

static size_t streamed_length(unsigned number)
{
	return 4 + number * 2654435761u % 300;
}

static void *stream_in(void *data)
{
	ring *r = data;
	uint8_t bytes[304];
	for (unsigned number = 0; number < STREAMED;) {
		fill(bytes, sizeof bytes, number);
		packet p = make_packet(bytes, streamed_length(number), 1);
		if (ring_put(r, &p))
			number++;
		else
			sched_yield();
	}
	return NULL;
}

START_TEST(ring_between_threads)
{
	ring memory = {0}, *r = &memory;
	make_ring(r, 4096);
	pthread_t thread;
	pthread_create(&thread, NULL, stream_in, r);
	for (unsigned number = 0; number < STREAMED;) {
		packet batch[BATCH];
		uint64_t next;
		size_t count = ring_peek(r, ring_head(r), batch, BATCH, &next);
		for (size_t i = 0; i < count; i++, number++) {
			ck_assert_uint_eq(batch[i].length, streamed_length(number));
			ck_assert(is_filled(&batch[i], number));
		}
		if (count)
			ring_release(r, next);
		else
			sched_yield();
	}
	pthread_join(thread, NULL);
	g_free(r->bytes);
}
END_TEST

/* RTP */

typedef struct rtp_case {
	const char *what;
	size_t length;
	uint8_t bytes[24];
	bool media;
} rtp_case;

static const rtp_case rtp_cases[] = {
	{"nothing", 0, {0}, false},
	{"eleven bytes", 11, {0x80, 111}, false},
	{"a bare header", 12, {0x80, 111}, true},
	{"version 1", 12, {0x40, 111}, false},
	{"STUN", 20, {0x00, 0x01}, false},
	{"DTLS", 20, {0x16, 0xfe}, false},
	{"sender report", 12, {0x80, 200}, false},
	{"receiver report", 12, {0x81, 201}, false},
	{"transport feedback", 12, {0x8f, 205}, false},
	{"payload type 63 with marker", 12, {0x80, 191}, true},
	{"payload type 96 with marker", 12, {0x80, 224}, true},
	{"a contributing source", 16, {0x81, 111}, true},
	{"one that is cut", 15, {0x81, 111}, false},
	{"fifteen that are not there", 24, {0x8f, 111}, false},
	{"an extension", 16, {0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0, 0}, true},
	{"its header cut", 15, {0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0, 0}, false},
	{"one word of it", 20, {0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0, 1}, true},
	{"the word cut", 19, {0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0, 1}, false},
	{"far too long", 24, {0x90, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xbe, 0xde, 0xff, 0xff}, false},
};

/* On the heap and of the very length, so that the address sanitizer sees a look behind it. */
START_TEST(rtp_is_recognised)
{
	const rtp_case *one = &rtp_cases[_i];
	uint8_t *bytes = g_memdup2(one->bytes, one->length);
	ck_assert_msg(rtp_is_media(bytes, one->length) == one->media, "%s", one->what);
	g_free(bytes);
}
END_TEST

START_TEST(rtp_is_read)
{
	static const uint8_t rtp[] = {0x80, 0xef, 0xfe, 0xdc, 0x89, 0xab, 0xcd, 0xef, 0xf1, 0xf2, 0xf3, 0xf4};
	ck_assert_uint_eq(rtp_seq(rtp), 0xfedc);
	ck_assert_uint_eq(rtp_timestamp(rtp), 0x89abcdef);
	ck_assert_uint_eq(rtp_ssrc(rtp), 0xf1f2f3f4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture_ring");
	TCase *tests = tcase_create("ring");
	tcase_add_test(tests, ring_gives_back);
	tcase_add_test(tests, ring_refuses_when_full);
	tcase_add_test(tests, ring_refuses_what_never_fits);
	tcase_add_test(tests, ring_takes_half_anywhere);
	tcase_add_test(tests, ring_stops_at_boundaries);
	tcase_add_test(tests, ring_stops_where_told);
	tcase_add_test(tests, ring_between_threads);
	tcase_add_loop_test(tests, rtp_is_recognised, 0, G_N_ELEMENTS(rtp_cases));
	tcase_add_test(tests, rtp_is_read);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
