/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/entries.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/jcs.h"

#include <sodium.h>
#include <string.h>

/* Of entries of this type, that member is the subject. */
static const struct {
	const char *type, *member;
} subjects[] = {
	{"segment", "segment"},
	{"activity", "activity"},
	{"notice", "notice"},
	{"product", "product"},
};

static char *text_member(const json_t *body, const char *name)
{
	return g_strdup(json_string_value(json_object_get(body, name)));
}

static char *room_member(const json_t *body)
{
	const json_t *room = json_object_get(body, "room");
	if (json_is_integer(room))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(room));
	return g_strdup(json_string_value(room));
}

static char *subject_member(const json_t *body, const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++)
		if (strcmp(subjects[i].type, type) == 0)
			return text_member(body, subjects[i].member);
	return NULL;
}

bool entry_columns_read(const json_t *body, entry_columns *ret)
{
	const char *type = json_string_value(json_object_get(body, "type"));
	const char *at = json_string_value(json_object_get(body, "at"));
	gint64 at_ms;
	if (!type || !at || !clock_parse(at, &at_ms))
		return false;

	*ret = (entry_columns){
		.at_ms = at_ms,
		.type = g_strdup(type),
		.room = room_member(body),
		.meeting = text_member(body, "meeting"),
		.participant = text_member(body, "participant"),
		.subject = subject_member(body, type),
	};
	return true;
}

void entry_columns_clear(entry_columns *c)
{
	g_free(c->type);
	g_free(c->room);
	g_free(c->meeting);
	g_free(c->participant);
	g_free(c->subject);
	*c = (entry_columns){0};
}

void entry_clear(entry *e)
{
	entry_columns_clear(&e->columns);
	g_free(e->body);
	g_free(e->personal);
	g_free(e->sealed);
	json_decref(e->values);
	*e = (entry){0};
}

static bool refuse(GError **error, const char *type, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "an entry of type “%s” %s", type, why);
	return false;
}

/* Canonical personal data with its salt, and the commitment put into the body. */
static bool commit_to(const json_t *personal, json_t *body, entry *e)
{
	char hex[HASH_HEX_SIZE];
	e->personal = jcs_dump(personal, NULL);
	if (!e->personal)
		return false;
	randombytes_buf(e->salt, sizeof(e->salt));
	entry_commitment(e->salt, e->personal, hex);
	return json_object_set_new(body, ENTRY_PERSONAL, json_string(hex)) == 0;
}

static bool is_open(const json_t *body)
{
	return json_is_object(body) && !json_object_get(body, "type") && !json_object_get(body, "at") &&
		!json_object_get(body, ENTRY_PERSONAL);
}

bool entry_seal(
	const char *type, gint64 at_ms, json_t *body, const json_t *personal, entry *ret, GError **error)
{
	g_auto(entry) e = {0};
	char at[CLOCK_TEXT_SIZE];
	if (!is_open(body))
		return refuse(error, type, "needs an object without “type”, “at” and “personal” as its body");
	if (personal && !commit_to(personal, body, &e))
		return refuse(error, type, "has personal data without a canonical form");

	json_object_set_new(body, "type", json_string(type));
	json_object_set_new(body, "at", json_string(clock_format(at_ms, at)));
	e.body = jcs_dump(body, NULL);
	if (!e.body || !entry_columns_read(body, &e.columns))
		return refuse(error, type, "has no canonical form");

	*ret = e;
	e = (entry){0};
	return true;
}

char *entry_commitment(const uint8_t salt[HASH_SIZE], const char *personal, char hex[HASH_HEX_SIZE])
{
	uint8_t hash[HASH_SIZE];
	hash_parts((const hash_part[]){{salt, HASH_SIZE}, {personal, strlen(personal)}}, 2, hash);
	return hash_hex(hash, hex);
}

void entry_link(const uint8_t previous[HASH_SIZE], const uint8_t leaf[HASH_SIZE], uint8_t link[HASH_SIZE])
{
	hash_parts((const hash_part[]){{previous, HASH_SIZE}, {leaf, HASH_SIZE}}, 2, link);
}

bool entry_destroys(const entry *e)
{
	const char *name;
	json_t *value;

	json_object_foreach (e->values, name, value)
		if (json_is_null(value))
			return true;
	return g_strcmp0(e->columns.type, ENTRY_ERASE) == 0;
}
