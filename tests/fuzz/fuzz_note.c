/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arbitrary bytes as notes, checkpoints, keys and tile paths. Each has one text form only, so what was read
 * is written again as the same bytes. The first byte chooses which. */
#include "fuzz_proofs.h"

#include "proofs/keyring.h"
#include "proofs/tiles.h"

#include <sodium.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_same(const char *again, text_span bytes)
{
	g_assert_true(strlen(again) == bytes.length && memcmp(again, bytes.at, bytes.length) == 0);
}

static void write_signature(const note_signature *s, GString *out)
{
	gsize size;
	const void *signature = g_bytes_get_data(s->bytes, &size);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const uint8_t id[] = {
		(uint8_t)(s->id >> 24), (uint8_t)(s->id >> 16), (uint8_t)(s->id >> 8), (uint8_t)s->id};
	g_byte_array_append(bytes, id, sizeof(id));
	g_byte_array_append(bytes, signature, (guint)size);
	g_autofree char *base64 = text_base64(bytes->data, bytes->len);
	g_string_append_printf(out, "— %s %s\n", s->name, base64);
}

static void fuzz_parse(text_span bytes)
{
	g_auto(note) n = {0};
	if (!note_parse(bytes, &n, NULL))
		return;
	g_autoptr(GString) again = g_string_new(n.text);
	g_string_append_c(again, '\n');
	for (guint i = 0; i < n.signatures->len; i++)
		write_signature(&g_array_index(n.signatures, note_signature, i), again);
	assert_same(again->str, bytes);
}

/* Nobody but the key signs: whatever is taken holds the text that the key signed. */
static void fuzz_open(text_span bytes)
{
	g_auto(note_signer) signer = {0};
	g_auto(note_verifier) verifier = {0};
	g_auto(checkpoint) head = {0};
	fuzz_signer(&signer);
	note_signer_verifier(&signer, &verifier);
	if (checkpoint_open(bytes, FUZZ_ORIGIN, &verifier, 1, &head, NULL))
		g_assert_cmpuint(head.size, ==, FUZZ_SIZE);
}

static void fuzz_head(const char *text)
{
	g_auto(checkpoint) head = {0};
	if (!checkpoint_parse(text, &head, NULL))
		return;
	g_autofree char *again = checkpoint_text(head.origin, head.size, head.root, NULL);
	g_assert_true(!again || g_str_has_prefix(text, again));
}

static void fuzz_keys(const char *text)
{
	g_auto(note_verifier) verifier = {0};
	g_auto(note_signer) signer = {0};
	g_auto(keyring) ring = {0}, same = {0};
	if (note_verifier_parse(text, &verifier, NULL)) {
		g_autofree char *again = note_verifier_text(&verifier);
		g_assert_cmpstr(again, ==, text);
	}
	if (note_signer_parse(text, &signer, NULL)) {
		g_autofree char *again = note_signer_text(&signer);
		g_assert_cmpstr(again, ==, text);
	}
	if (keyring_parse(text, FUZZ_ORIGIN, "keys", &ring, NULL)) {
		g_autofree char *again = keyring_text(&ring);
		g_assert_true(keyring_parse(again, FUZZ_ORIGIN, "keys", &same, NULL));
		g_assert_cmpuint(same.former->len, ==, ring.former->len);
	}
}

static void fuzz_tiles(const char *text, text_span bytes)
{
	tile t;
	text_span rest = bytes, entry;
	g_autoptr(GByteArray) bundle = g_byte_array_new();
	if (tile_parse(text, &t)) {
		g_autofree char *again = tile_path(&t);
		g_assert_cmpstr(again, ==, text);
	}
	while (tile_bundle_next(&rest, &entry))
		g_assert_true(tile_bundle_append(bundle, entry.at, entry.length, NULL));
	g_assert_cmpuint(bundle->len, ==, bytes.length - rest.length);
	g_assert_true(bundle->len == 0 || memcmp(bundle->data, bytes.at, bundle->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || sodium_init() < 0)
		return 0;
	text_span bytes = {(const char *)data + 1, size - 1};
	g_autofree char *text = g_strndup(bytes.at, bytes.length);
	switch (data[0] % 4) {
	case 0:
		fuzz_parse(bytes);
		fuzz_open(bytes);
		break;
	case 1:
		fuzz_head(text);
		break;
	case 2:
		fuzz_keys(text);
		break;
	default:
		fuzz_tiles(text, bytes);
	}
	return 0;
}
