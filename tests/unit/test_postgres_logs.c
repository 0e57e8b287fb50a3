/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several logs in one database. */
#include "postgres_help.h"

#include "base/error.h"

#include "ledger/records.h"

START_TEST(keeps_logs_apart)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(HELP_OTHER, STORE_WRITER);
	store_head head;
	help_fill(a, 0, 2);
	help_fill(b, 0, 1);
	help_fill(a, 2, 1);
	expect_rows(a, &(ledger_filter){0}, "t0 t1 t2 ");
	expect_rows(b, &(ledger_filter){0}, "o0 ");
	ck_assert(b->ops->head(b, &head, NULL));
	ck_assert_int_eq(head.size, 1);
	ck_assert(a->ops->set(a, "name", "of a", NULL));
	char *value = NULL;
	ck_assert(b->ops->get(b, "name", &value, NULL));
	ck_assert_ptr_null(value);
}
END_TEST

static bool stop_at_once(const store_row *row, void *user)
{
	*(gint64 *)user = row->position;
	return false;
}

START_TEST(reads_all_logs_in_the_order_of_their_coming)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(HELP_OTHER, STORE_WRITER);
	static const char *const types[] = {"test", NULL};
	gint64 position = 0;
	help_fill(a, 0, 2);
	help_fill(b, 0, 1);
	help_fill(a, 2, 1);
	g_autoptr(store) all = open_as(NULL, STORE_READER);
	expect_rows(all, &(ledger_filter){0}, "t0 t1 o0 t2 ");
	expect_rows(all, &(ledger_filter){.types = types}, "t0 t1 o0 t2 ");
	expect_rows(all, &(ledger_filter){.log = HELP_OTHER}, "o0 ");
	expect_rows(all, &(ledger_filter){.log = HELP_ORIGIN, .after = 1}, "t1 t2 ");
	expect_rows(all, &(ledger_filter){.log = "none"}, "");
	expect_rows(all, &(ledger_filter){.from_ms = 1000, .to_ms = 1001}, "t0 o0 ");

	ck_assert(all->ops->iterate(
		all, &(ledger_filter){.log = HELP_OTHER, .types = types}, stop_at_once, &position, NULL));
	ck_assert_int_eq(position, 0);
	g_autoptr(store) one = open_as(HELP_OTHER, STORE_READER);
	expect_rows(one, &(ledger_filter){0}, "o0 ");
}
END_TEST

static void fill_room(store *s, gint64 first, gint64 count)
{
	ck_assert(s->ops->begin(s, NULL));
	for (gint64 i = first; i < first + count; i++) {
		store_row row = help_row(i);
		row.room = "1";
		ck_assert(s->ops->append(s, &row, NULL));
	}
	ck_assert(s->ops->commit(s, NULL));
}

typedef struct walk {
	gint64 count, position;
} walk;

static bool step(const store_row *row, void *user)
{
	walk *w = user;
	ck_assert_int_gt(row->position, w->position);
	w->position = row->position;
	w->count++;
	return true;
}

START_TEST(goes_on_at_a_position_over_many_pages)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(HELP_OTHER, STORE_WRITER);
	for (gint64 i = 0; i < 4; i++) {
		fill_room(a, i * 300, 300);
		fill_room(b, i * 10, 10);
	}
	g_autoptr(store) all = open_as(NULL, STORE_READER);
	walk whole = {0}, rest = {0};
	ck_assert(all->ops->iterate(all, &(ledger_filter){.room = "1"}, step, &whole, NULL));
	ck_assert_int_eq(whole.count, 1240);
	ck_assert(all->ops->iterate(
		all, &(ledger_filter){.room = "1", .after = whole.position - 309}, step, &rest, NULL));
	ck_assert_int_eq(rest.count, 310);
	walk one = {.position = 899};
	ck_assert(all->ops->iterate(
		all, &(ledger_filter){.room = "1", .log = HELP_ORIGIN, .after = 900}, step, &one, NULL));
	ck_assert_int_eq(one.count, 300);
}
END_TEST

static bool note_display(const ledger_entry *entry, void *user)
{
	const char *display = json_string_value(json_object_get(entry->personal, "display"));
	g_string_append_printf(user, "%.1s %s\n", entry->log, display ? display : "?");
	return true;
}

static void append_named(const char *origin, const char *display)
{
	const ledger_options options = {.store = help_server.url, .origin = origin};
	ledger *l = ledger_open(&options, NULL);
	help_append_named(l, "test", display, "{}");
	ledger_close(l);
}

/* Each log has keys of its own. */
START_TEST(reads_the_personal_data_of_all_logs)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	append_named(HELP_ORIGIN, "Ada");
	append_named(HELP_OTHER, "Bob");
	g_autoptr(ledger_reader) all = ledger_reader_open(help_server.url, NULL);
	ck_assert(ledger_read(all, &(ledger_filter){0}, note_display, seen, NULL));
	ck_assert_str_eq(seen->str, "t Ada\no Bob\n");
}
END_TEST

static void append_decision(const char *origin, const char *verdict)
{
	const ledger_options options = {.store = help_server.url, .origin = origin};
	ledger *l = ledger_open(&options, NULL);
	help_append_named(l, "decision", verdict, "{s:s, s:[{s:s, s:s, s:s}]}", "participant", "p1",
		"decisions", "purpose", "record", "medium", "audio", "decision", verdict);
	ledger_close(l);
}

