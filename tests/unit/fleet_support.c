/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet_support.h"

#include "base_support.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

pg_server fleet_server;

static void empty(void)
{
	pg_server_empty(&fleet_server);
}

int fleet_run(const char *name, const TTest *const *const *tests, size_t count)
{
	if (!pg_server_new(&fleet_server))
		return 77;
	Suite *suite = suite_create(name);
	TCase *cases = tcase_create(name);

	/* A server that syncs to a busy disk takes its time. */
	tcase_set_timeout(cases, 60);

	tcase_add_checked_fixture(cases, empty, NULL);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(cases, *tests[i]);
	suite_add_tcase(suite, cases);
	int status = run_capture_suite(suite);
	pg_server_remove(&fleet_server);
	return status;
}

void gateway_init(world *w, const char *origin)
{
	world_init(w);
	world_close(w);
	g_free(w->settings->store);
	g_free(w->settings->origin);
	w->settings->store = g_strdup(fleet_server.url);
	w->settings->origin = g_strdup(origin);
	w->settings->origin_set = true;
	world_open(w);
}

void gateway_notices(world *w, const char *what, const char *by)
{
	g_autofree char *from = source_path("conf/consent/record.jcfg"), *text = NULL;
	g_autofree char *folder = g_build_filename(w->folder, "notices", NULL);
	g_autofree char *to = g_build_filename(folder, "record.jcfg", NULL);

	ck_assert(g_file_get_contents(from, &text, NULL, NULL));
	char *at = strstr(text, what);
	ck_assert_ptr_nonnull(at);
	g_autofree char *changed = g_strdup_printf("%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
	g_mkdir(folder, 0700);
	ck_assert(g_file_set_contents(to, changed, -1, NULL));
	g_free(w->settings->notices);
	w->settings->notices = g_steal_pointer(&folder);
}

static bool collect(const ledger_entry *entry, void *user)
{
	json_t *body = json_deep_copy(entry->body);

	json_object_set_new(body, "erased", json_boolean(entry->erased));
	json_object_set(body, "display", json_object_get(entry->personal, "display"));
	json_array_append_new(user, body);
	return true;
}

json_t *log_entries(const world *w, const char *type)
{
	const char *const types[] = {type, NULL};
	g_autoptr(ledger_reader) reader =
		ledger_reader_open_log(w->settings->store, w->settings->origin, NULL);
	json_t *entries = json_array();

	ck_assert_ptr_nonnull(reader);
	ck_assert(ledger_read(reader, &(ledger_filter){.types = types}, collect, entries, NULL));
	return entries;
}
