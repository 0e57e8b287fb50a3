/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys under keys: a 32-byte key encrypted with another, as text that can be kept beside the ledger.
 *
 * The text is base64 of nonce (24 bytes) ‖ XChaCha20-Poly1305(key), with the name under which it is kept as
 * additional data, so that a text put under another name does not open. Pure functions, any thread. */
#ifndef CONSENT_SEALING_WRAP_H
#define CONSENT_SEALING_WRAP_H

#include <stdbool.h>
#include <stdint.h>

#define SEALING_KEY_SIZE 32

/* g_free. */
char *wrap_key(const uint8_t with[SEALING_KEY_SIZE], const char *name, const uint8_t key[SEALING_KEY_SIZE]);

/* False, and `ret` untouched, when the text is none, or not of this key and name. */
bool wrap_open(const uint8_t with[SEALING_KEY_SIZE], const char *name, const char *text,
	uint8_t ret[SEALING_KEY_SIZE]);

#endif
