/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hearing other gateways: one thread that gives each entry to whoever it concerns. */
#include "meeting/fleet_self.h"

#include "base/clock.h"
#include "ledger/reader.h"
#include "ledger/store.h"
#include "proofs/jwk.h"

/* In this time the others have found the store, too, and committed what they kept while it was away. */
#define SETTLE_MS 2000
/* Meetings that are over may have closed what grants from before allow; those are a day old at most. */
#define RECALLED_MS (25 * 3600 * G_GINT64_CONSTANT(1000))
#define BEATS 4
#define BEAT_MS 1000

static const char *text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value ? value : "";
}

/* ---- What is heard ---- */

/* Whoever it is here hears what they said there. */
static void tell_person(meetings *all, elsewhere *e)
{
	meeting *m = g_hash_table_lookup(all->by_room, e->room);
	person *p = m ? person_with_key(m, e->key) : NULL;
	g_autoptr(GPtrArray) from = g_ptr_array_new();

	g_ptr_array_add(from, e);
	g_autoptr(GPtrArray) carries = p ? takeover(m, p, from) : NULL;
	for (unsigned i = 0; carries && i < carries->len; i++)
		carry_post(g_ptr_array_index(carries, i));
}

static GPtrArray *decisions_of(fleet *f, const heard_entry *bind, const char *participant)
{
	static const char *const types[] = {"decision", "carry", NULL};

	return fleet_read(f,
		&(ledger_filter){.types = types,
			.log = bind->log,
			.meeting = text(bind->body, "meeting"),
			.participant = participant});
}

/* Refusals made before the key was known stand, as they do within one gateway. */
static void hear_bind(meetings *all, const heard_entry *bind)
{
	fleet *f = all->fleet;
	const char *formerly = json_string_value(json_object_get(bind->body, "formerly"));
	uint8_t key[SIGNING_PUBLIC_SIZE];

	/* Without it the participant was erased. */
	if (!jwk_parse(json_object_get(bind->personal, "key"), key, NULL))
		return;
	g_autoptr(GPtrArray) own = decisions_of(f, bind, text(bind->body, "participant"));
	g_autoptr(GPtrArray) former = formerly ? decisions_of(f, bind, formerly) : NULL;
	SCOPE_LOCK(&all->lock);
	elsewhere *e = elsewheres_add(f->elsewhere, bind, key);

	if (!e)
		return;
	for (unsigned i = 0; own && i < own->len; i++)
		elsewhere_note(f->elsewhere, e, g_ptr_array_index(own, i));
	for (unsigned i = 0; former && i < former->len; i++)
		elsewhere_note_former(f->elsewhere, e, g_ptr_array_index(former, i), bind);
	tell_person(all, e);
}

static void note_decision(meetings *all, const heard_entry *entry)
{
	SCOPE_LOCK(&all->lock);
	elsewhere *e = elsewheres_find(all->fleet->elsewhere, entry->log, text(entry->body, "participant"));

	if (!e)
		return;
	elsewhere_note(all->fleet->elsewhere, e, entry);
	tell_person(all, e);
}

static void hear_decision(meetings *all, const heard_entry *entry)
{
	note_decision(all, entry);
	afterwards_heard(all, entry);
}

static void hear_meeting(meetings *all, const heard_entry *entry)
{
	SCOPE_LOCK(&all->lock);

	if (strcmp(text(entry->body, "event"), "ended") == 0)
		elsewheres_end(all->fleet->elsewhere, entry->log, text(entry->body, "meeting"));
}

static void hear_notice(meetings *all, const heard_entry *entry)
{
	(void)entry;
	wording_settle(all);
}

static const struct {
	const char *type;
	void (*hear)(meetings *all, const heard_entry *entry);
	bool repeated; /* also what only repeats another log */
} hearers[] = {
	{"bind", hear_bind, false},
	{"carry", hear_decision, true},
	{"decision", hear_decision, false},
	{"erase", erasure_heard, true},
	{"meeting", hear_meeting, false},
	{"notice", hear_notice, false},
};

static void on_entry(const ledger_entry *entry, void *user)
{
	heard_entry *kept = heard_keep(entry);

	for (unsigned i = 0; i < G_N_ELEMENTS(hearers); i++)
		if (strcmp(hearers[i].type, entry->type) == 0 &&
			(hearers[i].repeated || !fleet_is_repeated(entry->body)))
			hearers[i].hear(user, kept);
	heard_free(kept);
}

/* ---- What holds already ---- */

/* Log, line feed and id of the meetings that go on at other gateways. */
static GHashTable *open_meetings(meetings *all)
{
	static const char *const types[] = {"meeting", NULL};
	g_autoptr(GPtrArray) entries = fleet_read(all->fleet, &(ledger_filter){.types = types});
	GHashTable *open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (unsigned i = 0; entries && i < entries->len; i++) {
		const heard_entry *e = g_ptr_array_index(entries, i);
		const char *id = text(e->body, "meeting");

		if (strcmp(e->log, ledger_origin(all->ledger)) == 0)
			continue;
		if (strcmp(text(e->body, "event"), "began") == 0)
			g_hash_table_replace(open, g_strdup(id), g_strdup(e->log));
		else
			g_hash_table_remove(open, id);
	}
	return open;
}

static void catch_up(meetings *all)
{
	static const char *const types[] = {"bind", NULL};
	g_autoptr(GHashTable) open = open_meetings(all);
	GHashTableIter iter;
	gpointer id, log;

	g_hash_table_iter_init(&iter, open);
	while (g_hash_table_iter_next(&iter, &id, &log)) {
		g_autoptr(GPtrArray) binds =
			fleet_read(all->fleet, &(ledger_filter){.types = types, .log = log, .meeting = id});

		for (unsigned i = 0; binds && i < binds->len; i++)
			hear_bind(all, g_ptr_array_index(binds, i));
	}
}

