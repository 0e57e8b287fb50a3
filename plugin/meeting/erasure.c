/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a participant's personal data: in the ledger, and in the meeting if they are in one. Somebody who
 * is present goes on as a participant of whom nothing is known, and who has agreed to nothing. */
#include "meeting/fleet.h"

#include "ledger/identity.h"
#include "ledger/reader.h"
#include "ledger/store.h"

json_t *meetings_keys(meetings *all)
{
	return ledger_keys(all->ledger);
}

ledger_reader *meetings_read_own(meetings *all, GError **error)
{
	if (!g_atomic_int_get(&all->closed))
		return ledger_reader_open_log(all->settings->store, ledger_origin(all->ledger), error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_LEDGER, "the gateway has stopped");
	return NULL;
}

/* ---- Who they are ---- */

static bool note_known(const ledger_entry *entry, void *user)
{
	(void)entry;
	*(bool *)user = true;
	return false;
}

/* Whether the reader's logs know the participant; false is an error, too. */
static bool is_known(ledger_reader *r, const char *participant, bool *ret, GError **error)
{
	static const char *const types[] = {"join", "bind", "decision", NULL};
	const ledger_filter filter = {.types = types, .participant = participant};

	return ledger_read(r, &filter, note_known, ret, error);
}

/* Lock held. Adds whom they are here, by their key. */
static void add_same(meetings *all, GPtrArray *ids)
{
	const char *participant = g_ptr_array_index(ids, 0);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		meeting *m = value;

		for (unsigned i = 0; i < m->persons->len; i++) {
			person *p = g_ptr_array_index(m->persons, i);
			g_autoptr(GPtrArray) others = fleet_others(m, p);

			for (unsigned j = 0; others && j < others->len; j++)
				if (strcmp(((elsewhere *)g_ptr_array_index(others, j))->participant,
					    participant) == 0)
					identity_add(ids, p->id);
		}
	}
}

/* ---- Here ---- */

/* Recordings are part of it. */
static json_t *erase_body(const char *participant, const char *reason, const char *by)
{
	return json_pack("{s:s, s:s, s:s, s:b}", "participant", participant, "reason", reason, "by", by,
		"segments", true);
}

/* Lock held. Adds what destroys the keys of what was captured of whoever is known here still. */
static void forget_keys(meetings *all, const char *participant, json_t *values)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->by_room);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		meeting *m = value;

		for (unsigned i = 0; i < m->persons->len; i++) {
			person *p = g_ptr_array_index(m->persons, i);

			if (strcmp(p->id, participant) == 0)
				keys_forget_captured(p, values);
		}
	}
}

/* Grant keys of all that the log has of them. */
static json_t *grant_keys(ledger_reader *own, const GPtrArray *ids, GError **error)
{
	json_t *values = json_object();

	for (unsigned i = 0; i < ids->len; i++) {
		g_autoptr(GPtrArray) segments = erasable_all(own, g_ptr_array_index(ids, i), error);
		json_t *some = segments ? erasable_forget_grants(segments) : NULL;

		if (!some) {
			json_decref(values);
			return NULL;
		}
		json_object_update(values, some);
		json_decref(some);
	}
	return values;
}

/* All of that person, the first of which was asked for. */
static GPtrArray *find_ids(meetings *all, const char *participant, GError **error)
{
	g_autoptr(ledger_reader) everything = ledger_reader_open(all->settings->store, error);
	g_autoptr(GPtrArray) ids = identity_new(participant);
	bool known = false;

	if (!everything || !is_known(everything, participant, &known, error))
		return NULL;
	if (!known)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"the ledger knows no participant of that id; consent_records lists those who "
			"decided");
	return known && identity_complete(everything, ids, error) ? g_steal_pointer(&ids) : NULL;
}

/* Nothing personal may follow the tombstone, so whoever is present is somebody else before it is queued. The
 * first entry takes all keys with it. */
