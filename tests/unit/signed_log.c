/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signed_log.h"

#include "base/clock.h"
#include "base/error.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <string.h>

char *signed_log_key(const help_place *place)
{
	return g_build_filename(place->folder, "signing-key", NULL);
}

ledger *signed_log(const help_place *place)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = signed_log_key(place);
	const ledger_options options = {.store = place->path, .origin = HELP_ORIGIN, .signing_key = key};
	ledger *l = ledger_open(&options, &error);
	ck_assert_msg(l != NULL, "%s", error ? error->message : "");
	return l;
}

void signed_log_expect(const help_place *place, const char *word)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = ledger_reader_open(place->path, &error);
	gint64 entries;
	char link[HASH_HEX_SIZE];
	bool good = reader && ledger_verify(reader, &entries, link, &error);
	if (!word) {
		ck_assert_msg(good, "%s", error ? error->message : "");
		return;
	}
	g_autofree char *last = help_select(place, "SELECT 'entry ' || max(idx) || ': ' FROM entries");
	ck_assert_msg(!good, "verifies, but should not: %s", word);
	ck_assert_msg(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY), "%s", error->message);
	ck_assert_msg(g_str_has_prefix(error->message, last) && strstr(error->message, word), "%s, not “%s”",
		error->message, word);
}

void person_init(person *p, const char *id, const char *meeting)
{
	*p = (person){.id = id, .meeting = meeting};
	signing_key_make(&p->key);
}

char *person_sign(person *p, json_t *subject, gint64 at_ms)
{
	g_autofree char *nonce = g_strdup_printf("nonce-%s-%u", p->id, ++p->nonces);
	json_auto_t *claims = json_pack("{s:s, s:s, s:s, s:I}", "meeting", p->meeting, "participant", p->id,
		"nonce", nonce, "iat", (json_int_t)(at_ms / 1000));
	json_object_update(claims, subject);
	json_decref(subject);
	char *proof = jws_make_claims(&(jws_header){.algorithm = JWS_EDDSA}, claims, &p->key, NULL);
	ck_assert_ptr_nonnull(proof);
	return proof;
}

json_t *person_asks(const char *purpose, const char *decision)
{
	return json_pack("{s:[{s:s, s:[s], s:s, s:s}]}", "decisions", "purpose", purpose, "media", "audio",
		"decision", decision, "notice", "ab");
}

json_t *person_bind_body(const person *p)
{
	return json_pack(
		"{s:s, s:i, s:s, s:i}", "meeting", p->meeting, "room", 1234, "participant", p->id, "feed", 1);
}

json_t *person_body(const person *p, const char *how, const char *purpose, const char *decision)
{
	return json_pack("{s:s, s:i, s:s, s:i, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:i, s:n}]}", "meeting",
		p->meeting, "room", 1234, "participant", p->id, "feed", 1, "how", how, "evidence", "signed",
		"decisions", "purpose", purpose, "medium", "audio", "decision", decision, "notice", "ab",
		"version", 1, "expires");
}

json_t *person_bind_personal(const person *p, const char *proof)
{
	return json_pack("{s:o, s:s*}", "key", jwk_make(signing_key_public(&p->key)), "proof", proof);
}

json_t *person_personal(const char *proof)
{
	return json_pack("{s:s, s:s*}", "display", "Zacharias the Unforgettable", "proof", proof);
}

ledger_place signed_append(ledger *l, const char *type, json_t *body, json_t *personal)
{
	g_autoptr(GError) error = NULL;
	ledger_place place;
	ck_assert_ptr_nonnull(body);
	ledger_ticket *ticket = ledger_append(l, LEDGER_ANSWERED, type, body, personal);
	ck_assert_msg(ledger_wait(ticket, 10000, &place, &error), "%s", error ? error->message : "");
	return place;
}

void person_join(person *p, ledger *l, const char *display)
{
	help_append_named(l, "join", display, "{s:s, s:i, s:s, s:i}", "meeting", p->meeting, "room", 1234,
		"participant", p->id, "feed", 1);
}

void person_bind(person *p, ledger *l)
{
	json_t *bind = json_pack("{s:o}", "bind", jwk_make(signing_key_public(&p->key)));
	g_autofree char *proof = person_sign(p, bind, clock_now_ms());
	signed_append(l, "bind", person_bind_body(p), person_bind_personal(p, proof));
}

ledger_place person_decide(person *p, ledger *l, const char *purpose, const char *decision)
{
	g_autofree char *proof = person_sign(p, person_asks(purpose, decision), clock_now_ms());
	return signed_append(
		l, "decision", person_body(p, "decide", purpose, decision), person_personal(proof));
}

ledger_place person_withdraw(person *p, ledger *l, const char *purpose)
{
	g_autofree char *proof = person_sign(p, json_pack("{s:[s]}", "purposes", purpose), clock_now_ms());
	return signed_append(
		l, "decision", person_body(p, "withdraw", purpose, "withdrawn"), person_personal(proof));
}
