/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/timeline.h"

#include <math.h>

static void seat_clear(void *data)
{
	timeline_seat *s = data;
	g_free(s->name);
	g_array_unref(s->present);
}

static void clip_clear(void *data)
{
	g_free(((timeline_clip *)data)->file);
}

static void piece_clear(void *data)
{
	g_array_unref(((timeline_piece *)data)->tiles);
}

static GArray *array_of(guint size, GDestroyNotify clear)
{
	GArray *made = g_array_new(FALSE, FALSE, size);
	g_array_set_clear_func(made, clear);
	return made;
}

timeline *timeline_new(void)
{
	timeline *t = g_new0(timeline, 1);
	t->seats = array_of(sizeof(timeline_seat), seat_clear);
	t->clips = array_of(sizeof(timeline_clip), clip_clear);
	return t;
}

void timeline_free(timeline *t)
{
	if (!t)
		return;
	g_array_unref(t->seats);
	g_array_unref(t->clips);
	g_free(t);
}

guint timeline_add_seat(timeline *t, const char *name)
{
	timeline_seat s = {
		.name = g_strdup(name), .present = g_array_new(FALSE, FALSE, sizeof(timeline_span))};
	g_array_append_val(t->seats, s);
	return t->seats->len - 1;
}

void timeline_add_span(timeline *t, guint seat, double from, double to)
{
	const timeline_span span = {from, to};
	g_array_append_val(g_array_index(t->seats, timeline_seat, seat).present, span);
}

void timeline_add_clip(timeline *t, const timeline_clip *clip)
{
	timeline_clip own = *clip;
	own.file = g_strdup(clip->file);
	g_array_append_val(t->clips, own);
}

static gint64 picture_at(const timeline *t, double second)
{
	return llround(CLAMP(second, 0, t->length) * TIMELINE_RATE);
}

static void add_cut(const timeline *t, GArray *cuts, double second)
{
	gint64 at = picture_at(t, second);
	g_array_append_val(cuts, at);
}

static int compare(const void *a, const void *b)
{
	const gint64 *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

static GArray *cuts_of(const timeline *t)
{
	GArray *cuts = g_array_new(FALSE, FALSE, sizeof(gint64));
	add_cut(t, cuts, 0);
	add_cut(t, cuts, t->length);
	for (guint i = 0; i < t->seats->len; i++) {
		const GArray *present = g_array_index(t->seats, timeline_seat, i).present;
		for (guint s = 0; s < present->len; s++) {
			add_cut(t, cuts, g_array_index(present, timeline_span, s).from);
			add_cut(t, cuts, g_array_index(present, timeline_span, s).to);
		}
	}
	for (guint i = 0; i < t->clips->len; i++) {
		add_cut(t, cuts, g_array_index(t->clips, timeline_clip, i).from);
		add_cut(t, cuts, g_array_index(t->clips, timeline_clip, i).to);
	}
	g_array_sort(cuts, compare);
	return cuts;
}

static bool covers(const timeline *t, const timeline_piece *p, double from, double to)
{
	return picture_at(t, from) <= p->from && picture_at(t, to) >= p->to;
}

static bool is_there(const timeline *t, const timeline_piece *p, const GArray *present)
{
	for (guint i = 0; i < present->len; i++) {
		const timeline_span *s = &g_array_index(present, timeline_span, i);
		if (covers(t, p, s->from, s->to))
			return true;
	}
	return false;
}

static void add_tiles(const timeline *t, timeline_piece *p, guint seat)
{
	guint before = p->tiles->len;
	bool heard = false;
	for (guint i = 0; i < t->clips->len; i++) {
		const timeline_clip *c = &g_array_index(t->clips, timeline_clip, i);
		const timeline_tile tile = {seat, (int)i};
		if (c->seat != seat || !covers(t, p, c->from, c->to))
			continue;
		heard = true;
		if (c->video)
			g_array_append_val(p->tiles, tile);
	}
	const timeline_tile unseen = {seat, -1};
	bool there = heard || is_there(t, p, g_array_index(t->seats, timeline_seat, seat).present);
	if (p->tiles->len == before && there)
		g_array_append_val(p->tiles, unseen);
	p->captured |= heard;
}

GArray *timeline_cut(const timeline *t)
{
	g_autoptr(GArray) cuts = cuts_of(t);
	GArray *pieces = array_of(sizeof(timeline_piece), piece_clear);
	for (guint i = 0; i + 1 < cuts->len; i++) {
		timeline_piece p = {g_array_index(cuts, gint64, i), g_array_index(cuts, gint64, i + 1)};
		if (p.from == p.to)
			continue;
		p.tiles = g_array_new(FALSE, FALSE, sizeof(timeline_tile));
		for (guint s = 0; s < t->seats->len; s++)
			add_tiles(t, &p, s);
		g_array_append_val(pieces, p);
	}
	return pieces;
}

timeline_place timeline_place_of(guint index, guint count, int width, int height)
{
	guint columns = (guint)ceil(sqrt(MAX(count, 1)));
	guint rows = (MAX(count, 1) + columns - 1) / columns, row = index / columns;
	/* A last row that is not full stands in the middle. */
	guint in_row = row == rows - 1 ? count - row * columns : columns;
	int w = width / (int)columns & ~1, h = height / (int)rows & ~1;
	int left = (width - w * (int)in_row) / 2 & ~1;
	return (timeline_place){left + w * (int)(index % columns), h * (int)row, w, h};
}
