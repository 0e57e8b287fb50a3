/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of the Admin API: reading the records. */
#include "signalling/private.h"

#include "ledger/records.h"

#include <string.h>

typedef bool (*reader)(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

static bool collect(json_t *record, void *user)
{
	json_array_append(user, record);
	return true;
}

char *ask_room_text(json_t *room)
{
	if (!room)
		return NULL;
	return json_is_string(room) ? g_strdup(json_string_value(room))
				    : g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(room));
}

bool ask_check_decision(json_t *message, GError **error)
{
	static const char *const all[] = {"granted", "refused", "withdrawn", "expired", NULL};
	const char *wanted = field_string(message, "decision");

	if (!wanted || g_strv_contains(all, wanted))
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'decision' must be \"granted\", \"refused\", \"withdrawn\" or \"expired\"");
	return false;
}

bool ask_check_times(json_t *message, GError **error)
{
	if (!field_string(message, "from") || !field_string(message, "to") ||
		field_time(message, "from") < field_time(message, "to"))
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'to' must be later than the field 'from'");
	return false;
}

static bool check_order(json_t *message, GError **error)
{
	const char *order = field_string(message, "order");

	if (!order || strcmp(order, "oldest") == 0 || strcmp(order, "newest") == 0)
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'order' must be \"oldest\" or \"newest\"");
	return false;
}

records_filter ask_filter(json_t *filters, json_t *limited, unsigned limit_default)
{
	return (records_filter){.meeting = field_string(filters, "meeting"),
		.participant = field_string(filters, "participant"),
		.purpose = field_string(filters, "purpose"),
		.decision = field_string(filters, "decision"),
		.from_ms = field_time(filters, "from"),
		.to_ms = field_time(filters, "to"),
		.limit = json_object_get(limited, "limit") ? (unsigned)field_integer(limited, "limit")
							   : limit_default};
}

#define LIMIT_MAX 1000
#define LIMIT_DEFAULT 100
/* Names are encrypted one by one, so a search reads much: nobody else waits longer for the Admin API. */
#define SEARCH_US (G_USEC_PER_SEC / 2)

static json_t *page(asking *ask, const char *name, reader read, GError **error)
{
	if (!ask_check_times(ask->message, error) || !check_order(ask->message, error))
		return NULL;
	g_autoptr(ledger_reader) r = ledger_reader_open(meetings_settings(ask->s->meetings)->store, error);
	g_autofree char *room = ask_room_text(json_object_get(ask->message, "room"));
	g_autofree char *cursor = NULL;
	json_t *m = ask->message, *records = json_array();
	records_filter filter = ask_filter(m, m, LIMIT_DEFAULT);

	filter.room = room;
	filter.cursor = field_string(m, "cursor");
	filter.display = field_string(m, "display");
	filter.newest = g_strcmp0(field_string(m, "order"), "newest") == 0;
	filter.until_us = filter.display ? g_get_monotonic_time() + SEARCH_US : 0;
	if (!r || !read(r, &filter, collect, records, &cursor, error)) {
		json_decref(records);
		return NULL;
	}
	return json_pack("{s:o, s:o}", name, records, "cursor", cursor ? json_string(cursor) : json_null());
}

static json_t *records(asking *ask, GError **error)
{
	return ask_check_decision(ask->message, error) ? page(ask, "records", records_decisions, error)
						       : NULL;
}

static json_t *meetings_page(asking *ask, GError **error)
{
	return page(ask, "meetings", records_meetings, error);
}

static json_t *segments(asking *ask, GError **error)
{
	return page(ask, "segments", records_segments, error);
}

static json_t *products(asking *ask, GError **error)
{
	return page(ask, "products", records_products, error);
}

static json_t *training_sets(asking *ask, GError **error)
{
	return page(ask, "training_sets", records_training_sets, error);
}

static json_t *stats(asking *ask, GError **error)
{
	(void)error;
	return meetings_stats(ask->s->meetings);
}

static json_t *key(asking *ask, GError **error)
{
	(void)error;
	return meetings_keys(ask->s->meetings);
}

static bool refuse_unsigned(GError **error)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
		"this log has no checkpoint yet: there is one with its first entry");
	return false;
}

