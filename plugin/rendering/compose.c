/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures are made piece by piece and then put behind one another; the sound is mixed over the whole. */
#include "rendering/compose.h"

#include "base/error.h"
#include "rendering/names.h"
#include "rendering/program.h"

#include <string.h>

#define FFMPEG "ffmpeg", "-v", "error", "-nostdin", "-y"
/* A picture may have been sent long before it is seen: as far back is looked for it. */
#define LOOK_BACK_S 10.0
#define BACKGROUND "0x16181b"
#define TILE "0x32373d"
#define NAME_INDENT 12

typedef struct command_line {
	GPtrArray *argv; /* of char *, owned */
	GString *filters;
} command_line;

static void command_clear(command_line *l)
{
	g_ptr_array_unref(l->argv);
	g_string_free(l->filters, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(command_line, command_clear)

static void add(command_line *l, const char *first, ...) G_GNUC_NULL_TERMINATED;

static void add(command_line *l, const char *first, ...)
{
	va_list rest;
	va_start(rest, first);
	for (const char *one = first; one; one = va_arg(rest, const char *))
		g_ptr_array_add(l->argv, g_strdup(one));
	va_end(rest);
}

static command_line begin(void)
{
	command_line l = {g_ptr_array_new_with_free_func(g_free), g_string_new(NULL)};
	add(&l, FFMPEG, NULL);
	return l;
}

/* Numbers as filters want them, whatever the locale. */
static const char *number(double value, char text[G_ASCII_DTOSTR_BUF_SIZE])
{
	return g_ascii_formatd(text, G_ASCII_DTOSTR_BUF_SIZE, "%.6f", value);
}

static bool run(command_line *l, const composition *c, GError **error)
{
	g_autofree char *script = g_build_filename(c->folder, "filters", NULL);
	if (l->filters->len && !g_file_set_contents(script, l->filters->str, -1, error))
		return false;
	g_ptr_array_add(l->argv, NULL);
	return program_run((const char *const *)l->argv->pdata, c->folder, error);
}

/* Pictures */

static double seconds(gint64 picture)
{
	return (double)picture / TIMELINE_RATE;
}

/* The text stands in a file, so that nothing in a name is taken for a filter's syntax. */
static bool write_text(const composition *c, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(c->folder, name, NULL);
	return g_file_set_contents(path, text, -1, error);
}

static bool add_name(command_line *l, const composition *c, const timeline_tile *tile,
	const timeline_place *at, GError **error)
{
	const char *name = g_array_index(c->timeline->seats, timeline_seat, tile->seat).name;
	g_autofree char *file = g_strdup_printf("name-%u.txt", tile->seat);
	int size = MAX(at->height / 12, 12);
	if (!name)
		return true;
	/* It stays within its own tile. */
	g_autofree char *fitted = names_fitted(name, (double)(at->width - 2 * NAME_INDENT) / size);
	g_string_append_printf(l->filters,
		",drawtext=textfile=%s:expansion=none:fontcolor=white:fontsize=%d:box=1:boxcolor=black@0.5:"
		"boxborderw=4:"
		"x=%d:y=%d",
		file, size, at->x + NAME_INDENT,
		tile->clip < 0 ? at->y + (at->height - size) / 2 : at->y + at->height - 2 * size);
	return write_text(c, file, fitted, error);
}

static void add_clip(
	command_line *l, const timeline_clip *clip, const timeline_place *at, double from, guint input)
{
	char start[G_ASCII_DTOSTR_BUF_SIZE], skip[G_ASCII_DTOSTR_BUF_SIZE], stretch[G_ASCII_DTOSTR_BUF_SIZE];
	double media = MAX(from - clip->from, 0) / clip->stretch, seek = MAX(media - LOOK_BACK_S, 0);
	/* Time stamps stay what they are in the file: its first picture may come later than its beginning. */
	add(l, "-seek_timestamp", "1", "-ss", number(seek, start), "-i", clip->file, NULL);
	g_string_append_printf(l->filters,
		"[%u:v]setpts=PTS*%s,fps=%d:start_time=0,trim=start=%s,setpts=PTS-STARTPTS,"
		"scale=%d:%d:force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1,format="
		"yuv420p[tile%u];\n",
		input, number(clip->stretch, stretch), TIMELINE_RATE,
		number((media - seek) * clip->stretch, skip), at->width - 4, at->height - 4, input);
}

static timeline_place place_of(const timeline_piece *p, guint tile)
{
	return timeline_place_of(tile, p->tiles->len, COMPOSE_WIDTH, COMPOSE_HEIGHT);
}

static void add_clips(command_line *l, const composition *c, const timeline_piece *p)
{
	guint input = 0;
	for (guint i = 0; i < p->tiles->len; i++) {
		const timeline_tile *tile = &g_array_index(p->tiles, timeline_tile, i);
		timeline_place at = place_of(p, i);
		if (tile->clip < 0)
			continue;
		add_clip(l, &g_array_index(c->timeline->clips, timeline_clip, tile->clip), &at,
			seconds(p->from), input++);
	}
}

static void add_background(command_line *l, const timeline_piece *p)
{
	g_string_append_printf(l->filters, "color=c=" BACKGROUND ":s=%dx%d:r=%d", COMPOSE_WIDTH,
		COMPOSE_HEIGHT, TIMELINE_RATE);
	for (guint i = 0; i < p->tiles->len; i++) {
		timeline_place at = place_of(p, i);
		g_string_append_printf(l->filters, ",drawbox=x=%d:y=%d:w=%d:h=%d:color=" TILE ":t=fill",
			at.x + 2, at.y + 2, at.width - 4, at.height - 4);
	}
	g_string_append(l->filters, "[stage0]");
}

static void add_overlays(command_line *l, const timeline_piece *p)
{
	guint input = 0;
	for (guint i = 0; i < p->tiles->len; i++) {
		timeline_place at = place_of(p, i);
		if (g_array_index(p->tiles, timeline_tile, i).clip < 0)
			continue;
		g_string_append_printf(l->filters,
			";\n[stage%u][tile%u]overlay=x=%d+(%d-w)/2:y=%d+(%d-h)/2:eof_action=repeat[stage%u]",
			input, input, at.x, at.width, at.y, at.height, input + 1);
		input++;
	}
	g_string_append_printf(l->filters, ";\n[stage%u]null", input);
}

static bool add_texts(command_line *l, const composition *c, const timeline_piece *p, GError **error)
{
	for (guint i = 0; i < p->tiles->len; i++) {
		timeline_place at = place_of(p, i);
		if (!add_name(l, c, &g_array_index(p->tiles, timeline_tile, i), &at, error))
			return false;
	}
	g_string_append(l->filters, "[out]");
	return true;
}

/* Nobody is captured: no tiles, a sentence. */
static bool add_card(command_line *l, const composition *c, GError **error)
{
	g_string_append_printf(l->filters,
		"color=c=" BACKGROUND
		":s=%dx%d:r=%d,drawtext=textfile=card.txt:expansion=none:fontcolor=white:"
		"fontsize=32:x=(w-text_w)/2:y=(h-text_h)/2[out]",
		COMPOSE_WIDTH, COMPOSE_HEIGHT, TIMELINE_RATE);
	return write_text(c, "card.txt", c->card, error);
}

static bool make_piece(const composition *c, const timeline_piece *p, guint index, GError **error)
{
	g_auto(command_line) l = begin();
	g_autofree char *pictures = g_strdup_printf("%" G_GINT64_FORMAT, p->to - p->from);
	g_autofree char *file = g_strdup_printf("piece-%u.mkv", index);
	bool good = true;
	if (p->captured) {
		add_clips(&l, c, p);
		add_background(&l, p);
		add_overlays(&l, p);
		good = add_texts(&l, c, p, error);
	} else {
		good = add_card(&l, c, error);
	}
	add(&l, "-filter_complex_script", "filters", "-map", "[out]", "-frames:v", pictures, "-c:v", "libvpx",
		"-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M", "-pix_fmt", "yuv420p", "-an", file,
		NULL);
	return good && run(&l, c, error);
}

/* Sound */

static guint add_sounds(command_line *l, const timeline *t)
{
	char stretch[G_ASCII_DTOSTR_BUF_SIZE];
	guint count = 0;
	for (guint i = 0; i < t->clips->len; i++) {
		const timeline_clip *clip = &g_array_index(t->clips, timeline_clip, i);
		if (clip->video)
			continue;
		add(l, "-seek_timestamp", "1", "-ss", "0", "-i", clip->file, NULL);
		g_string_append_printf(l->filters,
			"[%u:a]asetpts=PTS*%s,aresample=48000:async=1:first_pts=0,aformat=channel_layouts="
			"stereo,"
			"adelay=%" G_GINT64_FORMAT ":all=1[sound%u];\n",
			count, number(clip->stretch, stretch), (gint64)(MAX(clip->from, 0) * 1000), count);
		count++;
	}
	return count;
}

static bool make_sound(const composition *c, double length, GError **error)
{
	char end[G_ASCII_DTOSTR_BUF_SIZE];
	g_auto(command_line) l = begin();
	guint count = add_sounds(&l, c->timeline);
	for (guint i = 0; i < count; i++)
		g_string_append_printf(l.filters, "[sound%u]", i);
	if (count)
		g_string_append_printf(l.filters,
			"amix=inputs=%u:normalize=0:dropout_transition=0,alimiter=level=0,apad,atrim=end=%s["
			"out]",
			count, number(length, end));
	else
		g_string_append_printf(
			l.filters, "anullsrc=r=48000:cl=stereo,atrim=end=%s[out]", number(length, end));
	add(&l, "-filter_complex_script", "filters", "-map", "[out]", "-c:a", "libopus", "-b:a", "96k",
		"sound.mka", NULL);
	return run(&l, c, error);
}

/* Together */

static bool join(const composition *c, guint pieces, GError **error)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_auto(command_line) l = begin();
	for (guint i = 0; i < pieces; i++)
		g_string_append_printf(list, "file 'piece-%u.mkv'\n", i);
	add(&l, "-f", "concat", "-i", "pieces", "-i", "sound.mka", "-f", "ffmetadata", "-i", c->chapters,
		"-map", "0:v", "-map", "1:a", "-map_metadata", "2", "-map_chapters", "2", "-c", "copy",
		c->file, NULL);
	return write_text(c, "pieces", list->str, error) && run(&l, c, error);
}

static bool step(const composition *c, guint done, guint of, GError **error)
{
	return !c->step || c->step(done, of, c->user, error);
}

bool compose(const composition *c, GError **error)
{
	g_autoptr(GArray) pieces = timeline_cut(c->timeline);
	if (pieces->len == 0) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "the meeting has no length");
		return false;
	}
	for (guint i = 0; i < pieces->len; i++)
		if (!make_piece(c, &g_array_index(pieces, timeline_piece, i), i, error) ||
			!step(c, i + 1, pieces->len + 2, error))
			return false;
	double length = seconds(g_array_index(pieces, timeline_piece, pieces->len - 1).to);
	return make_sound(c, length, error) && step(c, pieces->len + 1, pieces->len + 2, error) &&
		join(c, pieces->len, error) && step(c, pieces->len + 2, pieces->len + 2, error);
}
