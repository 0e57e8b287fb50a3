/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token bucket, so that one handle cannot fill the ledger. Any thread. */
#ifndef CONSENT_SIGNALLING_RATE_H
#define CONSENT_SIGNALLING_RATE_H

#include <glib.h>
#include <stdbool.h>

#define RATE_BURST 1000     /* requests at once */
#define RATE_PER_SECOND 100 /* and then */
/* How many requests more one counts for that has the ledger written to: fifty a second, after 475 at once.
 * What only ends something, as a withdrawal does, counts for one, and so many are left for it: there is
 * nothing to end but what such a request began. */
#define RATE_WRITES 1
#define RATE_LEFT 50

typedef struct rate {
	GMutex lock;
	gint64 filled_us; /* monotonic time when the bucket was last filled */
	double tokens;
} rate;

void rate_init(rate *r, gint64 now_us);
void rate_clear(rate *r);

/* Takes so many tokens. False, and none is taken, when fewer than `left` would be left. */
bool rate_take(rate *r, gint64 now_us, unsigned tokens, unsigned left);

#endif