static json_t *checkpoint(asking *ask, GError **error)
{
	g_autoptr(ledger_reader) r = meetings_read_own(ask->s->meetings, error);
	g_autofree char *text = NULL;

	if (!r || !ledger_checkpoint(r, &text, error) || (!text && !refuse_unsigned(error)))
		return NULL;
	return json_pack("{s:s}", "checkpoint", text);
}

/* The ledger knows nothing of fields. */
static void name_field(GError **error, const char *name)
{
	if (*error && (*error)->code == CONSENT_ERROR_NOT_FOUND)
		g_prefix_error(error, "the field '%s': ", name);
}

static json_t *prove(asking *ask, GError **error)
{
	g_autoptr(ledger_reader) r = meetings_read_own(ask->s->meetings, error);
	g_autofree char *proof = r ? ledger_prove(r, field_integer(ask->message, "index"), error) : NULL;

	name_field(error, "index");
	return proof ? json_pack("{s:s}", "proof", proof) : NULL;
}

static json_t *erase(asking *ask, GError **error)
{
	const char *participant = field_string(ask->message, "participant");
	const char *segment = field_string(ask->message, "segment");
	const char *reason = field_string(ask->message, "reason");
	guint erased = 0;

	if (!participant == !segment) {
		g_set_error_literal(error, CONSENT_ERROR,
			participant ? CONSENT_ERROR_INVALID : CONSENT_ERROR_MISSING,
			participant
				? "the fields 'participant' and 'segment' exclude each other: leave one out"
				: "the field 'participant' is missing, or the field 'segment': add one");
		return NULL;
	}
	bool good = participant ? meetings_erase(ask->s->meetings, participant, reason, &erased, error)
				: meetings_erase_segment(ask->s->meetings, segment, reason, &erased, error);
	name_field(error, participant ? "participant" : "segment");
	return good ? json_pack("{s:s, s:i}", participant ? "participant" : "segment",
			      participant ? participant : segment, "erased", (int)erased)
		    : NULL;
}

static const field filter_fields[] = {
	{"room", FIELD_ROOM, false, 0},
	{"meeting", FIELD_STRING, false, 0},
	{"participant", FIELD_STRING, false, 0},
	{"purpose", FIELD_STRING, false, 0},
	{"decision", FIELD_STRING, false, 0},
	{"display", FIELD_STRING, false, 256},
	{"from", FIELD_MOMENT, false, 0},
	{"to", FIELD_MOMENT, false, 0},
	{"order", FIELD_STRING, false, 0},
	{"limit", FIELD_COUNT, false, LIMIT_MAX},
	{"cursor", FIELD_CURSOR, false, 0},
	FIELDS_END,
};

static const field set_fields[] = {
	{"participant", FIELD_STRING, false, 0},
	{"purpose", FIELD_STRING, false, 0},
	{"limit", FIELD_COUNT, false, LIMIT_MAX},
	{"cursor", FIELD_CURSOR, false, 0},
	FIELDS_END,
};

static const field no_fields[] = {FIELDS_END};

static const field prove_fields[] = {
	{"index", FIELD_INTEGER, true, 0},
	FIELDS_END,
};

static const field erase_fields[] = {
	{"participant", FIELD_STRING, false, 0},
	{"segment", FIELD_STRING, false, 0},
	{"reason", FIELD_STRING, true, 1000},
	FIELDS_END,
};

const request_row admin_requests[] = {
	{"consent_records", "records", BY_ADMIN, filter_fields, records, 0},
	{"consent_meetings", "meetings", BY_ADMIN, filter_fields, meetings_page, 0},
	{"consent_segments", "segments", BY_ADMIN, filter_fields, segments, 0},
	{"consent_products", "products", BY_ADMIN, filter_fields, products, 0},
	{"consent_training_sets", "training_sets", BY_ADMIN, set_fields, training_sets, 0},
	{"consent_stats", "stats", BY_ADMIN, no_fields, stats, 0},
	{"consent_checkpoint", "checkpoint", BY_ADMIN, no_fields, checkpoint, 0},
	{"consent_proof", "proof", BY_ADMIN, prove_fields, prove, 0},
	{"consent_key", "key", BY_ADMIN, no_fields, key, 0},
	{"consent_erase", "erased", BY_ADMIN, erase_fields, erase, 0},
	{0},
};
