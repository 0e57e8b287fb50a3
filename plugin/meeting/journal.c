/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies of ledger entries (docs/ledger.md). Posted entries happened whether the ledger takes them or not:
 * they are kept. */
#include "meeting/private.h"

#include "base/clock.h"

json_t *view_time(gint64 ms)
{
	char text[CLOCK_TEXT_SIZE];

	return ms ? json_string(clock_format(ms, text)) : json_null();
}

/* Entries are canonical JSON, which knows doubles only; upstream takes any id of 64 bits, also from clients.
 */
#define INTEGER_MAX G_GINT64_CONSTANT(9007199254740991)

json_t *journal_id(json_t *id)
{
	json_int_t value = json_integer_value(id);

	if (value >= -INTEGER_MAX && value <= INTEGER_MAX)
		return json_incref(id);
	return json_sprintf("%" JSON_INTEGER_FORMAT, value);
}

json_t *journal_body(const meeting *m)
{
	return json_pack("{s:s, s:o}", "meeting", m->id, "room", journal_id(m->room));
}

void journal_post(meeting *m, const char *type, json_t *body, json_t *personal)
{
	ledger_post(m->all->ledger, LEDGER_KEPT, type, body, personal, NULL, NULL);
}

bool meetings_note(meetings *all, const char *type, json_t *body, ledger_place *ret, GError **error)
{
	ledger_ticket *ticket = ledger_append(all->ledger, LEDGER_ANSWERED, type, body, NULL);

	return ledger_wait(ticket, all->settings->ledger_timeout_ms, ret, error);
}

json_t *journal_personal(const person *p)
{
	return p->display ? json_pack("{s:s}", "display", p->display) : NULL;
}

json_t *journal_decision(attendance *a, const char *how, const char *lang, json_t *decisions)
{
	json_t *body = json_pack("{s:s, s:o, s:s, s:o, s:s, s:s, s:o}", "meeting", a->meeting_id, "room",
		journal_id(a->room), "participant", a->person->id, "feed", journal_id(a->feed), "how", how,
		"evidence", "session", "decisions", decisions);

	if (lang)
		json_object_set_new(body, "lang", json_string(lang));
	return body;
}

json_t *journal_decision_item(const notice *n, medium m, decision d, gint64 expires_ms)
{
	json_t *item = json_pack("{s:s, s:s, s:s, s:s, s:I}", "purpose", n->purpose, "medium", medium_name(m),
		"decision", decision_name(d), "notice", n->hash, "version", (json_int_t)n->version);

	json_object_set_new(item, "expires", view_time(expires_ms));
	return item;
}

void journal_activity(meeting *m, unsigned purpose, const char *state, const char *reason)
{
	const activity *act = &m->activities[purpose];
	const notice *n = meeting_notice(m, purpose);
	json_t *body = journal_body(m);

	json_object_set_new(body, "activity", json_string(act->id));
	json_object_set_new(body, "purpose", json_string(n->purpose));
	json_object_set_new(body, "state", json_string(state));
	json_object_set_new(body, "by", json_string(act->by));
	json_object_set_new(body, "policy", json_string(policy_name(m->roster.purposes[purpose].policy)));
	json_object_set_new(body, "notice", json_string(n->hash));
	if (reason)
		json_object_set_new(body, "reason", json_string(reason));
	journal_post(m, "activity", body, NULL);
	g_message(
		"%s | %s %s%s%s", m->room_text, n->purpose, state, reason ? ": " : "", reason ? reason : "");
}
