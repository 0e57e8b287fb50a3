/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/refusal.h"

#include "base/error.h"

#include <errno.h>

static bool refuse(GError **error, const char *file, const char *why)
{
	g_set_error(
		error, CONSENT_ERROR, CONSENT_ERROR_FILE, "the recording %s cannot be used: %s", file, why);
	return false;
}

bool refusal_of_errno(GError **error, const char *file, int number)
{
	if (number == EINVAL)
		return refuse(error, file, "it is no plain file below the recordings folder");
	if (number != ENOENT)
		return refuse(error, file, g_strerror(number));
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND, "there is no recording %s", file);
	return false;
}

bool refusal_of_folder(GError **error, const char *recordings, int number)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "the recordings folder %s cannot be used: %s",
		recordings, g_strerror(number));
	return false;
}

bool refusal_of_state(GError **error, const char *file, source_state state)
{
	switch (state) {
	case SOURCE_FOREIGN:
		return refuse(error, file, "it does not begin as one");
	case SOURCE_LOCKED:
		return refuse(error, file, "it was changed, or encrypted with another key");
	case SOURCE_FAILED:
		return refuse(error, file, g_strerror(EIO));
	case SOURCE_GOOD:
	case SOURCE_TORN:
		break;
	}
	return refuse(error, file, "there is nothing in it");
}
