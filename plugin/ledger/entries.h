/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an entry is made of: the canonical body, the commitment to personal data, the link. Pure
 * functions, any thread. docs/ledger.md tells the same in prose, with a recipe to do it by hand. */
#ifndef CONSENT_LEDGER_ENTRIES_H
#define CONSENT_LEDGER_ENTRIES_H

#include "base/hash.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* The body's member that holds the commitment. */
#define ENTRY_PERSONAL "personal"

/* The type of a tombstone: its participant's personal data is destroyed. */
#define ENTRY_ERASE "erase"

/* Copies of a body's members by which entries are looked up. */
typedef struct entry_columns {
	gint64 at_ms;
	char *type;
	char *room; /* an integer in decimal, or the string */
	char *meeting, *participant;
	char *subject; /* the id that the entry is about: a segment, an activity, a notice */
} entry_columns;

typedef struct entry {
	entry_columns columns;
	char *body;              /* canonical JSON */
	char *personal;          /* canonical JSON, or NULL */
	uint8_t salt[HASH_SIZE]; /* of the commitment to it: random; all zero without personal data */
	/* The personal data encrypted ahead, or NULL; its nonce, and the number of the key (vault.h). */
	char *sealed;
	uint8_t nonce[HASH_SIZE];
	guint64 sealed_with;
	/* Its leaf hash, computed ahead for the index that it was likely to get; to be looked at once
	 * `hashed` (atomic) is set. */
	gint64 likely;
	uint8_t leaf[HASH_SIZE];
	int hashed;
	json_t *values; /* named values that go with it (ledger_append_with), or NULL */
} entry;

/* Adds "type", "at" and, with `personal` (NULL: none), the commitment to `body`, and fills `ret`. False with
 * CONSENT_ERROR_INVALID when `body` is no object, has one of these members already, or has no canonical form.
 */
bool entry_seal(
	const char *type, gint64 at_ms, json_t *body, const json_t *personal, entry *ret, GError **error);

/* Frees what it points to and zeroes it. */
void entry_clear(entry *e);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(entry, entry_clear)

/* Whether something goes for good with it: a participant's key, or a named value. */
bool entry_destroys(const entry *e);

/* Reads the columns out of a body; what is missing becomes NULL. False when "type" or "at" is. */
bool entry_columns_read(const json_t *body, entry_columns *ret);
void entry_columns_clear(entry_columns *c);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(entry_columns, entry_columns_clear)

/* SHA-256(salt ‖ personal) in hexadecimal. The salt has a fixed length, so no other pair gives the same
 * bytes. */
char *entry_commitment(const uint8_t salt[HASH_SIZE], const char *personal, char hex[HASH_HEX_SIZE]);

/* SHA-256(previous ‖ leaf). `link` may be `previous`. */
void entry_link(const uint8_t previous[HASH_SIZE], const uint8_t leaf[HASH_SIZE], uint8_t link[HASH_SIZE]);

#endif
