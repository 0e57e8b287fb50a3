/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture_support.h"
#include "suite.h"

#include "capture/packet.h"
#include "capture/writer.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int run_capture_suite(Suite *suite)
{
	/* GLib's slices pass from thread to thread in ways that the thread sanitizer cannot see. */
	g_setenv("G_SLICE", "always-malloc", TRUE);
	return suite_run(suite);
}

void numbered_rtp(uint64_t number, uint8_t rtp[NUMBERED_SIZE])
{
	uint16_t seq = GUINT16_TO_BE((uint16_t)number);
	uint32_t timestamp = GUINT32_TO_BE((uint32_t)(number * 960)), ssrc = GUINT32_TO_BE(TEST_SSRC);
	rtp[0] = 0x80;
	rtp[1] = 111;
	memcpy(rtp + 2, &seq, sizeof seq);
	memcpy(rtp + 4, &timestamp, sizeof timestamp);
	memcpy(rtp + 8, &ssrc, sizeof ssrc);
	memcpy(rtp + RTP_HEADER_SIZE, &number, sizeof number);
}

uint64_t number_of(const uint8_t *rtp)
{
	uint64_t number;
	memcpy(&number, rtp + RTP_HEADER_SIZE, sizeof number);
	return number;
}

void send_number(capture_track *t, uint64_t number)
{
	uint8_t rtp[NUMBERED_SIZE];
	numbered_rtp(number, rtp);
	capture_track_packet(t, rtp, sizeof rtp);
}

void send_numbers(capture_track *t, uint64_t first, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		send_number(t, first + i);
}

segment_spec opus_spec(const char *id)
{
	return (segment_spec){
		.id = id, .folder = "room", .name = id, .medium = MEDIUM_AUDIO, .codec = "opus"};
}

void stop_passes(capture *c)
{
	pthread_mutex_lock(&c->lock);
	c->pass_us = G_MAXINT64;
	pthread_mutex_unlock(&c->lock);
}

void pass_now(capture *c)
{
	pthread_mutex_lock(&c->lock);
	c->pass_us = 0;
	pthread_mutex_unlock(&c->lock);
	writer_wake(c);
}

/* Listener */

static void closing_free(gpointer data)
{
	closing *one = data;
	g_free(one->id);
	g_free(one->file);
	g_free(one->reason);
	g_free(one);
}

void listener_init(listener *l)
{
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->heard, NULL);
	l->closings = g_ptr_array_new_with_free_func(closing_free);
	l->health = g_string_new(NULL);
	l->why = NULL;
}

void listener_clear(listener *l)
{
	g_ptr_array_unref(l->closings);
	g_string_free(l->health, TRUE);
	g_free(l->why);
	pthread_cond_destroy(&l->heard);
	pthread_mutex_destroy(&l->lock);
}

static void on_closed(const segment_result *result, void *user)
{
	listener *l = user;
	closing *one = g_new0(closing, 1);
	one->result = *result;
	one->result.id = one->id = g_strdup(result->id);
	one->result.file = one->file = g_strdup(result->file);
	one->result.reason = one->reason = g_strdup(result->reason);
	pthread_mutex_lock(&l->lock);
	g_ptr_array_add(l->closings, one);
	pthread_cond_broadcast(&l->heard);
	pthread_mutex_unlock(&l->lock);
}

static void on_health(bool healthy, const char *why, void *user)
{
	listener *l = user;
	pthread_mutex_lock(&l->lock);
	g_string_append_c(l->health, healthy ? '+' : '-');
	if (!healthy) {
		g_free(l->why);
		l->why = g_strdup(why);
	}
	pthread_cond_broadcast(&l->heard);
	pthread_mutex_unlock(&l->lock);
}

capture_options listener_options(listener *l)
{
	return (capture_options){.on_closed = on_closed, .on_health = on_health, .user = l};
}

/* Lock held. */
static const closing *find(const listener *l, const char *id)
{
	for (guint i = 0; i < l->closings->len; i++) {
		const closing *one = l->closings->pdata[i];
		if (g_str_equal(one->id, id))
			return one;
	}
	return NULL;
}

const closing *listener_await(listener *l, const char *id)
{
	const closing *found;
	pthread_mutex_lock(&l->lock);
	while (!(found = find(l, id)))
		pthread_cond_wait(&l->heard, &l->lock);
	pthread_mutex_unlock(&l->lock);
	return found;
}

unsigned listener_count(listener *l, const char *id)
{
	unsigned count = 0;
	pthread_mutex_lock(&l->lock);
	for (guint i = 0; i < l->closings->len; i++)
		count += g_str_equal(((closing *)l->closings->pdata[i])->id, id);
	pthread_mutex_unlock(&l->lock);
	return count;
}

