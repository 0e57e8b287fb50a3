/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parties of a vCon have decided, and what proves it. */
#include "cli/vcon.h"

#include "base/clock.h"
#include "ledger/records.h"

#include <string.h>

typedef struct gathering {
	const meeting_export *m;
	const vcon_parties *parties;
	json_t *attachments;
	GError **error;
	bool good;
} gathering;

static const char *text(const json_t *record, const char *member)
{
	return json_string_value(json_object_get(record, member));
}

static bool has_ended(const json_t *record, gint64 now_ms)
{
	gint64 expires_ms;
	const char *expires = text(record, "expires");
	return expires && clock_parse(expires, &expires_ms) && expires_ms <= now_ms;
}

/* The entry and its place in the log, under the newest checkpoint where there is one already. */
static json_t *proof(const meeting_export *m, const json_t *record)
{
	json_int_t index = json_integer_value(json_object_get(record, "index"));
	g_autoptr(ledger_reader) r = ledger_reader_open_log(m->all->store, text(record, "log"), NULL);
	g_autofree char *tlog = r ? ledger_prove(r, index, NULL) : NULL;
	json_t *data = json_pack("{s:O?, s:I, s:O?, s:O?}", "log", json_object_get(record, "log"), "index",
		index, "receipt", json_object_get(record, "receipt"), "evidence",
		json_object_get(record, "evidence"));
	if (tlog)
		json_object_set_new(data, "tlog_proof", json_string(tlog));
	return json_pack("{s:s, s:O, s:o}", "proof_type", "cryptographic_signature", "timestamp",
		json_object_get(record, "time"), "proof_data", data);
}

static json_t *grant(const meeting_export *m, const json_t *record)
{
	bool granted = g_strcmp0(text(record, "decision"), "granted") == 0 && !has_ended(record, m->now_ms);
	json_t *condition = json_sprintf("medium: %s", text(record, "medium"));
	return json_pack("{s:O, s:b, s:O, s:[o]}", "purpose", json_object_get(record, "purpose"), "granted",
		granted, "granted_at", json_object_get(record, "time"), "conditions", condition);
}

static json_t *basis(const meeting_export *m, const json_t *record)
{
	json_t *expires = json_object_get(record, "expires");
	return json_pack("{s:s, s:O?, s:[o], s:[o], s:{s:s, s:s, s:O?}}", "lawful_basis", "consent",
		"expiration", json_is_string(expires) ? expires : json_null(), "purpose_grants",
		grant(m, record), "proof_mechanisms", proof(m, record), "content_hash", "algorithm", "sha256",
		"canonicalization", "jcs", "value", json_object_get(record, "notice"));
}

/* What was replaced is history, which the log keeps, and so is what a handle decided before it proved a key.
 */
static bool is_history(const gathering *g, const json_t *record)
{
	const char *participant = text(record, "participant");
	return !json_is_null(json_object_get(record, "replaced")) ||
		g_strcmp0(attendees_person(g->m->who, participant), participant) != 0;
}

static bool take(json_t *record, void *user)
{
	gathering *g = user;
	int party = vcon_party(g->parties, text(record, "participant"));
	if (party < 0 || is_history(g, record))
		return true;
	json_array_append_new(g->attachments,
		json_pack("{s:s, s:O, s:i, s:i, s:s, s:s, s:o}", "purpose", "lawful_basis", "start",
			json_object_get(record, "time"), "party", party, "dialog", 0, "mediatype",
			"application/json", "encoding", "json", "body", basis(g->m, record)));
	return true;
}

json_t *vcon_lawful_basis(const meeting_export *m, const vcon_parties *parties, GError **error)
{
	const records_filter filter = {.meeting = m->who->meeting};
	gathering g = {.m = m, .parties = parties, .attachments = json_array()};
	g_autoptr(ledger_reader) r = tool_open(m->args, error);
	if (r && records_decisions(r, &filter, take, &g, NULL, error))
		return g.attachments;
	json_decref(g.attachments);
	return NULL;
}
