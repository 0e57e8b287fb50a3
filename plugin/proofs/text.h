/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict text forms, for everything that is signed or hashed: one text for every value, so that nobody can
 * change a text and keep its meaning.
 *
 * Pure functions, any thread. Readers take a length, need no NUL, and leave their outputs untouched when they
 * refuse. */
#ifndef CONSENT_PROOFS_TEXT_H
#define CONSENT_PROOFS_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of somebody else's text. */
typedef struct text_span {
	const char *at;
	size_t length;
} text_span;

/* Cuts the first line off `rest`; `ret_line` is without its LF. False when no LF is left. */
bool text_line(text_span *rest, text_span *ret_line);

/* Cuts what stands before the first `separator` off `rest`, and the separator. False when there is none. */
bool text_cut(text_span *rest, char separator, text_span *ret_before);

/* Cuts `prefix` off `rest` if it begins with it. */
bool text_skip(text_span *rest, const char *prefix);

bool text_equals(text_span span, const char *wanted);

/* UTF-8 without ASCII control characters; with `lines` LF is allowed. */
bool text_is_plain(text_span span, bool lines);

/* RFC 4648, section 4 (with padding) and section 5 (base64url, without padding). Free with g_free. */
char *text_base64(const void *bytes, size_t length);
char *text_base64url(const void *bytes, size_t length);

/* NULL for anything but what the functions above write: no white space, exact padding or none, no stray bits
 * in the last character. */
GBytes *text_read_base64(text_span span);
GBytes *text_read_base64url(text_span span);

/* The same for values of a known size. */
bool text_read_base64_exactly(text_span span, uint8_t *bytes, size_t size);
bool text_read_base64url_exactly(text_span span, uint8_t *bytes, size_t size);

/* Digits without sign or leading zeros, at most 2^63 − 1. */
bool text_read_decimal(text_span span, guint64 *ret);

/* Eight lowercase hexadecimal digits. */
bool text_read_hex32(text_span span, guint32 *ret);

#endif
