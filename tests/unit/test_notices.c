/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices: what is read, what the hash covers, and the four that are shipped. */

#include "notices_support.h"

#include "base/jcs.h"

#include <string.h>

/* What is read */

START_TEST(reads_all_fields)
{
	g_autoptr(notices) all = load_text(GOOD);
	ck_assert_uint_eq(notices_count(all), 1);
	const notice *one = notices_at(all, 0);
	ck_assert_uint_eq(one->slot, 0);
	ck_assert_str_eq(one->purpose, "record");
	ck_assert_uint_eq(one->media, MEDIUM_AUDIO | MEDIUM_VIDEO);
	ck_assert(one->captures);
	ck_assert_int_eq(one->version, 3);
	ck_assert_uint_eq(one->retention_days, 30);
	ck_assert_str_eq(one->langs[0], "en");
	ck_assert_str_eq(one->langs[1], "de");
	ck_assert_ptr_null(one->langs[2]);
	ck_assert_ptr_eq(notices_find(all, "record"), one);
	ck_assert_ptr_null(notices_find(all, "Record"));
	ck_assert_ptr_null(notices_find(all, ""));
	ck_assert_ptr_null(notices_find(all, NULL));
	ck_assert_ptr_null(notices_at(all, 1));
	ck_assert_ptr_null(notices_at(all, 100000));

	json_t *langs = notice_langs(one);
	g_autofree char *text = json_dumps(langs, JSON_COMPACT);
	json_decref(langs);
	ck_assert_str_eq(text, "[\"en\",\"de\"]");
}
END_TEST

START_TEST(captures_by_default)
{
	g_autofree char *without = changed(GOOD, "captures = true;\n", "");
	g_autoptr(notices) all = load_text(without);
	ck_assert(notices_at(all, 0)->captures);
	g_autofree char *never = changed(GOOD, "captures = true", "captures = false");
	g_autoptr(notices) other = load_text(never);
	ck_assert(!notices_at(other, 0)->captures);
}
END_TEST

START_TEST(folder_in_name_order)
{
	char *folder = scratch_new();
	g_autofree char *second = changed(GOOD, "\"record\"", "\"aaa\"");
	g_autofree char *third = changed(GOOD, "\"record\"", "\"x-2_y\"");
	g_free(put_file(folder, "b.jcfg", second, -1));
	g_free(put_file(folder, "c.jcfg", third, -1));
	g_free(put_file(folder, "a.jcfg", GOOD, -1));
	g_free(put_file(folder, ".hidden.jcfg", "nonsense", -1));
	g_free(put_file(folder, "a.jcfg~", "nonsense", -1));
	g_free(put_file(folder, "README.md", "nonsense", -1));
	g_autoptr(notices) all = load_folder(folder, "en");
	ck_assert_uint_eq(notices_count(all), 3);
	const char *const order[] = {"record", "aaa", "x-2_y"};
	for (unsigned slot = 0; slot < 3; slot++) {
		ck_assert_str_eq(notices_at(all, slot)->purpose, order[slot]);
		ck_assert_uint_eq(notices_at(all, slot)->slot, slot);
	}
	scratch_remove(folder);
}
END_TEST

START_TEST(free_takes_nothing)
{
	notices_free(NULL);
}
END_TEST

/* The hash */

/* Computed with another implementation from the JSON form that notices.h describes. */
#define GOOD_HASH "938eccd261592d08258b217ea99da8a963d79f1744951c98b0271b0490094a6f"

static void assert_hash(const char *text, bool same)
{
	g_autoptr(notices) all = load_text(text);
	const char *hash = notices_at(all, 0)->hash;
	ck_assert_uint_eq(strlen(hash), HASH_HEX_SIZE - 1);
	ck_assert_msg((strcmp(hash, GOOD_HASH) == 0) == same, "%s\n%s", hash, text);
}

START_TEST(hash_is_known)
{
	assert_hash(GOOD, true);
}
END_TEST

