/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep: what was promised to be deleted by now is deleted. */
#include "cli/eraser.h"
#include "cli/products.h"

#include "base/clock.h"
#include "base/error.h"
#include "ledger/standing.h"

#include <stdio.h>
#include <string.h>

#define REASON "retention ended"
#define BY "sweep"

typedef struct sweeping {
	gint64 now_ms;
	guint64 erased, kept;
	unsigned failed;
} sweeping;

static bool has_ended(
	const sweeping *now, const recording *one, const char *purpose, bool *ret, GError **error)
{
	standing_of of = RECORDING_OF(one, purpose);
	gint64 days;
	if (!standing_retention(one->reader, &of, standing_grant(one->record, purpose), &days, error))
		return false;
	*ret = standing_is_over(days, recording_text(one, "closed"), now->now_ms);
	return true;
}

/* New array of the segment's purposes whose time is over; NULL on failure. */
static json_t *ended_of(const sweeping *now, const recording *one, GError **error)
{
	json_t *ended = json_array(), *purpose;
	size_t i;
	bool over;
	json_array_foreach (json_object_get(one->record, "purposes"), i, purpose) {
		if (!has_ended(now, one, json_string_value(purpose), &over, error)) {
			json_decref(ended);
			return NULL;
		}
		if (over)
			json_array_append(ended, purpose);
	}
	return ended;
}

static bool erase(sweeping *now, const recording *one, GError **error)
{
	if (!eraser_segment(one, REASON, BY, error))
		return false;
	now->erased++;
	printf("erased segment: %s\n", recording_text(one, "segment"));
	return true;
}

static bool sweep(sweeping *now, const recording *one, GError **error)
{
	json_auto_t *ended = ended_of(now, one, error);
	size_t count = json_array_size(ended),
	       all = json_array_size(json_object_get(one->record, "purposes"));
	if (!ended)
		return false;
	if (count && count == all)
		return erase(now, one, error);
	now->kept++;
	if (count == 0)
		return true;
	return eraser_narrow(one, ended, REASON, BY, error);
}

/* One segment about which something is wrong does not keep the others. */
static bool sweep_one(const recording *one, void *user)
{
	sweeping *now = user;
	const char *state = recording_text(one, "state");
	g_autoptr(GError) error = NULL;
	bool good = true;
	if (strcmp(state, "erasing") == 0)
		good = erase(now, one, &error);
	else if (strcmp(state, "closed") == 0 && *recording_text(one, "file"))
		good = sweep(now, one, &error);
	if (good)
		return true;
	now->failed++;
	tool_say("sweep: segment %s is kept: %s", recording_text(one, "segment"), error->message);
	return true;
}

int sweep_at(const arguments *args, gint64 now_ms, GError **error)
{
	g_auto(recordings) all = {0};
	sweeping now = {.now_ms = now_ms};
	records_filter filter;
	if (!tool_filter(args, &filter, error) || !recordings_open(args, &all, error) ||
		!recordings_need_folder(&all, error) ||
		!recordings_list(&all, &filter, sweep_one, &now, error) ||
		!products_sweep(&all, now_ms, &now.erased, &now.failed, error))
		return TOOL_STORE;
	tool_say("sweep: %" G_GUINT64_FORMAT " erased, %" G_GUINT64_FORMAT " kept", now.erased, now.kept);
	if (!tool_flush(error))
		return TOOL_STORE;
	return now.failed ? TOOL_STORE : TOOL_GOOD;
}

static int run_sweep(const arguments *args, GError **error)
{
	return sweep_at(args, clock_now_ms(), error);
}

const command command_sweep = {
	.name = "sweep",
	.summary = "erases recordings whose retention has ended",
	.help = "Erases each segment when the retention that its notices promised is over: destroys its "
		"keys,\n"
		"removes its file, and says so in the ledger. A segment that serves several purposes loses\n"
		"each in its time. The same with transcripts and summaries. Finishes erasures that were\n"
		"interrupted. For a daily timer.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OPTION_BIT(OPTION_RECORDINGS),
	.run = run_sweep,
};
