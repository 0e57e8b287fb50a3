/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/resting.h"

#include "base/clock.h"
#include "base/error.h"
#include "ledger/products.h"
#include "ledger/standing.h"

#include <string.h>

#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT(1000))

void resting_clear(resting *r)
{
	g_free(r->origin);
	json_decref(r->room);
	json_decref(r->on);
	*r = (resting){0};
}

static const char *text(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

typedef struct gathering {
	const char *purpose;
	char **only; /* NULL: everybody */
	resting *to;
	GError **error;
	bool good;
} gathering;

/* What was erased, or narrowed to other purposes, nothing can rest on. */
static bool serves(const gathering *now, const recording *one)
{
	size_t i;
	json_t *purpose;
	if (g_str_has_prefix(recording_text(one, "state"), "eras"))
		return false;
	if (now->only && !g_strv_contains((const char *const *)now->only, recording_text(one, "participant")))
		return false;
	json_array_foreach (json_object_get(one->record, "purposes"), i, purpose)
		if (g_strcmp0(json_string_value(purpose), now->purpose) == 0)
			return true;
	return false;
}

static json_t *find_item(const json_t *on, const recording *one)
{
	size_t i;
	json_t *item;
	json_array_foreach (on, i, item)
		if (g_strcmp0(text(item, "participant"), recording_text(one, "participant")) == 0 &&
			g_strcmp0(text(item, "medium"), recording_text(one, "medium")) == 0)
			return item;
	return NULL;
}

/* The strictest of what the notices promised counts. */
static void add(gathering *now, const recording *one, gint64 index, bool listed)
{
	json_t *item = find_item(now->to->on, one);
	if (!item) {
		item = json_pack("{s:s, s:s, s:s}", "participant", recording_text(one, "participant"),
			"medium", recording_text(one, "medium"), "products", PRODUCTS_LIST);
		json_array_append_new(now->to->on, item);
	}
	json_object_set_new(item, "index", json_integer(index));
	if (!listed)
		json_object_set_new(item, "products", json_string(PRODUCTS_REMOVE));
}

static void keep_until(gathering *now, const recording *one, gint64 days)
{
	gint64 closed_ms;
	if (days <= 0)
		return;
	if (!clock_parse(recording_text(one, "closed"), &closed_ms))
		closed_ms = clock_now_ms();
	gint64 until_ms = closed_ms + days * DAY_MS;
	if (!now->to->until_ms || until_ms < now->to->until_ms)
		now->to->until_ms = until_ms;
}

static bool take(const recording *one, void *user)
{
	gathering *now = user;
	standing_of of = RECORDING_OF(one, now->purpose);
	gint64 index = standing_grant(one->record, now->purpose), days;
	bool listed;
	if (!serves(now, one))
		return true;
	now->good = standing_retention(one->reader, &of, index, &days, now->error) &&
		standing_lists_products(one->reader, &of, index, &listed, now->error);
	if (!now->good)
		return false;
	if (!now->to->origin) {
		now->to->origin = g_strdup(one->origin);
		now->to->room = json_incref(json_object_get(one->record, "room"));
	}
	add(now, one, index, listed);
	keep_until(now, one, days);
	return true;
}

static bool is_found(const json_t *on, const char *participant)
{
	size_t i;
	json_t *item;
	json_array_foreach (on, i, item)
		if (g_strcmp0(text(item, "participant"), participant) == 0)
			return true;
	return false;
}

static bool check(const gathering *now, const char *meeting, GError **error)
{
	for (char **one = now->only; one && *one; one++)
		if (!is_found(now->to->on, *one)) {
			g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
				"nothing of participant %s was captured for %s in meeting %s, or it is "
				"erased",
				*one, now->purpose, meeting);
			return false;
		}
	if (!now->to->origin)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"there is no meeting %s in which something was captured for %s and is not erased",
			meeting, now->purpose);
	return now->to->origin != NULL;
}

bool resting_find(const recordings *all, const char *meeting, const char *purpose, const char *only,
	resting *ret, GError **error)
{
	g_auto(GStrv) ids = only ? g_strsplit(only, ",", -1) : NULL;
	for (size_t i = 0; ids && ids[i]; i++)
		g_strstrip(ids[i]);
	gathering now = {.purpose = purpose, .only = ids, .to = ret, .error = error, .good = true};
	const records_filter filter = {.meeting = meeting, .purpose = purpose};
	*ret = (resting){.on = json_array()};
	return recordings_list(all, &filter, take, &now, error) && now.good && check(&now, meeting, error);
}

bool resting_agree(ledger_reader *r, const json_t *on, const char *purpose, gint64 now_ms, char **ret_why,
	GError **error)
{
	size_t i;
	json_t *item;
	*ret_why = NULL;
	json_array_foreach (on, i, item) {
		const standing_of of = {text(item, "participant"), purpose, text(item, "medium")};
		const char *decision;
		if (!of.participant || !of.medium)
			continue;
		if (!standing_decision(r, &of, now_ms, &decision, error))
			return false;
		if (strcmp(decision, "granted") != 0) {
			*ret_why = g_strdup_printf("participant %s does not grant %s %s now (%s)",
				of.participant, purpose, of.medium, decision);
			return true;
		}
	}
	return true;
}
