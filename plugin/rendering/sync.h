/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the media in a recording happened, by the server's clock.
 *
 * A packet has the sender's time of what is in it (RTP) and the server's of its arrival (MJR's milliseconds,
 * from the first packet's time in the ledger on). The quickest packet has waited least on its way: its
 * arrival ties the two clocks together. What is left is that packet's way, and how unevenly the others came
 * says how far it may be off. Sender reports are not recorded, and not needed: all tracks are tied to one
 * clock. */
#ifndef CONSENT_RENDERING_SYNC_H
#define CONSENT_RENDERING_SYNC_H

#include <glib.h>
#include <stdbool.h>

typedef struct sync_times {
	gint64 start_ms; /* of the earliest RTP time stamp, since 1970 */
	gint64 length_ms;
	double error_ms; /* how much later packets came than the quickest, on average */
	double stretch;  /* seconds of the server in a second of the sender */
	guint64 packets;
	bool encrypted; /* end to end: nobody here can play it */
} sync_times;

/* `mjr` is a plain MJR file whose first packet arrived at `first_ms`; `clock` is the RTP clock, in Hz.
 * CONSENT_ERROR_FILE for what is no such file or has no packet. */
bool sync_read(const char *mjr, gint64 first_ms, unsigned clock, sync_times *ret, GError **error);

/* The RTP clock of a codec by the name that SDP has for it. */
unsigned sync_clock(const char *codec, bool video);

#endif
