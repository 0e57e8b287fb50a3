/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many threads at once: what counts in the end is what the ledger holds last, and a withdrawal's answer holds
 * against a running media thread. */
#include "meeting_speaker.h"

static world w;

static void setup(void)
{
	world_init(&w);
}

static void teardown(void)
{
	world_clear(&w);
}

/* ---- Decisions on one attendance ---- */

#define DECIDERS 6
#define DECISIONS 40

/* One of many who decide for the same participant, at random. */
typedef struct decider {
	speaker *speaker;
	GThread *thread;
	guint32 seed;
	int kept_codes; /* bit 0: some were taken, bit 1: some were refused with 708 */
} decider;

static int decide_somehow(speaker *s, GRand *rand)
{
	static const char *const purposes[] = {"record", "train"};
	const char *purpose = purposes[g_rand_int_range(rand, 0, 2)];
	unsigned media = (unsigned)g_rand_int_range(rand, 1, 4);

	switch (g_rand_int_range(rand, 0, 4)) {
	case 0:
		return peer_decide(s->peer, purpose, media, "refused");
	case 1:
		return peer_withdraw(s->peer);
	default:
		return peer_decide(s->peer, purpose, media, "granted");
	}
}

static gpointer decide_often(gpointer user)
{
	decider *d = user;
	GRand *rand = g_rand_new_with_seed(d->seed);

	for (unsigned i = 0; i < DECISIONS; i++)
		d->kept_codes |= decide_somehow(d->speaker, rand) == 708 ? 2 : 1;
	g_rand_free(rand);
	return NULL;
}

static void start_deciders(decider *all, speaker *s, GRand *rand)
{
	for (unsigned i = 0; i < DECIDERS; i++) {
		all[i] = (decider){.speaker = s, .seed = g_rand_int(rand)};
		all[i].thread = g_thread_new("decider", decide_often, &all[i]);
	}
}

static int join_deciders(decider *all)
{
	int codes = 0;

	for (unsigned i = 0; i < DECIDERS; i++) {
		g_thread_join(all[i].thread);
		codes |= all[i].kept_codes;
	}
	return codes;
}

static json_t *decisions_now(speaker *s)
{
	json_t *info = peer_ask(s->peer, "{s:s}", "request", "consent_info");
	json_t *decisions = json_incref(json_object_get(info, "decisions"));

	json_decref(info);
	return decisions;
}

/* The last of the ledger on that cell; "undecided" when there is none. */
static const char *last_of(json_t *entries, const char *purpose, const char *medium_word)
{
	json_t *entry, *item;
	size_t i, j;
	const char *last = "undecided";

	json_array_foreach (entries, i, entry) {
		json_array_foreach (json_object_get(entry, "decisions"), j, item) {
			if (g_strcmp0(text_of(item, "purpose"), purpose) == 0 &&
				g_strcmp0(text_of(item, "medium"), medium_word) == 0)
				last = text_of(item, "decision");
		}
	}
	return last;
}

static void assert_as_in_ledger(json_t *decisions)
{
	json_t *entries = world_entries(&w, "decision"), *cell;
	size_t i;

	json_array_foreach (decisions, i, cell)
		ck_assert_str_eq(text_of(cell, "decision"),
			last_of(entries, text_of(cell, "purpose"), text_of(cell, "medium")));
	json_decref(entries);
}

