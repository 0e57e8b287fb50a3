/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/products.h"

#include "base/clock.h"
#include "base/error.h"
#include "capture/capture.h"
#include "cli/product_file.h"
#include "ledger/products.h"

#include <stdio.h>
#include <string.h>

static const char *text(const json_t *object, const char *member)
{
	const char *value = json_string_value(json_object_get(object, member));
	return value ? value : "";
}

static const char *or_null(const char *origin)
{
	return *origin ? origin : NULL;
}

bool products_remove(const recordings *all, const char *origin, const json_t *record, const char *reason,
	const char *by, GError **error)
{
	if (!recordings_need_folder(all, error) ||
		!capture_remove(all->folder, text(record, "file"), error) ||
		!ledger_append_beside_with(all->store, or_null(origin), "product",
			product_erased_body(record, reason, by), NULL, product_forget(record), error))
		return false;
	printf("erased product: %s\n", text(record, "product"));
	return true;
}

/* Over all logs */

typedef struct removing {
	const recordings *all;
	const char *origin, *reason;
	gint64 now_ms;
	guint64 count;
	unsigned failed;
	GError **error;
	bool good;
} removing;

static bool is_there(const json_t *record)
{
	return strcmp(text(record, "state"), "attached") == 0;
}

static bool remove_one(json_t *record, void *user)
{
	removing *now = user;
	if (!is_there(record))
		return true;
	now->good = products_remove(now->all, now->origin, record, now->reason, "tool", now->error);
	now->count += now->good;
	return now->good;
}

/* One about which something is wrong does not keep the others. */
static bool sweep_one(json_t *record, void *user)
{
	removing *now = user;
	g_autoptr(GError) why = NULL;
	gint64 until_ms;
	if (!is_there(record) || !clock_parse(text(record, "until"), &until_ms) || until_ms > now->now_ms)
		return true;
	if (products_remove(now->all, now->origin, record, now->reason, "sweep", &why)) {
		now->count++;
		return true;
	}
	now->failed++;
	tool_say("sweep: product %s is kept: %s", text(record, "product"), why->message);
	return true;
}

static bool each_log(removing *now, const records_filter *filter, records_each each, GError **error)
{
	now->error = error;
	now->good = true;
	for (size_t i = 0; now->good && now->all->origins[i]; i++) {
		now->origin = now->all->origins[i];
		g_autoptr(ledger_reader) r =
			ledger_reader_open_log(now->all->store, or_null(now->origin), error);
		now->good = r && records_products(r, filter, each, now, NULL, error) && now->good;
	}
	return now->good;
}

bool products_remove_one(
	const recordings *all, const char *id, const char *reason, guint *ret_count, GError **error)
{
	removing now = {.all = all, .reason = reason};
	const records_filter one = {.product = id};
	bool good = each_log(&now, &one, remove_one, error);
	*ret_count = (guint)now.count;
	return good;
}

bool products_sweep(
	const recordings *all, gint64 now_ms, guint64 *ret_erased, unsigned *ret_failed, GError **error)
{
	removing now = {.all = all, .reason = "retention ended", .now_ms = now_ms};
	bool good = each_log(&now, &(records_filter){0}, sweep_one, error);
	*ret_erased += now.count;
	*ret_failed += now.failed;
	return good;
}

static bool settle(
	const recordings *all, const char *origin, const product *one, const char *reason, GError **error)
{
	if (!one->stays)
		return products_remove(all, origin, one->record, reason, "tool", error);
	tool_say("kept, as the notice lets it: %s %s; erase --product %s erases it",
		text(one->record, "kind"), text(one->record, "product"), text(one->record, "product"));
	return true;
}

bool products_remove_of(const recordings *all, const char *participant, const char *reason, GError **error)
{
	for (size_t i = 0; all->origins[i]; i++) {
		const char *origin = all->origins[i];
		g_autoptr(ledger_reader) r = ledger_reader_open_log(all->store, or_null(origin), error);
		g_autoptr(GPtrArray) on = r ? products_on(r, participant, error) : NULL;
		if (!on)
			return false;
		for (guint k = 0; k < on->len; k++)
			if (!settle(all, origin, on->pdata[k], reason, error))
				return false;
	}
	return true;
}

/* Reading */

static bool find_key(const recordings *all, ledger_reader *r, const json_t *record,
	uint8_t ret[SEALING_KEY_SIZE], GError **error)
{
	operatorkey with;
	bool found;
	if (!recordings_operator(all, r, &with, &found, error))
		return false;
	bool good = !found || product_key(r, &with, text(record, "product"), ret, &found, error);
	sodium_memzero(&with, sizeof with);
	if (good && !found)
		g_set_error(
			error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND, "was erased: it has no key any more");
	return good && found;
}

char *products_read(const recordings *all, const json_t *record, size_t *ret_length, GError **error)
{
	uint8_t key[SEALING_KEY_SIZE];
	const char *file = text(record, "file");
	bool sealed = g_str_has_suffix(file, ".enc");
	g_autoptr(ledger_reader) r = ledger_reader_open_log(all->store, or_null(text(record, "log")), error);
	if (!r || !recordings_need_folder(all, error) || (sealed && !find_key(all, r, record, key, error)))
		return NULL;
	char *content = product_file_read(
		all->folder, file, sealed ? key : NULL, text(record, "sha256"), ret_length, error);
	sodium_memzero(key, sizeof key);
	return content;
}
