/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing is captured unless it is known that ledger and disk can be written, and that what other gateways
 * write can be heard. */
#include "meeting/fleet.h"

#include "base/clock.h"

/* Of the time that a store has: after so much silence gates close, and so often is it looked at. */
#define SILENCE_PERCENT 70
#define LOOK_PERCENT 20

#define LEDGER_AWAY "the ledger is unavailable"
#define LEDGER_BACK "the ledger is back"

bool health_good(const meetings *all)
{
	return all->ledger_ok && all->sinks_ok && all->others_ok && !all->silent;
}

/* Lock held. */
static void set(meetings *all, bool *which, bool value, const char *why)
{
	GHashTableIter iter;
	gpointer meeting_value;

	*which = value;
	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &meeting_value))
		((meeting *)meeting_value)->roster.healthy = health_good(all);
	gate_apply_all(all, why);
}

/* Each reports from a thread of its own. */

void health_of_ledger(bool healthy, const char *why, void *user)
{
	meetings *all = user;
	SCOPE_LOCK(&all->lock);

	if (!healthy)
		g_warning("the ledger cannot be written, nothing is captured: %s", why);
	else
		g_message("the ledger can be written again");
	set(all, &all->ledger_ok, healthy, healthy ? LEDGER_BACK : LEDGER_AWAY);
	if (!healthy)
		return;
	fleet_retry(all);
	timer_poke(all);
	eraser_poke(all);
}

void health_of_capture(bool healthy, const char *why, void *user)
{
	meetings *all = user;
	SCOPE_LOCK(&all->lock);

	if (!healthy)
		g_warning("recordings cannot be written, nothing is captured: %s", why);
	else
		g_message("recordings can be written again");
	set(all, &all->sinks_ok, healthy, healthy ? "the disk is back" : "the disk is unavailable");
}

void health_of_others(bool reached, const char *why, void *user)
{
	meetings *all = user;
	SCOPE_LOCK(&all->lock);

	if (!reached)
		g_warning("other gateways cannot be heard, nothing is captured: %s", why);
	else
		g_message("other gateways can be heard again");
	set(all, &all->others_ok, reached, reached ? LEDGER_BACK : LEDGER_AWAY);
}

/* A store that neither does what it is asked nor says that it cannot. */
gint64 health_watch(meetings *all, gint64 now_ms)
{
	gint64 patience_ms = all->settings->ledger_timeout_ms;
	gint64 silence_ms = MAX(ledger_silence_ms(all->ledger), fleet_silence_ms(all));
	bool silent = silence_ms > patience_ms * SILENCE_PERCENT / 100;

	if (silent != all->silent) {
		if (silent)
			g_warning("the ledger's store has been silent for %" G_GINT64_FORMAT
				  " ms: nothing is captured",
				silence_ms);
		else
			g_message("the ledger's store answers again");
		set(all, &all->silent, silent, silent ? LEDGER_AWAY : LEDGER_BACK);
	}
	return now_ms + MAX(patience_ms * LOOK_PERCENT / 100, 1);
}