START_TEST(hash_ignores_form)
{
	assert_hash("/* words */ # and more\n" LANGUAGES "// end\n" OPTIONS, true);
	assert_hash(OPTIONS "languages: { de: { " WORDS("de") " }; en: { " WORDS("en") " } }", true);
	static const char *const pairs[][2] = {
		{"\"audio\", \"video\"", "\"video\", \"audio\""},
		{"\"audio\", \"video\"", "\"video\", \"audio\", \"video\""},
		{"[ \"audio\", \"video\" ]", "( \"audio\", \"video\" )"},
		{"\"en title\"", "\"en \" \n \"title\""},
		{"captures = true;\n", ""},
		{"version = 3", "version = 0x03"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *text = changed(GOOD, pairs[i][0], pairs[i][1]);
		assert_hash(text, true);
	}
}
END_TEST

static const char *const meaningful[][2] = {
	{"\"record\"", "\"records\""},
	{"version = 3", "version = 4"},
	{"[ \"audio\", \"video\" ]", "[ \"audio\" ]"},
	{"[ \"audio\", \"video\" ]", "[ \"audio\", \"video\", \"data\" ]"},
	{"captures = true", "captures = false"},
	{"retention_days = 30", "retention_days = 31"},
	{"en title", "en titles"},
	{"en summary", "en Summary"},
	{"en details", "en  details"},
	{"en recipients", "en recipients."},
	{"en retention", "en retentioN"},
	{"de title", "de  title"},
	{"de summary", "de summary "},
	{"de details", "de details\\n"},
	{"de recipients", "de"},
	{"de retention", "de r\xc3\xa9tention"},
	{" de = ", " de-AT = "},
	{" de = ", " fr = { " WORDS("fr") " }; de = "},
};

START_TEST(hash_covers)
{
	g_autofree char *text = changed(GOOD, meaningful[_i][0], meaningful[_i][1]);
	assert_hash(text, false);
}
END_TEST

/* The shipped notices */

typedef struct shipped {
	const char *purpose;
	unsigned media;
	bool captures;
} shipped;

static const shipped shipped_notices[] = {
	{"record", MEDIUM_AUDIO | MEDIUM_VIDEO, true},
	{"summarize", MEDIUM_AUDIO, true},
	{"telemetry", MEDIUM_DATA, false},
	{"train", MEDIUM_AUDIO | MEDIUM_VIDEO, true},
};

static notices *load_shipped(void)
{
	g_autofree char *folder = source_path("conf/consent");
	return load_folder(folder, "en");
}

START_TEST(shipped_purposes)
{
	g_autoptr(notices) all = load_shipped();
	ck_assert_uint_eq(notices_count(all), G_N_ELEMENTS(shipped_notices));
	for (unsigned i = 0; i < G_N_ELEMENTS(shipped_notices); i++) {
		const notice *one = notices_at(all, i);
		ck_assert_str_eq(one->purpose, shipped_notices[i].purpose);
		ck_assert_uint_eq(one->media, shipped_notices[i].media);
		ck_assert(one->captures == shipped_notices[i].captures);
		ck_assert_uint_gt(one->retention_days, 0);
		for (unsigned j = 0; j < i; j++)
			ck_assert_str_ne(one->hash, notices_at(all, j)->hash);
	}
}
END_TEST

START_TEST(shipped_wording)
{
	g_autoptr(notices) all = load_shipped();
	const notice *one = notices_at(all, (unsigned)_i);
	notice_wording en = notices_wording(all, one, "en"), de = notices_wording(all, one, "de");
	ck_assert_str_eq(en.lang, "en");
	ck_assert_str_eq(de.lang, "de");
	ck_assert_str_ne(en.title, de.title);
	/* the popup itself says that declining and silence cost nothing */
	assert_has(en.summary, "If you decline or don’t answer, ");
	assert_has(de.summary, "Wenn Sie ablehnen oder nicht antworten, ");
	/* what stands behind it has the same parts everywhere */
	const char *const english[] = {"What happens: ", "\n\nWhat does not happen: ", "No answer means no.",
		"\n\nIf you decline: ", "\n\nIf you change your mind: ", "at any time", "It counts at once",
		"deleted", "\n\nGood to know: "};
	const char *const german[] = {
		"Was geschieht: ", "\n\nWas nicht geschieht: ", "Keine Antwort heißt Nein.",
		"\n\nWenn Sie ablehnen: ", "\n\nWenn Sie es sich anders überlegen: ", "jederzeit",
		"Das gilt sofort", "gelöscht", "\n\nGut zu wissen: "};
	for (size_t i = 0; i < G_N_ELEMENTS(english); i++) {
		assert_has(en.details, english[i]);
		assert_has(de.details, german[i]);
	}
	/* whoever is captured need ask nobody to have it deleted */
	if (one->captures) {
		assert_has(en.details, "yourself, where you change your answers: ");
		assert_has(de.details, "selbst löschen, und zwar dort, wo Sie Ihre Antworten ändern: ");
	}
}
END_TEST

/* Strings are joined from many lines: no gap is forgotten or doubled. */
START_TEST(shipped_spacing)
{
	const char *slips = "  | \n|\n |^\\s|\\s$| [.,;:?]|[[:lower:]][.,:;?][[:alpha:]]";
	g_autoptr(notices) all = load_shipped();
	json_t *languages = json_object_get(notices_at(all, (unsigned)_i)->json, "languages");
	for (void *lang = json_object_iter(languages); lang; lang = json_object_iter_next(languages, lang)) {
		json_t *words = json_object_iter_value(lang);
		for (void *field = json_object_iter(words); field;
			field = json_object_iter_next(words, field)) {
			const char *text = json_string_value(json_object_iter_value(field));
			ck_assert_msg(!g_regex_match_simple(slips, text, 0, 0), "%s.%s: %s",
				json_object_iter_key(lang), json_object_iter_key(field), text);
		}
	}
}
END_TEST

/* What others have recorded */

static json_t *other_wording(char hash[HASH_HEX_SIZE])
{
	g_autofree char *text = changed(GOOD, "en title", "another title");
	g_autofree char *newer = changed(text, "version = 3", "version = 4");
	g_autoptr(notices) others = load_text(newer);
	g_strlcpy(hash, notices_at(others, 0)->hash, HASH_HEX_SIZE);
	return json_deep_copy(notices_at(others, 0)->json);
}

START_TEST(a_recorded_notice_comes_in_force)
{
	g_autoptr(notices) all = load_text(GOOD);
	const notice *before = notices_at(all, 0);
	char hash[HASH_HEX_SIZE];
	json_t *wording = other_wording(hash);
	const notice *now = notices_supersede(all, wording, hash, NULL);
	json_decref(wording);
	ck_assert_ptr_nonnull(now);
	ck_assert_ptr_eq(notices_at(all, 0), now);
	ck_assert_ptr_eq(notices_find(all, "record"), now);
	ck_assert_str_eq(now->hash, hash);
	ck_assert_int_eq(now->version, 4);
	ck_assert_uint_eq(now->slot, 0);
	ck_assert_uint_eq(now->media, before->media);
	ck_assert_uint_eq(now->retention_days, 30);
	ck_assert(now->captures);
	ck_assert_str_eq(notices_wording(all, now, "de").title, "de title");
	ck_assert_str_eq(notices_wording(all, now, NULL).title, "another title");
	/* The one before is as it was. */
	ck_assert_int_eq(before->version, 3);
	ck_assert_str_eq(notices_wording(all, before, NULL).title, "en title");
	ck_assert_ptr_eq(notices_supersede(all, now->json, hash, NULL), now);
}
END_TEST

START_TEST(a_recorded_notice_in_other_languages_is_shown_in_one_of_them)
{
	g_autoptr(notices) all = load_text(GOOD);
	char hash[HASH_HEX_SIZE];
	json_t *wording = other_wording(hash);
	json_object_del(json_object_get(wording, "languages"), "en");
	size_t length;
	g_autofree char *canonical = jcs_dump(wording, &length);
	hash_bytes_hex(canonical, length, hash);
	const notice *now = notices_supersede(all, wording, hash, NULL);
	json_decref(wording);
	ck_assert_str_eq(notices_wording(all, now, "fr").lang, "de");
}
END_TEST

START_TEST(a_recorded_notice_may_say_what_becomes_of_products)
{
	g_autoptr(notices) all = load_text(GOOD);
	g_autofree char *text = changed(GOOD, "captures = true;", "captures = true; products = \"list\";");
	g_autoptr(notices) others = load_text(text);
	const notice *other = notices_at(others, 0);
	ck_assert_str_ne(other->hash, notices_at(all, 0)->hash);
	ck_assert_ptr_null(json_object_get(notices_at(all, 0)->json, "products"));
	const notice *now = notices_supersede(all, other->json, other->hash, NULL);
	ck_assert_ptr_nonnull(now);
	ck_assert_str_eq(json_string_value(json_object_get(now->json, "products")), "list");
}
END_TEST

/* One JSON path to a member, and what it becomes (NULL: it goes). */
static const struct {
	const char *name, *value, *word;
} unusable[] = {
	{"purpose", "\"train\"", "does not have"},
	{"purpose", NULL, "does not have"},
	{"version", "\"4\"", "upgrade"},
	{"version", NULL, "upgrade"},
	{"media", "[\"smell\"]", "upgrade"},
	{"media", "[]", "upgrade"},
	{"captures", "1", "upgrade"},
	{"retention_days", "-1", "upgrade"},
	{"languages", "{}", "upgrade"},
	{"languages", "{\"en\":{\"title\":\"t\"}}", "upgrade"},
	{"promise", "\"more\"", "upgrade"},
	{"products", "\"keep\"", "upgrade"},
	{"version", "5", "hash"},
};

START_TEST(what_is_no_notice_changes_nothing)
{
	g_autoptr(notices) all = load_text(GOOD);
	g_autoptr(GError) error = NULL;
	const notice *before = notices_at(all, 0);
	char hash[HASH_HEX_SIZE];
	json_t *wording = other_wording(hash);
	if (unusable[_i].value)
		json_object_set_new(
			wording, unusable[_i].name, json_loads(unusable[_i].value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(wording, unusable[_i].name);
	ck_assert_ptr_null(notices_supersede(all, wording, hash, &error));
	json_decref(wording);
	assert_has(error->message, unusable[_i].word);
	ck_assert_ptr_eq(notices_at(all, 0), before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("notices");
	TCase *tests = tcase_create("notices");
	tcase_add_test(tests, reads_all_fields);
	tcase_add_test(tests, captures_by_default);
	tcase_add_test(tests, folder_in_name_order);
	tcase_add_test(tests, free_takes_nothing);
	tcase_add_test(tests, hash_is_known);
	tcase_add_test(tests, hash_ignores_form);
	tcase_add_loop_test(tests, hash_covers, 0, G_N_ELEMENTS(meaningful));
	tcase_add_test(tests, shipped_purposes);
	tcase_add_loop_test(tests, shipped_wording, 0, G_N_ELEMENTS(shipped_notices));
	tcase_add_loop_test(tests, shipped_spacing, 0, G_N_ELEMENTS(shipped_notices));
	tcase_add_test(tests, a_recorded_notice_comes_in_force);
	tcase_add_test(tests, a_recorded_notice_may_say_what_becomes_of_products);
	tcase_add_test(tests, a_recorded_notice_in_other_languages_is_shown_in_one_of_them);
	tcase_add_loop_test(tests, what_is_no_notice_changes_nothing, 0, G_N_ELEMENTS(unusable));
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
