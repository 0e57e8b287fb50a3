/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log as static files for everybody (proofs/tileexport.h): its tree, and for entries the salted commitments
 * that the tree is over (tree.h). Nothing in them tells what an entry says. */
#ifndef CONSENT_LEDGER_PUBLISH_H
#define CONSENT_LEDGER_PUBLISH_H

#include "ledger/reader.h"
#include "proofs/tileexport.h"

/* Of one log, up to its newest checkpoint, also while a gateway appends. CONSENT_ERROR_NOT_FOUND for a log
 * without a checkpoint; else errors as in tile_export. `ret` may be NULL. */
bool ledger_publish(ledger_reader *r, const char *folder, tile_export_counts *ret, GError **error);

#endif
