/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signalling/rate.h"

#include "base/scope.h"

void rate_init(rate *r, gint64 now_us)
{
	g_mutex_init(&r->lock);
	r->filled_us = now_us;
	r->tokens = RATE_BURST;
}

void rate_clear(rate *r)
{
	g_mutex_clear(&r->lock);
}

bool rate_take(rate *r, gint64 now_us, unsigned tokens, unsigned left)
{
	SCOPE_LOCK(&r->lock);
	double earned = (double)(now_us - r->filled_us) / G_USEC_PER_SEC * RATE_PER_SECOND;

	r->tokens = MIN(RATE_BURST, r->tokens + MAX(0, earned));
	r->filled_us = now_us;
	if (r->tokens < tokens + left)
		return false;
	r->tokens -= tokens;
	return true;
}
