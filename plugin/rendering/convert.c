/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/convert.h"

#include "base/error.h"
#include "rendering/program.h"

#include <string.h>
#include <sys/stat.h>

static const char *const codecs[][2] = {
	{"opus", "opus"},
	{"multiopus", "opus"},
	{"pcmu", "wav"},
	{"pcma", "wav"},
	{"g722", "wav"},
	{"l16", "wav"},
	{"vp8", "webm"},
	{"vp9", "webm"},
	{"h264", "mp4"},
	{"h265", "mp4"},
	{"av1", "mp4"},
};

const char *convert_extension(const char *medium, const char *codec)
{
	if (strcmp(medium, "data") == 0)
		return "srt";
	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
		if (g_ascii_strcasecmp(codec, codecs[i][0]) == 0)
			return codecs[i][1];
	return NULL;
}

/* It ends with 0 also where it found nothing to write. */
static bool is_there(const char *path, GError **error)
{
	struct stat found;
	if (stat(path, &found) == 0 && found.st_size > 0)
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "janus-pp-rec made nothing of it");
	return false;
}

bool convert(const char *mjr, const char *to, GError **error)
{
	const char *const argv[] = {"janus-pp-rec", "--disable-colors", "--debug-level=2", mjr, to, NULL};
	return program_run(argv, NULL, error) && is_there(to, error);
}
