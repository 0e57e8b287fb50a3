/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/convert.h"

#include "base/error.h"
#include "rendering/program.h"

#include <errno.h>
#include <glib/gstdio.h>
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

/* By names without a folder, in the folder: janus-pp-rec refuses arguments that are not ASCII, in any locale.
 */
static bool convert_here(const char *mjr, const char *made, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(mjr), *from = g_path_get_basename(mjr);
	const char *const argv[] = {"janus-pp-rec", "--disable-colors", "--debug-level=2", from, made, NULL};
	return program_run(argv, folder, error);
}

bool convert(const char *mjr, const char *to, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(mjr), *name = g_path_get_basename(to);
	g_autofree char *made = g_build_filename(folder, name, NULL);
	if (!convert_here(mjr, name, error) || !is_there(made, error))
		return false;
	if (g_rename(made, to) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s: %s", to, g_strerror(errno));
	return false;
}
