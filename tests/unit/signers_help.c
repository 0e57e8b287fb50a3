/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signers_help.h"

help_place signers_place;
ledger *signers_ledger;
person ann, eve;

/* Ann has a key and has granted; Bob has none and has. */
void signers_setup(void)
{
	person bob;
	signers_place = help_place_new();
	signers_ledger = signed_log(&signers_place);
	person_init(&ann, "ann", "m1");
	person_init(&eve, "ann", "m1"); /* says that she is Ann */
	person_init(&bob, "bob", "m1");
	person_join(&ann, signers_ledger, "Ann");
	person_join(&bob, signers_ledger, "Bob");
	person_bind(&ann, signers_ledger);
	person_decide(&ann, signers_ledger, "record", "granted");
	json_t *unsigned_body = person_body(&bob, "decide", "record", "granted");
	json_object_set_new(unsigned_body, "evidence", json_string("session"));
	signed_append(signers_ledger, "decision", unsigned_body, NULL);
}

void signers_teardown(void)
{
	ledger_close(signers_ledger);
	help_place_remove(&signers_place);
}

void expect(const char *word)
{
	signed_log_expect(&signers_place, word);
}

void write_decision(const char *how, const char *purpose, const char *decision, char *proof)
{
	signed_append(signers_ledger, "decision", person_body(&ann, how, purpose, decision),
		person_personal(proof));
	g_free(proof);
}

char *sign(person *by, json_t *subject)
{
	return person_sign(by, subject, clock_now_ms());
}
