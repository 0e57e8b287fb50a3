/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/filehash.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>

#define PIECE ((size_t)64 * 1024)

bool filehash(const char *path, char ret[HASH_HEX_SIZE], GError **error)
{
	g_autoptr(hash_stream) stream = hash_stream_new();
	g_autofree char *piece = g_malloc(PIECE);
	FILE *file = fopen(path, "rbe");
	size_t length;
	errno = 0;
	while (file && (length = fread(piece, 1, PIECE, file)) > 0)
		hash_stream_add(stream, piece, length);
	bool good = file && !ferror(file);
	if (!good)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s: %s", path, g_strerror(errno));
	if (file)
		fclose(file);
	if (good)
		hash_stream_hex(stream, ret);
	return good;
}
