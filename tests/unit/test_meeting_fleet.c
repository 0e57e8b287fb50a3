/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two gateways on one store: what is said at one holds at the other. */
#include "fleet_pair.h"

#include "proofs/jwk.h"

#include <string.h>

START_TEST(a_withdrawal_closes_at_the_other)
{
	begin();
	peer *bob = peer_join(&b, ROOM, 7, "Bob");
	both_captured();
	holder_speak(&screen);
	holder_withdraw(&ann);
	json_t *event = holder_await(&screen, false);
	ck_assert_str_eq(text_of(event, "reason"), "withdrawn at another gateway");
	holder_speak(&screen);
	peer_await(bob, "{s:s, s:s, s:{s:s, s:s}}", "event", "decision", "participant", screen.id,
		"decisions", "audio", "withdrawn", "video", "undecided");
	holder_expect(&screen, "withdrawn");
	peer_free(bob);
	g_autofree char *id = g_strdup(screen.id);
	json_t *decisions = world_entries(&a, "decision");
	ck_assert_uint_eq(json_array_size(decisions), 2);
	json_decref(decisions);
	holder_clear(&screen);
	world_close(&b);
	assert_captured(&b, id, "a", 1, 5);
	end();
}
END_TEST

START_TEST(a_refusal_closes_as_well)
{
	begin();
	both_captured();
	holder_decide(&screen, "refused");
	holder_await(&ann, false);
	holder_expect(&ann, "refused");
	end();
}
END_TEST

START_TEST(the_same_key_is_the_same_participant_with_the_same_decisions)
{
	begin();
	holder_bind(&ann);
	holder_decide(&ann, "granted");
	json_t *bound = holder_ask_bind(&screen);
	ck_assert_str_eq(text_of(bound, "participant"), ann.id);
	ck_assert_int_eq(code_of(bound), 0);
	holder_expect(&screen, "granted");
	holder_await(&screen, true);
	json_t *carried = log_entries(&b, "carry");
	json_t *from = json_object_get(json_array_get(carried, 0), "from");
	ck_assert_str_eq(text_of(from, "log"), ORIGIN_A);
	json_decref(carried);
	end();
}
END_TEST

