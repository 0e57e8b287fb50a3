/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consent records as JSON-LD: ISO/IEC TS 27560 by the guide of the W3C's Data Privacy Vocabularies community
 * group (https://w3id.org/dpv/guides/consent-27560), profile "record", or "record-eu-gdpr" where the
 * operator's jurisdiction is in the European Economic Area. One document with its context in it:
 * {"@context":{…},"@graph":[record, …]}, written as it comes; kept in memory are the wordings only. */
#ifndef CONSENT_EXPORTS_JSONLD_H
#define CONSENT_EXPORTS_JSONLD_H

#include "base/settings.h"
#include "exports/export.h"
#include "ledger/reader.h"

/* An exporter for records of records_decisions; reader and settings are borrowed. */
exporter *exporter_new_jsonld(FILE *to, ledger_reader *reader, const settings *operator_is);

/* The options that it still has to set for that, as an array of their names. A new reference. */
json_t *jsonld_missing(const settings *s);

/* Whether the configuration says all that a record must say of the operator. CONSENT_ERROR_CONFIG names every
 * option that is missing. */
bool jsonld_check(const settings *s, GError **error);

/* The rest is for the files of this format. */

/* What a record says about: the ledger's record, its notice's entry {"time","wording"}. */
typedef struct jsonld_source {
	const json_t *record, *notice;
	const settings *operator_is;
} jsonld_source;

/* {"@context":…}'s value. */
json_t *jsonld_context(void);

/* One element of the graph. */
json_t *jsonld_record(const jsonld_source *of);

/* "https://<log>/<rest>" (g_free). */
char *jsonld_iri(const json_t *record, const char *rest);

/* What is done with a medium for a purpose, in the terms of the vocabulary: arrays of compact IRIs. */
typedef struct jsonld_terms {
	const char *purpose;       /* NULL: one of the operator's own */
	const char *processing[4]; /* NULL-terminated */
	const char *data[3];
	const char *capabilities[3]; /* of artificial intelligence */
} jsonld_terms;
jsonld_terms jsonld_terms_of(const char *purpose, const char *medium);

bool jsonld_is_eea(const char *jurisdiction);

#endif
