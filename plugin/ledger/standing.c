/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/standing.h"

#include "base/clock.h"
#include "base/error.h"
#include "ledger/identity.h"
#include "ledger/products.h"

#include <string.h>

#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT(1000))

typedef struct looking {
	const standing_of *of;
	gint64 now_ms;
	const char *decision;
	char notice[HASH_HEX_SIZE];
} looking;

static const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static bool is_of(const standing_of *of, const json_t *item)
{
	return strcmp(member(item, "purpose"), of->purpose) == 0 &&
		strcmp(member(item, "medium"), of->medium) == 0;
}

/* The words are those of consent/decision.h. */
static const char *known(const char *decision)
{
	static const char *const words[] = {"granted", "refused", "withdrawn", "expired"};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i], decision) == 0)
			return words[i];
	return "undecided";
}

static bool has_ended(const json_t *item, gint64 now_ms)
{
	gint64 expires_ms;
	return clock_parse(member(item, "expires"), &expires_ms) && expires_ms <= now_ms;
}

static bool take_decisions(const ledger_entry *entry, void *user)
{
	looking *now = user;
	size_t i;
	json_t *item;
	if (strcmp(entry->type, "erase") == 0)
		now->decision = "withdrawn";
	json_array_foreach (json_object_get(entry->body, "decisions"), i, item) {
		if (!is_of(now->of, item))
			continue;
		now->decision = known(member(item, "decision"));
		if (strcmp(now->decision, "granted") == 0 && has_ended(item, now->now_ms))
			now->decision = "expired";
		g_strlcpy(now->notice, member(item, "notice"), sizeof now->notice);
	}
	return true;
}

/* What was taken over from another gateway counts as what was decided here, and an erasure ends everything.
 */
static const char *const standing_types[] = {"decision", "carry", "erase", NULL};
static const char *const decision_types[] = {"decision", "carry", NULL};
static const char *const notice_types[] = {"notice", NULL};

/* By this id. */
static bool latest_decision(
	ledger_reader *r, const standing_of *of, gint64 now_ms, const char **ret, GError **error)
{
	looking now = {.of = of, .now_ms = now_ms, .decision = "undecided"};
	const ledger_filter filter = {.types = standing_types, .participant = of->participant};
	if (!ledger_read(r, &filter, take_decisions, &now, error))
		return false;
	*ret = now.decision;
	return true;
}

/* A grant by a handle that proved a key later stands while its person, by the id they have since, grants the
 * same: they withdraw by that one, and see what stands by it. */
bool standing_decision(
	ledger_reader *r, const standing_of *of, gint64 now_ms, const char **ret, GError **error)
{
	if (!latest_decision(r, of, now_ms, ret, error))
		return false;
	g_autoptr(GPtrArray) ids = identity_new(of->participant);
	bool good = strcmp(*ret, "granted") != 0 || identity_add_later(r, ids, error);
	for (guint i = 1; good && i < ids->len && strcmp(*ret, "granted") == 0; i++) {
		const standing_of later = {ids->pdata[i], of->purpose, of->medium};
		good = latest_decision(r, &later, now_ms, ret, error);
	}
	return good;
}

static bool take_one(const ledger_entry *entry, void *user)
{
	take_decisions(entry, user);
	return false;
}

static bool take_days(const ledger_entry *entry, void *user)
{
	const json_t *days = json_object_get(json_object_get(entry->body, "wording"), "retention_days");
	if (json_is_integer(days))
		*(gint64 *)user = json_integer_value(days);
	return false;
}

static bool fail(const standing_of *of, gint64 index, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"entry %" G_GINT64_FORMAT " does not say how long %s of participant %s may be kept", index,
		of->purpose, of->participant);
	return false;
}

/* The notice that the grant in entry `index` was given under; `take` may not find what it looks for in it. */
static bool read_notice(
	ledger_reader *r, const standing_of *of, gint64 index, ledger_each take, void *user, GError **error)
{
	looking now = {.of = of, .now_ms = G_MININT64, .decision = ""};
	const ledger_filter grant = {.types = decision_types, .participant = of->participant, .after = index};
	if (!ledger_read(r, &grant, take_one, &now, error))
		return false;
	const ledger_filter wording = {.types = notice_types, .subject = now.notice};
	if (strcmp(now.decision, "granted") != 0)
		return fail(of, index, error);
	return ledger_read(r, &wording, take, user, error);
}

bool standing_retention(
	ledger_reader *r, const standing_of *of, gint64 index, gint64 *ret_days, GError **error)
{
	gint64 days = -1;
	if (!read_notice(r, of, index, take_days, &days, error))
		return false;
	if (days < 0)
		return fail(of, index, error);
	*ret_days = days;
	return true;
}

bool standing_is_over(gint64 days, const char *closed, gint64 now_ms)
{
	gint64 closed_ms;
	return days > 0 && closed && clock_parse(closed, &closed_ms) && closed_ms + days * DAY_MS <= now_ms;
}

static bool take_products(const ledger_entry *entry, void *user)
{
	const json_t *wording = json_object_get(entry->body, "wording");
	*(bool *)user = strcmp(member(wording, "products"), PRODUCTS_LIST) == 0;
	return false;
}

bool standing_lists_products(ledger_reader *r, const standing_of *of, gint64 index, bool *ret, GError **error)
{
	*ret = false;
	return read_notice(r, of, index, take_products, ret, error);
}

gint64 standing_grant(const json_t *segment, const char *purpose)
{
	size_t i;
	json_t *item;
	json_array_foreach (json_object_get(segment, "decisions"), i, item)
		if (g_strcmp0(json_string_value(json_object_get(item, "purpose")), purpose) == 0)
			return json_integer_value(json_object_get(item, "index"));
	return -1;
}