static GPtrArray *begin_erasing(meetings *all, GPtrArray *ids, const char *reason, json_t *values)
{
	GPtrArray *tickets = g_ptr_array_new();
	SCOPE_LOCK(&all->lock);

	add_same(all, ids);
	for (unsigned i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);

		forget_keys(all, id, values);
		fleet_forget_same(all, id);
		persons_forget(all, id);
	}
	for (unsigned i = 0; i < ids->len; i++)
		g_ptr_array_add(tickets,
			ledger_append_with(all->ledger, LEDGER_KEPT, "erase",
				erase_body(g_ptr_array_index(ids, i), reason, "admin"), NULL,
				i == 0 ? values : NULL));
	return tickets;
}

static json_t *find_keys(meetings *all, const GPtrArray *ids, GError **error)
{
	g_autoptr(ledger_reader) own = meetings_read_own(all, error);

	return own ? grant_keys(own, ids, error) : NULL;
}

/* Lock not held. What the ledger cannot take yet is done when it is back. */
static bool erase_segments(
	meetings *all, const GPtrArray *ids, bool committed, const char *reason, guint *ret, GError **error)
{
	erasure_result erased = {0};

	for (unsigned i = 0; i < ids->len && committed; i++)
		if (!erasure_run(all, g_ptr_array_index(ids, i), reason, "admin", &erased, error))
			return false;
	*ret = erased.segments;
	for (unsigned i = 0; i < ids->len && !committed; i++)
		erasure_postpone(all, g_ptr_array_index(ids, i), reason, "admin");
	return committed;
}

bool meetings_erase(
	meetings *all, const char *participant, const char *reason, guint *ret_segments, GError **error)
{
	g_autoptr(GPtrArray) ids = find_ids(all, participant, error);
	json_t *values = ids ? find_keys(all, ids, error) : NULL;
	bool good = true;

	if (!values)
		return false;
	*ret_segments = 0;
	g_autoptr(GPtrArray) tickets = begin_erasing(all, ids, reason, values);
	for (unsigned i = 0; i < tickets->len; i++)
		good &= ledger_wait(g_ptr_array_index(tickets, i), all->settings->ledger_timeout_ms, NULL,
			good ? error : NULL);
	if (!good)
		g_prefix_error(
			error, "nothing is captured of them any more, and the erasure follows by itself: ");
	return erase_segments(all, ids, good, reason, ret_segments, error);
}

/* ---- Files ---- */

typedef struct begun {
	meetings *all;
	char *participant, *reason, *by;
} begun;

/* Ledger thread: from now on the log says what is to be done, or will when the ledger is back. */
static void on_begun(const ledger_place *place, void *user)
{
	begun *b = user;
	meetings *all = b->all;
	SCOPE_LOCK(&all->lock);

	(void)place;
	erasure_later(all, b->participant, b->reason, b->by);
	timer_poke(all);
	g_free(b->participant);
	g_free(b->reason);
	g_free(b->by);
	g_free(b);
}

void erasure_post(meetings *all, const char *type, json_t *body, json_t *personal, json_t *values,
	const char *participant)
{
	const char *reason = json_string_value(json_object_get(body, "reason"));
	const char *by = json_string_value(json_object_get(body, "by"));
	begun *b = g_new(begun, 1);

	*b = (begun){all, g_strdup(participant), g_strdup(reason ? reason : "withdrawn"),
		g_strdup(by ? by : "participant")};
	ledger_post_with(all->ledger, LEDGER_KEPT, type, body, personal, values, on_begun, b);
}

/* ---- Elsewhere ---- */

/* Lock held. Once: other logs say of each id of a person what this one said of all with the first. */
static void erase_known(meetings *all, const char *id, const heard_entry *erase, const json_t *values)
{
	if (!elsewheres_bury(fleet_elsewhere(all), id))
		return;
	json_t *body = erase_body(id, json_string_value(json_object_get(erase->body, "reason")),
		json_string_value(json_object_get(erase->body, "by")));

	json_object_set_new(body, "from", fleet_from(erase->log, erase->index));
	erasure_post(all, "erase", body, NULL, json_copy((json_t *)values), id);
}

/* Grant keys of all that this log has of them; NULL when the gateway ends meanwhile. */
static json_t *read_grant_keys(meetings *all, const GPtrArray *ids)
{
	do {
		g_autoptr(GError) error = NULL;
		json_t *values = find_keys(all, ids, &error);

		if (values)
			return values;
		g_warning("what was captured of somebody erased cannot be found yet: %s", error->message);
	} while (fleet_pause(all));
	return NULL;
}

