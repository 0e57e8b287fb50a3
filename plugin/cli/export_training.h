/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What making a training set and refreshing one share. */
#ifndef CONSENT_CLI_EXPORT_TRAINING_H
#define CONSENT_CLI_EXPORT_TRAINING_H

#include "cli/playable.h"
#include "cli/progress.h"
#include "cli/training_set.h"
#include "rendering/cut.h"

typedef struct training {
	const arguments *args;
	const char *purpose;
	const recordings *all;
	cut_options cutting;
	training_set *set;
	const char *place, *work;
	GPtrArray *segments; /* of playable */
	progress *progress;
} training;

/* The log whose key signs: the first, or that of --origin. */
ledger_reader *training_signer(const training *t, GError **error);

/* Notes in the ledger which set it is and which segments are in it now; takes `removed`, names of files, or
 * NULL. */
bool training_note(const training *t, const char *what, json_t *removed, GError **error);

/* Returns an exit code. */
int training_refresh(training *t, const char *folder, GError **error);

#endif
