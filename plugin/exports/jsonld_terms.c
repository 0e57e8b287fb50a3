/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gateway's words in those of the Data Privacy Vocabulary 2.3 and its extensions pd and ai. */
#include "exports/jsonld.h"

#include <string.h>

typedef struct mapping {
	const char *purpose;
	jsonld_terms terms;
} mapping;

static const mapping mappings[] = {
	{"record", {.purpose = "dpv:RecordManagement", .processing = {"dpv:Record", "dpv:Store"}}},
	{"summarize",
		{.purpose = "dpv:RequestedServiceProvision",
			.processing = {"dpv:Analyse", "dpv:Generate"},
			.data = {"pd:Communication"},
			.capabilities = {"ai:SpeechRecognition", "ai:AutomaticSummarisation"}}},
	{"train",
		{.purpose = "dpv:ImproveExistingProductsAndServices",
			.processing = {"dpv:Store", "dpv:Use", "ai:ModelTraining"}}},
	{"telemetry",
		{.purpose = "dpv:ServiceUsageAnalytics",
			.processing = {"dpv:Collect", "dpv:Analyse"},
			.data = {"pd:DeviceBased", "pd:IPAddress"}}},
};

static const jsonld_terms own = {.processing = {"dpv:Use"}};

static const char *data_of(const char *medium)
{
	if (g_strcmp0(medium, "audio") == 0)
		return "pd:VoiceCommunicationRecording";
	return g_strcmp0(medium, "video") == 0 ? "pd:Picture" : "pd:Communication";
}

jsonld_terms jsonld_terms_of(const char *purpose, const char *medium)
{
	jsonld_terms terms = own;
	for (size_t i = 0; i < G_N_ELEMENTS(mappings); i++)
		if (g_strcmp0(purpose, mappings[i].purpose) == 0)
			terms = mappings[i].terms;
	if (!terms.data[0])
		terms.data[0] = data_of(medium);
	return terms;
}

bool jsonld_is_eea(const char *jurisdiction)
{
	static const char countries[] = " EU AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV "
					"MT NL NO PL PT RO SE SI SK ";
	g_autofree char *wanted = g_strdup_printf(" %.2s ", jurisdiction ? jurisdiction : "--");
	return strstr(countries, wanted) != NULL;
}

static const char *const prefixes[][2] = {
	{"dpv", "https://w3id.org/dpv#"},
	{"pd", "https://w3id.org/dpv/pd#"},
	{"ai", "https://w3id.org/dpv/ai#"},
	{"loc", "https://w3id.org/dpv/loc#"},
	{"eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"},
	{"dct", "http://purl.org/dc/terms/"},
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"schema", "https://schema.org/"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
};

/* Properties whose values are terms, not texts. */
static const char *const of_terms[] = {"dct:conformsTo", "dct:publisher", "dct:isReplacedBy", "dct:coverage",
	"dpv:hasApplicableLaw", "dpv:hasConsentControl", "dpv:hasDataController", "dpv:hasDataSource",
	"dpv:hasDataSubject", "dpv:hasJurisdiction", "dpv:hasLegalBasis", "dpv:hasLocation",
	"dpv:hasNecessity", "dpv:hasPersonalData", "dpv:hasProcessing", "dpv:hasPurpose", "dpv:hasRight",
	"dpv:isIndicatedBy", "ai:hasCapability"};
static const char *const of_times[] = {"dct:created", "dct:date", "dpv:isIndicatedAtTime"};

json_t *jsonld_context(void)
{
	json_t *context = json_object();
	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
		json_object_set_new(context, prefixes[i][0], json_string(prefixes[i][1]));
	for (size_t i = 0; i < G_N_ELEMENTS(of_terms); i++)
		json_object_set_new(context, of_terms[i], json_pack("{s:s}", "@type", "@id"));
	for (size_t i = 0; i < G_N_ELEMENTS(of_times); i++)
		json_object_set_new(context, of_times[i], json_pack("{s:s}", "@type", "xsd:dateTime"));
	return context;
}
