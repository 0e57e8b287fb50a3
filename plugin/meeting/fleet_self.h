/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a gateway's fleet is. Private to fleet.c and fleet_read.c. */
#ifndef CONSENT_MEETING_FLEET_SELF_H
#define CONSENT_MEETING_FLEET_SELF_H

#include "meeting/fleet.h"

#include "ledger/follow.h"

struct fleet {
	follow *follow;
	ledger_reader *reader; /* the follower's, and before it runs the starting thread's */
	reservations *reservations;
	elsewheres *elsewhere;
	GPtrArray *kept; /* of carry, owned: waiting for the ledger */
	bool starting;   /* nobody is heard yet: the starting thread's */
	gint64 until_us; /* while starting: when to give up, since something failed; 0: nothing has */
	unsigned patience_ms;
	int stopping; /* atomic */
};

#endif
