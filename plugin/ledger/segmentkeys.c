/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/segmentkeys.h"

#include "base/error.h"

#include <sodium.h>

static char *grant_name(const char *participant, const char *purpose, const char *medium)
{
	return g_strjoin("/", "grant-key", participant, purpose, medium, NULL);
}

const char *segmentkeys_owner(const json_t *opened)
{
	const json_t *owner = json_object_get(opened, "keys_of");

	return json_string_value(owner ? owner : json_object_get(opened, "participant"));
}

static char *segment_name(const char *segment, const char *purpose)
{
	return g_strjoin("/", "segment-key", segment, purpose, NULL);
}

void segmentkeys_keep(json_t *values, const operatorkey *with, const segmentkeys_grant *grant,
	const char *segment, const uint8_t file_key[SEALING_KEY_SIZE])
{
	g_autofree char *of_grant = grant_name(grant->participant, grant->purpose, grant->medium);
	g_autofree char *of_segment = segment_name(segment, grant->purpose);
	g_autofree char *grant_text = wrap_key(with->bytes, of_grant, grant->key);
	g_autofree char *segment_text = wrap_key(grant->key, of_segment, file_key);

	json_object_set_new(values, of_grant, json_string(grant_text));
	json_object_set_new(values, of_segment, json_string(segment_text));
}

void segmentkeys_forget_grant(
	json_t *values, const char *participant, const char *purpose, const char *medium)
{
	g_autofree char *name = grant_name(participant, purpose, medium);

	json_object_set_new(values, name, json_null());
}

void segmentkeys_forget(json_t *values, const char *segment, const char *purpose)
{
	g_autofree char *name = segment_name(segment, purpose);

	json_object_set_new(values, name, json_null());
}

static bool fail_key(const char *name, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
		"%s cannot be opened with the operator's key: give the key file that the gateway uses", name);
	return false;
}

/* A key that is there must open: otherwise the operator's is another one. */
static bool open_value(ledger_reader *r, const uint8_t with[SEALING_KEY_SIZE], const char *name,
	uint8_t ret[SEALING_KEY_SIZE], bool *ret_found, GError **error)
{
	g_autofree char *text = NULL;

	if (!ledger_value(r, name, &text, error))
		return false;
	*ret_found = text != NULL;
	return !text || wrap_open(with, name, text, ret) || fail_key(name, error);
}

bool segmentkeys_open_for(ledger_reader *r, const operatorkey *with, const json_t *opened,
	const char *purpose, uint8_t ret[SEALING_KEY_SIZE], bool *ret_found, GError **error)
{
	g_autofree char *of_grant = grant_name(
		segmentkeys_owner(opened), purpose, json_string_value(json_object_get(opened, "medium")));
	g_autofree char *of_segment =
		segment_name(json_string_value(json_object_get(opened, "segment")), purpose);
	uint8_t grant[SEALING_KEY_SIZE];

	if (!open_value(r, with->bytes, of_grant, grant, ret_found, error) || !*ret_found)
		return !*error;
	bool good = open_value(r, grant, of_segment, ret, ret_found, error);
	sodium_memzero(grant, sizeof grant);
	return good;
}

bool segmentkeys_open(ledger_reader *r, const operatorkey *with, const json_t *opened,
	uint8_t ret[SEALING_KEY_SIZE], bool *ret_found, GError **error)
{
	size_t i;
	json_t *purpose;

	*ret_found = false;
	json_array_foreach (json_object_get(opened, "purposes"), i, purpose) {
		if (!segmentkeys_open_for(r, with, opened, json_string_value(purpose), ret, ret_found, error))
			return false;
		if (*ret_found)
			return true;
	}
	return true;
}
