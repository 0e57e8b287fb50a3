/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What replaced a decision, and the wordings that there were, on every store. */
#include "ledger_help.h"

#include "base/error.h"
#include "ledger/flat.h"
#include "ledger/vault.h"

#include <check.h>

#define T0 1767323045000 /* 2026-01-02T03:04:05.000Z */

static help_place place;
static store *data;
static ledger_reader *reader;

static void setup_kind(int kind)
{
	place = help_place_new();
	data = help_store(kind, &place);
	ck_assert(data->ops->set(data, "origin", HELP_ORIGIN, NULL));
	reader = ledger_reader_on(help_view(kind, data, &place));
}

static void teardown(void)
{
	ledger_reader_close(reader);
	store_close(data);
	help_place_remove(&place);
}

static json_t *decision(const char *purpose, const char *medium, const char *verdict)
{
	return json_pack(
		"{s:s, s:s, s:s, s:n}", "purpose", purpose, "medium", medium, "decision", verdict, "shown");
}

static void write_decisions(gint64 at_ms, const char *participant, json_t *decisions)
{
	help_write(data, at_ms, "decision", NULL, "{s:s, s:s, s:o}", "meeting", "m1", "participant",
		participant, "decisions", decisions);
}

static bool collect(json_t *record, void *user)
{
	json_array_append(user, record);
	return true;
}

typedef bool (*lister)(ledger_reader *, const records_filter *, records_each, void *, char **, GError **);

static json_t *list(lister all, records_filter filter)
{
	g_autoptr(GError) error = NULL;
	json_t *records = json_array();
	ck_assert_msg(
		all(reader, &filter, collect, records, NULL, &error), "%s", error ? error->message : "");
	return records;
}

static void expect_json(const json_t *value, const char *wanted)
{
	json_auto_t *parsed = json_loads(wanted, JSON_DECODE_ANY, NULL);
	g_autofree char *text = json_dumps(value, JSON_SORT_KEYS | JSON_ENCODE_ANY);
	ck_assert_msg(parsed && json_equal(value, parsed), "%s\nwanted %s", text, wanted);
}

static void expect_count(lister all, records_filter filter, size_t count)
{
	json_auto_t *records = list(all, filter);
	ck_assert_uint_eq(json_array_size(records), count);
}

/* The `replaced` of the record at that place. */
static json_t *replaced_of(json_t *records, size_t at)
{
	return json_object_get(json_array_get(records, at), "replaced");
}

START_TEST(a_decision_says_what_replaced_it)
{
	setup_kind(_i);
	write_decisions(T0, "p1",
		json_pack("[o,o]", decision("record", "audio", "granted"),
			decision("record", "video", "granted")));
	write_decisions(T0 + 1, "p2", json_pack("[o]", decision("record", "audio", "granted")));
	write_decisions(T0 + 2, "p1", json_pack("[o]", decision("train", "audio", "granted")));
	write_decisions(T0 + 3, "p1", json_pack("[o]", decision("record", "audio", "withdrawn")));
	help_write(data, T0 + 4, "erase", NULL, "{s:s}", "participant", "p1");

	json_auto_t *records = list(records_decisions, (records_filter){0});
	expect_json(replaced_of(records, 0),
		"{\"log\":\"" HELP_ORIGIN "\",\"index\":3,\"time\":\"2026-01-02T03:04:05.003Z\","
		"\"decision\":\"withdrawn\"}");
	static const char *const erased =
		"{\"log\":\"" HELP_ORIGIN "\",\"index\":4,\"time\":\"2026-01-02T03:04:05.004Z\","
		"\"decision\":\"erased\"}";
	expect_json(replaced_of(records, 1), erased);
	expect_json(replaced_of(records, 2), "null");
	expect_json(replaced_of(records, 3), erased);
	expect_json(replaced_of(records, 4), erased);
	teardown();
}
END_TEST

