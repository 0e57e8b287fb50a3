/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Canonicalization Scheme, RFC 8785: the one byte form that hashes are taken over. */
#ifndef CONSENT_BASE_JCS_H
#define CONSENT_BASE_JCS_H

#include <jansson.h>
#include <stddef.h>

/* Returns the canonical form, NUL-terminated (free with g_free), its length without the NUL in *ret_length
 * (may be NULL). NULL when `value` holds a number that is not finite, or an integer beyond 2^53 whose digits
 * would change because no double tells it from its neighbours. So what has a canonical form keeps it when it
 * is read and written again. Thread-safe while nobody changes `value`. */
char *jcs_dump(const json_t *value, size_t *ret_length);

#endif
