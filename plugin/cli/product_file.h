/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a product (ledger/products.h): below the recordings folder, as products/ID or, encrypted,
 * products/ID.enc (sealing/sealed.h). */
#ifndef CONSENT_CLI_PRODUCT_FILE_H
#define CONSENT_CLI_PRODUCT_FILE_H

#include "base/hash.h"
#include "sealing/sealed.h"

/* The most that a product may have, in bytes. */
#define PRODUCT_MAX SEALED_FRAME_MAX

/* Its path below the recordings folder (g_free). */
char *product_file_name(const char *product, bool sealed);

/* Writes it: complete and on the disk, or not at all. `key` is NULL for a plain one; `sha256` is of the file
 * as it stands. */
bool product_file_write(const char *folder, const char *file, const uint8_t *key, const char *content,
	size_t length, char sha256[HASH_HEX_SIZE], GError **error);

/* Its content (g_free), a zero byte behind it. CONSENT_ERROR_VERIFY when the file is not the one of that
 * SHA-256. */
char *product_file_read(const char *folder, const char *file, const uint8_t *key, const char *sha256,
	size_t *ret_length, GError **error);

#endif
