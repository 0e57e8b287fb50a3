/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training set on disk: what stands beside the sound. All files but the sound are made from two of them,
 * set.json and the listing, so that a set that has lost lines can be put right again.
 *
 *   set.json        {"set","purpose","made","layout","format","rate","origin"}
 *   metadata.jsonl  the listing, a piece a line (layout "hf": Hugging Face's audiofolder); in layout "nemo"
 *                   manifest.json, which is JSON Lines, too
 *   croissant.json  the set described for machines (MLCommons Croissant 1.0)
 *   MANIFEST        SHA-256 and name of every other file, as sha256sum writes and checks it
 *   MANIFEST.note   MANIFEST as a signed note by the log's key
 */
#ifndef CONSENT_CLI_TRAINING_SET_H
#define CONSENT_CLI_TRAINING_SET_H

#include "ledger/reader.h"

typedef struct training_set {
	json_t *about;    /* set.json */
	GPtrArray *lines; /* of json_t * */
} training_set;

void training_set_init(training_set *s);
void training_set_clear(training_set *s);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(training_set, training_set_clear)

/* What stands in set.json; "" where nothing does. */
const char *training_set_text(const training_set *s, const char *member);
/* The member of a line that names its file. */
const char *training_set_file(const training_set *s, const json_t *line);
/* Who it is, told to those who get the set: the same within it, of nobody elsewhere (g_free). */
char *training_set_speaker(const training_set *s, const char *participant);

/* Reads one. CONSENT_ERROR_INVALID for a folder that is none. */
bool training_set_read(const char *folder, training_set *ret, GError **error);

/* Writes all but the sound, each file in one step, signed by the key of the reader's log. */
bool training_set_write(const training_set *s, const char *folder, ledger_reader *r, GError **error);

#endif
