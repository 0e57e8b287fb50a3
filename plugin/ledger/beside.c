/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing without a thread: for the tool. Everything is checked and done inside one transaction, which waits
 * for the gateway's; the gateway checks and takes up what it finds before its next entry. */
#include "ledger/beside.h"

#include "base/clock.h"
#include "base/error.h"
#include "ledger/guard.h"
#include "ledger/queue.h"
#include "proofs/keyfile.h"

#include <sodium.h>
#include <string.h>

#define SCRUB_MS 5000

static bool refuse(GError **error, consent_error code, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool refuse(GError **error, consent_error code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, CONSENT_ERROR, (int)code, message);
	return false;
}

/* With the key file that the gateway uses, and left in the store where to find it. */
static bool sign_beside(store *s, const tip *t, GError **error)
{
	g_autofree char *path = NULL, *origin = NULL, *vkey = NULL;
	g_auto(keyring) ring = {0};
	bool changed;

	if (!s->ops->get(s, LEDGER_KEYFILE, &path, error) || !s->ops->get(s, "origin", &origin, error) ||
		!s->ops->get(s, LEDGER_VKEY, &vkey, error))
		return false;
	if (!path)
		return true;
	return keyfile_open(path, origin, vkey, &ring, error) &&
		ledger_remember_keys(s, &ring, path, &changed, error) && tip_sign(s, t, &ring, error);
}

/* In a transaction, so that nobody changes the end before our entries: once, then each. */
static bool load_end(store *s, tip *t, GError **error)
{
	return tip_load(s, true, t, error) && ledger_check_tail(s, t, error);
}

static bool write_entry(store *s, entry *e, tip *t, GError **error)
{
	uint8_t leaf[HASH_SIZE];

	return ledger_write(s, NULL, e, t, leaf, error);
}

static bool append(store *s, entry *e, GError **error)
{
	tip t;

	if (!s->ops->begin(s, error))
		return false;
	if (load_end(s, &t, error) && write_entry(s, e, &t, error) && sign_beside(s, &t, error) &&
		s->ops->commit(s, error)) {
		/* Best effort: a gateway does it, too. */
		if (entry_destroys(e) && s->ops->scrub)
			s->ops->scrub(s, SCRUB_MS, NULL);
		return true;
	}
	s->ops->rollback(s);
	return false;
}

static bool append_to(const char *where, const char *origin, entry *e, GError **error)
{
	g_autoptr(store) s = store_open(where, *origin ? origin : NULL, STORE_BESIDE, error);
	return s && append(s, e, error);
}

static bool seal(const char *type, json_t *body, json_t *personal, entry *ret, GError **error)
{
	if (sodium_init() >= 0)
		return entry_seal(type, clock_now_ms(), body, personal, ret, error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "libsodium cannot be used");
	return false;
}

bool ledger_append_beside_with(const char *where, const char *origin, const char *type, json_t *body,
	json_t *personal, json_t *values, GError **error)
{
	json_auto_t *owned = body, *owned_personal = personal, *owned_values = values;
	g_auto(entry) e = {0};
	if (!seal(type, owned, owned_personal, &e, error))
		return false;
	e.values = g_steal_pointer(&owned_values);
	return append_to(where, origin ? origin : "", &e, error);
}

bool ledger_append_beside(const char *where, const char *type, json_t *body, json_t *personal, GError **error)
{
	json_auto_t *owned = body, *owned_personal = personal;
	g_auto(entry) e = {0};
	if (!seal(type, owned, owned_personal, &e, error))
		return false;
	g_auto(GStrv) origins = ledger_logs(where, error);
	bool good = origins != NULL;
	for (size_t i = 0; good && origins[i]; i++)
		good = append_to(where, origins[i], &e, error);
	return good;
}

/* The logs that are meant: the store's own names of them (g_strfreev). */
static char **find_logs(const char *where, const char *origin, GError **error)
{
	const char *only[] = {origin, NULL};
	g_auto(GStrv) all = ledger_logs(where, error);

	if (!all || !origin)
		return g_steal_pointer(&all);
	if (g_strv_contains((const char *const *)all, origin))
		return g_strdupv((char **)only);
	refuse(error, CONSENT_ERROR_STORE, "the store holds no log of “%s”", origin);
	return NULL;
}

/* Erasing */

typedef struct erasing {
	const GPtrArray *ids; /* all of the participant's */
	const char *reason;
	bool known; /* some log has the participant */
	bool clean; /* and what was destroyed is nowhere in its store */
} erasing;

