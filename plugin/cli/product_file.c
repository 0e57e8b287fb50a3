/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/product_file.h"

#include "base/error.h"
#include "exports/target.h"

#include <glib/gstdio.h>
#include <string.h>

#define FOLDER "products"

char *product_file_name(const char *product, bool sealed)
{
	return g_strdup_printf(FOLDER "/%s%s", product, sealed ? ".enc" : "");
}

static GByteArray *seal(const uint8_t *key, const char *content, size_t length)
{
	GByteArray *out = g_byte_array_new();
	sealed_state s;
	sealed_begin(&s, key, out);
	sealed_frame(&s, content, length, false, out);
	sealed_frame(&s, NULL, 0, true, out);
	sodium_memzero(&s, sizeof s);
	return out;
}

static bool write_out(const char *path, const void *bytes, size_t length, GError **error)
{
	g_autoptr(target) to = target_file(path, error);
	/* A short write leaves the stream's error, which target_finish looks at. */
	return to && (fwrite(bytes, 1, length, target_stream(to)), target_finish(to, error));
}

bool product_file_write(const char *folder, const char *file, const uint8_t *key, const char *content,
	size_t length, char sha256[HASH_HEX_SIZE], GError **error)
{
	g_autofree char *path = g_build_filename(folder, file, NULL), *place = g_path_get_dirname(path);
	g_autoptr(GByteArray) sealed = key ? seal(key, content, length) : NULL;
	const void *bytes = sealed ? (const void *)sealed->data : content;
	size_t size = sealed ? sealed->len : length;
	if (g_mkdir_with_parents(place, 0700) != 0) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s cannot be made", place);
		return false;
	}
	hash_bytes_hex(bytes, size, sha256);
	return write_out(path, bytes, size, error);
}

static char *fail(const char *file, const char *what, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "%s %s", file, what);
	return NULL;
}

/* One frame, and the empty one that ends it. */
static char *unseal(const uint8_t *key, const uint8_t *bytes, size_t size, size_t *ret_length)
{
	const size_t head = SEALED_HEAD_SIZE + SEALED_FRAME_HEAD_SIZE;
	sealed_state s;
	bool last = true;
	if (size < head || !sealed_read_head(&s, key, bytes))
		return NULL;
	size_t length = sealed_frame_length(bytes + SEALED_HEAD_SIZE);
	if (length < SEALED_FRAME_EXTRA - SEALED_FRAME_HEAD_SIZE || length > size - head)
		return NULL;
	*ret_length = length - (SEALED_FRAME_EXTRA - SEALED_FRAME_HEAD_SIZE);
	g_autofree char *plain = g_malloc0(*ret_length + 1);
	bool good = sealed_read_frame(&s, bytes + head, length, (uint8_t *)plain, &last);
	sodium_memzero(&s, sizeof s);
	return good && !last ? g_steal_pointer(&plain) : NULL;
}

char *product_file_read(const char *folder, const char *file, const uint8_t *key, const char *sha256,
	size_t *ret_length, GError **error)
{
	g_autofree char *path = g_build_filename(folder, file, NULL), *bytes = NULL;
	char found[HASH_HEX_SIZE];
	gsize size;
	if (!g_file_get_contents(path, &bytes, &size, error))
		return NULL;
	hash_bytes_hex(bytes, size, found);
	if (g_strcmp0(found, sha256) != 0)
		return fail(file, "is not the file that was attached", error);
	if (!key) {
		*ret_length = size;
		return g_steal_pointer(&bytes);
	}
	char *plain = unseal(key, (const uint8_t *)bytes, size, ret_length);
	return plain ? plain : fail(file, "cannot be decrypted with its key", error);
}
