/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gateways on one PostgreSQL. */
#ifndef CONSENT_TESTS_FLEET_SUPPORT_H
#define CONSENT_TESTS_FLEET_SUPPORT_H

#include "meeting_evidence.h"
#include "meeting_holder.h"
#include "postgres_support.h"

#define ORIGIN_A "a.example/consent"
#define ORIGIN_B "b.example/consent"

/* A main that runs the tests on a server of their own; exit status 77 where there is none to run. */
int fleet_run(const char *name, const TTest *const *const *tests, size_t count);
extern pg_server fleet_server;

/* world_clear ends it. */
void gateway_init(world *w, const char *origin);
/* Only the notice for recording, with one text in it replaced, for the next world_open. */
void gateway_notices(world *w, const char *what, const char *by);

/* Bodies of that log's entries of a type, with "display" where there is and "erased" added. New reference. */
json_t *log_entries(const world *w, const char *type);

#endif
