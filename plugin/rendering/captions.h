/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened when, for players: chapters as FFmpeg's metadata, captions as WebVTT. Pure. */
#ifndef CONSENT_RENDERING_CAPTIONS_H
#define CONSENT_RENDERING_CAPTIONS_H

#include <glib.h>

/* Something that happened; the times are seconds from the beginning. */
typedef struct caption {
	double at;
	char *text;
} caption;

/* `captions` is of caption, in order; each holds until the next. A chapter lasts a second at least: what was
 * over sooner is in the captions alone. g_free. */
char *captions_webvtt(const GArray *captions, double length);
char *captions_chapters(const GArray *captions, double length);

#endif
