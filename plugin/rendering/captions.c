/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/captions.h"

#include <math.h>
#include <string.h>

/* What is shorter is no place to go to. */
#define CHAPTER_SECONDS 1.0

static double end_of(const GArray *captions, guint i, double length)
{
	return i + 1 < captions->len ? MIN(g_array_index(captions, caption, i + 1).at, length) : length;
}

static void append_time(GString *out, double second)
{
	gint64 ms = llround(MAX(second, 0) * 1000);
	g_string_append_printf(out, "%02d:%02d:%02d.%03d", (int)(ms / 3600000), (int)(ms / 60000 % 60),
		(int)(ms / 1000 % 60), (int)(ms % 1000));
}

/* Names are what people typed: no tag, no entity and no end of the cue in them. */
static void append_cue_text(GString *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			g_string_append(out, "&amp;");
		else if (*text == '<')
			g_string_append(out, "&lt;");
		else if (*text == '>')
			g_string_append(out, "&gt;");
		else
			g_string_append_c(out, *text == '\n' || *text == '\r' ? ' ' : *text);
	}
}

char *captions_webvtt(const GArray *captions, double length)
{
	GString *out = g_string_new("WEBVTT\n");
	for (guint i = 0; i < captions->len; i++) {
		const caption *one = &g_array_index(captions, caption, i);
		if (end_of(captions, i, length) <= one->at)
			continue;
		g_string_append_c(out, '\n');
		append_time(out, one->at);
		g_string_append(out, " --> ");
		append_time(out, end_of(captions, i, length));
		g_string_append_c(out, '\n');
		append_cue_text(out, one->text);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

static caption *last_of(const GArray *chapters, guint before)
{
	return chapters->len > before ? &g_array_index(chapters, caption, chapters->len - 1 - before) : NULL;
}

/* What has not lasted is what came of it, from the same moment on. */
static void add_chapter(GArray *chapters, const caption *next)
{
	caption *last = last_of(chapters, 0), *before = last_of(chapters, 1);
	if (!last || next->at - last->at >= CHAPTER_SECONDS)
		g_array_append_val(chapters, *next);
	else if (before && strcmp(before->text, next->text) == 0)
		g_array_set_size(chapters, chapters->len - 1);
	else
		last->text = next->text;
}

/* Of caption, whose texts are borrowed. */
static GArray *chapters_of(const GArray *captions, double length)
{
	GArray *chapters = g_array_new(FALSE, FALSE, sizeof(caption));
	for (guint i = 0; i < captions->len; i++) {
		const caption *one = &g_array_index(captions, caption, i);
		if (one->at < length)
			add_chapter(chapters, one);
	}
	if (chapters->len > 1 && length - last_of(chapters, 0)->at < CHAPTER_SECONDS)
		g_array_set_size(chapters, chapters->len - 1);
	return chapters;
}

char *captions_chapters(const GArray *captions, double length)
{
	g_autoptr(GArray) chapters = chapters_of(captions, length);
	GString *out = g_string_new(";FFMETADATA1\n");
	for (guint i = 0; i < chapters->len; i++) {
		const caption *one = &g_array_index(chapters, caption, i);
		double end = end_of(chapters, i, length);
		g_string_append_printf(out,
			"[CHAPTER]\nTIMEBASE=1/1000\nSTART=%" G_GINT64_FORMAT "\nEND=%" G_GINT64_FORMAT
			"\ntitle=",
			(gint64)llround(MAX(one->at, 0) * 1000), (gint64)llround(end * 1000));
		for (const char *c = one->text; *c; c++) {
			if (strchr("=;#\\\n", *c))
				g_string_append_c(out, '\\');
			g_string_append_c(out, *c);
		}
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}
