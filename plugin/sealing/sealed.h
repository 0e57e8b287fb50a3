/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form of an encrypted file: libsodium's secretstream (XChaCha20-Poly1305) in frames, each of them
 * written at once, so that whatever a crash leaves has a prefix that decrypts. Integers are big-endian.
 *
 *   file   "CNSTSEAL" ‖ secretstream header (24 bytes) ‖ frames
 *   frame  u32 length ‖ ciphertext of that length (17 bytes more than what is in it)
 *
 * Frames are tagged "message"; the last one of a file that was closed is empty and tagged "final". Nobody
 * without the key can change, drop, repeat or exchange a frame unnoticed, only cut the end off, which the
 * missing final frame shows. A key serves for one file. One thread at a time per object. */
#ifndef CONSENT_SEALING_SEALED_H
#define CONSENT_SEALING_SEALED_H

#include "sealing/wrap.h"

#include <glib.h>
#include <sodium.h>

#define SEALED_MAGIC "CNSTSEAL"
#define SEALED_MAGIC_SIZE (sizeof SEALED_MAGIC - 1)
#define SEALED_HEAD_SIZE (SEALED_MAGIC_SIZE + crypto_secretstream_xchacha20poly1305_HEADERBYTES)
#define SEALED_FRAME_HEAD_SIZE sizeof(uint32_t)
#define SEALED_FRAME_EXTRA (SEALED_FRAME_HEAD_SIZE + crypto_secretstream_xchacha20poly1305_ABYTES)
/* Of what is in a frame: more than any batch of packets, little enough for a reader to hold. */
#define SEALED_FRAME_MAX ((size_t)64 * 1024 * 1024)

/* Either end of a stream; secret, to be cleared with sodium_memzero. */
typedef struct sealed_state {
	crypto_secretstream_xchacha20poly1305_state stream;
} sealed_state;

/* Appends what stands before the frames. */
void sealed_begin(sealed_state *s, const uint8_t key[SEALING_KEY_SIZE], GByteArray *out);
/* Appends one frame. `last`: tagged final; nothing may follow. */
void sealed_frame(sealed_state *s, const void *plain, size_t length, bool last, GByteArray *out);

/* False when `head` does not begin such a file. */
bool sealed_read_head(
	sealed_state *s, const uint8_t key[SEALING_KEY_SIZE], const uint8_t head[SEALED_HEAD_SIZE]);
/* The length of the ciphertext that follows a frame's head; 0: no frame has it. */
size_t sealed_frame_length(const uint8_t head[SEALED_FRAME_HEAD_SIZE]);
/* Decrypts into `ret`, which has room for `length` − 17 bytes. False: changed, or of another key. */
bool sealed_read_frame(
	sealed_state *s, const uint8_t *ciphertext, size_t length, uint8_t *ret, bool *ret_last);

#endif