/* More than are looked at in one go, and of more participants. */
START_TEST(a_decision_finds_what_replaced_it_far_behind)
{
	enum { MANY = 300, PEOPLE = 70 };
	setup_kind(_i);
	write_decisions(T0, "p1", json_pack("[o]", decision("record", "audio", "granted")));
	for (int i = 0; i < MANY; i++)
		write_decisions(T0 + 1, "p1", json_pack("[o]", decision("train", "audio", "granted")));
	for (int i = 0; i < PEOPLE; i++) {
		g_autofree char *who = g_strdup_printf("q%d", i);
		write_decisions(T0 + 1, who, json_pack("[o]", decision("record", "audio", "granted")));
	}
	write_decisions(T0 + 2, "p1", json_pack("[o]", decision("record", "audio", "refused")));

	json_auto_t *records = list(records_decisions, (records_filter){0});
	ck_assert_int_eq(
		json_integer_value(json_object_get(replaced_of(records, 0), "index")), 1 + MANY + PEOPLE);
	for (size_t i = 1; i < MANY; i++)
		ck_assert_uint_eq(
			(size_t)json_integer_value(json_object_get(replaced_of(records, i), "index")), i + 1);
	for (size_t i = MANY; i < json_array_size(records); i++)
		expect_json(replaced_of(records, i), "null");
	teardown();
}
END_TEST

/* Meetings made up, remembered simply: who did what, in order. */
enum { SAID = 250, WHO = 9, WORDS = 2 };
typedef struct said {
	int who;
	bool erase;
	const char *purpose[WORDS], *medium[WORDS], *verdict[WORDS];
} said;

static const char *pick(GRand *rand, const char *const *from)
{
	return from[g_rand_int_range(rand, 0, 2)];
}

static void say(GRand *rand, said *ret)
{
	static const char *const purposes[] = {"record", "train"}, *const media[] = {"audio", "video"},
				 *const verdicts[] = {"granted", "withdrawn"};
	*ret = (said){.who = g_rand_int_range(rand, 0, WHO), .erase = g_rand_int_range(rand, 0, 12) == 0};
	for (int i = 0; i < WORDS && !ret->erase; i++) {
		ret->purpose[i] = pick(rand, purposes);
		ret->medium[i] = pick(rand, media);
		ret->verdict[i] = pick(rand, verdicts);
	}
}

static void write_said(const said *s)
{
	g_autofree char *who = g_strdup_printf("p%d", s->who),
			*key = g_strconcat(VAULT_KEY_PREFIX, who, NULL);
	if (!s->erase) {
		help_write(data, T0, "decision", who, "{s:s, s:[o,o]}", "participant", who, "decisions",
			decision(s->purpose[0], s->medium[0], s->verdict[0]),
			decision(s->purpose[1], s->medium[1], s->verdict[1]));
		return;
	}
	help_write(data, T0, "erase", NULL, "{s:s}", "participant", who);
	ck_assert(data->ops->set(data, key, NULL, NULL));
}

/* What replaced word `word` of entry `at`, as "index decision"; "" for nothing. */
static char *expected(const said *all, int at, int word)
{
	for (int i = at + 1; i < SAID; i++) {
		if (all[i].who != all[at].who)
			continue;
		if (all[i].erase)
			return g_strdup_printf("%d erased", i);
		for (int w = 0; w < WORDS; w++)
			if (g_strcmp0(all[i].purpose[w], all[at].purpose[word]) == 0 &&
				g_strcmp0(all[i].medium[w], all[at].medium[word]) == 0)
				return g_strdup_printf("%d %s", i, all[i].verdict[w]);
	}
	return g_strdup("");
}

static bool is_erased(const said *all, int at)
{
	for (int i = at + 1; i < SAID; i++)
		if (all[i].erase && all[i].who == all[at].who)
			return true;
	return false;
}

static void expect_flat(const flat_record *record, const said *all, int word)
{
	g_autofree char *wanted = expected(all, (int)record->index, word), *got = g_strdup("");
	g_autofree char *name = g_strdup_printf("p%d", all[record->index].who);
	if (!json_is_null(record->replaced)) {
		g_free(got);
		got = g_strdup_printf("%d %s",
			(int)json_integer_value(json_object_get(record->replaced, "index")),
			json_string_value(json_object_get(record->replaced, "decision")));
	}
	ck_assert_str_eq(got, wanted);
	ck_assert(is_erased(all, (int)record->index) ? record->members[FLAT_DISPLAY].at[0] == 'n'
						     : span_is(record->members[FLAT_DISPLAY], name));
}

