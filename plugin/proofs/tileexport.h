/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publishes a log as static files that any web server serves (tiles.h), and checks such a folder.
 *
 * An export writes what is new since the last one, and the checkpoint last: whoever reads the folder
 * meanwhile finds everything that the checkpoint there needs. An interrupted one is taken up by the next,
 * which leaves files that already hold the right bytes as they are. Needs the memory of one tile and one
 * bundle.
 *
 * Errors: CONSENT_ERROR_VERIFY when something does not fit together (and then the folder's checkpoint is as
 * it was), CONSENT_ERROR_INVALID for an entry too large for a bundle, CONSENT_ERROR_FILE, and those of the
 * callbacks. Any thread; one export at a time into a folder, a second one is refused. */
#ifndef CONSENT_PROOFS_TILEEXPORT_H
#define CONSENT_PROOFS_TILEEXPORT_H

#include "proofs/checkpoint.h"
#include "proofs/merkle.h"
#include "proofs/tiles.h"

/* The log. */
typedef struct tile_log {
	merkle_reader hashes;
	/* The bytes of entry `index`, whose leaf hash is in the tree. Asked for in order. */
	bool (*entry)(void *user, guint64 index, GBytes **ret, GError **error);
	void *user;
} tile_log;

typedef struct tile_export_counts {
	guint64 size_before; /* of the log that was in the folder, 0: none */
	guint64 size;
	guint64 written, kept; /* files; kept: they were right already */
} tile_export_counts;

/* `signed_head` is the checkpoint to publish (a signed note), whose root the log must have. A folder in which
 * there is a checkpoint of another log, of a larger one, or of one with another beginning, is refused. With
 * `everything` the files that belong to the folder's checkpoint are looked at as well, and mended. `ret` may
 * be NULL. */
bool tile_export(const char *folder, const tile_log *log, const char *signed_head, bool everything,
	tile_export_counts *ret, GError **error);

/* Called for each entry in order, as it is read: what it was given is worth nothing unless the whole check
 * succeeds. False with an error stops the check. */
typedef bool (*tile_check_entry)(void *user, guint64 index, const void *bytes, size_t length, GError **error);

/* Checks a folder from the first entry to the checkpoint: its signature by a known key of the log `origin`
 * (checkpoint_open), every entry against its leaf hash, every tile against the one below, the root. The error
 * says where it is wrong. `each` and `ret_head` (clear it) may be NULL. */
bool tile_check(const char *folder, const char *origin, const note_verifier *known, size_t count,
	tile_check_entry each, void *user, checkpoint *ret_head, GError **error);

#endif
