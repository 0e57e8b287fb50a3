/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log in memory that is exported to a folder of its own. */
#ifndef CONSENT_TESTS_PROOFS_EXPORT_SUPPORT_H
#define CONSENT_TESTS_PROOFS_EXPORT_SUPPORT_H

#include "proofs/tileexport.h"

#include "proofs_support.h"

#define EXPORT_ORIGIN "example.com/log"

typedef struct export_fixture {
	memory_log *log;
	note_signer signer;
	note_verifier verifier;
	char *folder;
	guint64 fail_entry; /* reading this one fails; G_MAXUINT64: none */
	tile_export_counts counts;
} export_fixture;

void export_setup(export_fixture *f);
void export_teardown(export_fixture *f);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(export_fixture, export_teardown)

/* The log's signed head at a size that it has or had. g_free. */
char *export_head(const export_fixture *f, guint64 size);

/* Grows the log to `size` at least and exports that much of it. */
bool export_size(export_fixture *f, guint64 size, bool everything, GError **error);

bool export_check(const export_fixture *f, GError **error);

/* All files below the folder, relative, sorted (g_ptr_array_unref). */
GPtrArray *export_files(const export_fixture *f);
char *export_path(const export_fixture *f, const char *name);

#endif
