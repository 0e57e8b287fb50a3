/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule: who is present in a meeting, what runs there, and therefore for which purposes a packet may pass.
 * Pure: no Janus, JSON, SQL, files or threads; whoever holds it holds a lock. */
#ifndef CONSENT_ROSTER_H
#define CONSENT_ROSTER_H

#include "consent/decision.h"

typedef enum { ACTIVITY_STOPPED, ACTIVITY_ANNOUNCED, ACTIVITY_RUNNING } activity_state;

typedef enum {
	POLICY_EACH,      /* whoever agreed is captured, the others are not */
	POLICY_UNANIMOUS, /* nobody is, unless everybody present agreed */
} policy;

/* "each", "unanimous" */
const char *policy_name(policy p);
bool policy_from_name(const char *name, policy *ret);

/* A purpose in this meeting; at most one activity for each at a time. */
typedef struct roster_purpose {
	const char *notice; /* hash of the notice in force; borrowed */
	unsigned media;     /* what the notice covers */
	bool captures;      /* false: nothing of it ever goes to a sink */
	activity_state state;
	policy policy;
} roster_purpose;

typedef struct roster_member {
	decision_card card;
	guint32 told; /* bit per purpose: the running activity's notice has been sent to this member */
} roster_member;

typedef struct roster {
	roster_purpose purposes[PURPOSES_MAX];
	unsigned count;     /* of purposes */
	GPtrArray *members; /* roster_member *, borrowed: those present */
	unsigned coming;    /* in the room, and not among the members yet: nobody has asked them */
	bool healthy;       /* ledger and sinks */
} roster;

void roster_init(roster *r);
void roster_clear(roster *r);

void roster_add(roster *r, roster_member *m);
void roster_remove(roster *r, roster_member *m);

/* The whole rule but for the track's being relayed, which only its owner knows: the set of purposes (bits)
 * for which a packet of `m`'s medium may be captured at `now_ms`. */
guint32 roster_allowed(const roster *r, roster_member *m, medium medium, gint64 now_ms);

/* When roster_allowed, which says `purposes` for this medium of `m`, will say less because a grant ends: of
 * `m`, or of anybody present where all must agree; 0: never. */
gint64 roster_until(const roster *r, roster_member *m, medium medium, guint32 purposes);

/* Why a running activity captures nothing of anybody; NULL when nothing stands in its way. */
const char *roster_paused(const roster *r, unsigned purpose, gint64 now_ms);

#endif
