/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kept_help.h"

#include "base/clock.h"
#include "cli/eraser.h"

#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT(1000))

world kept;
speaker kept_ann;
char *kept_output;

void kept_setup(void)
{
	world_init(&kept);
	world_close(&kept);
	kept.settings->plain_files = false;
	world_open(&kept);
	speaker_record(&kept_ann, &kept);
	speak(&kept_ann);
	ck_assert_int_eq(world_start(&kept, ROOM, "train"), 0);
	ck_assert_int_eq(peer_decide(kept_ann.peer, "train", MEDIUM_AUDIO, "granted"), 0);
	speak(&kept_ann);
	speaker_leave(&kept_ann);
	world_close(&kept);
	kept_output = g_build_filename(kept.folder, "out", NULL);
}

void kept_teardown(void)
{
	world_verify(&kept);
	speaker_clear(&kept_ann);
	world_clear(&kept);
	g_clear_pointer(&kept_output, g_free);
}

arguments kept_arguments(void)
{
	arguments args = {0};
	args.values[OPTION_STORE] = kept.settings->store;
	args.values[OPTION_RECORDINGS] = kept.settings->recordings;
	args.values[OPTION_KEY] = kept.settings->capture_key;
	return args;
}

char *kept_first_segment(void)
{
	json_t *segments = world_entries(&kept, "segment");
	json_t *opened = entry_find(segments, json_pack("{s:s}", "state", "opened"));
	char *id = g_strdup(text_of(opened, "segment"));
	json_decref(opened);
	json_decref(segments);
	return id;
}

int kept_sweep(double days)
{
	arguments args = kept_arguments();
	g_autoptr(GError) error = NULL;
	int code = sweep_at(&args, clock_now_ms() + (gint64)(days * DAY_MS), &error);
	ck_assert_msg(!error, "%s", error->message);
	return code;
}
