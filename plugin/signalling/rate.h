/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token bucket, so that one handle cannot fill the ledger. Any thread. */
#ifndef CONSENT_SIGNALLING_RATE_H
#define CONSENT_SIGNALLING_RATE_H

#include <glib.h>
#include <stdbool.h>

#define RATE_BURST 500      /* requests at once */
#define RATE_PER_SECOND 100 /* and then */

typedef struct rate {
	GMutex lock;
	gint64 filled_us; /* monotonic time when the bucket was last filled */
	double tokens;
} rate;

void rate_init(rate *r, gint64 now_us);
void rate_clear(rate *r);

/* Takes so many tokens. False, and none is taken, when there are fewer. */
bool rate_take(rate *r, gint64 now_us, unsigned tokens);

#endif
