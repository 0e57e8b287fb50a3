/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/capture.h"

#include "base/error.h"
#include "capture/drain.h"
#include "capture/folder.h"
#include "capture/health.h"
#include "capture/mjr.h"
#include "capture/ring.h"
#include "capture/track.h"
#include "capture/writer.h"

#include <sodium.h>

static bool check_options(const capture_options *options, GError **error)
{
	size_t bytes = options->ring_bytes;
	if (bytes == 0 || (bytes >= RING_SIZE_MIN && (bytes & (bytes - 1)) == 0))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
		"ring_bytes is %zu: make it a power of two, %zu at least", bytes, RING_SIZE_MIN);
	return false;
}

/* Deadlines of the condition are steady time. */
static void init_lock(capture *c)
{
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&c->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&c->lock, NULL);
}

static capture *library_new(const capture_options *options, sink *to)
{
	capture *c = g_new0(capture, 1);
	atomic_init(&c->references, 1);
	c->options = *options;
	c->options.recordings = NULL;
	if (c->options.ring_bytes == 0)
		c->options.ring_bytes = RING_SIZE_DEFAULT;
	c->sink = to;
	c->fenced = gate_is_fenced();
	c->pass_us = g_get_monotonic_time();
	init_lock(c);
	c->active = g_ptr_array_new();
	c->fed = g_ptr_array_new();
	c->round = g_ptr_array_new();
	c->batch = g_new(packet, WRITER_BATCH);
	health_init(c);
	return c;
}

capture *capture_ref(capture *c)
{
	atomic_fetch_add_explicit(&c->references, 1, memory_order_relaxed);
	return c;
}

void capture_unref(capture *c)
{
	if (!c || atomic_fetch_sub_explicit(&c->references, 1, memory_order_acq_rel) != 1)
		return;
	sink_destroy(c->sink);
	g_ptr_array_unref(c->active);
	g_ptr_array_unref(c->fed);
	g_ptr_array_unref(c->round);
	g_free(c->batch);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	g_free(c);
}

static capture *start(capture *c, GError **error)
{
	int failed = writer_start(c);
	if (failed == 0)
		return c;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, "the writer thread cannot be started: %s",
		g_strerror(failed));
	capture_unref(c);
	return NULL;
}

capture *capture_create_with(const capture_options *options, sink *to, GError **error)
{
	if (sodium_init() < 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG, "libsodium cannot be initialised");
		sink_destroy(to);
		return NULL;
	}
	if (!check_options(options, error)) {
		sink_destroy(to);
		return NULL;
	}
	return start(library_new(options, to), error);
}

capture *capture_create(const capture_options *options, GError **error)
{
	sink *to = mjr_sink_new(options->recordings, error);
	return to ? capture_create_with(options, to, error) : NULL;
}

void capture_destroy(capture *c)
{
	if (!c)
		return;
	writer_stop(c);
	capture_unref(c);
}

bool capture_register(capture *c, capture_segment *s)
{
	pthread_mutex_lock(&c->lock);
	bool taken = !c->stopping;
	if (taken) {
		g_ptr_array_add(c->active, segment_ref(s));
		if (s->feeds)
			g_ptr_array_add(c->fed, s);
		atomic_fetch_add_explicit(&c->segments, 1, memory_order_relaxed);
	}
	pthread_mutex_unlock(&c->lock);
	return taken;
}

bool capture_healthy(capture *c)
{
	return atomic_load(&c->healthy);
}

static gint64 age_us(const capture_track *t, gint64 now_us)
{
	if (ring_head(&t->ring) == ring_tail(&t->ring))
		return 0;
	return MAX(0, now_us - atomic_load_explicit(&t->fresh_us, memory_order_relaxed));
}

/* Lock held. */
static gint64 lag_ms(const capture *c)
{
	gint64 now_us = g_get_monotonic_time(), lag_us = 0;
	for (guint i = 0; i < c->active->len; i++)
		lag_us = MAX(lag_us, age_us(((const capture_segment *)c->active->pdata[i])->track, now_us));
	return lag_us / 1000;
}

/* Lock held. */
static uint64_t fullest(const capture *c)
{
	uint64_t most = 0;
	for (guint i = 0; i < c->active->len; i++)
		most = MAX(most, ring_waiting(((const capture_segment *)c->active->pdata[i])->ring));
	return MIN(most, c->options.ring_bytes);
}

void capture_get_stats(capture *c, capture_stats *ret)
{
	*ret = (capture_stats){
		.packets = atomic_load_explicit(&c->packets, memory_order_relaxed),
		.bytes = atomic_load_explicit(&c->bytes, memory_order_relaxed),
		.lost = atomic_load_explicit(&c->lost, memory_order_relaxed),
		.segments = atomic_load_explicit(&c->segments, memory_order_relaxed),
		.ring_bytes = c->options.ring_bytes,
	};
	pthread_mutex_lock(&c->lock);
	ret->open = c->active->len;
	ret->lag_ms = lag_ms(c);
	ret->ring_fullest = fullest(c);
	pthread_mutex_unlock(&c->lock);
}

bool capture_path_is_plain(const char *folder, const char *name)
{
	return folder_is_plain(folder) && folder_is_name(name);
}

char *capture_path(const char *folder, const char *name, bool sealed)
{
	return g_strconcat(folder, *folder ? "/" : "", name, sealed ? FOLDER_SEALED : FOLDER_PLAIN, NULL);
}

bool capture_file_is_sealed(const char *file)
{
	return g_str_has_suffix(file, FOLDER_SEALED);
}
