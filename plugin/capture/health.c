/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/health.h"

char *health_reason(int error)
{
	return g_strdup_printf("disk: %s", g_strerror(error));
}

static void tell(capture *c, bool healthy, const char *why)
{
	atomic_store(&c->healthy, healthy);
	if (c->options.on_health)
		c->options.on_health(healthy, why, c->options.user);
}

void health_init(capture *c)
{
	c->first_error = sink_probe(c->sink);
	c->probe_us = g_get_monotonic_time() + HEALTH_PROBE_EVERY_US;
	atomic_init(&c->healthy, c->first_error == 0);
}

void health_begin(capture *c)
{
	if (c->first_error == 0)
		return;
	g_autofree char *why = health_reason(c->first_error);
	tell(c, false, why);
}

void health_lost(capture *c, const char *why)
{
	if (!atomic_load(&c->healthy))
		return;
	c->probe_us = g_get_monotonic_time() + HEALTH_PROBE_EVERY_US;
	tell(c, false, why);
}

void health_probe(capture *c)
{
	if (atomic_load(&c->healthy) || g_get_monotonic_time() < c->probe_us)
		return;
	if (sink_probe(c->sink) == 0)
		tell(c, true, NULL);
	else
		c->probe_us = g_get_monotonic_time() + HEALTH_PROBE_EVERY_US;
}
