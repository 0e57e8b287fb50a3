/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which language suits a person best. Pure and thread-safe. */
#ifndef CONSENT_NOTICES_LANGUAGE_H
#define CONSENT_NOTICES_LANGUAGE_H

/* `preference` is one BCP 47 tag or a comma-separated list as in HTTP's Accept-Language ("de-AT, de;q=0.9,
 * en;q=0.5"). Each tag is looked up in `tags` (NULL-terminated) whole, then without its last parts ("de-AT",
 * "de"); letters' case does not matter. Among the tags that are found the one of the greatest weight wins,
 * then the one named first. Returns a string of `tags`, NULL when none suits or `preference` is NULL.
 * Nonsense in `preference` suits nothing. */
const char *language_choose(const char *preference, const char *const *tags);

#endif
