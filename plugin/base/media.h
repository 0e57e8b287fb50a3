/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three media, as flags so that a set of them is an unsigned. */
#ifndef CONSENT_BASE_MEDIA_H
#define CONSENT_BASE_MEDIA_H

typedef enum {
	MEDIUM_AUDIO = 1 << 0,
	MEDIUM_VIDEO = 1 << 1,
	MEDIUM_DATA = 1 << 2,
} medium;

#define MEDIA_COUNT 3
#define MEDIA_ALL 7u

/* "audio", "video", "data"; NULL for anything that is not exactly one medium. */
const char *medium_name(medium one);

/* The medium of that name, 0 if there is none. */
medium medium_from_name(const char *name);

/* 0, 1, 2 for an array over the media. */
unsigned medium_slot(medium one);

#endif