START_TEST(the_last_entry_counts)
{
	GRand *rand = announced_rand();
	decider deciders[DECIDERS];
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	start_deciders(deciders, &ann, rand);
	ck_assert_int_eq(join_deciders(deciders), 1);
	json_t *decisions = decisions_now(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_as_in_ledger(decisions);
	json_decref(decisions);
	world_verify(&w);
	speaker_clear(&ann);
	g_rand_free(rand);
}
END_TEST

/* The ledger's file goes and comes until all are done. */
typedef struct saboteur {
	GThread *thread;
	gint over;
} saboteur;

static gpointer sabotage(gpointer user)
{
	saboteur *s = user;

	while (!g_atomic_int_get(&s->over)) {
		world_break_ledger(&w);
		g_thread_yield();
		world_mend_ledger(&w);
		g_thread_yield();
	}
	return NULL;
}

static void await_health(void)
{
	for (bool healthy = false; !healthy; g_thread_yield()) {
		json_t *stats = meetings_stats(w.all);

		healthy = json_is_true(json_object_get(json_object_get(stats, "ledger"), "healthy"));
		json_decref(stats);
	}
}

START_TEST(the_last_entry_counts_also_with_a_ledger_that_comes_and_goes)
{
	GRand *rand = announced_rand();
	decider deciders[DECIDERS];
	saboteur s = {0};
	speaker ann;
	speaker_join(&ann, &w, "Ann", 11);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	start_deciders(deciders, &ann, rand);
	s.thread = g_thread_new("saboteur", sabotage, &s);
	join_deciders(deciders);
	g_atomic_int_set(&s.over, 1);
	g_thread_join(s.thread);
	await_health();
	json_t *decisions = decisions_now(&ann);
	speaker_leave(&ann);
	world_close(&w);
	assert_as_in_ledger(decisions);
	json_decref(decisions);
	world_verify(&w);
	speaker_clear(&ann);
	g_rand_free(rand);
}
END_TEST

/* ---- Everything at once ---- */

#define GUESTS 4
#define VISITS 10

/* One who comes and goes, talks meanwhile, and agrees or not. */
typedef struct guest {
	GThread *thread;
	bool agrees;
	json_int_t feed;
	GPtrArray *ids; /* of all visits */
} guest;

static void visit(guest *g)
{
	speaker s;
	speaker_join(&s, &w, "Guest", g->feed);
	g_ptr_array_add(g->ids, g_strdup(s.id));
	speak(&s);
	if (g->agrees)
		speaker_agree(&s);
	speak(&s);
	attendance_relay(s.peer->attendance, "a", 0, false);
	json_decref(peer_ask(s.peer, "{s:s}", "request", "consent_info"));
	attendance_relay(s.peer->attendance, "a", 0, true);
	speak(&s);
	speaker_withdraw(&s);
	speak(&s);
	speaker_clear(&s);
}

static gpointer come_and_go(gpointer user)
{
	guest *g = user;

	for (unsigned i = 0; i < VISITS; i++)
		visit(g);
	return NULL;
}

/* The host has to wait for the ledger now and then: nobody's answer comes while entries are queued faster
 * than they can be committed. */
static gpointer start_and_stop(gpointer user)
{
	gint *over = user;
	speaker host;

	speaker_join(&host, &w, "Host", 99);
	while (!g_atomic_int_get(over)) {
		world_start(&w, ROOM, "record");
		json_decref(world_ask_admin(&w, "{s:s, s:i}", "request", "consent_list", "room", ROOM));
		speaker_refuse(&host);
		world_stop(&w, ROOM, "record");
	}
	speaker_clear(&host);
	return NULL;
}

static void assert_guest(const guest *g)
{
	for (unsigned i = 0; i < g->ids->len; i++) {
		g_autoptr(GArray) numbers = world_numbers(&w, g_ptr_array_index(g->ids, i), "a");
		for (unsigned n = 0; n < numbers->len; n++) {
			ck_assert(g->agrees);
			ck_assert_uint_ge(g_array_index(numbers, uint64_t, n), 6);
			ck_assert_uint_le(g_array_index(numbers, uint64_t, n), 15);
		}
	}
}

START_TEST(guests_and_hosts_at_once)
{
	guest guests[GUESTS];
	gint over = 0;
	GThread *host = g_thread_new("host", start_and_stop, &over);
	for (unsigned i = 0; i < GUESTS; i++) {
		guests[i] = (guest){
			.agrees = i % 2, .feed = 100 + i, .ids = g_ptr_array_new_with_free_func(g_free)};
		guests[i].thread = g_thread_new("guest", come_and_go, &guests[i]);
	}
	for (unsigned i = 0; i < GUESTS; i++)
		g_thread_join(guests[i].thread);
	g_atomic_int_set(&over, 1);
	g_thread_join(host);
	world_close(&w);
	world_verify(&w);
	for (unsigned i = 0; i < GUESTS; i++) {
		assert_guest(&guests[i]);
		g_ptr_array_unref(guests[i].ids);
	}
	json_t *segments = world_entries(&w, "segment");
	ck_assert_uint_eq(entry_count(segments, json_pack("{s:s}", "state", "opened")),
		entry_count(segments, json_pack("{s:s}", "state", "closed")));
	json_decref(segments);
}
END_TEST

/* ---- Withdrawal against a running media thread ---- */

#define ROUNDS 200

/* Between the answer to a withdrawal and the next grant nothing is captured: `closed` are the numbers that
 * went in meanwhile, from behind the first to the second. */
typedef struct gap {
	uint64_t closed_from, closed_to;
} gap;

static bool is_closed(const gap *gaps, uint64_t number)
{
	for (unsigned i = 0; i < ROUNDS; i++)
		if (number > gaps[i].closed_from && number <= gaps[i].closed_to)
			return true;
	return false;
}

START_TEST(no_packet_after_the_answer)
{
	static gap gaps[ROUNDS];
	speaker ann;
	producer media;
	speaker_join(&ann, &w, "Ann", 11);
	ck_assert_int_eq(world_start(&w, ROOM, "record"), 0);
	producer_start(&media, ann.track, 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		speaker_agree(&ann);
		/* While these go in, the withdrawal comes. */
		atomic_store(&media.allowed, atomic_load(&media.done) + 500);
		producer_await(&media, atomic_load(&media.done) + 5);
		speaker_withdraw(&ann);
		/* A call that had begun before the answer may be under way. */
		gaps[i].closed_from = atomic_load(&media.begun);
		atomic_store(&media.allowed, gaps[i].closed_from + 10);
		producer_await(&media, gaps[i].closed_from + 10);
		gaps[i].closed_to = atomic_load(&media.done);
	}
	producer_stop(&media);
	speaker_leave(&ann);
	world_close(&w);

	g_autoptr(GArray) numbers = world_numbers(&w, ann.id, "a");
	ck_assert_uint_gt(numbers->len, 0);
	for (unsigned i = 0; i < numbers->len; i++)
		ck_assert_uint_eq(is_closed(gaps, g_array_index(numbers, uint64_t, i)), false);
	speaker_clear(&ann);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meeting_threads");
	TCase *tests = tcase_create("threads");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_last_entry_counts);
	tcase_add_test(tests, the_last_entry_counts_also_with_a_ledger_that_comes_and_goes);
	tcase_add_test(tests, guests_and_hosts_at_once);
	tcase_add_test(tests, no_packet_after_the_answer);
	suite_add_tcase(suite, tests);
	return run_capture_suite(suite);
}
