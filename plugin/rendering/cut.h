/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recording of speech as pieces of the length and form that training wants, by FFmpeg: one channel. Errors
 * are CONSENT_ERROR_FILE. */
#ifndef CONSENT_RENDERING_CUT_H
#define CONSENT_RENDERING_CUT_H

#include <glib.h>
#include <stdbool.h>

typedef struct cut_options {
	unsigned rate;     /* samples a second */
	const char *codec; /* "flac" or "opus": also the extension */
	double longest;    /* seconds */
	bool at_pauses;    /* where nobody speaks, as late as may be; else just there */
} cut_options;

typedef struct cut_piece {
	double from, length; /* seconds of the recording */
} cut_piece;

/* Cuts `in` into `folder`/NNNNNN.<codec>, numbered from `first` on; `work` is a folder for what is needed in
 * between. *ret: of cut_piece, in that order (g_array_unref). */
bool cut(const char *in, const char *folder, guint first, const char *work, const cut_options *options,
	GArray **ret, GError **error);

/* Where to cut; `pauses` are the middles of pauses, of double, in order. Pure: for cut(). */
GArray *cut_plan(double length, const GArray *pauses, const cut_options *options);

#endif