static void assert_none_reserved(void)
{
	g_autofree char *count = pg_server_sql(
		&fleet_server, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1");

	ck_assert_str_eq(count, "0");
}

static gpointer bind_in_thread(gpointer who)
{
	return holder_ask_bind(who);
}

/* Several times, since they need not meet each time. */
START_TEST(a_key_that_is_bound_at_both_at_once_is_one_participant)
{
	begin();
	for (unsigned i = 0; i < 8; i++) {
		holder here, there;
		holder_join(&here, &a, "Here", NULL);
		holder_join(&there, &b, "There", &here);
		GThread *other = g_thread_new("bind", bind_in_thread, &there);
		json_t *one = holder_ask_bind(&here), *two = g_thread_join(other);
		ck_assert_str_eq(text_of(one, "participant"), text_of(two, "participant"));
		ck_assert_int_eq(code_of(one), 0);
		ck_assert_int_eq(code_of(two), 0);
		holder_clear(&here);
		holder_clear(&there);
	}
	assert_none_reserved();
	end(); /* which verifies */
}
END_TEST

/* Else nobody could bind it anywhere for a while. */
START_TEST(a_key_that_could_not_be_bound_is_free_at_once)
{
	begin();
	json_auto_t *key = jwk_make(signing_key_public(&ann.key)), *another = json_string("another");
	ck_assert_int_eq(code_of(holder_ask_bind_by(&ann, key, another)), 706);
	assert_none_reserved();
	holder_bind(&screen);
	end();
}
END_TEST

START_TEST(a_grant_that_nobody_signed_opens_nothing_elsewhere)
{
	begin();
	ck_assert_int_eq(peer_decide(ann.peer, "record", MEDIUM_AUDIO, "granted"), 0);
	holder_bind(&ann);
	holder_bind(&screen);
	holder_expect(&screen, "undecided");
	/* Yet it ends with a withdrawal of everything, wherever that is given. */
	holder_await(&ann, true);
	holder_withdraw(&screen);
	holder_await(&ann, false);
	end();
}
END_TEST

START_TEST(a_grant_overrules_only_what_its_own_gateway_closed)
{
	begin();
	both_captured();
	holder_withdraw(&ann);
	holder_await(&screen, false);
	holder_decide(&ann, "granted");
	holder_await(&screen, true);
	holder_withdraw(&screen);
	holder_await(&ann, false);
	holder_decide(&ann, "granted");
	holder_await(&ann, true);
	/* What was committed before is heard before anybody is bound. */
	holder_bind(&screen);
	holder_expect(&screen, "withdrawn");
	ck_assert_uint_eq(peer_count(screen.peer, "{s:s, s:b}", "event", "capture", "capturing", true), 2);
	end();
}
END_TEST

START_TEST(other_keys_and_rooms_are_other_people)
{
	begin();
	holder eve;
	holder_join(&eve, &b, "Eve", NULL);
	holder_bind(&eve);
	holder_decide(&eve, "granted");
	holder_await(&eve, true);
	both_captured();
	holder_withdraw(&ann);
	holder_await(&screen, false);
	holder_expect(&eve, "granted");
	holder_clear(&eve);
	end();
}
END_TEST

START_TEST(who_starts_later_knows_what_was_said)
{
	begin();
	holder_bind(&ann);
	holder_decide(&ann, "granted");
	holder_clear(&screen);
	world_close(&b);
	world_open(&b);
	holder_join(&screen, &b, "Ann's screen", &ann);
	ck_assert_int_eq(world_start(&b, ROOM, "record"), 0);
	holder_bind(&screen);
	holder_expect(&screen, "granted");
	holder_withdraw(&ann);
	holder_await(&screen, false);
	end();
}
END_TEST

START_TEST(what_was_said_in_a_meeting_that_is_over_is_over)
{
	begin();
	holder_bind(&ann);
	holder_decide(&ann, "granted");
	holder next;
	g_clear_pointer(&ann.peer, peer_free);
	holder_join(&next, &a, "Ann again", &ann);
	/* Once this is answered, the end of the meeting before is committed. */
	ck_assert_int_eq(peer_decide(next.peer, "record", MEDIUM_AUDIO, "refused"), 0);
	holder_bind(&screen);
	holder_expect(&screen, "undecided");
	holder_clear(&next);
	end();
}
END_TEST

/* Whatever has this name. */
static unsigned named(const world *w, const char *type, const char *display)
{
	json_t *entries = log_entries(w, type);
	unsigned count = entry_count(entries, json_pack("{s:s}", "display", display));
	json_decref(entries);
	return count;
}

/* Waits until the log says that so many segments are erased. */
static void await_erased(const world *w, unsigned wanted)
{
	for (unsigned count = 0; count < wanted; g_thread_yield()) {
		json_t *segments = log_entries(w, "segment");
		count = entry_count(segments, json_pack("{s:s}", "state", "erased"));
		json_decref(segments);
	}
}

static void erase_everywhere(bool by_former)
{
	begin();
	g_autofree char *former = g_strdup(screen.id);
	both_captured();
	ck_assert_uint_eq(named(&b, "join", "Ann's screen"), 1);
	holder_speak(&screen);
	world_await_written(&b, 5);
	g_autofree char *id = g_strdup(screen.id);
	ck_assert_int_eq(code_of(world_ask_admin(&a, "{s:s, s:s, s:s}", "request", "consent_erase",
				 "participant", by_former ? former : ann.id, "reason", "asked for")),
		0);
	holder_await(&ann, false);
	holder_await(&screen, false);
	holder_expect(&screen, "undecided");
	await_erased(&b, 1);
	holder_clear(&screen);
	world_close(&b);
	assert_captured(&b, id, "a", 1, 0);
	ck_assert_uint_eq(named(&a, "join", "Ann"), 0);
	ck_assert_uint_eq(named(&b, "join", "Ann's screen"), 0);
	ck_assert_uint_eq(named(&b, "decision", "Ann's screen"), 0);
	end();
}

START_TEST(an_erasure_is_one_everywhere)
{
	erase_everywhere(false);
}
END_TEST

/* Of whom they were at the other before they proved their key there. */
START_TEST(an_erasure_of_a_former_id_is_one_everywhere)
{
	erase_everywhere(true);
}
END_TEST

START_TEST(a_withdrawal_that_erases_erases_at_the_other)
{
	begin();
	both_captured();
	holder_speak(&screen);
	world_await_written(&b, 5);
	holder_withdraw_all(&ann);
	holder_await(&screen, false);
	await_erased(&b, 1);
	g_autofree char *id = g_strdup(screen.id);
	holder_clear(&screen);
	world_close(&b);
	assert_captured(&b, id, "a", 1, 0);
	end();
}
END_TEST

START_TEST(an_erasure_is_made_up_for)
{
	begin();
	both_captured();
	holder_speak(&screen);
	world_await_written(&b, 5);
	g_autofree char *id = g_strdup(screen.id);
	holder_clear(&screen);
	world_close(&b);
	assert_captured(&b, id, "a", 1, 5);
	ck_assert_int_eq(code_of(world_ask_admin(&a, "{s:s, s:s, s:s}", "request", "consent_erase",
				 "participant", ann.id, "reason", "asked for")),
		0);
	ck_assert_uint_eq(named(&b, "join", "Ann's screen"), 1);
	world_open(&b);
	await_erased(&b, 1);
	world_close(&b);
	assert_captured(&b, id, "a", 1, 0);
	ck_assert_uint_eq(named(&b, "join", "Ann's screen"), 0);
	world_open(&b);
	world_close(&b);
	json_t *erased = log_entries(&b, "erase");
	ck_assert_uint_eq(json_array_size(erased), 2);
	json_decref(erased);
	end();
}
END_TEST

static const char *hash_at(const world *w)
{
	return notices_find(meetings_notices(w->all), "record")->hash;
}

/* Janus waits for a plugin that starts. */
START_TEST(a_start_that_cannot_catch_up_is_refused)
{
	g_autoptr(GError) error = NULL;
	holder bob;

	begin();
	holder_join(&bob, &b, "Bob", NULL);
	holder_clear(&ann);
	world_close(&a);
	ck_assert_int_eq(code_of(world_ask_admin(&b, "{s:s, s:s, s:s}", "request", "consent_erase",
				 "participant", bob.id, "reason", "asked for")),
		0);
	pg_server_tamper(
		&fleet_server, "UPDATE janus_consent.entries SET body = '?' || body WHERE type = 'erase'");
	a.settings->ledger_timeout_ms = 100;
	ck_assert_ptr_null(meetings_create(a.settings, &(meeting_host){0}, &error));
	ck_assert_msg(strstr(error->message, "start again when it can"), "%s", error->message);
	pg_server_tamper(&fleet_server,
		"UPDATE janus_consent.entries SET body = substr(body, 2) WHERE type = 'erase'");
	a.settings->ledger_timeout_ms = b.settings->ledger_timeout_ms;
	world_open(&a);
	holder_clear(&bob);
	holder_join(&ann, &a, "Ann", NULL);
	end();
}
END_TEST

START_TEST(a_newer_notice_is_in_force_everywhere)
{
	begin();
	both_captured();
	json_t *old = json_pack("[o]", decision_of(&a, "record", MEDIUM_AUDIO, "granted"));
	holder_clear(&screen);
	world_close(&b);
	gateway_notices(&b, "version = 2", "version = 3");
	world_open(&b);
	ck_assert_str_eq(text_of(holder_await(&ann, false), "reason"), "the notice has changed");
	peer_await(ann.peer, "{s:s, s:s}", "event", "decision", "how", "lapse");
	json_t *event =
		peer_await(ann.peer, "{s:s, s:s, s:i}", "event", "notice", "purpose", "record", "version", 3);
	ck_assert_str_eq(text_of(event, "notice"), hash_at(&b));
	ck_assert_str_eq(hash_at(&a), hash_at(&b));
	holder_expect(&ann, "undecided");
	ck_assert_int_eq(
		code_of(peer_ask(ann.peer, "{s:s, s:o}", "request", "consent_decide", "decisions", old)),
		705);
	holder_decide(&ann, "granted");
	holder_await(&ann, true);
	/* Whoever starts with the old file goes by the new one all the same. */
	holder_clear(&ann);
	world_close(&a);
	world_open(&a);
	ck_assert_str_eq(hash_at(&a), hash_at(&b));
	end();
}
END_TEST

START_TEST(of_one_version_the_last_wording_is_in_force)
{
	begin();
	g_autofree char *before = g_strdup(hash_at(&a));
	holder_clear(&screen);
	world_close(&b);
	gateway_notices(&b, "May we record you?", "May we record you here?");
	world_open(&b);
	ck_assert_str_ne(hash_at(&b), before);
	peer_await(ann.peer, "{s:s, s:s}", "event", "notice", "notice", hash_at(&b));
	ck_assert_str_eq(hash_at(&a), hash_at(&b));
	end();
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&a_withdrawal_closes_at_the_other,
		&a_refusal_closes_as_well, &the_same_key_is_the_same_participant_with_the_same_decisions,
		&a_key_that_is_bound_at_both_at_once_is_one_participant,
		&a_key_that_could_not_be_bound_is_free_at_once,
		&a_grant_that_nobody_signed_opens_nothing_elsewhere,
		&a_grant_overrules_only_what_its_own_gateway_closed, &other_keys_and_rooms_are_other_people,
		&who_starts_later_knows_what_was_said, &what_was_said_in_a_meeting_that_is_over_is_over,
		&an_erasure_is_one_everywhere, &an_erasure_of_a_former_id_is_one_everywhere,
		&a_withdrawal_that_erases_erases_at_the_other, &an_erasure_is_made_up_for,
		&a_start_that_cannot_catch_up_is_refused, &a_newer_notice_is_in_force_everywhere,
		&of_one_version_the_last_wording_is_in_force};
	return fleet_run("meeting_fleet", tests, G_N_ELEMENTS(tests));
}
