/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one gateway holds of somebody when its meeting is over, and theirs at another one goes on. */
#include "fleet_pair.h"

#include "ledger/segmentkeys.h"

static unsigned segments_in(const world *w, const char *state)
{
	json_t *segments = log_entries(w, "segment");
	unsigned count = entry_count(segments, json_pack("{s:s}", "state", state));
	json_decref(segments);
	return count;
}

static void await_segments(const world *w, const char *state, unsigned wanted)
{
	while (segments_in(w, state) < wanted)
		g_thread_yield();
}

static void await_ended(const world *w, unsigned wanted)
{
	for (unsigned over = 0; over < wanted; g_thread_yield()) {
		json_t *entries = log_entries(w, "meeting");
		over = entry_count(entries, json_pack("{s:s}", "event", "ended"));
		json_decref(entries);
	}
}

static void seal(world *w)
{
	world_close(w);
	w->settings->plain_files = false;
	world_open(w);
}

static void begin_sealed(void)
{
	gateway_init(&a, ORIGIN_A);
	gateway_init(&b, ORIGIN_B);
	seal(&b);
	join_pair();
}

static bool can_open(const world *w, json_t *opened)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) log = ledger_reader_open_log(w->settings->store, w->settings->origin, NULL);
	uint8_t bytes[SEALING_KEY_SIZE];
	operatorkey with;
	bool found = false;

	ck_assert(operatorkey_open(w->settings->capture_key, NULL, &with, NULL));
	ck_assert_msg(segmentkeys_open(log, &with, opened, bytes, &found, &error), "%s",
		error ? error->message : "");
	return found;
}

/* Of all segments that were opened: how many can be decrypted. */
static unsigned readable(const world *w)
{
	json_t *segments = log_entries(w, "segment"), *one;
	unsigned count = 0;
	size_t i;

	json_array_foreach (segments, i, one)
		if (strcmp(text_of(one, "state"), "opened") == 0)
			count += can_open(w, one);
	json_decref(segments);
	return count;
}

/* The holder at B leaves, and their meeting is over. */
static void screen_leaves(unsigned ended)
{
	g_clear_pointer(&screen.peer, peer_free);
	await_ended(&b, ended);
	await_segments(&b, "closed", segments_in(&b, "opened"));
}

static void screen_returns(void)
{
	g_clear_pointer(&screen.id, g_free);
	signing_key_clear(&screen.key);
	holder_join(&screen, &b, "Ann's screen again", &ann);
	ck_assert_int_eq(world_start(&b, ROOM, "record"), 0);
	holder_bind(&screen);
	holder_await(&screen, true);
}

static void spoken_at_b(void)
{
	both_captured();
	holder_speak(&screen);
	world_await_written(&b, 5);
}

START_TEST(who_comes_back_leaves_the_keys_of_what_was_captured_before)
{
	begin_sealed();
	spoken_at_b();
	screen_leaves(1);
	ck_assert_uint_eq(readable(&b), 1);
	screen_returns();
	ck_assert_str_eq(screen.id, ann.id);
	screen_leaves(2);
	ck_assert_uint_eq(readable(&b), 2);
	end();
}
END_TEST

START_TEST(a_withdrawal_that_erases_erases_in_a_meeting_that_is_over)
{
	begin_sealed();
	spoken_at_b();
	screen_leaves(1);
	holder_withdraw_all(&ann);
	await_segments(&b, "erased", 1);
	ck_assert_uint_eq(readable(&b), 0);
	assert_captured(&b, ann.id, "a", 1, 0);
	json_t *carried = log_entries(&b, "carry");
	ck_assert_uint_eq(
		entry_count(carried, json_pack("{s:b, s:s}", "erase", true, "participant", ann.id)), 1);
	json_decref(carried);
	end(); /* which verifies */
}
END_TEST

START_TEST(a_withdrawal_that_erases_is_made_up_for)
{
	begin_sealed();
	spoken_at_b();
	screen_leaves(1);
	world_close(&b);
	holder_withdraw_all(&ann);
	ck_assert_uint_eq(segments_in(&b, "erased"), 0);
	world_open(&b);
	await_segments(&b, "erased", 1);
	ck_assert_uint_eq(readable(&b), 0);
	world_close(&b);
	json_t *before = log_entries(&b, "carry");
	world_open(&b);
	world_close(&b);
	json_t *after = log_entries(&b, "carry");
	ck_assert_uint_eq(json_array_size(after), json_array_size(before));
	json_decref(before);
	json_decref(after);
	end();
}
END_TEST

/* A start looks at the withdrawal again, but it was not of what somebody agreed to after it. */
START_TEST(what_was_granted_after_a_withdrawal_stays)
{
	begin_sealed();
	holder_bind(&ann);
	holder_decide(&ann, "granted");
	holder_await(&ann, true);
	holder_withdraw_all(&ann);
	holder_bind(&screen);
	holder_expect(&screen, "withdrawn");
	holder_decide(&screen, "granted");
	holder_await(&screen, true);
	holder_speak(&screen);
	world_await_written(&b, 5);
	screen_leaves(1);
	world_close(&b);
	world_open(&b);
	world_close(&b);
	ck_assert_uint_eq(segments_in(&b, "erased"), 0);
	ck_assert_uint_eq(readable(&b), 1);
	end();
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {
		&who_comes_back_leaves_the_keys_of_what_was_captured_before,
		&a_withdrawal_that_erases_erases_in_a_meeting_that_is_over,
		&a_withdrawal_that_erases_is_made_up_for, &what_was_granted_after_a_withdrawal_stays};
	return fleet_run("meeting_fleet_over", tests, G_N_ELEMENTS(tests));
}
