/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tracks that the participants encrypt end to end. A recording keeps the ciphertext, which they alone can
 * read, and says so; whatever would have to understand it is not possible. */
#include "meeting/private.h"

#include <string.h>

#define KEEPS_CIPHERTEXT "record"

bool ciphertext_suits(const notice *n)
{
	return !n->captures || strcmp(n->purpose, KEEPS_CIPHERTEXT) == 0;
}

guint32 ciphertext_purposes(const meeting *m)
{
	guint32 purposes = 0;

	for (unsigned p = 0; p < m->roster.count; p++)
		if (ciphertext_suits(meeting_notice(m, p)))
			purposes |= 1u << p;
	return purposes;
}

static unsigned tracks_of(const attendance *a, unsigned media, bool encrypted)
{
	unsigned count = 0;

	for (unsigned n = 0; n < TRACKS_MAX; n++) {
		const track *t = a->tracks[n];

		count += t && t->known && t->sending && (t->medium & media) && t->encrypted == encrypted;
	}
	return count;
}

bool ciphertext_of(const attendance *a, unsigned media)
{
	return tracks_of(a, media, true) > 0;
}

/* Somebody sends, and nobody in the clear. */
static bool is_all(const meeting *m, unsigned media)
{
	unsigned encrypted = 0;

	for (unsigned i = 0; i < m->attendances->len; i++) {
		const attendance *a = g_ptr_array_index(m->attendances, i);

		if (tracks_of(a, media, false))
			return false;
		encrypted += tracks_of(a, media, true);
	}
	return encrypted > 0;
}

static bool refuse(const notice *n, const char *whose, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_ENCRYPTED,
		"'%s' is not possible with end-to-end encryption, which %s use: it would have to understand "
		"what "
		"the server cannot",
		n->purpose, whose);
	return false;
}

bool ciphertext_check_grant(const attendance *a, const notice *n, unsigned media, GError **error)
{
	return ciphertext_suits(n) || !ciphertext_of(a, media) || refuse(n, "your tracks", error);
}

bool ciphertext_check_start(const meeting *m, const notice *n, GError **error)
{
	return ciphertext_suits(n) || !is_all(m, n->media) || refuse(n, "all tracks in this room", error);
}
