/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include "cli/tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_US (G_USEC_PER_SEC / 8)
#define BAR 24

void progress_begin(progress *p, const char *of, const char *unit, guint64 total)
{
	*p = (progress){.of = of,
		.unit = unit,
		.total = total,
		.terminal = isatty(STDERR_FILENO),
		.begun_us = g_get_monotonic_time()};
}

static void append_bar(GString *text, double part)
{
	int full = (int)(part * BAR);
	g_string_append(text, " [");
	for (int i = 0; i < BAR; i++)
		g_string_append_c(text, i < full ? '#' : '.');
	g_string_append_printf(text, "] %3d %%", (int)(part * 100));
}

static void append_left(GString *text, double seconds)
{
	unsigned s = (unsigned)(seconds + 0.5);
	if (s >= 3600)
		g_string_append_printf(text, ", %u:%02u:%02u left", s / 3600, s / 60 % 60, s % 60);
	else
		g_string_append_printf(text, ", %u:%02u left", s / 60, s % 60);
}

char *progress_text(const progress *p, guint64 done, gint64 now_us, unsigned columns)
{
	GString *text = g_string_new(p->of);
	double seconds = (double)MAX(now_us - p->begun_us, 1) / G_USEC_PER_SEC;
	double rate = (double)done / seconds;
	guint64 total = MAX(p->total, done); /* the ledger grows meanwhile */
	if (p->total)
		append_bar(text, (double)done / (double)total);
	g_string_append_printf(text, " %" G_GUINT64_FORMAT " %s, %.0f a second", done, p->unit, rate);
	if (p->total && done)
		append_left(text, (double)(total - done) / rate);
	if (columns > 0 && text->len >= columns)
		g_string_truncate(text, columns - 1);
	return g_string_free(text, FALSE);
}

/* 0: as many as one likes. */
static unsigned columns_of_terminal(void)
{
	struct winsize size;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void progress_show(progress *p, guint64 done)
{
	gint64 now_us = p->terminal ? g_get_monotonic_time() : 0;
	if (!p->terminal || now_us - p->drawn_us < REDRAW_US)
		return;
	g_autofree char *text = progress_text(p, done, now_us, columns_of_terminal());
	fprintf(stderr, "\r\x1b[K%s", text);
	p->drawn = true;
	p->drawn_us = now_us;
}

void progress_end(progress *p)
{
	if (p->drawn)
		fputs("\r\x1b[K", stderr);
	p->drawn = false;
}

void progress_step(progress *p, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_autofree char *text = g_strdup_vprintf(format, values);
	va_end(values);
	progress_end(p);
	tool_say("%s: %s", p->of, text);
}
