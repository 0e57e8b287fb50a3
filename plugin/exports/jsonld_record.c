/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One decision as a consent record: header, notice, process, entities, event. */
#include "exports/jsonld.h"

#include <string.h>

#define SCHEMA "https://w3id.org/dpv/schema/dpv-27560#"

static const char *text_of(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

char *jsonld_iri(const json_t *record, const char *rest)
{
	const char *log = text_of(record, "log");
	g_autofree char *escaped =
		log ? g_uri_escape_string(log, "/:@!$&'()*;=", FALSE) : g_strdup("localhost");
	return g_strdup_printf("https://%s/%s", escaped, rest);
}

static json_t *iri(const json_t *record, const char *format, ...) G_GNUC_PRINTF(2, 3);

static json_t *iri(const json_t *record, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	g_autofree char *rest = g_strdup_vprintf(format, values);
	va_end(values);
	g_autofree char *whole = jsonld_iri(record, rest);
	return json_string(whole);
}

static json_t *record_iri(const json_t *record, const json_t *of)
{
	return iri(of, "entries/%" JSON_INTEGER_FORMAT "#%s-%s",
		json_integer_value(json_object_get(of, "index")), text_of(record, "purpose"),
		text_of(record, "medium"));
}

static json_t *controller_iri(const jsonld_source *of)
{
	const char *id = of->operator_is->controller_id;
	return id ? json_string(id) : iri(of->record, "#controller");
}

static json_t *place(const char *code)
{
	return json_sprintf("loc:%s", code);
}

static json_t *strings(const char *const *from)
{
	json_t *list = json_array();
	for (; *from; from++)
		json_array_append_new(list, json_string(*from));
	return list;
}

static json_t *typed(const char *type, const char *property, json_t *value)
{
	return json_pack("{s:s, s:o}", "@type", type, property, value);
}

static json_t *subject(const json_t *record)
{
	json_t *who = json_pack("{s:s, s:s, s:O}", "@type", "dpv:DataSubject", "@id", "", "dpv:hasIdentifier",
		json_object_get(record, "participant"));
	json_object_set_new(who, "@id", iri(record, "participants/%s", text_of(record, "participant")));
	if (text_of(record, "display"))
		json_object_set(who, "dpv:hasName", json_object_get(record, "display"));
	return who;
}

/* How well a wording's language serves somebody who was shown it in `shown`. */
static int fit(const char *lang, const char *shown)
{
	if (!shown)
		return 1;
	if (g_ascii_strcasecmp(lang, shown) == 0)
		return 3;
	size_t base = strcspn(shown, "-");
	return g_ascii_strncasecmp(lang, shown, base) == 0 && strcspn(lang, "-") == base ? 2 : 1;
}

/* In the language that it was shown in, or one like it; else the first. */
static json_t *wording_of(const jsonld_source *of, const char **ret_lang)
{
	json_t *languages = json_object_get(json_object_get(of->notice, "wording"), "languages"), *text;
	const char *shown = text_of(of->record, "lang"), *lang;
	json_t *best = NULL;
	json_object_foreach (languages, lang, text) {
		if (best && fit(lang, shown) <= fit(*ret_lang, shown))
			continue;
		best = text;
		*ret_lang = lang;
	}
	return best;
}

static json_t *in_language(const json_t *wording, const char *member, const char *lang)
{
	const char *text = text_of(wording, member);
	return json_pack("{s:s, s:s}", "@value", text ? text : "", "@language", lang);
}

static json_t *notice(const jsonld_source *of, const json_t *wording, const char *lang)
{
	const char *hash = text_of(of->record, "notice");
	json_t *n = json_pack("{s:s, s:o, s:s, s:s, s:s}", "@type", "dpv:ConsentNotice", "@id",
		iri(of->record, "notices/%s", hash), "dct:identifier", hash, "dct:language",
		text_of(of->record, "lang") ? text_of(of->record, "lang") : lang, "dct:date",
		text_of(of->notice, "time"));
	json_object_set_new(n, "dct:coverage", place(of->operator_is->jurisdiction));
	json_object_set_new(n, "dct:title", in_language(wording, "title", lang));
	return n;
}

static json_t *storage(const jsonld_source *of)
{
	const json_t *notice_wording = json_object_get(of->notice, "wording");
	json_int_t days = json_integer_value(json_object_get(notice_wording, "retention_days"));
	const char *where = of->operator_is->storage_location;
	json_t *how_long = days
		? typed("dpv:TemporalDuration", "rdf:value", json_sprintf("P%" JSON_INTEGER_FORMAT "D", days))
		: typed("dpv:UntilEventDuration", "rdf:value", json_string("until it is erased"));
	return json_pack("[o, o]",
		typed("dpv:StorageLocation", "dpv:hasLocation",
			place(where ? where : of->operator_is->jurisdiction)),
		typed("dpv:StorageDuration", "dpv:hasDuration", how_long));
}

static json_t *purpose(const jsonld_source *of, const jsonld_terms *terms)
{
	if (terms->purpose)
		return json_pack("[s]", terms->purpose);
	json_t *own =
		typed("dpv:Purpose", "dct:identifier", json_incref(json_object_get(of->record, "purpose")));
	json_object_set_new(own, "@id", iri(of->record, "purposes/%s", text_of(of->record, "purpose")));
	return json_pack("[o]", own);
}

static json_t *process(const jsonld_source *of, const json_t *wording, const char *lang)
{
	static const char *const controls[] = {"dpv:ProvideConsent", "dpv:WithdrawConsent", NULL};
	bool eea = jsonld_is_eea(of->operator_is->jurisdiction);
	const jsonld_terms terms =
		jsonld_terms_of(text_of(of->record, "purpose"), text_of(of->record, "medium"));
	json_t *p = typed("dpv:Process", "dpv:hasPurpose", purpose(of, &terms));
	json_object_set_new(p, "dpv:hasProcessing", strings(terms.processing));
	json_object_set_new(p, "dpv:hasPersonalData", strings(terms.data));
	if (terms.capabilities[0])
		json_object_set_new(p, "ai:hasCapability", strings(terms.capabilities));
	json_object_set_new(p, "dpv:hasStorageCondition", storage(of));
	json_object_set_new(p, "dpv:hasDataController", controller_iri(of));
	json_object_set_new(p, "dpv:hasRecipient",
		json_pack("[o]",
			typed("dpv:Recipient", "dpv:hasName", in_language(wording, "recipients", lang))));
	json_object_set_new(p, "dpv:hasConsentControl", strings(controls));
	json_object_set_new(p, "dpv:hasJurisdiction", json_pack("[o]", place(of->operator_is->jurisdiction)));
	json_object_set_new(p, "dpv:hasRight", strings((const char *const *)of->operator_is->rights));
	json_object_set_new(p, "dpv:hasLegalBasis",
		json_pack("[s]", eea ? "eu-gdpr:A6-1-a" : "dpv:ExplicitlyExpressedConsent"));
	if (eea)
		json_object_set_new(p, "dpv:hasApplicableLaw", json_string("eu-gdpr:GDPR"));
	json_object_set_new(p, "dpv:hasDataSource", json_string("dpv:DataSubject"));
	json_object_set_new(p, "dpv:hasNecessity", json_string("dpv:Optional"));
	return p;
}

static json_t *controller(const jsonld_source *of)
{
	const settings *s = of->operator_is;
	json_t *point = typed("schema:ContactPoint",
		g_str_has_prefix(s->controller_contact, "mailto:") ? "schema:email" : "schema:url",
		json_string(s->controller_contact));
	json_t *who = json_pack("{s:[s], s:o, s:s, s:o, s:o}", "@type", "dpv:DataController", "@id",
		controller_iri(of), "dpv:hasName", s->controller, "schema:contactPoint", point,
		"schema:address",
		typed("schema:PostalAddress", "schema:streetAddress", json_string(s->controller_address)));
	json_object_set_new(who, "dpv:hasIdentifier", controller_iri(of));
	return who;
}

static const char *status(const char *decision)
{
	static const char *const words[][2] = {{"granted", "dpv:ConsentGiven"},
		{"refused", "dpv:ConsentRefused"}, {"withdrawn", "dpv:ConsentWithdrawn"},
		{"expired", "dpv:ConsentExpired"}};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_strcmp0(words[i][0], decision) == 0)
			return words[i][1];
	return "dpv:ConsentUnknown";
}

