/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of a request as data: name, type, whether required. An unknown field is an error, too: a mistyped
 * "expires" must not become a grant without an end. Pure; any thread. */
#ifndef CONSENT_SIGNALLING_FIELDS_H
#define CONSENT_SIGNALLING_FIELDS_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef enum {
	FIELD_STRING, /* not empty, at most `max` bytes (0: 64) */
	FIELD_BOOL,
	FIELD_INTEGER, /* 0 … max (0: 2^53 − 1) */
	FIELD_COUNT,   /* 1 … max */
	FIELD_TIME,    /* string, RFC 3339 */
	FIELD_MOMENT,  /* likewise, or a date, which means its first moment in UTC */
	FIELD_CURSOR,  /* string of at most 256 bytes; null, as the last page gives it, is as good as none */
	FIELD_ARRAY,   /* not empty, at most `max` elements (0: 64) */
	FIELD_OBJECT,
	FIELD_ROOM,  /* positive integer or string, as upstream has it */
	FIELD_PROOF, /* compact JWS, checked elsewhere */
} field_type;

typedef struct field {
	const char *name;
	field_type type;
	bool required;
	gint64 max;
} field;

#define FIELDS_END                                                                                           \
	{                                                                                                    \
		NULL, 0, false, 0                                                                            \
	}

/* Checks all fields of `object` but "request"; `where` precedes names in messages ("decisions[2]." or ""). */
bool fields_check(const field *fields, json_t *object, const char *where, GError **error);

/* How many bytes of what a client wrote go into a sentence ("%.*s"): at most 64, never a part of a character.
 */
int field_shown(const char *text);

/* NULL or 0 when absent; only after fields_check. */
const char *field_string(json_t *object, const char *name);
gint64 field_integer(json_t *object, const char *name);
gint64 field_time(json_t *object, const char *name);

#endif