char *listener_await_health(listener *l, size_t changes)
{
	pthread_mutex_lock(&l->lock);
	while (l->health->len < changes)
		pthread_cond_wait(&l->heard, &l->lock);
	char *all = g_strdup(l->health->str);
	pthread_mutex_unlock(&l->lock);
	return all;
}

/* Scene */

void scene_init(scene *s, size_t ring_bytes)
{
	g_autoptr(GError) error = NULL;
	listener_init(&s->listener);
	capture_options options = listener_options(&s->listener);
	options.ring_bytes = ring_bytes;
	s->memory = memory_sink_new();
	s->capture = capture_create_with(&options, s->memory, &error);
	ck_assert_msg(s->capture != NULL, "%s", error ? error->message : "no library");
	s->track = capture_track_new(s->capture);
}

void scene_finish(scene *s)
{
	capture_track_free(g_steal_pointer(&s->track), "left");
	capture_destroy(g_steal_pointer(&s->capture));
}

void scene_clear(scene *s)
{
	scene_finish(s);
	listener_clear(&s->listener);
}

void scene_open(scene *s, const char *id)
{
	segment_spec spec = opus_spec(id);
	capture_segment_confirm(capture_track_open(s->track, &spec), true);
}

void scene_pass_round(scene *s)
{
	g_autofree char *id = g_uuid_string_random();
	segment_spec spec = opus_spec(id);
	capture_track *bystander = capture_track_new(s->capture);
	capture_segment_confirm(capture_track_open(bystander, &spec), true);
	capture_track_free(bystander, "passed");
	listener_await(&s->listener, id);
}

GArray *scene_numbers(scene *s, const char *id)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	g_autoptr(GPtrArray) packets = memory_sink_packets(s->memory, id);
	for (guint i = 0; packets && i < packets->len; i++) {
		gsize size;
		const uint8_t *rtp = g_bytes_get_data(packets->pdata[i], &size);
		ck_assert_uint_eq(size, NUMBERED_SIZE);
		uint64_t number = number_of(rtp);
		g_array_append_val(numbers, number);
	}
	return numbers;
}

bool scene_holds(scene *s, const char *id, uint64_t first, unsigned count)
{
	g_autoptr(GArray) numbers = scene_numbers(s, id);
	if (numbers->len != count)
		return false;
	for (guint i = 0; i < numbers->len; i++)
		if (g_array_index(numbers, uint64_t, i) != first + i)
			return false;
	return true;
}

/* Recorder */

void recorder_init(recorder *r, const char *folder)
{
	listener_init(&r->listener);
	capture_options options = listener_options(&r->listener);
	options.recordings = folder;
	options.ring_bytes = (size_t)1024 * 1024;
	r->capture = capture_create(&options, NULL);
	ck_assert_ptr_nonnull(r->capture);
	r->track = capture_track_new(r->capture);
}

void recorder_clear(recorder *r)
{
	capture_track_free(r->track, "left");
	capture_destroy(r->capture);
	listener_clear(&r->listener);
}

void recorder_open(recorder *r, const segment_spec *spec)
{
	capture_segment_confirm(capture_track_open(r->track, spec), true);
}

/* Producer */

static void *produce(void *data)
{
	producer *p = data;
	for (uint64_t number = 1; !atomic_load(&p->over);) {
		if (number > atomic_load(&p->allowed)) {
			sched_yield();
			continue;
		}
		atomic_store(&p->begun, number);
		send_number(p->track, number);
		atomic_store(&p->done, number++);
	}
	return NULL;
}

void producer_start(producer *p, capture_track *t, uint64_t allowed)
{
	p->track = t;
	atomic_init(&p->begun, 0);
	atomic_init(&p->done, 0);
	atomic_init(&p->allowed, allowed);
	atomic_init(&p->over, false);
	ck_assert_int_eq(pthread_create(&p->thread, NULL, produce, p), 0);
}

void producer_await(producer *p, uint64_t number)
{
	while (atomic_load(&p->done) < number)
		sched_yield();
}

void producer_stop(producer *p)
{
	atomic_store(&p->over, true);
	pthread_join(p->thread, NULL);
}

GRand *announced_rand(void)
{
	const char *given = g_getenv("CAPTURE_SEED");
	guint32 seed = given ? (guint32)strtoul(given, NULL, 10) : g_random_int();
	printf("CAPTURE_SEED=%u\n", seed);
	fflush(stdout);
	return g_rand_new_with_seed(seed);
}
