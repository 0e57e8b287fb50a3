/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nonces that one participant was given: each is random, serves once, and expires. A small table by value,
 * one for every participant, so that nobody can use up another's; {0} is the empty one. When it is full the
 * oldest nonce gives way. No locks: its owner's. */
#ifndef CONSENT_PROOFS_NONCES_H
#define CONSENT_PROOFS_NONCES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define NONCES_MAX 8
#define NONCE_SIZE 16        /* bytes: 128 bits cannot be guessed */
#define NONCE_TEXT_SIZE 23   /* the same in base64url, and a NUL */
#define NONCE_LIFE_MS 600000 /* ten minutes: time to read a notice, and to be called away from it */

typedef struct nonces {
	struct {
		uint8_t bytes[NONCE_SIZE];
		gint64 expires_ms; /* 0: unused */
	} each[NONCES_MAX];
} nonces;

/* Makes one that is good before now + life. Returns `text`. */
char *nonces_issue(nonces *n, gint64 now_ms, gint64 life_ms, char text[NONCE_TEXT_SIZE]);

/* True when it was issued, not taken, and is not expired. */
bool nonces_has(const nonces *n, const char *text, gint64 now_ms);

/* The same, and from now on it is taken. */
bool nonces_take(nonces *n, const char *text, gint64 now_ms);

#endif
