/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/cut.h"

#include "base/error.h"
#include "rendering/program.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define FFMPEG "ffmpeg", "-v", "error", "-nostdin", "-y"
/* What is this much quieter than full, for this long, is a pause. */
#define PAUSE "silencedetect=noise=-40dB:d=0.3,ametadata=print:file=-"
#define WAV_HEAD 44
/* A last piece that is shorter belongs to the one before. */
#define SHORTEST_S 0.5

GArray *cut_plan(double length, const GArray *pauses, const cut_options *options)
{
	GArray *plan = g_array_new(FALSE, FALSE, sizeof(cut_piece));
	for (double from = 0; from < length;) {
		double to = from + options->longest;
		if (length - to < SHORTEST_S)
			to = length;
		for (guint i = 0; options->at_pauses && to < length && i < pauses->len; i++) {
			double pause = g_array_index(pauses, double, pauses->len - 1 - i);
			if (pause > from + SHORTEST_S && pause <= from + options->longest) {
				to = pause;
				break;
			}
		}
		const cut_piece piece = {from, to - from};
		g_array_append_val(plan, piece);
		from = to;
	}
	return plan;
}

/* One decoding for all pieces, in a form where every sample can be reached at once. */
static bool make_plain(
	const char *in, const char *wav, const cut_options *o, double *ret_length, GError **error)
{
	struct stat about;
	g_autofree char *rate = g_strdup_printf("%u", o->rate);
	g_autofree char *filter = g_strdup_printf("aresample=%u:async=1:first_pts=0", o->rate);
	const char *const argv[] = {FFMPEG, "-seek_timestamp", "1", "-ss", "0", "-i", in, "-vn", "-af",
		filter, "-ac", "1", "-ar", rate, "-c:a", "pcm_s16le", "-fflags", "+bitexact", wav, NULL};
	if (!program_run(argv, NULL, error))
		return false;
	if (stat(wav, &about) != 0 || about.st_size <= WAV_HEAD) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "there is no sound in it");
		return false;
	}
	*ret_length = (double)(about.st_size - WAV_HEAD) / 2 / o->rate;
	return true;
}

static void take_line(const char *line, double *start, GArray *pauses)
{
	if (g_str_has_prefix(line, "lavfi.silence_start="))
		*start = g_ascii_strtod(strchr(line, '=') + 1, NULL);
	if (!g_str_has_prefix(line, "lavfi.silence_end="))
		return;
	double middle = (*start + g_ascii_strtod(strchr(line, '=') + 1, NULL)) / 2;
	g_array_append_val(pauses, middle);
}

static bool find_pauses(const char *wav, GArray *pauses, GError **error)
{
	const char *const argv[] = {FFMPEG, "-i", wav, "-af", PAUSE, "-f", "null", "-", NULL};
	g_autofree char *out = NULL;
	double start = 0;
	if (!program_read(argv, NULL, &out, error))
		return false;
	g_auto(GStrv) lines = g_strsplit(out, "\n", -1);
	for (size_t i = 0; lines[i]; i++)
		take_line(lines[i], &start, pauses);
	return true;
}

static bool make_piece(
	const char *wav, const char *to, const cut_piece *piece, const cut_options *o, GError **error)
{
	char from[G_ASCII_DTOSTR_BUF_SIZE], length[G_ASCII_DTOSTR_BUF_SIZE];
	const char *codec = strcmp(o->codec, "opus") == 0 ? "libopus" : "flac";
	g_ascii_formatd(from, sizeof from, "%.6f", piece->from);
	g_ascii_formatd(length, sizeof length, "%.6f", piece->length);
	const char *const argv[] = {FFMPEG, "-ss", from, "-t", length, "-i", wav, "-c:a", codec,
		"-map_metadata", "-1", "-fflags", "+bitexact", to, NULL};
	return program_run(argv, NULL, error);
}

static char *piece_path(const char *folder, guint number, const cut_options *o)
{
	return g_strdup_printf("%s/%06u.%s", folder, number, o->codec);
}

/* All of them, or none. */
static bool make_pieces(const char *wav, const char *folder, guint first, const GArray *plan,
	const cut_options *o, GError **error)
{
	for (guint i = 0; i < plan->len; i++) {
		g_autofree char *to = piece_path(folder, first + i, o);
		if (make_piece(wav, to, &g_array_index(plan, cut_piece, i), o, error))
			continue;
		for (guint made = 0; made <= i; made++) {
			g_autofree char *path = piece_path(folder, first + made, o);
			g_unlink(path);
		}
		return false;
	}
	return true;
}

bool cut(const char *in, const char *folder, guint first, const char *work, const cut_options *options,
	GArray **ret, GError **error)
{
	double length;
	g_autofree char *wav = g_build_filename(work, "all.wav", NULL);
	g_autoptr(GArray) pauses = g_array_new(FALSE, FALSE, sizeof(double)), plan = NULL;
	bool good = make_plain(in, wav, options, &length, error) &&
		(!options->at_pauses || find_pauses(wav, pauses, error));
	if (good) {
		plan = cut_plan(length, pauses, options);
		good = make_pieces(wav, folder, first, plan, options, error);
	}
	g_unlink(wav);
	if (good)
		*ret = g_steal_pointer(&plan);
	return good;
}
