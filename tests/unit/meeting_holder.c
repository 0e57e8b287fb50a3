/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_holder.h"

#include "base/clock.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"

#include <string.h>

void holder_join(holder *h, world *w, const char *name, const holder *like)
{
	static json_int_t feeds = 100;

	*h = (holder){.peer = peer_join(w, ROOM, ++feeds, name), .next = 1};
	h->track = peer_audio(h->peer);
	h->id = g_strdup(h->peer->id);
	if (like)
		h->key = like->key;
	else
		signing_key_make(&h->key);
}

/* Borrows the subject, an object: what is asked. */
static char *prove(holder *h, json_t *subject)
{
	json_t *info = peer_ask(h->peer, "{s:s}", "request", "consent_info");
	json_t *claims = json_pack("{s:O, s:O, s:O, s:I}", "meeting", json_object_get(info, "meeting"),
		"participant", json_object_get(info, "participant"), "nonce", json_object_get(info, "nonce"),
		"iat", (json_int_t)(clock_now_ms() / 1000));
	json_object_update(claims, subject);
	char *proof = jws_make_claims(&(jws_header){.algorithm = JWS_EDDSA}, claims, &h->key, NULL);

	json_decref(info);
	json_decref(claims);
	return proof;
}

json_t *holder_ask_bind_by(holder *h, json_t *key, json_t *named)
{
	json_auto_t *subject = json_pack("{s:O}", "bind", named);
	g_autofree char *proof = prove(h, subject);

	return peer_ask(h->peer, "{s:s, s:O, s:s}", "request", "consent_bind", "key", key, "proof", proof);
}

json_t *holder_ask_bind(holder *h)
{
	json_auto_t *jwk = jwk_make(signing_key_public(&h->key));

	return holder_ask_bind_by(h, jwk, jwk);
}

void holder_bind(holder *h)
{
	json_t *answer = holder_ask_bind(h);

	g_free(h->id);
	h->id = g_strdup(text_of(answer, "participant"));
	ck_assert_int_eq(code_of(answer), 0);
}

int holder_ask_decide(holder *h, json_t *subject)
{
	g_autofree char *proof = prove(h, subject);
	json_t *message = json_pack("{s:s, s:s}", "request", "consent_decide", "proof", proof);

	json_object_update(message, subject);
	return code_of(peer_ask(h->peer, "o", message));
}

void holder_decide_on(holder *h, json_t *subject)
{
	ck_assert_int_eq(holder_ask_decide(h, subject), 0);
}

void holder_decide(holder *h, const char *answer)
{
	json_auto_t *subject = json_pack(
		"{s:[o]}", "decisions", decision_of(h->peer->world, "record", MEDIUM_AUDIO, answer));

	holder_decide_on(h, subject);
}

int holder_ask_withdraw(holder *h, bool erase)
{
	json_auto_t *subject = json_pack("{s:[], s:b}", "purposes", "erase", erase);
	g_autofree char *proof = prove(h, subject);

	return code_of(peer_ask(
		h->peer, "{s:s, s:s, s:b}", "request", "consent_withdraw", "proof", proof, "erase", erase));
}

void holder_withdraw(holder *h)
{
	ck_assert_int_eq(holder_ask_withdraw(h, false), 0);
}

void holder_withdraw_all(holder *h)
{
	ck_assert_int_eq(holder_ask_withdraw(h, true), 0);
}

void holder_clear(holder *h)
{
	g_clear_pointer(&h->peer, peer_free);
	g_clear_pointer(&h->id, g_free);
	signing_key_clear(&h->key);
}

void holder_speak(holder *h)
{
	send_numbers(h->track, h->next, 5);
	h->next += 5;
}

json_t *holder_await(holder *h, bool capturing)
{
	return peer_await(
		h->peer, "{s:s, s:s, s:b}", "event", "capture", "medium", "audio", "capturing", capturing);
}

const char *holder_decision(holder *h)
{
	json_t *info = peer_ask(h->peer, "{s:s}", "request", "consent_info"), *one;
	const char *found = "";
	size_t i;

	json_array_foreach (json_object_get(info, "decisions"), i, one)
		if (strcmp(text_of(one, "purpose"), "record") == 0 &&
			strcmp(text_of(one, "medium"), "audio") == 0)
			found = g_intern_string(text_of(one, "decision"));
	json_decref(info);
	return found;
}

void holder_expect(holder *h, const char *wanted)
{
	ck_assert_str_eq(holder_decision(h), wanted);
}
