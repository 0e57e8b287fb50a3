/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sealing/sealed.h"

#include <string.h>

#define TAG_SIZE crypto_secretstream_xchacha20poly1305_ABYTES

G_STATIC_ASSERT(SEALING_KEY_SIZE == crypto_secretstream_xchacha20poly1305_KEYBYTES);

void sealed_begin(sealed_state *s, const uint8_t key[SEALING_KEY_SIZE], GByteArray *out)
{
	uint8_t head[SEALED_HEAD_SIZE];
	memcpy(head, SEALED_MAGIC, SEALED_MAGIC_SIZE);
	crypto_secretstream_xchacha20poly1305_init_push(&s->stream, head + SEALED_MAGIC_SIZE, key);
	g_byte_array_append(out, head, sizeof head);
}

void sealed_frame(sealed_state *s, const void *plain, size_t length, bool last, GByteArray *out)
{
	uint32_t wire = GUINT32_TO_BE((uint32_t)(length + TAG_SIZE));
	uint8_t tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
			   : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
	guint at = out->len + (guint)sizeof wire;
	g_assert(length <= SEALED_FRAME_MAX);

	g_byte_array_append(out, (const guint8 *)&wire, sizeof wire);
	g_byte_array_set_size(out, at + (guint)(length + TAG_SIZE));
	/* The length is authenticated with what it is the length of. */
	crypto_secretstream_xchacha20poly1305_push(
		&s->stream, out->data + at, NULL, plain, length, (const uint8_t *)&wire, sizeof wire, tag);
}

bool sealed_read_head(
	sealed_state *s, const uint8_t key[SEALING_KEY_SIZE], const uint8_t head[SEALED_HEAD_SIZE])
{
	return memcmp(head, SEALED_MAGIC, SEALED_MAGIC_SIZE) == 0 &&
		crypto_secretstream_xchacha20poly1305_init_pull(&s->stream, head + SEALED_MAGIC_SIZE, key) ==
		0;
}

size_t sealed_frame_length(const uint8_t head[SEALED_FRAME_HEAD_SIZE])
{
	uint32_t wire;
	memcpy(&wire, head, sizeof wire);
	size_t length = GUINT32_FROM_BE(wire);
	return length < TAG_SIZE || length > SEALED_FRAME_MAX + TAG_SIZE ? 0 : length;
}

bool sealed_read_frame(
	sealed_state *s, const uint8_t *ciphertext, size_t length, uint8_t *ret, bool *ret_last)
{
	uint32_t wire = GUINT32_TO_BE((uint32_t)length);
	unsigned char tag;
	if (crypto_secretstream_xchacha20poly1305_pull(&s->stream, ret, NULL, &tag, ciphertext, length,
		    (const uint8_t *)&wire, sizeof wire) != 0)
		return false;
	*ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return true;
}
