/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sending half of SRTP (RFC 3711), for one stream: AES-128 in counter mode and HMAC-SHA1, without
 * rekeying, MKI or SRTCP. By libcrypto, since libsrtp on top of NSS, as Debian has it, takes ten times as
 * long: it makes and frees objects with every packet. The tests read with libsrtp what this writes. One
 * thread at a time. */
#ifndef CONSENT_CAPTURE_SRTP_SENDER_H
#define CONSENT_CAPTURE_SRTP_SENDER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Master key and master salt. */
#define SRTP_SENDER_KEY_SIZE 30
/* What authentication adds to a packet: HMAC_SHA1_80, HMAC_SHA1_32. */
#define SRTP_SENDER_TAG_80 10
#define SRTP_SENDER_TAG_32 4

typedef struct srtp_sender srtp_sender;

/* `tag_size`: one of the above. A key serves for one sender. NULL where libcrypto does not have the
 * algorithms. */
srtp_sender *srtp_sender_new(const uint8_t key[SRTP_SENDER_KEY_SIZE], size_t tag_size);
/* Takes NULL. */
void srtp_sender_free(srtp_sender *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(srtp_sender, srtp_sender_free)

/* Encrypts an RTP packet that rtp_is_media() accepted in place, and appends the tag, for which there is room;
 * *length grows by it. False, and nothing to be sent: a packet of that number was protected before, whose
 * keystream would serve twice; or it is too late for that to be known, or of another SSRC than the first. */
bool srtp_sender_protect(srtp_sender *s, uint8_t *packet, size_t *length);

#endif
