/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/queue.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/thread.h"
#include "base/scope.h"
#include "ledger/guard.h"
#include "proofs/jwk.h"
#include "proofs/jws.h"
#include "proofs/keyfile.h"

#include <sodium.h>
#include <string.h>

#define PROBE_MS 1000
/* So often is a store asked in the time after which its silence counts; and one that is away, in its beat: a
 * server may be back at any moment. */
#define BEATS 4

ledger *ledger_ref(ledger *l)
{
	g_atomic_int_inc(&l->refs);
	return l;
}

void ledger_unref(ledger *l)
{
	if (!g_atomic_int_dec_and_test(&l->refs))
		return;
	g_mutex_clear(&l->lock);
	g_cond_clear(&l->work);
	ledger_round_unref(l->round);
	if (l->signs)
		keyring_clear(&l->ring);
	vault_keys_free(l->keys);
	g_hash_table_unref(l->barred);
	g_free(l->origin);
	g_free(l->guard);
	g_free(l);
}

static unsigned beat(const store *s, unsigned patience_ms)
{
	unsigned own = s->ops->beat_ms;
	return own && patience_ms ? MIN(own, MAX(patience_ms / BEATS, 1)) : own;
}

static ledger *ledger_new(store *s, const ledger_options *options, unsigned probe_ms)
{
	ledger *l = g_new0(ledger, 1);
	l->refs = 1;
	g_mutex_init(&l->lock);
	g_cond_init(&l->work);
	l->round = ledger_round_new();
	g_queue_init(&l->waiting);
	l->healthy = true;
	l->store = s;
	l->keys = vault_keys_new();
	l->barred = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	l->probe_ms = probe_ms;
	l->beat_ms = beat(s, options->patience_ms);
	l->heard_at = g_get_monotonic_time();
	l->probe_at = g_get_monotonic_time() + (gint64)l->beat_ms * 1000;
	s->in_doubt = ledger_in_doubt;
	s->retries = true;
	s->user = l;
	l->on_health = options->on_health;
	l->user = options->user;
	return l;
}

/* A log keeps its name: receipts and checkpoints refer to it. */
static bool settle_origin(ledger *l, const ledger_options *options, GError **error)
{
	store *s = l->store;
	if (!s->ops->get(s, "origin", &l->origin, error))
		return false;
	if (l->origin && (options->any_origin || strcmp(l->origin, options->origin) == 0))
		return true;
	if (l->origin) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
			"the store is the log of “%s”, not of “%s”: set origin to that name, or give another "
			"store",
			l->origin, options->origin);
		return false;
	}
	l->origin = g_strdup(options->origin);
	return s->ops->set(s, "origin", l->origin, error);
}

/* Another key signs from now on: so does it what is there, for whoever knows only the current one. */
static bool sign_anew(ledger *l, const char *path, GError **error)
{
	store *s = l->store;
	bool changed;
	if (!s->ops->begin(s, error))
		return false;
	if (ledger_remember_keys(s, &l->ring, path, &changed, error) &&
		tip_sign(s, &l->tip, &l->ring, error) && s->ops->commit(s, error))
		return true;
	s->ops->rollback(s);
	return false;
}

static bool remember_key(ledger *l, const char *path, const char *recorded, GError **error)
{
	g_auto(note_verifier) verifier = {0};
	bool changed;
	note_signer_verifier(&l->ring.signer, &verifier);
	g_autofree char *vkey = note_verifier_text(&verifier);
	return recorded && strcmp(recorded, vkey) != 0 && l->tip.head.size > 0
		? sign_anew(l, path, error)
		: ledger_remember_keys(l->store, &l->ring, path, &changed, error);
}

/* A key that is not the one recorded, nor knows it as a former one, is refused by keyfile_open. */
static bool open_key(ledger *l, const char *path, GError **error)
{
	g_autofree char *recorded = NULL;
	if (!path)
		return true;
	if (!l->store->ops->get(l->store, LEDGER_VKEY, &recorded, error) ||
		!keyfile_open(path, l->origin, recorded, &l->ring, error))
		return false;
	l->signs = true;
	l->guard = guard_path(path);
	return guard_check(l->guard, l->store, &l->ring, error) && remember_key(l, path, recorded, error);
}

static bool open_log(ledger *l, const ledger_options *options, GError **error)
{
	if (sodium_init() < 0) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "libsodium cannot be used");
		return false;
	}
	if (!tip_load(l->store, true, &l->tip, error))
		return false;
	memcpy(l->secret, l->tip.secret, TREE_SECRET_SIZE);
	return ledger_check_tail(l->store, &l->tip, error) && settle_origin(l, options, error) &&
		open_key(l, options->signing_key, error);
}

