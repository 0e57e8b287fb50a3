/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log as the gateway writes it, with a signing key, and people who have keys of their own and sign. */
#ifndef CONSENT_TESTS_SIGNED_LOG_H
#define CONSENT_TESTS_SIGNED_LOG_H

#include "ledger_help.h"

#include "proofs/signing.h"

/* A ledger in the place's file that signs with the place's `signing-key`. */
ledger *signed_log(const help_place *place);
char *signed_log_key(const help_place *place); /* that file's path (g_free) */

/* The place's log verifies (NULL), or its last entry is wrong for a reason that has this word. */
void signed_log_expect(const help_place *place, const char *word);

typedef struct person {
	const char *id, *meeting;
	signing_key key;
	unsigned nonces; /* used so far */
} person;

void person_init(person *p, const char *id, const char *meeting);

/* A JWS by the person over what they ask for and who, when and with a fresh nonce (g_free). Takes the
 * subject. */
char *person_sign(person *p, json_t *subject, gint64 at_ms);

/* {"decisions":[{purpose, media:[audio], decision, notice}]}, as a request has it. */
json_t *person_asks(const char *purpose, const char *decision);

/* The entries' bodies. Of a decision: with one item, on audio. */
json_t *person_bind_body(const person *p);
json_t *person_body(const person *p, const char *how, const char *purpose, const char *decision);
/* Personal data: takes nothing; `proof` may be NULL. */
json_t *person_bind_personal(const person *p, const char *proof);
json_t *person_personal(const char *proof);

/* Appends and waits. */
ledger_place signed_append(ledger *l, const char *type, json_t *body, json_t *personal);

/* As the gateway would: join, bind, decide. */
void person_join(person *p, ledger *l, const char *display);
void person_bind(person *p, ledger *l);
ledger_place person_decide(person *p, ledger *l, const char *purpose, const char *decision);
ledger_place person_withdraw(person *p, ledger *l, const char *purpose);

#endif
