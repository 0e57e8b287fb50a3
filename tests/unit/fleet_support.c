/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet_support.h"

#include "base_support.h"

#include "base/clock.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"

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

json_t *holder_ask_bind(holder *h)
{
	json_auto_t *jwk = jwk_make(signing_key_public(&h->key));
	json_auto_t *subject = json_pack("{s:O}", "bind", jwk);
	g_autofree char *proof = prove(h, subject);

	return peer_ask(h->peer, "{s:s, s:O, s:s}", "request", "consent_bind", "key", jwk, "proof", proof);
}

void holder_bind(holder *h)
{
	json_t *answer = holder_ask_bind(h);

	g_free(h->id);
	h->id = g_strdup(text_of(answer, "participant"));
	ck_assert_int_eq(code_of(answer), 0);
}

void holder_decide_on(holder *h, json_t *subject)
{
	g_autofree char *proof = prove(h, subject);

	ck_assert_int_eq(code_of(peer_ask(h->peer, "{s:s, s:O, s:s}", "request", "consent_decide",
				 "decisions", json_object_get(subject, "decisions"), "proof", proof)),
		0);
}

void holder_decide(holder *h, const char *answer)
{
	json_auto_t *subject = json_pack(
		"{s:[o]}", "decisions", decision_of(h->peer->world, "record", MEDIUM_AUDIO, answer));

	holder_decide_on(h, subject);
}

static void withdraw(holder *h, bool erase)
{
	json_auto_t *subject = json_pack("{s:[], s:b}", "purposes", "erase", erase);
	g_autofree char *proof = prove(h, subject);

	ck_assert_int_eq(code_of(peer_ask(h->peer, "{s:s, s:s, s:b}", "request", "consent_withdraw", "proof",
				 proof, "erase", erase)),
		0);
}

void holder_withdraw(holder *h)
{
	withdraw(h, false);
}

void holder_withdraw_all(holder *h)
{
	withdraw(h, true);
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
