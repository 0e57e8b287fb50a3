/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings for the tool: the logs that tell of them, the folder that they are in, and the operator's key.
 */
#ifndef CONSENT_CLI_RECORDINGS_H
#define CONSENT_CLI_RECORDINGS_H

#include "cli/tool.h"
#include "ledger/segmentkeys.h"

typedef struct recordings {
	char *store, *folder, *key_file; /* the last two NULL: not known */
	char **origins;                  /* of the logs to look at */
} recordings;

/* CONSENT_ERROR_INVALID when neither options nor configuration name the ledger. */
bool recordings_open(const arguments *args, recordings *ret, GError **error);
/* The same when they do not name the folder. */
bool recordings_need_folder(const recordings *r, GError **error);
void recordings_clear(recordings *r);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(recordings, recordings_clear)

/* A segment as one log has it; borrowed for the time of the callback. */
typedef struct recording {
	const recordings *all;
	const char *origin;
	ledger_reader *reader;
	json_t *record; /* of records_segments */
} recording;

/* A member that is text, "" where it is null. */
const char *recording_text(const recording *one, const char *member);
/* {participant, purpose, medium} of one of its purposes. */
#define RECORDING_OF(one, purpose)                                                                           \
	((standing_of){recording_text(one, "participant"), purpose, recording_text(one, "medium")})

/* Return false to stop; the caller then knows why. */
typedef bool (*recordings_each)(const recording *one, void *user);

bool recordings_list(const recordings *all, const records_filter *filter, recordings_each each, void *user,
	GError **error);

/* The operator's key, which a log's recordings are under. *ret_found false: nothing in this log is encrypted.
 * CONSENT_ERROR_INVALID when it is not known where the key is. Secret: sodium_memzero. */
bool recordings_operator(
	const recordings *all, ledger_reader *r, operatorkey *ret, bool *ret_found, GError **error);

/* The key of its file, by those of one purpose. *ret_found false: they are destroyed. CONSENT_ERROR_INVALID
 * when it is not known where the operator's key is. */
bool recording_key(const recording *one, const char *purpose, uint8_t ret[SEALING_KEY_SIZE], bool *ret_found,
	GError **error);

#endif