static json_t *duration(const json_t *record)
{
	const char *expires = text_of(record, "expires");
	if (expires)
		return typed("dpv:UntilTimeDuration", "rdf:value",
			json_pack("{s:s, s:s}", "@type", "xsd:dateTime", "@value", expires));
	return typed("dpv:UntilEventDuration", "rdf:value",
		json_string(g_strcmp0(text_of(record, "decision"), "granted") == 0
				? "until it is withdrawn, or the notice changes"
				: "until the next decision"));
}

static json_t *event(const jsonld_source *of, const json_t *who)
{
	const json_t *record = of->record;
	const char *how = text_of(record, "how"), *evidence = text_of(record, "evidence");
	const char *receipt = text_of(record, "receipt");
	bool by_clock = g_strcmp0(how, "expire") == 0;
	g_autofree char *method = g_strdup_printf("%s, evidence: %s%s%s", how ? how : "",
		evidence ? evidence : "", receipt ? ", receipt " : "", receipt ? receipt : "");
	json_t *e = json_pack("{s:[s, s], s:O, s:o, s:o, s:s}", "@type", status(text_of(record, "decision")),
		"dpv:ExplicitlyExpressedConsent", "dpv:isIndicatedAtTime", json_object_get(record, "time"),
		"dpv:isIndicatedBy", by_clock ? controller_iri(of) : json_incref(json_object_get(who, "@id")),
		"dpv:hasDuration", duration(record), "dpv:hasIndicationMethod", method);
	return e;
}