/* Adds whom else they are in any log; what cannot be read when the gateway ends the next start does. */
static void add_identities(meetings *all, GPtrArray *ids)
{
	g_autoptr(GError) error = NULL;

	while (!identity_complete(fleet_reader(all), ids, &error)) {
		g_warning("whom somebody erased was before cannot be found yet: %s", error->message);
		g_clear_error(&error);
		if (!fleet_pause(all))
			return;
	}
}

/* Adds those of the ids that this log knows something of. */
static void add_known(meetings *all, GPtrArray *ids, GPtrArray *known)
{
	static const char *const types[] = {"join", "bind", "decision", NULL};

	add_identities(all, ids);
	for (unsigned i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);
		g_autoptr(GPtrArray) entries = fleet_read(all->fleet,
			&(ledger_filter){
				.types = types, .participant = id, .log = ledger_origin(all->ledger)});

		if (entries && entries->len > 0)
			identity_add(known, id);
	}
}

/* Whoever is present is somebody else at once: nobody becomes the erased participant while the log is read.
 * Adds their ids, which the log may not have committed yet. */
static void forget_present(
	meetings *all, const heard_entry *erase, GPtrArray *ids, GPtrArray *known, json_t *values)
{
	SCOPE_LOCK(&all->lock);

	add_same(all, ids);
	for (unsigned i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);

		forget_keys(all, id, values);
		if (!fleet_is_repeated(erase->body))
			fleet_forget_same(all, id);
		if (persons_forget(all, id))
			identity_add(known, id);
	}
}

/* Whether it repeats what was done here already. */
static bool is_echo(meetings *all, const heard_entry *erase, const char *participant)
{
	SCOPE_LOCK(&all->lock);

	return fleet_is_repeated(erase->body) && elsewheres_erased(fleet_elsewhere(all), participant);
}

void erasure_heard(meetings *all, const heard_entry *erase)
{
	const char *participant = json_string_value(json_object_get(erase->body, "participant"));

	if (!participant || is_echo(all, erase, participant))
		return;
	g_autoptr(GPtrArray) ids = identity_new(participant);
	g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(g_free);
	json_auto_t *values = json_object();

	forget_present(all, erase, ids, known, values);
	add_known(all, ids, known);
	json_auto_t *read = read_grant_keys(all, known);
	json_object_update(values, read);
	SCOPE_LOCK(&all->lock);
	for (unsigned i = 0; read && i < known->len; i++) {
		const char *id = g_ptr_array_index(known, i);

		forget_keys(all, id, values);
		persons_forget(all, id);
		erase_known(all, id, erase, values);
	}
}

static bool is_own(const meetings *all, const heard_entry *e)
{
	return strcmp(e->log, ledger_origin(all->ledger)) == 0;
}

/* Lock not held. */
static void forget_erased(meetings *all, GPtrArray *erasures)
{
	SCOPE_LOCK(&all->lock);

	for (unsigned i = 0; i < erasures->len; i++) {
		const heard_entry *e = g_ptr_array_index(erasures, i);
		const char *participant = json_string_value(json_object_get(e->body, "participant"));

		if (participant)
			fleet_forget(all, participant);
		if (participant && is_own(all, e))
			elsewheres_bury(fleet_elsewhere(all), participant);
	}
}

void erasure_catch_up(meetings *all)
{
	static const char *const types[] = {"erase", NULL};
	g_autoptr(GPtrArray) entries = fleet_read(all->fleet, &(ledger_filter){.types = types});
	g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);

	if (entries)
		forget_erased(all, entries);
	for (unsigned i = 0; entries && i < entries->len; i++) {
		const heard_entry *e = g_ptr_array_index(entries, i);

		if (is_own(all, e))
			g_hash_table_add(
				done, (gpointer)json_string_value(json_object_get(e->body, "participant")));
	}
	for (unsigned i = 0; entries && i < entries->len; i++) {
		const heard_entry *e = g_ptr_array_index(entries, i);
		const char *participant = json_string_value(json_object_get(e->body, "participant"));

		if (!fleet_is_repeated(e->body) && participant &&
			g_hash_table_add(done, (gpointer)participant))
			erasure_heard(all, e);
	}
}
