/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors about a finished recording's file. All return false. */
#ifndef CONSENT_CAPTURE_REFUSAL_H
#define CONSENT_CAPTURE_REFUSAL_H

#include "capture/source.h"

#include <glib.h>

/* CONSENT_ERROR_NOT_FOUND for ENOENT, else CONSENT_ERROR_FILE. */
bool refusal_of_errno(GError **error, const char *file, int number);

/* CONSENT_ERROR_FILE: of the recordings folder itself. */
bool refusal_of_folder(GError **error, const char *recordings, int number);

/* CONSENT_ERROR_FILE. */
bool refusal_of_state(GError **error, const char *file, source_state state);

#endif
