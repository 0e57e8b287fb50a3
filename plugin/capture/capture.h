/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capture: from a media thread through a gate and a ring to a sink.
 *
 * A track has a gate (an atomic pointer to the segment being captured, NULL when closed) and a bounded
 * single-producer ring. The media thread copies packets of an open gate into the ring: no lock, no
 * allocation, no system call, no log line. One writer thread drains the rings in batches into sinks (sink.h).
 * A full ring drops and counts.
 *
 * Closing: the gate is set to NULL, then the closer waits until the media thread is out of the track (as long
 * as copying one packet takes), then the ring is cut there. When capture_track_close returns, no later packet
 * of the track will be captured, and every packet handed in before the call is in the segment (or counted as
 * lost).
 *
 * Who calls what: capture_track_packet and _message by the track's media thread only (one at a time); open,
 * rotate and close by one thread at a time per track (the meeting's lock sees to it); callbacks come from the
 * writer thread, with no lock held, and must not call capture_destroy. After capture_destroy tracks may still
 * be closed and freed, in any order, and segments confirmed; nothing else. */
#ifndef CONSENT_CAPTURE_H
#define CONSENT_CAPTURE_H

#include "base/hash.h"
#include "base/media.h"

#include <glib.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct capture capture;
typedef struct capture_track capture_track;
typedef struct capture_segment capture_segment; /* reference-counted, see below */

typedef enum { FEED_SRTP_80, FEED_SRTP_32, FEED_RTP } feed_suite;

/* Where a segment goes live as well (feed.h). */
typedef struct feed_spec {
	const char *host; /* an IP address */
	uint16_t port;
	feed_suite suite;
	const char *sdp; /* file that describes the stream while it lasts, absolute; its folder must exist */
} feed_spec;

/* What a segment is; copied by capture_track_open. */
typedef struct segment_spec {
	const char *id;     /* UUID */
	const char *folder; /* relative to the recordings folder, "" or "sub/1234"; made when needed, 0700 */
	const char *name;   /* file name without extension; both must be plain, see capture_path_is_plain */
	medium medium;
	const char *codec;       /* Janus's name: "opus", "vp8" …; data: "text" or "binary" */
	const char *fmtp;        /* or NULL */
	const char *description; /* or NULL */
	json_t *extensions;      /* {"<id>": "<uri>"} or NULL; borrowed */
	bool encrypted;          /* end-to-end encrypted by the participants */
	int red_pt;              /* payload type of RED, 0: none */
	const feed_spec *feed;   /* NULL: none; of data there is none */
	bool unstored;           /* no file is made */
	bool continues; /* rotate only: what the former segment could not take (on_source) is this one's */
	const uint8_t *key;  /* SEALING_KEY_SIZE bytes: the file is encrypted with it; NULL: plain */
	gint64 not_after_ms; /* wall clock: no packet at or after it (the gate stays open); 0: no end */
	gpointer user;       /* handed back in segment_result */
} segment_spec;

typedef struct packet_mark {
	gint64 at_ms;       /* wall clock of arrival */
	uint32_t timestamp; /* data: 0 */
	uint16_t seq;       /* data: 0 */
} packet_mark;

/* What became of it. Strings live for the time of the callback.
 * reason: as given to close, or "disk: …", "not confirmed", "refused: …", "shutdown"; after recovery "crash".
 * lost: packets that passed the gate and are not in the file: the ring was full, or the disk failed. */
typedef struct segment_result {
	const char *id;
	const char *file; /* relative to the recordings folder; NULL: no packet was written, there is none */
	const char *reason;
	packet_mark first, last;
	uint32_t ssrc;    /* of the first packet; data: 0 */
	uint64_t packets; /* in the file */
	uint64_t bytes;   /* of the file */
	uint64_t lost;
	char sha256[HASH_HEX_SIZE]; /* of the file; "" without one */
	gpointer user;
} segment_result;

typedef struct capture_options {
	const char *recordings; /* folder, created when absent, mode 0700 */
	size_t ring_bytes;      /* per track that was ever opened, a power of two; 0: 1 MiB (ring.h) */
	/* A segment is finished: drained, synced and closed. Called once for every opened segment, after its
	 * confirm was called, and for the segments of a track in the order of opening. */
	void (*on_closed)(const segment_result *result, void *user);
	/* False: the disk failed (all gates of the failed segments were closed); true: a probe, tried every
	 * second, succeeded. Healthy until told otherwise; a segment's false comes before its on_closed. */
	void (*on_health)(bool healthy, const char *why, void *user);
	/* The segment's track has begun to send under another SSRC. A file has one only, so packets wait in
	 * the ring until the track is rotated, by a spec that `continues`, and are lost when its gate closes
	 * before. Of a
	 * track that sends under several at once the first is kept, without asking. At most once a segment
	 * and a second. NULL: all go to the same segment. */
	void (*on_source)(const char *id, void *user);
	/* The consumer of the segment's live feed needs a key frame. At most once a segment and a second.
	 * NULL: nobody is asked. */
	void (*on_keyframe)(const char *id, void *user);
	void *user;
} capture_options;

/* NULL with CONSENT_ERROR_FILE when the folder can be neither opened nor made. A full disk is no error here,
 * but the beginning of ill health. */
capture *capture_create(const capture_options *options, GError **error);
/* Closes everything, drains, with callbacks, then stops the writer. Waits for the confirm of every opened
 * segment. */
void capture_destroy(capture *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(capture, capture_destroy)

bool capture_healthy(capture *c);

capture_track *capture_track_new(capture *c);
/* Closes first; takes NULL. The media thread must not use the track any more (the caller has waited for it).
 */
void capture_track_free(capture_track *t, const char *reason);

/* Media thread: has the memory fetched that capture_track_packet looks at first. Takes any address, also of a
 * track that is gone, and reads nothing of it. */
void capture_track_prefetch(const capture_track *t);
/* Media thread: an RTP packet (medium audio or video) as it arrived. What is no
 * RTP packet (RTCP, too short, its header longer than itself) is ignored. */
void capture_track_packet(capture_track *t, const void *bytes, size_t length);
/* Where a track says that it wants packets: whoever has many sees in one word which of them do, and whoever
 * has many of these sees in one number whether any does. */
typedef struct capture_flag {
	_Atomic uint64_t *word; /* NULL: it does not say */
	uint64_t bit;
	atomic_uint *count; /* of tracks that have theirs up */
} capture_flag;

/* The flag is up while the gate is open, from before it opens until after it closed. What it points to must
 * stay until this is called again, with {0} perhaps, or the track is freed. Any thread but the media thread.
 */
void capture_track_flag(capture_track *t, capture_flag flag);
/* Media thread: whether the gate seems open. A hint, for whoever has work to do before handing a packet in.
 */
bool capture_track_wants(capture_track *t);
/* Media thread: a data channel message. Text and binary go to the same segment, as Janus's recorder does it.
 * An empty one is ignored: the core gives one of 64 KiB that length, and VideoRoom relays neither. */
void capture_track_message(capture_track *t, const void *message, size_t length, bool binary);

/* Opens the gate for a new segment. Nothing is written before capture_segment_confirm(…, true) (the ledger
 * has the segment): packets wait in the ring until then. Returns a reference for that call, which must come.
 * A segment whose gate is still open is closed as by capture_track_rotate, with reason "replaced". */
capture_segment *capture_track_open(capture_track *t, const segment_spec *spec);
/* As close and open in one step: every packet goes to exactly one of the two segments, none is lost between
 * them, and when it returns none goes to the former any more. With a closed gate it is capture_track_open. */
capture_segment *capture_track_rotate(capture_track *t, const segment_spec *spec, const char *reason);
/* Any thread, once, consumes the reference: true: write it; false: it must not exist: drop what waits, close
 * the gate, no file. */
void capture_segment_confirm(capture_segment *s, bool ok);

/* Closes the gate if it is open, see above. Does not wait for the disk. */
void capture_track_close(capture_track *t, const char *reason);

typedef struct capture_stats {
	uint64_t packets, bytes; /* written, without the file format's own bytes */
	uint64_t lost;           /* as in segment_result, of all segments */
	uint64_t segments;       /* opened so far */
	unsigned open;           /* of these, not finished yet */
	gint64 lag_ms;           /* how old the oldest packet still in a ring may be; 0: none is */
	uint64_t ring_bytes;     /* size of each open segment's ring */
	uint64_t ring_fullest;   /* bytes that wait in the one that has most */
} capture_stats;
void capture_get_stats(capture *c, capture_stats *ret);

/* True when `folder` is "" or names joined by single slashes, and `name` is one name: UTF-8 without control
 * characters, not beginning with a dot, short enough for an extension. A segment that is not so placed is
 * refused: closed at once, without a file. */
bool capture_path_is_plain(const char *folder, const char *name);

/* Relative to the recordings folder, where a segment so placed has its file; `sealed`: with a key. g_free. */
char *capture_path(const char *folder, const char *name, bool sealed);

/* Whether a file's name says that it is encrypted. */
bool capture_file_is_sealed(const char *file);

/* After a crash: reads the file of a segment that the ledger has as opened only, cuts a torn last frame off,
 * fills `ret` (strings owned by the caller's arguments; id NULL, reason "crash"). `key` as in its
 * segment_spec. A file without one whole packet is removed (ret says 0 packets, file NULL). False, and 0
 * packets: CONSENT_ERROR_NOT_FOUND when it does not exist; CONSENT_ERROR_FILE when it cannot be read, is no
 * recording or not of this key, and then it was not touched. */
bool capture_recover(
	const char *recordings, const char *file, const uint8_t *key, segment_result *ret, GError **error);

/* Removes the file of a segment that is finished. True also when there is none in the recordings folder; else
 * CONSENT_ERROR_FILE. */
bool capture_remove(const char *recordings, const char *file, GError **error);

/* Writes the plain MJR that the file of a finished segment holds to `fd`. `key` as above. `sha256` is of the
 * file as it stands in the folder. Errors as of capture_recover; what was written until then is rubbish. */
bool capture_read_out(const char *recordings, const char *file, const uint8_t *key, int fd,
	char sha256[HASH_HEX_SIZE], GError **error);

#endif
