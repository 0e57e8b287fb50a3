/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the consumer of a live feed says of it in RTCP (RFC 3550), as far as the gateway listens. Pure. */
#ifndef CONSENT_CAPTURE_FEEDBACK_H
#define CONSENT_CAPTURE_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a datagram of RTCP, single or compound and not encrypted, asks for a key frame: by PLI (RFC 4585,
 * 6.3.1) or FIR (RFC 5104, 4.3.1). False for anything else, however long it says it is. */
bool feedback_wants_keyframe(const uint8_t *bytes, size_t length);

#endif