static bool note_row(const store_row *row, void *user)
{
	(void)row;
	*(bool *)user = true;
	return false;
}

static bool has_rows(store *s, const ledger_filter *filter, bool *ret, GError **error)
{
	bool found = false;

	if (!s->ops->iterate(s, filter, note_row, &found, error))
		return false;
	*ret = found;
	return true;
}

static bool collect_meeting(const store_row *row, void *user)
{
	if (row->meeting)
		g_ptr_array_add(user, g_strdup(row->meeting));
	return true;
}

static bool note_end(const store_row *row, void *user)
{
	json_auto_t *body = json_loads(row->body, JSON_REJECT_DUPLICATES, NULL);

	*(bool *)user |= g_strcmp0(json_string_value(json_object_get(body, "event")), "ended") == 0;
	return true;
}

/* A gateway has what it needs of its meetings in memory, and would write of the participant again. */
static bool check_gone(store *s, const char *participant, GError **error)
{
	static const char *const joins[] = {"join", NULL}, *const ends[] = {"meeting", NULL};
	g_autoptr(GPtrArray) meetings = g_ptr_array_new_with_free_func(g_free);

	if (!s->ops->iterate(s, &(ledger_filter){.types = joins, .participant = participant}, collect_meeting,
		    meetings, error))
		return false;
	for (guint i = 0; i < meetings->len; i++) {
		const ledger_filter filter = {.types = ends, .meeting = meetings->pdata[i]};
		bool ended = false;
		if (!s->ops->iterate(s, &filter, note_end, &ended, error))
			return false;
		if (!ended)
			return refuse(error, CONSENT_ERROR_INVALID,
				"--participant is of the meeting %s, which goes on in a running gateway: use "
				"its Admin API (consent_erase), or try again when the meeting is over",
				(const char *)meetings->pdata[i]);
	}
	return true;
}

static bool erase_one(store *s, const erasing *e, const char *id, bool alone, tip *t, GError **error)
{
	g_auto(entry) tombstone = {0};
	json_auto_t *body =
		json_pack("{s:s, s:s, s:s}", "participant", id, "reason", e->reason, "by", "tool");

	return (alone || check_gone(s, id, error)) &&
		entry_seal(ENTRY_ERASE, clock_now_ms(), body, NULL, &tombstone, error) &&
		write_entry(s, &tombstone, t, error);
}

/* In a transaction: all of the ids that this log knows. */
static bool erase_here(store *s, erasing *e, bool alone, GError **error)
{
	tip t;
	bool any = false;

	for (guint i = 0; i < e->ids->len; i++) {
		const char *id = e->ids->pdata[i];
		bool known;

		if (!has_rows(s, &(ledger_filter){.participant = id}, &known, error))
			return false;
		if (known && ((!any && !load_end(s, &t, error)) || !erase_one(s, e, id, alone, &t, error)))
			return false;
		any |= known;
	}
	e->known |= any;
	return (!any || sign_beside(s, &t, error)) && s->ops->commit(s, error);
}

