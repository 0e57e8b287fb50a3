/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a long command has come, on standard error: on a terminal a bar with rate and time left, redrawn a
 * few times a second; elsewhere nothing but the steps, a line each. */
#ifndef CONSENT_CLI_PROGRESS_H
#define CONSENT_CLI_PROGRESS_H

#include <glib.h>
#include <stdbool.h>

typedef struct progress {
	const char *of;   /* "export records" */
	const char *unit; /* "entries" */
	guint64 total;    /* 0: not known */
	bool terminal, drawn;
	gint64 begun_us, drawn_us;
} progress;

/* The strings are borrowed. */
void progress_begin(progress *p, const char *of, const char *unit, guint64 total);

void progress_show(progress *p, guint64 done);

/* The bar as text, g_free: shorter than so many columns (0: however long), since what is broken into lines
 * cannot be redrawn. ASCII, where `of` and `unit` are. Pure: for progress_show. */
char *progress_text(const progress *p, guint64 done, gint64 now_us, unsigned columns);

/* One line that stays. */
void progress_step(progress *p, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Takes the bar away; may be called twice. */
void progress_end(progress *p);

#endif
