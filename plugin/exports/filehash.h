/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 of a file, however long it is. */
#ifndef CONSENT_EXPORTS_FILEHASH_H
#define CONSENT_EXPORTS_FILEHASH_H

#include "base/hash.h"

#include <stdbool.h>

/* CONSENT_ERROR_FILE when it cannot be read. Any thread. */
bool filehash(const char *path, char ret[HASH_HEX_SIZE], GError **error);

#endif
