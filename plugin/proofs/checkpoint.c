/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/checkpoint.h"

#include "base/error.h"
#include "proofs/merkle.h"

#include <string.h>

static bool reject(GError **error, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the checkpoint %s", why);
	return false;
}

void checkpoint_clear(checkpoint *c)
{
	g_free(c->origin);
	*c = (checkpoint){0};
}

/* Making */

char *checkpoint_text(const char *origin, guint64 size, const uint8_t root[HASH_SIZE], GError **error)
{
	if (!note_is_name((text_span){origin, strlen(origin)}) || size > MERKLE_SIZE_MAX) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"a checkpoint needs an origin without white space and \"+\", and a size below 2^63");
		return NULL;
	}
	g_autofree char *base64 = text_base64(root, HASH_SIZE);
	return g_strdup_printf("%s\n%" G_GUINT64_FORMAT "\n%s\n", origin, size, base64);
}

char *checkpoint_sign(
	guint64 size, const uint8_t root[HASH_SIZE], const note_signer *signers, size_t count, GError **error)
{
	g_autofree char *text = checkpoint_text(count ? signers[0].name : "", size, root, error);
	return text ? note_sign(text, signers, count, error) : NULL;
}

/* Reading */

static bool is_empty_root(const uint8_t root[HASH_SIZE])
{
	uint8_t empty[HASH_SIZE];
	merkle_empty(empty);
	return memcmp(root, empty, HASH_SIZE) == 0;
}

static bool read_extensions(text_span rest)
{
	text_span line;
	while (text_line(&rest, &line))
		if (line.length == 0)
			return false;
	return rest.length == 0;
}

bool checkpoint_parse(const char *text, checkpoint *ret, GError **error)
{
	text_span rest = {text, strlen(text)}, origin, size, root;
	checkpoint read = {0};
	if (!text_is_plain(rest, true) || !text_line(&rest, &origin) || !text_line(&rest, &size) ||
		!text_line(&rest, &root) || !read_extensions(rest))
		return reject(error, "does not consist of at least three lines, none of them empty");
	if (origin.length == 0)
		return reject(error, "has an empty origin");
	if (!text_read_decimal(size, &read.size))
		return reject(error, "has a size that is not a decimal number below 2^63");
	if (!text_read_base64_exactly(root, read.root, HASH_SIZE))
		return reject(error, "has a root that is not the base64 of 32 bytes");
	if (read.size == 0 && !is_empty_root(read.root))
		return reject(error, "is of an empty log but has another root");
	read.origin = g_strndup(origin.at, origin.length);
	*ret = read;
	return true;
}

bool checkpoint_open(text_span bytes, const char *origin, const note_verifier *known, size_t count,
	checkpoint *ret, GError **error)
{
	g_auto(note) n = {0};
	g_auto(checkpoint) read = {0};
	if (!note_open(bytes, known, count, &n, error) || !checkpoint_parse(n.text, &read, error))
		return false;
	if (strcmp(read.origin, origin) != 0)
		return reject(error, "is of another log");
	if (!note_signed_by(&n, origin))
		return reject(error, "is not signed with a key of its own log");
	*ret = read;
	read = (checkpoint){0};
	return true;
}
