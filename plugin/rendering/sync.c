/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/sync.h"

#include "base/error.h"

#include <jansson.h>
#include <string.h>

/* The format is told in capture/mjr_format.h. */
#define MAGIC "MJR00002"
#define HEAD (sizeof MAGIC - 1 + 2)
#define FRAME_MAGIC "MEET"
#define FRAME_HEAD 10
#define RTP_HEAD 12

/* Clocks of sound cards are off by up to some hundred millionths; less than a minute does not tell. */
#define STRETCH_MIN_MS 60000.0
#define STRETCH_MAX 0.001

typedef struct envelope {
	double from_ms, least_ms; /* least delay, and the sender's time of that packet */
	bool any;
} envelope;

typedef struct measuring {
	unsigned clock;
	guint32 first_timestamp;
	double earliest_ms, latest_ms; /* of the sender's time */
	double sum_ms;                 /* of delays */
	guint64 packets;
	envelope whole, begin, end; /* of all, of the first and of the last part */
} measuring;

static guint32 read_u32(const guint8 *at)
{
	guint32 value;
	memcpy(&value, at, sizeof value);
	return GUINT32_FROM_BE(value);
}

static guint16 read_u16(const guint8 *at)
{
	return (guint16)(at[0] << 8 | at[1]);
}

static void lower(envelope *e, double sent_ms, double delay_ms)
{
	if (e->any && e->least_ms <= delay_ms)
		return;
	*e = (envelope){.from_ms = sent_ms, .least_ms = delay_ms, .any = true};
}

static void take_packet(measuring *m, double arrived_ms, const guint8 *rtp, double whole_ms)
{
	guint32 timestamp = read_u32(rtp + 4);
	if (m->packets == 0)
		m->first_timestamp = timestamp;
	double sent_ms = (gint32)(timestamp - m->first_timestamp) * 1000.0 / m->clock;
	double delay_ms = arrived_ms - sent_ms;
	m->earliest_ms = MIN(m->earliest_ms, sent_ms);
	m->latest_ms = MAX(m->latest_ms, sent_ms);
	m->sum_ms += delay_ms;
	m->packets++;
	lower(&m->whole, sent_ms, delay_ms);
	if (arrived_ms < whole_ms / 4)
		lower(&m->begin, sent_ms, delay_ms);
	if (arrived_ms > whole_ms * 3 / 4)
		lower(&m->end, sent_ms, delay_ms);
}

/* Where the frames begin; 0 for what is no recording. */
static gsize begin_of(const guint8 *bytes, gsize size)
{
	if (size < HEAD || memcmp(bytes, MAGIC, sizeof MAGIC - 1) != 0)
		return 0;
	gsize begin = HEAD + read_u16(bytes + HEAD - 2);
	return begin <= size ? begin : 0;
}

/* The next frame, or NULL at the end or where it is torn. */
static const guint8 *next_frame(const guint8 *bytes, gsize size, gsize *at, guint16 *ret_length)
{
	const guint8 *frame = bytes + *at;
	if (size - *at < FRAME_HEAD || memcmp(frame, FRAME_MAGIC, sizeof FRAME_MAGIC - 1) != 0)
		return NULL;
	*ret_length = read_u16(frame + 8);
	if (size - *at - FRAME_HEAD < *ret_length)
		return NULL;
	*at += FRAME_HEAD + *ret_length;
	return frame;
}

static double length_of(const guint8 *bytes, gsize size, gsize at)
{
	guint16 length;
	guint32 last = 0;
	const guint8 *frame;
	while ((frame = next_frame(bytes, size, &at, &length)))
		last = read_u32(frame + 4);
	return last;
}

static void measure(measuring *m, const guint8 *bytes, gsize size, gsize at)
{
	double whole_ms = length_of(bytes, size, at);
	guint16 length;
	const guint8 *frame;
	while ((frame = next_frame(bytes, size, &at, &length)))
		if (length >= RTP_HEAD)
			take_packet(m, read_u32(frame + 4), frame + FRAME_HEAD, whole_ms);
}

/* "e" of the JSON before the frames. */
static bool is_encrypted(const guint8 *bytes, gsize begin)
{
	json_auto_t *head = json_loadb((const char *)bytes + HEAD, begin - HEAD, 0, NULL);
	return json_is_true(json_object_get(head, "e"));
}

static double stretch_of(const measuring *m)
{
	double between_ms = m->end.from_ms - m->begin.from_ms;
	if (!m->begin.any || !m->end.any || between_ms < STRETCH_MIN_MS)
		return 1;
	double drift = (m->end.least_ms - m->begin.least_ms) / between_ms;
	return 1 + CLAMP(drift, -STRETCH_MAX, STRETCH_MAX);
}

bool sync_read(const char *mjr, gint64 first_ms, unsigned clock, sync_times *ret, GError **error)
{
	measuring m = {.clock = clock};
	g_autoptr(GError) why = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(mjr, FALSE, &why);
	const guint8 *bytes = file ? (const guint8 *)g_mapped_file_get_contents(file) : NULL;
	gsize size = file ? g_mapped_file_get_length(file) : 0, begin = bytes ? begin_of(bytes, size) : 0;
	if (begin)
		measure(&m, bytes, size, begin);
	if (m.packets == 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s: %s", mjr,
			why ? why->message : "is no recording with a packet in it");
		return false;
	}
	*ret = (sync_times){
		.start_ms = first_ms + (gint64)(m.whole.least_ms + m.earliest_ms),
		.length_ms = (gint64)(m.latest_ms - m.earliest_ms),
		.error_ms = m.sum_ms / (double)m.packets - m.whole.least_ms,
		.stretch = stretch_of(&m),
		.packets = m.packets,
		.encrypted = is_encrypted(bytes, begin),
	};
	return true;
}

unsigned sync_clock(const char *codec, bool video)
{
	if (video)
		return 90000;
	return g_ascii_strcasecmp(codec, "opus") == 0 || g_ascii_strcasecmp(codec, "multiopus") == 0 ? 48000
												     : 8000;
}
