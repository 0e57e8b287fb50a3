/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gateway between Janus's core and the upstream plugin.
 *
 *     core ── gateway (calls.c) ──▶ upstream
 *     core ◀─ gateway (callbacks.c) ── upstream
 *
 * Both know a handle by the core's session, so that what the gateway has no part in goes from the one to the
 * other directly: every packet that upstream relays. What the gateway itself knows of a handle is in its
 * shim, which a table finds.
 *
 * Threads: the core calls from its own (signalling from a pool, media, hangup and destroy from the handle's
 * loop); upstream calls back from any of those and from its own. No lock of the gateway is held while core or
 * upstream is called, but the meetings' lock around the core's push_event, as VideoRoom holds its own, and
 * `sessions` around upstream's destroy_session and the requests that must not meet it. */
#ifndef CONSENT_UPSTREAM_GATEWAY_H
#define CONSENT_UPSTREAM_GATEWAY_H

#include "base/cacheline.h"
#include "base/lookup.h"
#include "meeting/meeting.h"
#include "signalling/signalling.h"

#include <stdatomic.h>
#include <stddef.h>
#include <plugins/plugin.h>
#include <rtp.h>

/* The core's type has room for all contributing sources, which hardly a packet has. */
#define RTP_FIXED_HEADER offsetof(janus_rtp_header, csrc)

#define SHIM_BIT(mindex) (UINT64_C(1) << (mindex))
G_STATIC_ASSERT(TRACKS_MAX <= 64);

/* What the media thread looks at with every packet of a handle: in the line of its entry in the table. */
#define TAP_TRACKS 3
typedef struct tap {
	_Atomic uint64_t wanted;                     /* by mindex: the gate of the track is open */
	_Atomic uint64_t layered;                    /* by mindex: it has layers */
	_Atomic(capture_track *) tracks[TAP_TRACKS]; /* of the first m-lines */
} tap;
G_STATIC_ASSERT(sizeof(tap) <= LOOKUP_NEAR);

/* What the gateway knows of one of the core's handles. */
typedef struct shim {
	_Atomic(capture_track *) more_tracks[TRACKS_MAX - TAP_TRACKS]; /* of the other m-lines */
	_Atomic(struct layers *) layers[TRACKS_MAX];                   /* by mindex, of simulcast tracks */
	_Atomic(capture_track *) data;                                 /* the data channels' */

	struct gateway *gateway;
	janus_plugin_session *core; /* from the first message on a reference, until the shim is freed */
	atomic_uint references;
	atomic_bool holds_core, gone;
	GMutex lock;            /* guards what follows */
	tap *tap;               /* NULL once the handle is out of the table */
	attendance *attendance; /* NULL before joining; the last joined */
	GPtrArray *earlier;     /* attendances of rooms left before */
	GQueue pending;         /* requests that await their event, in order: videoroom_events.c */
	rate rate;
	json_t *simulcast; /* of the peer's last offer; or NULL */
	GPtrArray *former_layers;
} shim;

/* What every packet meets: one line of memory, the same for everybody's. Of one of which nobody wants
 * anything, that is all. */
typedef struct media_path {
	void (*incoming_rtp)(janus_plugin_session *session, janus_plugin_rtp *packet); /* upstream's */
	atomic_uint taps; /* tracks of which somebody wants the packets now */
	lookup shims;     /* by the core's session */
	janus_callbacks *core;
} __attribute__((aligned(64))) media_path;

typedef struct gateway {
	settings *settings;
	meetings *meetings;
	signalling signalling;
	janus_plugin *self; /* ours, as the core knows it */
	janus_callbacks *core;
	janus_callbacks *callbacks; /* what upstream gets instead */
	void *library;              /* upstream's shared object */
	janus_plugin *upstream;
	media_path *media; /* plugin.c's */
	GRWLock sessions;  /* read: one of upstream's is destroyed; written: none may be, others look into it
			    */
	GMutex lock;       /* guards what follows */
	GCond idle;        /* no call under way */
	unsigned calls;    /* under way: see gateway_enter */
	bool closing;
} gateway;

/* The one instance, NULL before init: plugin.c's. Upstream's callbacks carry no other way back. */
gateway *gateway_instance(void);

/* life.c: whoever is about to touch meetings, attendances or signalling enters, and leaves; calls may nest.
 * False from the gateway's end on: nothing of that may be touched any more. Not for the media path, whose
 * tracks stay. */
bool gateway_enter(gateway *g);
void gateway_leave(gateway *g);
/* The same for the rest of a scope; NULL: it is closed. */
typedef struct gateway gateway_inside;
static inline gateway_inside *gateway_come_in(gateway *g)
{
	return gateway_enter(g) ? g : NULL;
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gateway_inside, gateway_leave)
/* Waits until nobody is in, has everybody leave, and closes upstream, meetings, capture and ledger. The
 * gateway itself, its shims and upstream's code stay for threads of the core that come late. */
void gateway_close(gateway *g);

/* load.c: finds, checks and opens upstream's shared object and calls its create(). Does not initialise it. */
bool upstream_load(gateway *g, const char *config_folder, GError **error);
void upstream_unload(gateway *g);
/* Whether the core has loaded upstream, or a copy of it, beside us after all. */
bool upstream_is_shared(const gateway *g);

