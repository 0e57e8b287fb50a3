/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/media.h"

#include <stddef.h>
#include <string.h>

static const char *const names[MEDIA_COUNT] = {"audio", "video", "data"};

const char *medium_name(medium one)
{
	for (unsigned slot = 0; slot < MEDIA_COUNT; slot++)
		if (one == (medium)(1u << slot))
			return names[slot];
	return NULL;
}

medium medium_from_name(const char *name)
{
	for (unsigned slot = 0; name && slot < MEDIA_COUNT; slot++)
		if (strcmp(name, names[slot]) == 0)
			return (medium)(1u << slot);
	return 0;
}

unsigned medium_slot(medium one)
{
	return one == MEDIUM_AUDIO ? 0 : one == MEDIUM_VIDEO ? 1 : 2;
}
