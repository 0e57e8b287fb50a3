/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of recordings, as named values beside the log.
 *
 * A segment's file is encrypted with a key of its own. That key is kept once for each purpose that the
 * segment serves, under the key of the participant's grant of that purpose and medium, and that key is kept
 * under the operator's:
 *
 *   grant-key/<participant>/<purpose>/<medium>   grant key under the operator's key; the participant is
 *                                                `keys_of` of the segment's entry where it has that
 *   segment-key/<segment>/<purpose>              file key under the grant key
 *   capture-key                                  which operator's key it is (operatorkey_id)
 *
 * So a file can be read while for one of its purposes both are there and the operator has the key file.
 * Destroying a grant key ends all that was captured on the strength of that grant; destroying a segment's
 * keys ends one segment. Both hold for every copy of the file. Pure but for the reader; any thread. */
#ifndef CONSENT_LEDGER_SEGMENTKEYS_H
#define CONSENT_LEDGER_SEGMENTKEYS_H

#include "ledger/reader.h"
#include "sealing/operatorkey.h"

#define SEGMENTKEYS_OPERATOR "capture-key"

/* What a segment's file key is kept under. */
typedef struct segmentkeys_grant {
	const char *participant, *purpose, *medium;
	const uint8_t *key; /* SEALING_KEY_SIZE bytes */
} segmentkeys_grant;

/* Whose grant keys a segment's file key is kept under, by its `opened` entry's body. A participant who comes
 * back under the id that they have at another gateway has other keys than the time before. */
const char *segmentkeys_owner(const json_t *opened);

/* Adds to `values` (ledger_append_with) what keeps the file key for one purpose. */
void segmentkeys_keep(json_t *values, const operatorkey *with, const segmentkeys_grant *grant,
	const char *segment, const uint8_t file_key[SEALING_KEY_SIZE]);

/* Adds to `values` what destroys them. */
void segmentkeys_forget_grant(
	json_t *values, const char *participant, const char *purpose, const char *medium);
void segmentkeys_forget(json_t *values, const char *segment, const char *purpose);

/* The file key of a segment, whose `opened` entry's body this is. *ret_found false: none of its purposes has
 * its keys any more. CONSENT_ERROR_CONFIG when the operator's key is another one. */
bool segmentkeys_open(ledger_reader *r, const operatorkey *with, const json_t *opened,
	uint8_t ret[SEALING_KEY_SIZE], bool *ret_found, GError **error);
/* The same by the keys of one purpose only. */
bool segmentkeys_open_for(ledger_reader *r, const operatorkey *with, const json_t *opened,
	const char *purpose, uint8_t ret[SEALING_KEY_SIZE], bool *ret_found, GError **error);

#endif
