/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transcripts and summaries of a meeting as a vCon's analysis: those on which everybody that they rest on
 * agrees now.
 */
#include "cli/vcon.h"

#include "base/clock.h"
#include "cli/products.h"
#include "cli/resting.h"

#include <string.h>

static const char *text(const json_t *object, const char *member)
{
	const char *value = json_string_value(json_object_get(object, member));
	return value ? value : "";
}

/* Which */

typedef struct asking {
	const meeting_export *m;
	ledger_reader *reader;
	json_t *list;
	GPtrArray *left_out; /* lines; NULL: nobody wants them */
	gint64 now_ms;
	GError **error;
	bool good;
} asking;

static bool ask(asking *now, const json_t *record, char **ret_why)
{
	gint64 until_ms;
	*ret_why = NULL;
	if (clock_parse(text(record, "until"), &until_ms) && until_ms <= now->now_ms) {
		*ret_why = g_strdup("its retention has ended");
		return true;
	}
	return resting_agree(now->reader, json_object_get(record, "rests_on"), text(record, "purpose"),
		now->now_ms, ret_why, now->error);
}

/* One that is damaged is left out; the rest is unharmed by it. */
static void check_readable(const asking *now, const json_t *record, char **ret_why)
{
	g_autoptr(GError) why = NULL;
	size_t length;
	g_autofree char *content = products_read(now->m->all, record, &length, &why);
	if (!content)
		*ret_why = g_strdup_printf("cannot be used: %s", why->message);
}

static bool take(json_t *record, void *user)
{
	asking *now = user;
	g_autofree char *why = NULL;
	if (strcmp(text(record, "state"), "attached") != 0)
		return true;
	now->good = ask(now, record, &why);
	if (now->good && !why)
		check_readable(now, record, &why);
	if (now->good && !why)
		json_array_append(now->list, record);
	if (now->good && why && now->left_out)
		g_ptr_array_add(now->left_out,
			g_strdup_printf("%s %s: %s", text(record, "kind"), text(record, "product"), why));
	return now->good;
}

json_t *vcon_products(const meeting_export *m, gint64 now_ms, GPtrArray *left_out, GError **error)
{
	const records_filter filter = {.meeting = m->who->meeting};
	g_autoptr(ledger_reader) r = tool_open(m->args, error);
	asking now = {.m = m,
		.reader = r,
		.list = json_array(),
		.left_out = left_out,
		.now_ms = now_ms,
		.error = error,
		.good = true};
	if (r && records_products(r, &filter, take, &now, NULL, error) && now.good)
		return now.list;
	json_decref(now.list);
	return NULL;
}

/* As what */

static json_t *parties_of(const vcon_parties *p, const json_t *record)
{
	json_t *parties = json_array(), *item;
	bool seen[p->ids->len + 1];
	size_t i;
	memset(seen, 0, sizeof seen);
	json_array_foreach (json_object_get(record, "rests_on"), i, item) {
		int party = vcon_party(p, text(item, "participant"));
		if (party >= 0 && !seen[party])
			json_array_append_new(parties, json_integer(party));
		if (party >= 0)
			seen[party] = true;
	}
	return parties;
}

/* JSON stands in it as it is, text as text, anything else as base64url. */
static void set_body(json_t *analysis, const json_t *record, const char *content, size_t length)
{
	bool is_json = strcmp(text(record, "mediatype"), "application/json") == 0;
	json_t *body =
		is_json ? json_loadb(content, length, JSON_DECODE_ANY, NULL) : json_stringn(content, length);
	const char *encoding = is_json ? "json" : "none";
	if (!body) {
		g_autofree char *base64 = g_base64_encode((const guchar *)content, length);
		g_strdelimit(base64, "+", '-');
		g_strdelimit(base64, "/", '_');
		body = json_stringn(base64, strcspn(base64, "="));
		encoding = "base64url";
	}
	json_object_set_new(analysis, "encoding", json_string(encoding));
	json_object_set_new(analysis, "body", body);
}

static json_t *analysis_of(
	const meeting_export *m, const vcon_parties *p, const json_t *record, GError **error)
{
	size_t length;
	g_autofree char *content = products_read(m->all, record, &length, error);
	if (!content) {
		g_prefix_error(error, "%s %s: ", text(record, "kind"), text(record, "product"));
		return NULL;
	}
	json_t *analysis = json_pack("{s:O, s:i, s:o, s:O, s:O, s:O}", "type",
		json_object_get(record, "kind"), "dialog", 0, "parties", parties_of(p, record), "mediatype",
		json_object_get(record, "mediatype"), "vendor", json_object_get(record, "vendor"), "product",
		json_object_get(record, "product"));
	set_body(analysis, record, content, length);
	return analysis;
}

bool vcon_put_analysis(
	const meeting_export *m, const vcon_parties *p, const json_t *products, FILE *out, GError **error)
{
	size_t i;
	json_t *record;
	json_array_foreach (products, i, record) {
		json_auto_t *analysis = analysis_of(m, p, record, error);
		if (!analysis)
			return false;
		fputs(i ? ",\n" : ",\"analysis\":[\n", out);
		json_dumpf(analysis, out, JSON_COMPACT);
	}
	fputs(i ? "\n]" : "", out);
	return true;
}