/* callbacks.c: what upstream gets instead of the core's table (g_free). */
janus_callbacks *gateway_callbacks(const gateway *g);

/* shim.c */
void shim_create(gateway *g, janus_plugin_session *core, int *error);
void shim_destroy(gateway *g, janus_plugin_session *core, int *error); /* upstream forgets the handle */
void shim_depart(shim *s, const char *reason);              /* whoever is behind it leaves the meeting */
shim *shim_acquire(gateway *g, janus_plugin_session *core); /* a reference; NULL: there is none */
shim *shim_ref(shim *s);
void shim_release(shim *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(shim, shim_release)
attendance *shim_attendance(shim *s);
void shim_push(shim *s, json_t *event); /* event borrowed */
/* What shim_tap needs of a packet that upstream has not had yet. */
typedef struct shim_expected {
	lookup_entry *entry; /* NULL: it is nothing to anybody */
	bool wanted;         /* not only to be looked at, for its layer */
} shim_expected;
/* Media thread, before upstream gets a packet. What is returned is being fetched, which takes as long as
 * upstream's work. */
shim_expected shim_expect(media_path *m, janus_plugin_session *core, const janus_plugin_rtp *packet);
/* Media thread, after it, if there is an entry: hands the packet to whoever wanted it and still does. */
void shim_tap(media_path *m, shim_expected x, janus_plugin_session *core, janus_plugin_rtp *packet);
/* Media thread: the same of a message, before upstream gets it. */
void shim_tap_data(gateway *g, janus_plugin_session *core, const janus_plugin_data *packet);
/* The track of an m-line's packets from now on. */
void shim_set_track(shim *s, unsigned mindex, capture_track *track);
void shim_forget_tracks(shim *s);
/* Lock held. Whether an m-line has layers. */
void shim_set_layered(shim *s, unsigned mindex, bool layered);

/* calls.c: the core's calls that are more than passing on. */
janus_plugin_result *gateway_message(
	gateway *g, janus_plugin_session *core, char *transaction, json_t *message, json_t *jsep);
json_t *gateway_admin(gateway *g, json_t *message);

/* videoroom_filter.c: upstream's requests. `s` NULL: the Admin API. */
typedef struct filtered {
	json_t *message;     /* what upstream may see; NULL: refused or answered already */
	json_t *answer;      /* then this */
	json_t *room_wishes; /* create and edit: what to remember when upstream agrees; or NULL */
	bool muted_early;    /* moderate: the gate was closed before upstream was asked */
} filtered;
filtered videoroom_filter(gateway *g, shim *s, json_t *message);

/* videoroom_follow.c: around what the filter lets through: right before upstream gets it, and with its
 * synchronous answer. */
void videoroom_asking(gateway *g, filtered *f);
/* Whether upstream looks into sessions of others than the peer's without a reference to them. */
bool videoroom_reaches_others(json_t *message);
void videoroom_answered(gateway *g, const filtered *f, json_t *message, json_t *answer);

/* videoroom_forward.c: rtp_forward with a purpose, and its answer. */
bool videoroom_is_consented_forward(const char *name, json_t *message);
json_t *videoroom_rtp_forward(gateway *g, shim *s, json_t *message);

/* videoroom_recording.c: enable_recording, and the host's secret. */
/* Whether there is a notice for the purpose 'record', without which nothing is ever recorded. */
bool videoroom_can_record(const gateway *g);
json_t *videoroom_enable_recording(gateway *g, shim *s, json_t *message);
room_access videoroom_check_secret(json_t *room, const char *secret);
room_access videoroom_check_room(json_t *room);
/* Switches off what the upstream's own configuration would record, and arms the gateway instead. */
bool videoroom_static_rooms(gateway *g, const char *config_folder, GError **error);

/* videoroom_events.c: what upstream tells the peer, before and after it is passed on. Most of it, what others
 * do, is no news to the gateway. */
bool videoroom_is_news(shim *s, const char *transaction, json_t *event);
void videoroom_before_event(shim *s, const char *transaction, json_t *event, json_t *jsep);
bool videoroom_is_joining(json_t *event);
void videoroom_after_joining(shim *s);
/* A request is on its way to upstream. */
void videoroom_note_request(shim *s, const char *transaction, json_t *message);
/* Forgets what awaits an event. */
void videoroom_forget_requests(shim *s);

/* telemetry.c: passes upstream's event on to Janus's event handlers, takes the reference. `s` NULL: about
 * nobody's handle. */
void telemetry_notify(gateway *g, shim *s, json_t *event);

/* layers.c: of a simulcast track, the layer that is captured. */
typedef struct layers layers;
/* The peer offers this (jsep may be NULL), and upstream has answered, for a video by that codec, or for
 * another medium (codec NULL). */
void layers_negotiating(shim *s, json_t *jsep);
void layers_negotiated(shim *s, int mindex, const char *codec);
void layers_free(layers *l);
/* Media thread: hands the packet on if it is of that layer. `t` NULL: nobody wants it. True when a key frame
 * is needed. */
bool layers_take(layers *l, capture_track *t, janus_plugin_rtp *packet);

/* negotiated.c: tracks of an SDP answer that upstream gives to a publisher, and of the event that comes with
 * it. */
void negotiated_tracks(shim *s, json_t *event, json_t *jsep);

#endif
