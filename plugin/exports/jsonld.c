/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/jsonld.h"

#include "base/clock.h"
#include "base/error.h"

typedef struct jsonld {
	exporter base;
	ledger_reader *reader;
	const settings *operator_is;
	GHashTable *notices; /* hash → {"time","wording"} */
} jsonld;

static void put(const exporter *e, const char *text)
{
	fputs(text, e->to);
}

static void jsonld_begin(exporter *e)
{
	json_auto_t *context = jsonld_context();
	put(e, "{\"@context\":");
	json_dumpf(context, e->to, JSON_COMPACT);
	put(e, ",\"@graph\":[");
}

static bool take_notice(const ledger_entry *entry, void *user)
{
	char time[CLOCK_TEXT_SIZE];
	*(json_t **)user = json_pack("{s:s, s:O?}", "time", clock_format(entry->at_ms, time), "wording",
		json_object_get(entry->body, "wording"));
	return false;
}

/* The entry of the notice that was decided on; borrowed. NULL with an error. */
static const json_t *notice_of(jsonld *j, const json_t *record, GError **error)
{
	static const char *const types[] = {"notice", NULL};
	const char *hash = json_string_value(json_object_get(record, "notice"));
	json_t *found = hash ? g_hash_table_lookup(j->notices, hash) : NULL;
	const ledger_filter filter = {.types = types, .subject = hash};
	if (found)
		return found;
	if (hash && !ledger_read(j->reader, &filter, take_notice, &found, error))
		return NULL;
	if (found)
		g_hash_table_insert(j->notices, g_strdup(hash), found);
	else
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
			"the ledger does not hold the wording %s, to which entry %" JSON_INTEGER_FORMAT
			" refers; `janus-consent verify` says more",
			hash ? hash : "(none)", json_integer_value(json_object_get(record, "index")));
	return found;
}

static void jsonld_write(exporter *e, const json_t *record)
{
	jsonld *j = (jsonld *)e;
	const json_t *notice = notice_of(j, record, &e->failed);
	if (!notice)
		return;
	const jsonld_source of = {.record = record, .notice = notice, .operator_is = j->operator_is};
	json_auto_t *whole = jsonld_record(&of);
	put(e, e->any ? ",\n" : "\n");
	json_dumpf(whole, e->to, JSON_COMPACT);
}

static void jsonld_end(exporter *e)
{
	put(e, "\n]}\n");
}

static void drop(gpointer json)
{
	json_decref(json);
}

static void jsonld_free(exporter *e)
{
	g_hash_table_unref(((jsonld *)e)->notices);
}

static const export_format format = {
	.name = "jsonld",
	.size = sizeof(jsonld),
	.begin = jsonld_begin,
	.record = jsonld_write,
	.end = jsonld_end,
	.free = jsonld_free,
};

exporter *exporter_new_jsonld(FILE *to, ledger_reader *reader, const settings *operator_is)
{
	jsonld *j = g_new0(jsonld, 1);
	j->base.format = &format;
	j->base.kind = &export_records;
	j->base.to = to;
	j->reader = reader;
	j->operator_is = operator_is;
	j->notices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, drop);
	return &j->base;
}

json_t *jsonld_missing(const settings *s)
{
	const struct {
		const char *name;
		bool there;
	} options[] = {
		{"controller", s->controller != NULL},
		{"controller_contact", s->controller_contact != NULL},
		{"controller_address", s->controller_address != NULL},
		{"jurisdiction", s->jurisdiction != NULL},
		{"rights", s->rights[0] != NULL},
	};
	json_t *missing = json_array();
	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		if (!options[i].there)
			json_array_append_new(missing, json_string(options[i].name));
	return missing;
}

bool jsonld_check(const settings *s, GError **error)
{
	json_auto_t *missing = jsonld_missing(s);
	g_autoptr(GString) names = g_string_new(NULL);
	size_t i;
	json_t *name;
	json_array_foreach (missing, i, name)
		g_string_append_printf(names, "%s%s", i ? ", " : "", json_string_value(name));
	if (names->len == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
		"the configuration must say who is responsible before records can leave as JSON-LD: %s "
		"missing",
		names->str);
	return false;
}
