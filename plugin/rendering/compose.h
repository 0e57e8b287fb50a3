/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One film of a meeting, by FFmpeg: VP8 and Opus in WebM. Errors are CONSENT_ERROR_FILE. */
#ifndef CONSENT_RENDERING_COMPOSE_H
#define CONSENT_RENDERING_COMPOSE_H

#include "rendering/timeline.h"

#define COMPOSE_WIDTH 1280
#define COMPOSE_HEIGHT 720

/* Called after each step; return false, with an error set, to stop. */
typedef bool (*compose_step)(guint done, guint of, void *user, GError **error);

typedef struct composition {
	const timeline *timeline;
	const char *folder;   /* where clips are and what is made in between */
	const char *chapters; /* a file of captions_chapters there */
	const char *file;     /* what becomes of it, in that folder */
	const char *card;     /* said while nobody is captured */
	compose_step step;
	void *user;
} composition;

bool compose(const composition *c, GError **error);

#endif
