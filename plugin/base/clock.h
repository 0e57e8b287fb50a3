/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time: wall clock in milliseconds since 1970 (UTC), and its one text form, RFC 3339 with milliseconds and Z.
 * All functions are thread-safe and do not fail unless said. */
#ifndef CONSENT_BASE_CLOCK_H
#define CONSENT_BASE_CLOCK_H

#include <glib.h>
#include <stdbool.h>

#define CLOCK_TEXT_SIZE sizeof("2026-01-02T03:04:05.678Z")

/* Now, wall clock, milliseconds since 1970. */
gint64 clock_now_ms(void);

/* Writes the text form of `ms` to `text`, which holds CLOCK_TEXT_SIZE bytes. A time before the year 0000 or
 * after 9999 is written as the first or last one that has a text form. Returns `text`. */
char *clock_format(gint64 ms, char *text);

/* Reads an RFC 3339 time with any offset and up to nine digits of fraction (cut to milliseconds). A leap
 * second counts as the first second of the next day. False if it is none. */
bool clock_parse(const char *text, gint64 *ret_ms);

/* Reads such a time, or a date, "2026-01-02", which means its first moment in UTC. False if it is neither. */
bool clock_parse_moment(const char *text, gint64 *ret_ms);

#endif
