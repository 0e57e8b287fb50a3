/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_clock.h"

#include <stdatomic.h>

static atomic_llong stands_us; /* 0: it goes */

gint64 __real_g_get_real_time(void);
gint64 __wrap_g_get_real_time(void);

gint64 __wrap_g_get_real_time(void)
{
	gint64 us = atomic_load(&stands_us);

	return us ? us : __real_g_get_real_time();
}

void meeting_clock_stop(void)
{
	atomic_store(&stands_us, __real_g_get_real_time());
}

void meeting_clock_pass(gint64 ms)
{
	atomic_fetch_add(&stands_us, ms * 1000);
}