typedef struct checking {
	const said *all;
	int count;
	gint64 index;
	int word;
} checking;

static bool check_flat(const flat_record *record, void *user)
{
	checking *now = user;
	now->word = record->index == now->index ? now->word + 1 : 0;
	now->index = record->index;
	now->count++;
	expect_flat(record, now->all, now->word);
	return true;
}

static bool never(json_t *record, void *user)
{
	(void)record;
	(void)user;
	ck_abort_msg("a record that cannot be told as text");
	return false;
}

static json_t *text_of(span s)
{
	return json_loadb(s.at, s.length, JSON_DECODE_ANY, NULL);
}

/* The same by way of the tree. */
static bool add_flat(const flat_record *record, void *user)
{
	json_t *tree = json_object();
	for (int i = 0; i < FLAT_MEMBERS; i++)
		json_object_set_new(tree, flat_names[i], text_of(record->members[i]));
	json_object_set(tree, "replaced", record->replaced);
	json_array_append_new(user, tree);
	return true;
}

START_TEST(what_replaced_a_decision_is_what_a_simple_search_finds)
{
	said all[SAID];
	GRand *rand = g_rand_new_with_seed(20260102);
	setup_kind(_i);
	for (int i = 0; i < SAID; i++) {
		say(rand, &all[i]);
		write_said(&all[i]);
	}
	checking now = {.all = all, .index = -1};
	json_auto_t *flat = json_array();
	ck_assert(records_decisions_flat(reader, &(records_filter){0}, check_flat, never, &now, NULL, NULL));
	ck_assert(records_decisions_flat(reader, &(records_filter){0}, add_flat, never, flat, NULL, NULL));
	ck_assert_int_gt(now.count, SAID);
	json_auto_t *records = list(records_decisions, (records_filter){0});
	ck_assert(json_equal(records, flat));
	g_rand_free(rand);
	teardown();
}
END_TEST

START_TEST(notices_are_listed)
{
	setup_kind(_i);
	help_write(data, T0, "notice", NULL, "{s:s, s:s, s:i, s:{s:b}}", "notice", "abcd", "purpose",
		"record", "version", 2, "wording", "captures", 1);
	help_write(data, T0 + 1, "notice", NULL, "{s:s, s:s, s:i, s:{}}", "notice", "ef", "purpose", "train",
		"version", 1, "wording");
	json_auto_t *records = list(records_notices, (records_filter){0});
	ck_assert_uint_eq(json_array_size(records), 2);
	expect_json(json_array_get(records, 0),
		"{\"log\":\"" HELP_ORIGIN "\",\"index\":0,\"time\":\"2026-01-02T03:04:05.000Z\","
		"\"notice\":\"abcd\",\"purpose\":\"record\",\"version\":2,\"wording\":{\"captures\":true}}");
	expect_count(records_notices, (records_filter){.purpose = "train"}, 1);
	expect_count(records_notices, (records_filter){.to_ms = T0 + 1}, 1);
	teardown();
}
END_TEST

START_TEST(wordings_belong_to_no_room)
{
	g_autoptr(GError) error = NULL;
	const records_filter filter = {.room = "1234"};
	setup_kind(HELP_MEMORY);
	ck_assert(!records_notices(reader, &filter, collect, NULL, NULL, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_INVALID));
	teardown();
}
END_TEST

static void add_tests(TCase *tc, int kinds)
{
	tcase_add_loop_test(tc, a_decision_says_what_replaced_it, 0, kinds);
	tcase_add_loop_test(tc, a_decision_finds_what_replaced_it_far_behind, 0, kinds);
	tcase_add_loop_test(tc, what_replaced_a_decision_is_what_a_simple_search_finds, 0, kinds);
	tcase_add_loop_test(tc, notices_are_listed, 0, kinds);
	tcase_add_test(tc, wordings_belong_to_no_room);
}

int main(void)
{
	return help_run("succession", add_tests);
}
