/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export training: speech of those who agree to its use for training now, and taking back what somebody has
 * withdrawn since. */
#include "cli/export_training.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/export.h"
#include "cli/interrupt.h"
#include "exports/target.h"
#include "rendering/convert.h"
#include "rendering/program.h"
#include "rendering/sync.h"
#include "ledger/standing.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 5
#define LONGEST_S 20
#define RATE 16000

/* What the entry that allowed a segment says. */
typedef struct grant {
	const playable *of;
	const char *purpose;
	gint64 index;
	json_t *found; /* {"log","index","notice","receipt"} */
} grant;

static bool is_item(const grant *g, const json_t *item)
{
	return g_strcmp0(json_string_value(json_object_get(item, "purpose")), g->purpose) == 0 &&
		g_strcmp0(json_string_value(json_object_get(item, "medium")),
			playable_text(g->of, "medium")) == 0;
}

static bool take_grant(const ledger_entry *entry, void *user)
{
	grant *g = user;
	size_t i;
	json_t *item;
	json_array_foreach (json_object_get(entry->body, "decisions"), i, item)
		if (entry->index == g->index && is_item(g, item))
			g->found = json_pack("{s:s*, s:I, s:O?, s:O?}", "log", entry->log, "index",
				(json_int_t)entry->index, "notice", json_object_get(item, "notice"),
				"receipt", json_object_get(entry->body, "receipt"));
	return false;
}

static ledger_reader *open_log(const training *t, const char *origin, GError **error)
{
	return ledger_reader_open_log(t->all->store, *origin ? origin : NULL, error);
}

static json_t *find_grant(const training *t, const playable *one, GError **error)
{
	static const char *const types[] = {"decision", "carry", NULL};
	grant g = {.of = one, .purpose = t->purpose, .index = standing_grant(one->record, t->purpose)};
	const ledger_filter filter = {.types = types,
		.participant = playable_text(one, "participant"),
		.after = g.index,
		.bare = true};
	g_autoptr(ledger_reader) r = open_log(t, one->origin, error);
	if (!r || !ledger_read(r, &filter, take_grant, &g, error))
		return NULL;
	if (!g.found)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
			"the ledger does not hold the decision that it rests on");
	return g.found;
}

/* One line a piece. */
static void add_line(training *t, const playable *one, const cut_piece *piece, const json_t *rests_on)
{
	bool nemo = strcmp(training_set_text(t->set, "layout"), "nemo") == 0;
	g_autofree char *file = g_strdup_printf("audio/%06u.%s", t->set->lines->len + 1, t->cutting.codec);
	g_autofree char *speaker = training_set_speaker(t->set, playable_text(one, "participant"));
	json_t *line = json_pack("{s:s, s:f, s:i, s:s, s:s, s:f, s:O}", nemo ? "audio_filepath" : "file_name",
		file, "duration", piece->length, "sampling_rate", (int)t->cutting.rate, "speaker", speaker,
		"segment", playable_text(one, "segment"), "offset", piece->from, "decision", rests_on);
	json_object_set(line, "notice", json_object_get(rests_on, "notice"));
	json_object_set(line, "receipt", json_object_get(rests_on, "receipt"));
	if (nemo)
		json_object_set_new(line, "text", json_string(""));
	g_ptr_array_add(t->set->lines, line);
}

static bool check_readable(const char *mjr, GError **error)
{
	sync_times times;
	if (!sync_read(mjr, 0, 48000, &times, error))
		return false;
	if (times.encrypted)
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_FILE,
			"it is encrypted end to end, and only the participants have its keys");
	return !times.encrypted;
}

static bool cut_segment(training *t, const playable *one, const char *sound, GError **error)
{
	g_autoptr(GArray) pieces = NULL;
	g_autofree char *audio = g_build_filename(t->place, "audio", NULL);
	json_auto_t *rests_on = find_grant(t, one, error);
	if (!rests_on || !cut(sound, audio, t->set->lines->len + 1, t->work, &t->cutting, &pieces, error))
		return false;
	for (guint i = 0; i < pieces->len; i++)
		add_line(t, one, &g_array_index(pieces, cut_piece, i), rests_on);
	return true;
}

static bool use_segment(training *t, const playable *one, GError **error)
{
	const char *extension = convert_extension("audio", playable_text(one, "codec"));
	g_autofree char *mjr = g_build_filename(t->work, "segment.mjr", NULL);
	g_autofree char *sound = g_strdup_printf("%s/segment.%s", t->work, extension ? extension : "wav");
	bool good = playable_read_out(t->all, one, mjr, error) && check_readable(mjr, error) &&
		convert(mjr, sound, error) && cut_segment(t, one, sound, error);
	good = target_fits(t->place, good, error);
	g_unlink(mjr);
	g_unlink(sound);
	return good;
}

