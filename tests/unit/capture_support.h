/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of capture share: packets that carry a number, a listener for the callbacks, a library on a
 * sink in memory, and a media thread. */
#ifndef CONSENT_TESTS_CAPTURE_SUPPORT_H
#define CONSENT_TESTS_CAPTURE_SUPPORT_H

#include "capture/capture.h"
#include "capture/library.h"
#include "capture/memory.h"

#include "scratch.h"

#include <check.h>
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

#define TEST_SSRC 0x11223344u
#define NUMBERED_SIZE 20 /* RTP header and the number */

/* Runs the suite; the program's exit code. Takes the suite. */
int run_capture_suite(Suite *suite);

/* RTP: version 2, payload type 111, the low bits of `number` as sequence number, 960 × number as timestamp.
 */
void numbered_rtp(uint64_t number, uint8_t rtp[NUMBERED_SIZE]);
uint64_t number_of(const uint8_t *rtp);

void send_number(capture_track *t, uint64_t number);
/* Numbers first … first + count − 1. */
void send_numbers(capture_track *t, uint64_t first, unsigned count);

/* A spec of an Opus segment in the folder "room", named as its id. */
segment_spec opus_spec(const char *id);

/* From now on the writer empties no ring only because its time has come. */
void stop_passes(capture *c);
/* It empties them now, and again when its time has come. */
void pass_now(capture *c);

/* What on_closed told; copies. */
typedef struct closing {
	segment_result result;
	char *id, *file, *reason;
} closing;

typedef struct listener {
	pthread_mutex_t lock;
	pthread_cond_t heard;
	GPtrArray *closings; /* of closing */
	GString *health;     /* a '-' or '+' a change */
	char *why;           /* of the last '-' */
} listener;

void listener_init(listener *l);
void listener_clear(listener *l);
/* capture_options that tell `l`. */
capture_options listener_options(listener *l);
/* Waits for on_closed of `id`. Borrowed. */
const closing *listener_await(listener *l, const char *id);
/* How often on_closed told of `id` so far. */
unsigned listener_count(listener *l, const char *id);
/* Waits until that many changes of health were told; new string of all so far. */
char *listener_await_health(listener *l, size_t changes);

/* A library on a memory sink, with one track. */
typedef struct scene {
	listener listener;
	sink *memory; /* owned by capture */
	capture *capture;
	capture_track *track;
} scene;

void scene_init(scene *s, size_t ring_bytes);
/* Frees the track and destroys the library, so that all callbacks have come. */
void scene_finish(scene *s);
/* Both, and the listener. What the memory sink held is gone then. */
void scene_clear(scene *s);
/* Opens and confirms. */
void scene_open(scene *s, const char *id);
/* Lets the writer go over all its segments at least once. */
void scene_pass_round(scene *s);
/* The numbers that the sink holds of a segment, in order: GArray of uint64_t. */
GArray *scene_numbers(scene *s, const char *id);
/* True when they are exactly first … first + count − 1. */
bool scene_holds(scene *s, const char *id, uint64_t first, unsigned count);

/* The library on files below a folder, with one track. */
typedef struct recorder {
	listener listener;
	capture *capture;
	capture_track *track;
} recorder;

void recorder_init(recorder *r, const char *folder);
void recorder_clear(recorder *r);
/* Opens and confirms. */
void recorder_open(recorder *r, const segment_spec *spec);

/* A media thread that sends 1, 2, 3 … to a track, up to `allowed`. */
typedef struct producer {
	capture_track *track;
	pthread_t thread;
	_Atomic uint64_t begun;   /* the last number whose call has begun */
	_Atomic uint64_t done;    /* the last number whose call has returned */
	_Atomic uint64_t allowed; /* it waits behind this one */
	atomic_bool over;
} producer;

void producer_start(producer *p, capture_track *t, uint64_t allowed);
/* Waits until the number's call has returned. */
void producer_await(producer *p, uint64_t number);
void producer_stop(producer *p);

/* A small generator, so that a failure can be repeated: the seed comes from CAPTURE_SEED or the clock, and is
 * printed. */
GRand *announced_rand(void);

#endif
