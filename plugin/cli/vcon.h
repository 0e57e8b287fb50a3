/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A meeting as a vCon (draft-ietf-vcon-vcon-core), with consent by its extension `lawful_basis`. */
#ifndef CONSENT_CLI_VCON_H
#define CONSENT_CLI_VCON_H

#include "cli/export_meeting.h"

/* Participants in the order in which they came, each once: the indices of parties. */
typedef struct vcon_parties {
	GPtrArray *ids; /* borrowed from the meeting */
} vcon_parties;

/* −1: nobody of that id. */
int vcon_party(const vcon_parties *p, const char *participant);

json_t *vcon_time(gint64 ms);

/* Attachments of purpose lawful_basis: one for each purpose and medium on which a party has decided, with the
 * decision in force, the wording's hash, and the log's proof of its entry. NULL on failure. */
json_t *vcon_lawful_basis(const meeting_export *m, const vcon_parties *parties, GError **error);

#endif
