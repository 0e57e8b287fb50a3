/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A meeting as a vCon (draft-ietf-vcon-vcon-core), with consent by its extension `lawful_basis`. */
#ifndef CONSENT_CLI_VCON_H
#define CONSENT_CLI_VCON_H

#include "cli/export_meeting.h"

#include <stdio.h>

/* Participants in the order in which they came, each once: the indices of parties. */
typedef struct vcon_parties {
	const attendees *who;
	GPtrArray *ids; /* borrowed from them */
} vcon_parties;

/* −1: nobody of that id, or who had it before they proved a key. */
int vcon_party(const vcon_parties *p, const char *participant);

json_t *vcon_time(gint64 ms);

/* Attachments of purpose lawful_basis: one for each purpose and medium on which a party has decided, with the
 * decision in force, the wording's hash, and the log's proof of its entry. NULL on failure. */
json_t *vcon_lawful_basis(const meeting_export *m, const vcon_parties *parties, GError **error);

/* Records of the meeting's products (ledger/products.h) that may be used at that time, each for its own
 * purpose; what may not be is told in `left_out`, a line each (strings; may be NULL). NULL on failure. */
json_t *vcon_products(const meeting_export *m, gint64 now_ms, GPtrArray *left_out, GError **error);

/* Writes the member `analysis`, with a comma before it; nothing where there are none. */
bool vcon_put_analysis(
	const meeting_export *m, const vcon_parties *p, const json_t *products, FILE *out, GError **error);

#endif