/* That ends it all; anything else is about one segment. */
static bool is_full(const GError *why)
{
	return g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
}

static bool use_segments(training *t, GError **error)
{
	t->progress->total = t->segments->len;
	for (guint i = 0; i < t->segments->len; i++) {
		playable *one = t->segments->pdata[i];
		g_autoptr(GError) why = NULL;
		if (strcmp(playable_text(one, "medium"), "audio") != 0)
			playable_refuse(one, g_strdup("is no sound"));
		else if (!one->why && !use_segment(t, one, &why) && !is_full(why))
			playable_refuse(one, g_strdup_printf("cannot be used: %s", why->message));
		if (is_full(why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		progress_show(t->progress, i + 1);
		if (interrupt_asked(error))
			return false;
	}
	return true;
}

static bool make_folder(const char *path, GError **error)
{
	if (g_mkdir(path, 0700) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s cannot be made", path);
	return false;
}

ledger_reader *training_signer(const training *t, GError **error)
{
	return open_log(t, t->all->origins[0], error);
}

static bool make_all(training *t, GError **error)
{
	g_autofree char *work = g_build_filename(t->place, "work", NULL);
	g_autofree char *audio = g_build_filename(t->place, "audio", NULL);
	t->work = work;
	if (!make_folder(work, error) || !make_folder(audio, error) || !use_segments(t, error))
		return false;
	target_remove(work);
	g_autoptr(ledger_reader) r = training_signer(t, error);
	bool good = r && training_set_write(t->set, t->place, r, error);
	return target_fits(t->place, good, error);
}

/* Which segments are in it now; they are the ones that a withdrawal has to look for. */
static json_t *segments_of(const training_set *s)
{
	json_t *list = json_array();
	const char *last = "";
	for (guint i = 0; i < s->lines->len; i++) {
		const char *segment = json_string_value(json_object_get(s->lines->pdata[i], "segment"));
		if (segment && strcmp(segment, last) != 0)
			json_array_append_new(list, json_string(last = segment));
	}
	return list;
}

bool training_note(const training *t, const char *what, json_t *removed, GError **error)
{
	json_t *more = json_pack("{s:s, s:s, s:o, s:o*}", "purpose", t->purpose, "set",
		training_set_text(t->set, "set"), "segments", segments_of(t->set), "removed", removed);
	return export_note(
		t->args, what, training_set_text(t->set, "layout"), t->set->lines->len, more, error);
}

static void say_left_out(const training *t)
{
	for (guint i = 0; i < t->segments->len; i++) {
		const playable *one = t->segments->pdata[i];
		if (one->why && strcmp(playable_text(one, "medium"), "audio") == 0)
			progress_step(t->progress, "left out: segment %s %s", playable_text(one, "segment"),
				one->why);
	}
}

static int hand_over(training *t, target *to, GError **error)
{
	say_left_out(t);
	if (t->set->lines->len == 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"there is no sound that may be used for %s now", t->purpose);
		return TOOL_NO;
	}
	if (!training_note(t, "training", NULL, error) || !target_finish(to, error))
		return TOOL_STORE;
	progress_step(t->progress, "%u pieces in %s", t->set->lines->len, target_name(to));
	return TOOL_GOOD;
}

/* A new set: its name, and how it is made. */
static void describe(const training *t, training_set *s)
{
	char made[CLOCK_TEXT_SIZE];
	const char *layout = t->args->values[OPTION_LAYOUT];
	g_autofree char *id = g_uuid_string_random();
	json_object_update_new(s->about,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s}", "set", id, "purpose", t->purpose, "made",
			clock_format(clock_now_ms(), made), "layout", layout ? layout : "hf", "format",
			t->cutting.codec, "rate", (int)t->cutting.rate, "origin", t->all->origins[0]));
}

static int try(training *t, const records_filter *filter, bool *ret_again, GError **error)
{
	g_auto(training_set) set = {0};
	training_set_init(&set);
	describe(t, &set);
	t->set = &set;
	g_autoptr(target) to = target_folder(t->args->values[OPTION_OUTPUT_FOLDER], error);
	g_autoptr(GPtrArray) segments =
		to ? playable_list(t->all, filter, t->purpose, clock_now_ms(), error) : NULL;
	if (!segments)
		return TOOL_STORE;
	t->segments = segments;
	t->place = target_place(to);
	if (!make_all(t, error) ||
		!playable_ask_again(t->all, segments, t->purpose, clock_now_ms(), ret_again, error))
		return TOOL_STORE;
	return *ret_again ? TOOL_STORE : hand_over(t, to, error);
}

