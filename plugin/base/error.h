/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: one GError domain for the whole gateway.
 *
 * Codes from 700 up travel on the wire (see docs/protocol.md): one code per cause, and the message is a
 * sentence that names the field and the mend. Codes below 100 never leave the process: they are for the log
 * and the tool. Functions that can fail return bool (or a pointer) and take a GError ** last; outputs stay
 * untouched on failure. */
#ifndef CONSENT_BASE_ERROR_H
#define CONSENT_BASE_ERROR_H

#include <glib.h>

#define CONSENT_ERROR (consent_error_quark())

typedef enum {
	CONSENT_ERROR_CONFIG = 1,   /* the configuration cannot be used */
	CONSENT_ERROR_STORE = 2,    /* the store cannot be opened, read or is of another version */
	CONSENT_ERROR_FILE = 3,     /* a file cannot be read or written */
	CONSENT_ERROR_VERIFY = 4,   /* something does not verify */
	CONSENT_ERROR_UPSTREAM = 5, /* the upstream plugin cannot be used */
	CONSENT_ERROR_HELD = 6,     /* another gateway that runs writes this log */
	CONSENT_ERROR_ENTRY = 7,    /* the store works, but cannot take one of these entries */
	CONSENT_ERROR_STALE = 8,    /* the store went on meanwhile: begin the transaction again */

	CONSENT_ERROR_REQUEST = 700,        /* unknown request */
	CONSENT_ERROR_MISSING = 701,        /* a field is missing */
	CONSENT_ERROR_INVALID = 702,        /* a field has the wrong type or value, or is unknown */
	CONSENT_ERROR_NOT_IN_ROOM = 703,    /* the handle has not joined a room, or another one */
	CONSENT_ERROR_PURPOSE = 704,        /* unknown purpose or medium */
	CONSENT_ERROR_NOTICE = 705,         /* the notice is not the one in force */
	CONSENT_ERROR_PROOF = 706,          /* bad or replayed proof */
	CONSENT_ERROR_NOT_AUTHORISED = 707, /* not authorised */
	CONSENT_ERROR_LEDGER = 708,       /* the ledger is unavailable: nothing recorded, nothing captured */
	CONSENT_ERROR_PAST_GATEWAY = 709, /* this would capture media past the gateway */
	CONSENT_ERROR_TOO_MANY = 710,     /* too many requests */
	CONSENT_ERROR_ENCRYPTED = 711,    /* not possible with end-to-end encryption */
	CONSENT_ERROR_NOT_FOUND = 712,    /* no such meeting, activity or record */
} consent_error;

GQuark consent_error_quark(void);

#endif
