/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether segments can be written: lost with the first failure, regained when a probe succeeds. Writer thread
 * only, but for health_init. */
#ifndef CONSENT_CAPTURE_HEALTH_H
#define CONSENT_CAPTURE_HEALTH_H

#include "capture/library.h"

#define HEALTH_PROBE_EVERY_US G_USEC_PER_SEC

/* New string: what segments and listeners are told about an errno. */
char *health_reason(int error);

/* Before the writer runs: probes for the first time. */
void health_init(capture *c);

/* Tells when health_init found none. */
void health_begin(capture *c);

/* Tells, unless it was lost before. */
void health_lost(capture *c, const char *why);

/* Probes when health is lost and it is time; tells when it is back. */
void health_probe(capture *c);

#endif
