/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of the gateway. The core closes its plugins while threads of its own are still at work: handles are
 * being hung up and detached, packets come in. So the end is a state, not a release: calls that are under way
 * are awaited, later ones find the gateway closed, and what they may still look at stays in memory until the
 * process ends, which is next. */
#include "upstream/gateway.h"

/* Beyond what a call waits for the ledger. */
#define PATIENCE_MS 1000

bool gateway_enter(gateway *g)
{
	SCOPE_LOCK(&g->lock);

	if (g->closing)
		return false;
	g->calls++;
	return true;
}

void gateway_leave(gateway *g)
{
	SCOPE_LOCK(&g->lock);

	if (--g->calls == 0)
		g_cond_broadcast(&g->idle);
}

/* Nobody enters any more, and who was in is out: false when somebody stays beyond all patience. */
static bool close_doors(gateway *g)
{
	gint64 deadline = g_get_monotonic_time() +
		(gint64)(g->settings->ledger_timeout_ms + PATIENCE_MS) * G_TIME_SPAN_MILLISECOND;

	SCOPE_LOCK(&g->lock);
	g->closing = true;
	while (g->calls > 0)
		if (!g_cond_wait_until(&g->idle, &g->lock, deadline))
			return false;
	return true;
}

static void collect(void *found, void *shims)
{
	g_ptr_array_add(shims, shim_ref(found));
}

void gateway_close(gateway *g)
{
	if (!close_doors(g))
		g_warning("stopping although a request has not been answered yet");
	g_autoptr(GPtrArray) shims = g_ptr_array_new_with_free_func((GDestroyNotify)shim_release);
	lookup_each(&g->media->shims, collect, shims);
	for (guint i = 0; i < shims->len; i++)
		shim_depart(shims->pdata[i], "shutdown");
	g->upstream->destroy();
	meetings_close(g->meetings);
}
