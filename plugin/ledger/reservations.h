/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only one gateway of a fleet does at a time: whoever has reserved a name does it, the others wait. All
 * that there is of a reservation is a lock in the server's memory, on a number that the name hashes to:
 * nothing is written, and it ends with the connection of the gateway that has it.
 *
 * Any thread. One connection, made at the first use and made anew when it was lost. */
#ifndef CONSENT_LEDGER_RESERVATIONS_H
#define CONSENT_LEDGER_RESERVATIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct reservations reservations;

/* `where`: the address of a database server. */
reservations *reservations_new(const char *where);
/* Takes NULL. What is still reserved is not any more. */
void reservations_free(reservations *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(reservations, reservations_free)

/* Waits for its turn. False: the name is not reserved, since another gateway has had it for all that time, or
 * since the store cannot be reached. One gateway may have a name several times. Where the engine has no such
 * locks everybody gets everything. */
bool reservations_take(reservations *r, const void *name, size_t length, unsigned patience_ms);
/* Once for each time that it was taken. */
void reservations_give(reservations *r, const void *name, size_t length);

#endif
