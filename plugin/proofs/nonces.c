/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/nonces.h"

#include "proofs/text.h"

#include <sodium.h>
#include <string.h>

char *nonces_issue(nonces *n, gint64 now_ms, gint64 life_ms, char text[NONCE_TEXT_SIZE])
{
	unsigned slot = 0;
	for (unsigned i = 1; i < NONCES_MAX; i++)
		if (n->each[i].expires_ms < n->each[slot].expires_ms)
			slot = i;

	randombytes_buf(n->each[slot].bytes, NONCE_SIZE);
	n->each[slot].expires_ms = now_ms + life_ms;
	g_autofree char *base64 = text_base64url(n->each[slot].bytes, NONCE_SIZE);
	g_strlcpy(text, base64, NONCE_TEXT_SIZE);
	return text;
}

/* Its slot, or −1. */
static int find(const nonces *n, const char *text, gint64 now_ms)
{
	uint8_t bytes[NONCE_SIZE];
	if (!text_read_base64url_exactly((text_span){text, strlen(text)}, bytes, NONCE_SIZE))
		return -1;
	for (int i = 0; i < NONCES_MAX; i++)
		if (n->each[i].expires_ms > now_ms && sodium_memcmp(n->each[i].bytes, bytes, NONCE_SIZE) == 0)
			return i;
	return -1;
}

bool nonces_has(const nonces *n, const char *text, gint64 now_ms)
{
	return find(n, text, now_ms) >= 0;
}

bool nonces_take(nonces *n, const char *text, gint64 now_ms)
{
	int slot = find(n, text, now_ms);
	if (slot >= 0)
		memset(&n->each[slot], 0, sizeof(n->each[slot]));
	return slot >= 0;
}
