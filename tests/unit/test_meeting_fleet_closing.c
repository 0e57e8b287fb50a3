/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What closes at one gateway, and that nothing from before opens it again. */
#include "fleet_pair.h"

/* Granted at B, withdrawn at A. */
static void granted_and_withdrawn(holder *there, holder *here)
{
	holder_bind(here);
	holder_bind(there);
	holder_decide(there, "granted");
	holder_await(here, true);
	holder_withdraw(here);
	holder_await(there, false);
}

/* Of several people, since which log is looked at first is chance. */
START_TEST(a_withdrawal_stands_at_a_third_against_the_grant_before_it)
{
	static world c;
	holder here[6], there[6], third;

	begin();
	gateway_init(&c, "c.example/consent");
	for (unsigned i = 0; i < G_N_ELEMENTS(here); i++) {
		holder_join(&here[i], &a, "Here", NULL);
		holder_join(&there[i], &b, "There", &here[i]);
		granted_and_withdrawn(&there[i], &here[i]);
		holder_join(&third, &c, "Third", &here[i]);
		ck_assert_int_eq(world_start(&c, ROOM, "record"), 0);
		holder_bind(&third);
		holder_expect(&third, "withdrawn");
		ck_assert_uint_eq(peer_count(third.peer, "{s:s}", "event", "capture"), 0);
		holder_clear(&third);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(here); i++) {
		holder_clear(&here[i]);
		holder_clear(&there[i]);
	}
	world_clear(&c);
	end();
}
END_TEST

static unsigned of_participant(const world *w, const char *type, const char *id)
{
	json_t *entries = log_entries(w, type);
	unsigned count = entry_count(entries, json_pack("{s:s}", "participant", id));
	json_decref(entries);
	return count;
}

/* Neither as who they were nor on what they granted before, whether the other gateway has heard of it or not.
 */
START_TEST(nobody_comes_back_from_an_erasure)
{
	begin();
	holder_bind(&ann);
	holder_bind(&screen);
	holder_decide(&screen, "granted");
	holder_await(&screen, true);
	holder_await(&ann, true);
	g_autofree char *id = g_strdup(ann.id);
	unsigned carried = of_participant(&a, "carry", id);
	ck_assert_int_eq(code_of(world_ask_admin(&a, "{s:s, s:s, s:s}", "request", "consent_erase",
				 "participant", ann.id, "reason", "asked for")),
		0);
	holder_bind(&ann);
	ck_assert_str_ne(ann.id, id);
	holder_expect(&ann, "undecided");
	holder_await(&screen, false);
	holder_bind(&screen);
	ck_assert_str_eq(screen.id, ann.id);
	holder_expect(&screen, "undecided");
	ck_assert_uint_eq(of_participant(&a, "bind", id), 1);
	ck_assert_uint_eq(of_participant(&a, "carry", id), carried);
	holder_decide(&screen, "granted");
	holder_await(&ann, true);
	end();
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {
		&a_withdrawal_stands_at_a_third_against_the_grant_before_it,
		&nobody_comes_back_from_an_erasure};
	return fleet_run("meeting_fleet_closing", tests, G_N_ELEMENTS(tests));
}