/* What closed in a meeting that is over stands against grants from before it that other meetings still have.
 */
static void recall(meetings *all, const heard_entry *bind)
{
	g_autofree char *room = room_text(json_object_get(bind->body, "room"));
	uint8_t key[SIGNING_PUBLIC_SIZE];

	if (!jwk_parse(json_object_get(bind->personal, "key"), key, NULL))
		return;
	g_autoptr(GPtrArray) live = elsewheres_with(all->fleet->elsewhere, room, key);
	g_autoptr(GPtrArray) entries =
		live->len ? decisions_of(all->fleet, bind, text(bind->body, "participant")) : NULL;
	for (unsigned i = 0; entries && i < entries->len; i++)
		elsewheres_recall(all->fleet->elsewhere, bind, key, g_ptr_array_index(entries, i));
}

static void recall_all(meetings *all)
{
	static const char *const types[] = {"bind", NULL};
	g_autoptr(GPtrArray) binds = fleet_read(
		all->fleet, &(ledger_filter){.types = types, .from_ms = clock_now_ms() - RECALLED_MS});

	for (unsigned i = 0; binds && i < binds->len; i++)
		recall(all, g_ptr_array_index(binds, i));
}

/* ---- Life ---- */

static void fleet_free(fleet *f)
{
	follow_stop(f->follow);
	ledger_reader_close(f->reader);
	reservations_free(f->reservations);
	elsewheres_free(f->elsewhere);
	g_ptr_array_unref(f->kept);
	g_free(f);
}

static fleet *fleet_new(ledger_reader *reader, const settings *s)
{
	fleet *f = g_new0(fleet, 1);

	f->reader = reader;
	f->reservations = reservations_new(s->store);
	f->starting = true;
	f->patience_ms = s->ledger_timeout_ms;
	f->elsewhere = elsewheres_new();
	f->kept = g_ptr_array_new_with_free_func((GDestroyNotify)carry_free);
	return f;
}

static unsigned beat_ms(const settings *s)
{
	return MIN(BEAT_MS, MAX(s->ledger_timeout_ms / BEATS, 1));
}

/* What is committed from the first line on is heard; what was before is read. Both at times: nothing that
 * comes twice does any harm. */
static bool start_following(meetings *all, GError **error)
{
	static const char *const types[] = {"bind", "carry", "decision", "erase", "meeting", "notice", NULL};
	const follow_options options = {.store = all->settings->store,
		.origin = ledger_origin(all->ledger),
		.types = types,
		.on_entry = on_entry,
		.on_store = health_of_others,
		.user = all,
		.beat_ms = beat_ms(all->settings),
		.settle_ms = SETTLE_MS};

	return (all->fleet->follow = follow_begin(&options, error)) != NULL;
}

/* What was withdrawn and erased before is known by now, or the gateway must not run. */
static bool start_hearing(meetings *all, GError **error)
{
	fleet *f = all->fleet;

	if (g_atomic_int_get(&f->stopping)) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
			"what other gateways have withdrawn and erased cannot be read, the log says why: "
			"start again when it can");
		return false;
	}
	f->starting = false;
	follow_go(f->follow);
	return true;
}

bool fleet_start(meetings *all, GError **error)
{
	if (!store_is_url(all->settings->store))
		return true;
	ledger_reader *reader = ledger_reader_open(all->settings->store, error);
	if (!reader)
		return false;
	all->fleet = fleet_new(reader, all->settings);
	if (!start_following(all, error))
		return false;
	wording_settle(all);
	erasure_catch_up(all);
	afterwards_catch_up(all);
	catch_up(all);
	recall_all(all);
	return start_hearing(all, error);
}

void fleet_stop(meetings *all)
{
	fleet *f = all->fleet;

	if (!f)
		return;
	g_atomic_int_set(&f->stopping, 1);
	follow_stop(g_steal_pointer(&f->follow));
	g_mutex_lock(&all->lock);
	all->fleet = NULL;
	g_ptr_array_set_size(f->kept, 0);
	g_mutex_unlock(&all->lock);
	fleet_free(f);
}

void fleet_sync(meetings *all)
{
	if (all->fleet)
		follow_sync(all->fleet->follow, all->settings->ledger_timeout_ms);
}

gint64 fleet_silence_ms(meetings *all)
{
	return all->fleet && all->fleet->follow ? follow_silence_ms(all->fleet->follow) : 0;
}

void fleet_keep(meetings *all, carry *c)
{
	if (all->fleet)
		g_ptr_array_add(all->fleet->kept, c);
	else
		carry_free(c);
}

void fleet_retry(meetings *all)
{
	g_autoptr(GPtrArray) kept = all->fleet ? all->fleet->kept : NULL;

	if (!kept)
		return;
	all->fleet->kept = g_ptr_array_new_with_free_func((GDestroyNotify)carry_free);
	g_ptr_array_set_free_func(kept, NULL);
	for (unsigned i = 0; i < kept->len; i++) {
		carry *c = g_ptr_array_index(kept, i);

		if (carry_stands(c) && !elsewheres_erased(all->fleet->elsewhere, carry_participant(c)))
			carry_post(c);
		else
			carry_free(c);
	}
}

elsewheres *fleet_elsewhere(meetings *all)
{
	return all->fleet->elsewhere;
}

reservations *fleet_reservations(meetings *all)
{
	return all->fleet->reservations;
}
