/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `janus-consent verify` verifies besides a store. The options were checked to fit together. Each prints
 * what it found and returns an exit code; with an error, which one does not matter. */
#ifndef CONSENT_CLI_VERIFY_H
#define CONSENT_CLI_VERIFY_H

#include "cli/tool.h"
#include "cli/witness.h"

int verify_tiles(const arguments *args, GError **error);
int verify_receipt(const arguments *args, GError **error);

/* Besides a store, with --recordings: lists the files first (*ret_files NULL: not asked for), then, when the
 * store was found good, compares them with it. */
bool verify_recordings_begin(const arguments *args, GPtrArray **ret_files, GError **error);
int verify_recordings(const arguments *args, const GPtrArray *files, GError **error);

#endif