static int make_set(training *t, GError **error)
{
	records_filter filter;
	if (!tool_filter(t->args, &filter, error))
		return TOOL_USAGE;
	filter.purpose = t->purpose;
	for (unsigned i = 0; i < TRIES; i++) {
		bool again = false;
		int code = try(t, &filter, &again, error);
		if (!again)
			return code;
		progress_step(t->progress, "somebody withdrew meanwhile: made anew without them");
	}
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
		"people go on withdrawing while it is made; try again later");
	return TOOL_STORE;
}

/* Nobody agrees to training by these; one of the operator's own may ask for it. */
static bool check_purpose(const char *purpose, GError **error)
{
	static const char *const others[] = {"record", "summarize", "telemetry", NULL};
	if (!purpose || !g_strv_contains(others, purpose))
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"--purpose must be train, or one of your own whose notice asks for training: who agreed to "
		"%s did not agree to that",
		purpose);
	return false;
}

/* What says of which sound a set is made, and how. */
#define OF_NEW_SETS                                                                                          \
	(OPTION_BIT(OPTION_ROOM) | OPTION_BIT(OPTION_MEETING) | OPTION_BIT(OPTION_PARTICIPANT) |             \
		OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |               \
		OPTION_BIT(OPTION_OUTPUT_FOLDER) | OPTION_BIT(OPTION_TRAINING_FORMAT) |                      \
		OPTION_BIT(OPTION_RATE) | OPTION_BIT(OPTION_CUT) | OPTION_BIT(OPTION_SECONDS) |              \
		OPTION_BIT(OPTION_LAYOUT))

static bool check_arguments(const arguments *args, GError **error)
{
	if (args->values[OPTION_OUTPUT_FOLDER] || args->values[OPTION_REFRESH])
		return options_alone(args, OPTION_REFRESH, OF_NEW_SETS,
			"exclude each other: a set stays as it was made", error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"--output is needed: the folder to make; or --refresh: the set to go through");
	return false;
}

static cut_options cutting_of(const arguments *args)
{
	const char *const *value = args->values;
	return (cut_options){
		.rate = value[OPTION_RATE] ? (unsigned)strtoul(value[OPTION_RATE], NULL, 10) : RATE,
		.codec = value[OPTION_TRAINING_FORMAT] ? value[OPTION_TRAINING_FORMAT] : "flac",
		.longest =
			value[OPTION_SECONDS] ? (double)strtoul(value[OPTION_SECONDS], NULL, 10) : LONGEST_S,
		.at_pauses = g_strcmp0(value[OPTION_CUT], "fixed") != 0,
	};
}

static bool can_make_sets(const recordings *all, GError **error)
{
	return recordings_need_folder(all, error) && program_require("janus-pp-rec", "janus-tools", error) &&
		program_require("ffmpeg", "ffmpeg", error);
}

static int run_training(const arguments *args, GError **error)
{
	tool_keep_private();
	g_auto(interrupt) held;
	interrupt_hold(&held);
	g_auto(recordings) all = {0};
	progress bar;
	const char *purpose = args->values[OPTION_PURPOSE], *old = args->values[OPTION_REFRESH];
	training t = {.args = args,
		.purpose = purpose ? purpose : "train",
		.all = &all,
		.cutting = cutting_of(args),
		.progress = &bar};
	progress_begin(&bar, "export training", "segments", 0);
	if (!check_arguments(args, error) || !check_purpose(purpose, error) ||
		!recordings_open(args, &all, error) || (!old && !can_make_sets(&all, error)))
		return TOOL_STORE;
	int code = old ? training_refresh(&t, old, error) : make_set(&t, error);
	progress_end(&bar);
	return code;
}

static const option_words training_words[] = {
	{OPTION_PURPOSE,
		"the purpose it is used for: train (default), or one of the\noperator's own whose notice "
		"asks "
		"for training"},
	{OPTION_OUTPUT_FOLDER, "the folder to make, which must not exist; or --refresh"},
	{0},
};

const command command_export_training = {
	.name = "export training",
	.needs = "{--output DIR | --refresh DIR}",
	.summary = "speech of those who agree to its use for training, as a signed set",
	.help = "Makes a folder with the speech that may be used for training now, in pieces, each with the\n"
		"decision it rests on; or, with --refresh, takes out of such a folder what has been\n"
		"withdrawn since, prints the names of the files, and signs what is left anew.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OF_NEW_SETS | OPTION_BIT(OPTION_REFRESH) | OPTION_BIT(OPTION_RECORDINGS) |
		OPTION_BIT(OPTION_KEY),
	.words = training_words,
	.run = run_training,
};
