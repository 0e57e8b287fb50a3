/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A participant's proof: a compact JWS by their own key over what they ask for,
 *   {"meeting", "participant", "nonce", "iat", and what is asked: "decisions", "purposes" or "bind" …}
 * so that nobody but them, the operator included, can have made it.
 *
 * Pure functions; the nonces are the caller's to lock. */
#ifndef CONSENT_PROOFS_PROOF_H
#define CONSENT_PROOFS_PROOF_H

#include "proofs/nonces.h"
#include "proofs/signing.h"
#include "proofs/text.h"

#include <jansson.h>

#define PROOF_WINDOW_MS 600000 /* how far "iat" may be from the gateway's clock: people's clocks are off */

/* Which check failed, in the order in which they are made. */
typedef enum {
	PROOF_GOOD,
	PROOF_FORM,        /* not a JWS with claims */
	PROOF_SIGNATURE,   /* not of this key and text */
	PROOF_CLAIMS,      /* a claim is missing, of a wrong type, or one too many */
	PROOF_MEETING,     /* of another meeting */
	PROOF_PARTICIPANT, /* of another participant */
	PROOF_SUBJECT,     /* over something else than what is asked */
	PROOF_TIME,        /* made too long ago, or in the future */
	PROOF_NONCE,       /* never issued, expired, or taken already */
} proof_verdict;

/* Words for the log and for tests: "good", "form", … */
const char *proof_verdict_name(proof_verdict verdict);

typedef struct proof_wanted {
	const uint8_t *public_key; /* SIGNING_PUBLIC_SIZE bytes */
	const char *meeting, *participant;
	/* An object: all that is asked, {"decisions": …}. The proof's claims must have each member, equal to
	 * the last detail, and none besides these and the four above. */
	const json_t *subject;
	gint64 at_ms;     /* when it came: now, or for a kept proof the time of its entry */
	gint64 window_ms; /* PROOF_WINDOW_MS */
	/* The nonce is taken when everything else is good. NULL: any nonce, for a proof that was kept and is
	 * checked again. */
	nonces *issued;
} proof_wanted;

/* On anything but PROOF_GOOD sets CONSENT_ERROR_PROOF, and nothing has changed. */
proof_verdict proof_check(text_span jws, const proof_wanted *wanted, GError **error);

#endif