static void add_header(json_t *whole, const jsonld_source *of)
{
	const json_t *record = of->record, *replaced = json_object_get(record, "replaced");
	bool eea = jsonld_is_eea(of->operator_is->jurisdiction);
	json_object_set_new(whole, "@id", record_iri(record, record));
	json_object_set_new(whole, "@type", json_string("dpv:ConsentRecord"));
	json_object_set_new(
		whole, "dct:conformsTo", json_string(eea ? SCHEMA "record-eu-gdpr" : SCHEMA "record"));
	json_object_set_new(whole, "dct:identifier", record_iri(record, record));
	json_object_set_new(whole, "dpv:hasIdentifier", record_iri(record, record));
	json_object_set(whole, "dct:created", json_object_get(record, "time"));
	json_object_set_new(whole, "dct:publisher", controller_iri(of));
	if (json_is_object(replaced))
		json_object_set_new(whole, "dct:isReplacedBy", record_iri(record, replaced));
}

json_t *jsonld_record(const jsonld_source *of)
{
	const char *lang = "und";
	const json_t *wording = wording_of(of, &lang);
	json_t *whole = json_object(), *who = subject(of->record);
	add_header(whole, of);
	json_object_set_new(whole, "dpv:hasNotice", notice(of, wording, lang));
	json_object_set_new(whole, "dpv:hasProcess", json_pack("[o]", process(of, wording, lang)));
	json_object_set_new(whole, "dpv:hasEntity", json_pack("[o]", controller(of)));
	json_object_set_new(whole, "dpv:hasConsentStatus", json_pack("[o]", event(of, who)));
	json_object_set_new(whole, "dpv:hasDataSubject", who);
	return whole;
}