static bool note_replaced(json_t *record, void *user)
{
	const json_t *replaced = json_object_get(record, "replaced");
	const char *by = json_string_value(json_object_get(replaced, "decision"));
	g_string_append_printf(
		user, "%s: %s; ", json_string_value(json_object_get(record, "display")), by ? by : "stands");
	return true;
}

/* In all of them where all are read, else in the one. */
START_TEST(a_decision_is_replaced_in_whatever_log_is_read)
{
	g_autoptr(GString) all = g_string_new(NULL), one = g_string_new(NULL);
	append_decision(HELP_ORIGIN, "granted");
	append_decision(HELP_OTHER, "refused");
	append_decision(HELP_ORIGIN, "expired");
	g_autoptr(ledger_reader) of_all = ledger_reader_open(help_server.url, NULL);
	g_autoptr(ledger_reader) of_one = ledger_reader_open_log(help_server.url, HELP_ORIGIN, NULL);
	ck_assert(records_decisions(of_all, &(records_filter){0}, note_replaced, all, NULL, NULL));
	ck_assert(records_decisions(of_one, &(records_filter){0}, note_replaced, one, NULL, NULL));
	ck_assert_str_eq(all->str, "granted: refused; refused: expired; expired: stands; ");
	ck_assert_str_eq(one->str, "granted: expired; expired: stands; ");
}
END_TEST

/* What a gateway remembers of its values holds only as long as nobody else writes to its log. */
START_TEST(forgets_values_that_another_program_changed)
{
	g_autoptr(store) s = open_as(HELP_ORIGIN, STORE_WRITER), beside = open_as(HELP_ORIGIN, STORE_BESIDE);
	g_autofree char *first = NULL, *second = NULL;
	store_row own = help_row(0), foreign = help_row(1);
	ck_assert(s->ops->set(s, "key", "1", NULL) && s->ops->begin(s, NULL));
	ck_assert(s->ops->get(s, "key", &first, NULL) && s->ops->append(s, &own, NULL));
	ck_assert(s->ops->commit(s, NULL));
	ck_assert(beside->ops->begin(beside, NULL) && beside->ops->append(beside, &foreign, NULL));
	ck_assert(beside->ops->set(beside, "key", NULL, NULL) && beside->ops->commit(beside, NULL));
	ck_assert(s->ops->begin(s, NULL) && s->ops->get(s, "key", &second, NULL));
	s->ops->rollback(s);
	ck_assert_str_eq(first, "1");
	ck_assert_ptr_null(second);
}
END_TEST

static void add_row(store *s, gint64 index)
{
	store_row row = help_row(index);
	ck_assert(s->ops->begin(s, NULL) && s->ops->append(s, &row, NULL) && s->ops->commit(s, NULL));
}

/* At the head that it left itself. */
static void begin_unseen(store *s, gint64 size)
{
	store_head head;
	ck_assert(s->ops->begin(s, NULL) && s->ops->head(s, &head, NULL));
	ck_assert_int_eq(head.size, size);
}

START_TEST(who_begins_again_need_not_wait_for_the_beginning)
{
	g_autoptr(store) s = open_as(HELP_ORIGIN, STORE_WRITER), beside = open_as(HELP_ORIGIN, STORE_BESIDE);
	g_autoptr(GError) at_commit = NULL, at_get = NULL;
	g_autofree char *value = NULL;
	store_row stale = help_row(1);
	s->retries = true;
	add_row(s, 0);
	add_row(beside, 1);
	begin_unseen(s, 1);
	ck_assert(s->ops->append(s, &stale, NULL) && !s->ops->commit(s, &at_commit));
	ck_assert(g_error_matches(at_commit, CONSENT_ERROR, CONSENT_ERROR_STALE));
	s->ops->rollback(s);
	add_row(s, 2);
	add_row(beside, 3);
	begin_unseen(s, 3);
	ck_assert(!s->ops->get(s, "never asked for", &value, &at_get));
	ck_assert(g_error_matches(at_get, CONSENT_ERROR, CONSENT_ERROR_STALE));
	s->ops->rollback(s);
	add_row(s, 4);
	begin_unseen(s, 5);
	s->ops->rollback(s);
	expect_rows(s, &(ledger_filter){0}, "t0 t1 t2 t3 t4 ");
}
END_TEST

static bool note_log(const char *origin, const store_head *head, void *user)
{
	g_string_append_printf(user, "%s %" G_GINT64_FORMAT "\n", origin, head->size);
	return true;
}

START_TEST(lists_its_logs)
{
	g_autoptr(store) a = open_as(HELP_ORIGIN, STORE_WRITER), b = open_as(HELP_OTHER, STORE_WRITER);
	g_autoptr(GString) seen = g_string_new(NULL);
	help_fill(a, 0, 2);
	ck_assert(b->ops->logs(b, note_log, seen, NULL));
	ck_assert_str_eq(seen->str, HELP_ORIGIN " 2\n" HELP_OTHER " 0\n");
	g_auto(GStrv) origins = ledger_logs(help_server.url, NULL);
	ck_assert_uint_eq(g_strv_length(origins), 2);
	ck_assert_str_eq(origins[1], HELP_OTHER);
}
END_TEST

int main(void)
{
	static const TTest *const *const tests[] = {&keeps_logs_apart,
		&reads_all_logs_in_the_order_of_their_coming, &goes_on_at_a_position_over_many_pages,
		&reads_the_personal_data_of_all_logs, &a_decision_is_replaced_in_whatever_log_is_read,
		&forgets_values_that_another_program_changed,
		&who_begins_again_need_not_wait_for_the_beginning, &lists_its_logs};
	return run_on_postgres("postgres logs", tests, G_N_ELEMENTS(tests));
}