ledger *ledger_open_on(store *s, const ledger_options *options, unsigned probe_ms, GError **error)
{
	ledger *l = ledger_new(s, options, probe_ms);
	if (open_log(l, options, error)) {
		l->thread = thread_new("ledger", ledger_thread, l);
		return l;
	}
	g_autofree char *name = options->store ? store_name(options->store) : NULL;
	if (name)
		g_prefix_error(error, "%s: ", name);
	store_close(s);
	ledger_unref(l);
	return NULL;
}

static ledger *open_named(const ledger_options *options, const char *origin, GError **error)
{
	ledger_options named = *options;
	store *s = store_open(options->store, origin, STORE_WRITER, error);
	named.origin = origin;
	return s ? ledger_open_on(s, &named, s->ops->beat_ms ? s->ops->beat_ms / BEATS : PROBE_MS, error)
		 : NULL;
}

/* In a store of many logs a gateway that was given no name writes the log that its key is of. One without a
 * key begins the log of the usual name, or, where that is another gateway's, one of a name of its own. */
static ledger *open_unnamed(const ledger_options *options, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autofree char *known = options->signing_key ? keyfile_origin(options->signing_key) : NULL;
	ledger *l = open_named(options, known ? known : options->origin, &why);
	if (!l && !known && g_error_matches(why, CONSENT_ERROR, CONSENT_ERROR_HELD)) {
		g_autofree char *own = g_strdup_printf("%s-%08x", options->origin, randombytes_random());
		g_message("consent: ledger | “%s” is another gateway's log: this one's is “%s”",
			options->origin, own);
		return open_named(options, own, error);
	}
	if (!l)
		g_propagate_error(error, g_steal_pointer(&why));
	return l;
}

ledger *ledger_open(const ledger_options *options, GError **error)
{
	return options->any_origin && store_is_url(options->store)
		? open_unnamed(options, error)
		: open_named(options, options->origin, error);
}

/* What could not be committed at the last try is gone: say so. */
static void drop_waiting(ledger *l)
{
	guint lost = l->waiting.length;
	GList *node;
	while ((node = g_queue_pop_head_link(&l->waiting)))
		ticket_unref(node->data);
	if (lost > 0)
		g_warning(
			"consent: ledger | closed while it could not be written: %u entries are lost", lost);
}

void ledger_close(ledger *l)
{
	if (!l)
		return;
	g_mutex_lock(&l->lock);
	l->closing = true;
	g_cond_signal(&l->work);
	g_mutex_unlock(&l->lock);
	g_thread_join(l->thread);

	g_mutex_lock(&l->lock);
	drop_waiting(l);
	g_mutex_unlock(&l->lock);
	if (l->guard)
		guard_write(l->guard, l->store);
	store_close(l->store);
	ledger_unref(l);
}

bool ledger_healthy(ledger *l)
{
	g_mutex_lock(&l->lock);
	bool healthy = l->healthy;
	g_mutex_unlock(&l->lock);
	return healthy;
}

unsigned ledger_refused(ledger *l)
{
	return (unsigned)g_atomic_int_get(&l->refused);
}

void ledger_watch(ledger *l, bool watched)
{
	SCOPE_LOCK(&l->lock);
	if (g_atomic_int_get(&l->watched) == watched)
		return;
	g_atomic_int_set(&l->watched, watched);
	g_cond_signal(&l->work);
}

gint64 ledger_silence_ms(ledger *l)
{
	SCOPE_LOCK(&l->lock);
	gint64 since = l->beat_ms ? l->heard_at : l->busy_at;
	return since ? (g_get_monotonic_time() - since) / 1000 : 0;
}

const char *ledger_origin(ledger *l)
{
	return l->origin;
}

char *ledger_sign(ledger *l, const json_t *claims, const char *type)
{
	char key_id[JWK_THUMBPRINT_SIZE];
	if (!l->signs)
		return NULL;
	jws_header header = {
		.type = type, .key_id = jwk_thumbprint(signing_key_public(&l->ring.signer.key), key_id)};
	return jws_make_claims(&header, claims, &l->ring.signer.key, NULL);
}

json_t *ledger_keys(ledger *l)
{
	g_auto(note_verifier) verifier = {0};
	if (!l->signs)
		return NULL;
	note_signer_verifier(&l->ring.signer, &verifier);
	g_autofree char *vkey = note_verifier_text(&verifier);
	json_t *keys = keyring_jwks(&l->ring);
	json_object_set_new(keys, "vkey", json_string(vkey));
	return keys;
}