/* With the writer's claim, when no gateway has it: then nobody is in a meeting, whatever a crash left. */
static store *open_alone(const char *where, const char *origin, bool *ret_alone, GError **error)
{
	g_autoptr(GError) why = NULL;
	store *s = store_open(where, origin, STORE_WRITER, &why);

	*ret_alone = s != NULL;
	if (s || g_error_matches(why, CONSENT_ERROR, CONSENT_ERROR_HELD))
		return s ? s : store_open(where, origin, STORE_BESIDE, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return NULL;
}

static bool erase_in(const char *where, const char *origin, erasing *e, GError **error)
{
	bool alone;
	g_autoptr(store) s = open_alone(where, *origin ? origin : NULL, &alone, error);

	if (!s || !s->ops->begin(s, error))
		return false;
	if (!erase_here(s, e, alone, error)) {
		s->ops->rollback(s);
		return false;
	}
	e->clean &= !s->ops->scrub || s->ops->scrub(s, SCRUB_MS, NULL);
	return true;
}

static bool check_in(const char *where, const char *origin, const GPtrArray *ids, GError **error)
{
	bool alone;
	g_autoptr(store) s = open_alone(where, *origin ? origin : NULL, &alone, error);

	for (guint i = 0; s && !alone && i < ids->len; i++)
		if (!check_gone(s, ids->pdata[i], error))
			return false;
	return s != NULL;
}

bool ledger_check_erasable(const char *where, const char *origin, const GPtrArray *ids, GError **error)
{
	g_auto(GStrv) origins = find_logs(where, origin, error);
	bool good = origins && sodium_init() >= 0;

	for (size_t i = 0; good && origins[i]; i++)
		good = check_in(where, origins[i], ids, error);
	return good;
}

bool ledger_erase_beside(const char *where, const char *origin, const GPtrArray *ids, const char *reason,
	bool *ret_clean, GError **error)
{
	g_auto(GStrv) origins = find_logs(where, origin, error);
	erasing e = {.ids = ids, .reason = reason, .clean = true};
	bool good = origins && sodium_init() >= 0;

	for (size_t i = 0; good && origins[i]; i++)
		good = erase_in(where, origins[i], &e, error);
	if (good && !e.known)
		return refuse(error, CONSENT_ERROR_NOT_FOUND, "the ledger knows no participant %s",
			(const char *)ids->pdata[0]);
	if (good)
		*ret_clean = e.clean;
	return good;
}

/* Rotating */

static bool read_keyfile(store *s, const char *path, char **ret, GError **error)
{
	g_autofree char *recorded = NULL;

	if (!s->ops->get(s, LEDGER_KEYFILE, &recorded, error))
		return false;
	if (!path && !recorded)
		return refuse(error, CONSENT_ERROR_CONFIG,
			"the log is not signed: the gateway makes a key when it is started with signing_key");
	*ret = path ? g_strdup(path) : g_steal_pointer(&recorded);
	return true;
}

static bool seal_rotation(const keyring *ring, entry *ret, GError **error)
{
	g_autoptr(GArray) keys = keyring_verifiers(ring);
	g_autofree char *current = note_verifier_text(&g_array_index(keys, note_verifier, 0));
	g_autofree char *former = note_verifier_text(&g_array_index(keys, note_verifier, 1));
	json_auto_t *body =
		json_pack("{s:s, s:s, s:s}", "event", "rotated", "current", current, "former", former);

	return entry_seal("key", clock_now_ms(), body, NULL, ret, error);
}

/* In a transaction. */
static bool take_up(store *s, const keyring *ring, const char *path, GError **error)
{
	g_auto(entry) e = {0};
	bool changed;
	tip t;

	return seal_rotation(ring, &e, error) && load_end(s, &t, error) && write_entry(s, &e, &t, error) &&
		ledger_remember_keys(s, ring, path, &changed, error) && tip_sign(s, &t, ring, error) &&
		s->ops->commit(s, error);
}

/* The file first: a store that was not told is told by the gateway's next start. */
static bool rotate(store *s, const char *path, keyring *ret, GError **error)
{
	g_autofree char *origin = NULL, *recorded = NULL, *guard = guard_path(path);
	g_auto(keyring) before = {0};

	if (!s->ops->get(s, "origin", &origin, error) || !s->ops->get(s, LEDGER_VKEY, &recorded, error) ||
		!keyfile_open(path, origin, recorded, &before, error) ||
		!guard_check(guard, s, &before, error) || !keyfile_rotate(path, origin, ret, error))
		return false;
	if (s->ops->begin(s, error) && take_up(s, ret, path, error)) {
		guard_write(guard, s);
		return true;
	}
	s->ops->rollback(s);
	g_prefix_error(error,
		"%s has a new key, but the store was not told, which the gateway's next start does: ", path);
	return false;
}

bool ledger_rotate_key(
	const char *where, const char *origin, const char *path, char **ret_vkey, GError **error)
{
	g_auto(GStrv) origins = find_logs(where, origin, error);
	g_autofree char *file = NULL;
	g_auto(keyring) ring = {0};
	g_auto(note_verifier) verifier = {0};

	if (!origins || sodium_init() < 0)
		return false;
	if (origins[0] && origins[1])
		return refuse(error, CONSENT_ERROR_INVALID,
			"--origin is needed: the store holds several logs, each with a key of its own");
	g_autoptr(store) s = store_open(where, origins[0], STORE_WRITER, error);
	if (!s) {
		if (!error || !g_error_matches(*error, CONSENT_ERROR, CONSENT_ERROR_HELD))
			return false;
		g_clear_error(error);
		return refuse(error, CONSENT_ERROR_HELD,
			"a running gateway writes this log and signs with the key it has: stop it first, "
			"rotate the key, and start it again");
	}
	if (!read_keyfile(s, path, &file, error) || !rotate(s, file, &ring, error))
		return false;
	note_signer_verifier(&ring.signer, &verifier);
	*ret_vkey = note_verifier_text(&verifier);
	return true;
}
