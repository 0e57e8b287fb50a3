/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gateway's own configuration, janus.plugin.consent.jcfg. Every option is explained in
 * conf/janus.plugin.consent.jcfg. Unknown options and values of a wrong type are errors that name the file
 * and line: a typing slip must never quietly leave a gate open. */
#ifndef CONSENT_BASE_SETTINGS_H
#define CONSENT_BASE_SETTINGS_H

#include <glib.h>
#include <stdbool.h>

typedef struct settings {
	char *package;  /* name under which clients attach */
	char *upstream; /* the upstream plugin's shared object: a path, absolute, or a file name as written */
	char *store;    /* the ledger: a path, absolute, or the address of a PostgreSQL database */
	char *recordings;           /* folder for segments, absolute */
	char *notices;              /* folder with one .jcfg a purpose, absolute */
	char *language;             /* default language of notices, BCP 47 */
	char *origin;               /* name of a new log, as in a checkpoint's first line */
	bool origin_set;            /* it was configured, and the store must be of that name */
	char *signing_key;          /* file of the log's keys, absolute */
	char *capture_key;          /* file of the operator's key of recordings, absolute */
	bool plain_files;           /* recordings are not encrypted */
	char *feeds;                /* folder for descriptions of live feeds, absolute */
	char **forward_to;          /* addresses that live feeds may go to; never NULL */
	char **allowed_requests;    /* upstream requests let through beyond the filter's table; never NULL */
	unsigned ledger_timeout_ms; /* how long a decision may wait for its commit */

	/* Who answers for what the notices promise, as exports say it; NULL where not configured. */
	char *controller, *controller_id, *controller_contact, *controller_address;
	char *jurisdiction, *storage_location; /* "EU", or ISO 3166 codes such as "DE" and "US-CA" */
	char **rights; /* of participants: terms such as "eu-gdpr:A15", or web addresses; never NULL */
} settings;

/* Reads the file. Relative paths in it are relative to the file's folder. NULL and an error that names file,
 * line and option. */
settings *settings_load(const char *path, GError **error);

void settings_free(settings *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(settings, settings_free)

#endif
