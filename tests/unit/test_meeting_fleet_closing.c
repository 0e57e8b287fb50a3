/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What closes at one gateway, and that nothing from before opens it again. */
#include "fleet_pair.h"
#include "postgres_proxy.h"

#include "meeting/fleet.h"

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

/* Leaves, so that the meeting at A is over, and comes back. */
static void come_back(void)
{
	g_clear_pointer(&ann.peer, peer_free);
	g_clear_pointer(&ann.id, g_free);
	signing_key_clear(&ann.key);
	holder_join(&ann, &a, "Ann", &screen);
	ck_assert_int_eq(world_start(&a, ROOM, "record"), 0);
	holder_bind(&ann);
}

/* "carry" of the other gateway says it, too, once it is committed. */
static void await_carried(const world *w, unsigned wanted)
{
	for (unsigned count = 0; count < wanted; g_thread_yield()) {
		json_t *entries = log_entries(w, "carry");
		count = json_array_size(entries);
		json_decref(entries);
	}
}

START_TEST(a_withdrawal_outlives_the_meeting_it_was_made_in)
{
	begin();
	granted_and_withdrawn(&screen, &ann);
	await_carried(&b, 1);
	come_back();
	holder_expect(&ann, "withdrawn");
	holder_expect(&screen, "withdrawn");
	ck_assert_uint_eq(peer_count(ann.peer, "{s:s}", "event", "capture"), 0);
	/* Decided anew. */
	holder_decide(&ann, "granted");
	holder_await(&ann, true);
	end();
}
END_TEST

START_TEST(a_withdrawal_outlives_its_gateway)
{
	begin();
	granted_and_withdrawn(&screen, &ann);
	await_carried(&b, 1);
	g_clear_pointer(&ann.peer, peer_free);
	world_close(&a);
	world_open(&a);
	come_back();
	holder_expect(&ann, "withdrawn");
	end();
}
END_TEST

START_TEST(a_grant_is_carried_again_into_another_meeting)
{
	begin();
	holder_bind(&ann);
	holder_bind(&screen);
	holder_decide(&screen, "granted");
	holder_await(&ann, true);
	come_back();
	holder_expect(&ann, "granted");
	holder_await(&ann, true);
	await_carried(&a, 2);
	end(); /* which verifies */
}
END_TEST

static void decide_on_video(holder *h)
{
	json_auto_t *subject = json_pack(
		"{s:[o]}", "decisions", decision_of(h->peer->world, "record", MEDIUM_VIDEO, "refused"));

	holder_decide_on(h, subject);
}

START_TEST(what_was_refused_before_the_key_was_known_closes_at_the_other)
{
	holder phone;

	begin();
	holder_bind(&ann);
	holder_bind(&screen);
	holder_join(&phone, &b, "Phone", &screen);
	ck_assert_int_eq(peer_decide(phone.peer, "record", MEDIUM_AUDIO, "refused"), 0);
	holder_decide(&screen, "granted");
	holder_await(&ann, true);
	decide_on_video(&screen);
	peer_await(ann.peer, "{s:s, s:{s:s, s:s}}", "event", "decision", "decisions", "audio", "granted",
		"video", "refused");
	holder_bind(&phone);
	holder_expect(&screen, "refused");
	holder_await(&ann, false);
	holder_expect(&ann, "refused");
	holder_clear(&phone);
	end();
}
END_TEST

static int refuse(holder *h)
{
	json_auto_t *subject = json_pack(
		"{s:[o]}", "decisions", decision_of(h->peer->world, "record", MEDIUM_AUDIO, "refused"));

	return holder_ask_decide(h, subject);
}

/* Three times: whatever the gateway made up for when its ledger came back is committed before the last. */
static void await_ledger(holder *h)
{
	for (int good = 0; good < 3; g_thread_yield())
		good += peer_decide(h->peer, "record", MEDIUM_AUDIO, "refused") == 0;
}

/* The log's last word is the participant's, too. */
START_TEST(a_refusal_while_the_ledger_was_away_comes_after_the_grant_from_elsewhere)
{
	pg_proxy *proxy = pg_proxy_new(&fleet_server);
	holder bob;

	gateway_init(&a, ORIGIN_A);
	world_close(&a);
	g_free(a.settings->store);
	a.settings->store = g_strdup(pg_proxy_url(proxy));
	a.settings->ledger_timeout_ms = 1000;
	world_open(&a);
	gateway_init(&b, ORIGIN_B);
	join_pair();
	holder_join(&bob, &a, "Bob", NULL);
	holder_bind(&ann);
	holder_bind(&screen);
	pg_proxy_refuse(proxy, true);
	pg_proxy_fault(proxy, PROXY_LOSE_REQUEST);
	holder_decide(&screen, "granted");
	fleet_sync(a.all);
	ck_assert_int_eq(refuse(&ann), 708);
	pg_proxy_refuse(proxy, false);
	await_ledger(&bob);
	holder_expect(&ann, "refused");
	json_t *carried = log_entries(&a, "carry");
	ck_assert_uint_eq(json_array_size(carried), 0);
	json_decref(carried);
	holder_clear(&bob);
	end();
	pg_proxy_free(proxy);
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {
		&a_withdrawal_stands_at_a_third_against_the_grant_before_it,
		&nobody_comes_back_from_an_erasure, &a_withdrawal_outlives_the_meeting_it_was_made_in,
		&a_withdrawal_outlives_its_gateway, &a_grant_is_carried_again_into_another_meeting,
		&what_was_refused_before_the_key_was_known_closes_at_the_other,
		&a_refusal_while_the_ledger_was_away_comes_after_the_grant_from_elsewhere};
	return fleet_run("meeting_fleet_closing", tests, G_N_ELEMENTS(tests));
}
