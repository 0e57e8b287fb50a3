/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tool's options as data: one table for all commands; a command says which of them it takes. */
#ifndef CONSENT_CLI_OPTIONS_H
#define CONSENT_CLI_OPTIONS_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	OPTION_STORE,
	OPTION_CONFIG,
	OPTION_ORIGIN,
	OPTION_FORMAT,
	OPTION_ROOM,
	OPTION_MEETING,
	OPTION_PARTICIPANT,
	OPTION_PURPOSE,
	OPTION_DECISION,
	OPTION_FROM,
	OPTION_TO,
	OPTION_LIMIT,
	OPTION_HEAD,
	OPTION_SEGMENT,
	OPTION_OUTPUT,
	OPTION_RECORDINGS,
	OPTION_KEY,
	OPTION_AUTHORISED,
	OPTION_RECORDS_FORMAT,
	OPTION_NOTICES_FORMAT,
	OPTION_OUTPUT_FILE,
	OPTION_CHECKPOINT,
	OPTION_LOG_KEY,
	OPTION_TILES,
	OPTION_RECEIPT,
	OPTION_PROOF,
	OPTION_COMPARED,
	OPTION_INDEX,
	OPTION_REASON,
	OPTION_OUTPUT_FOLDER,
	OPTION_FILM,
	OPTION_REFRESH,
	OPTION_URL,
	OPTION_TRAINING_FORMAT,
	OPTION_RATE,
	OPTION_CUT,
	OPTION_SECONDS,
	OPTION_LAYOUT,
	OPTION_KIND,
	OPTION_INPUT,
	OPTION_VENDOR,
	OPTION_MEDIATYPE,
	OPTION_PARTICIPANTS,
	OPTION_PRODUCT,
	OPTION_SIGN_KEY,
	OPTION_CERTIFICATE,
	OPTION_DISPLAY,
	OPTION_ORDER,
	OPTIONS,
} option_id;

#define OPTION_BIT(id) (G_GUINT64_CONSTANT(1) << (id))

typedef struct option {
	const char *name;     /* without the dashes */
	const char *value;    /* what stands for it in the help */
	const char *help;     /* one line or more, "\n" between */
	const char *complete; /* the values there are, with blanks between; NULL: anything */
	/* Sets an error that says what would do. NULL: anything but nothing. */
	bool (*check)(const char *value, GError **error);
} option;

extern const option options[OPTIONS];

/* A command's arguments: values are borrowed from the command line, NULL where not given. */
typedef struct arguments {
	const char *values[OPTIONS];
	const char *target; /* what is no option: where to, see command; or NULL */
	bool help;
} arguments;

/* Reads `--name VALUE` and `--name=VALUE`, and one argument without a name where `target` says what it stands
 * for (NULL: there is none). `allowed` is a set of OPTION_BITs. False with CONSENT_ERROR_INVALID, which names
 * the option, and a similar one where there is one. */
bool options_parse(char *const *args, guint64 allowed, const char *target, arguments *ret, GError **error);

/* Whether none of `others` (OPTION_BITs) is given beside `one`, if that is given: else CONSENT_ERROR_INVALID,
 * which names both and ends in `why`. */
bool options_alone(const arguments *args, option_id one, guint64 others, const char *why, GError **error);

#endif
