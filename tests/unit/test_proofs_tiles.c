/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tiles: names, widths, bundles, and the tree read through them. */
#include "proofs/tilehashes.h"
#include "proofs/tiles.h"

#include "base/error.h"

#include "proofs_support.h"

#include <string.h>

/* Names */

static const struct {
	tile t;
	const char *path;
} paths[] = {
	{{TILE_HASHES, 0, 0, 256}, "tile/0/000"},
	{{TILE_HASHES, 0, 0, 1}, "tile/0/000.p/1"},
	{{TILE_HASHES, 1, 999, 255}, "tile/1/999.p/255"},
	{{TILE_HASHES, 0, 1000, 256}, "tile/0/x001/000"},
	{{TILE_HASHES, 2, 1234067, 256}, "tile/2/x001/x234/067"},
	{{TILE_HASHES, 7, 1234067, 8}, "tile/7/x001/x234/067.p/8"},
	{{TILE_ENTRIES, 0, 0, 256}, "tile/entries/000"},
	{{TILE_ENTRIES, 0, 1234067, 17}, "tile/entries/x001/x234/067.p/17"},
	{{TILE_ENTRIES, 0, 36028797018963967, 255}, "tile/entries/x036/x028/x797/x018/x963/967.p/255"},
};

START_TEST(tile_names)
{
	tile read;
	g_autofree char *path = tile_path(&paths[_i].t);
	ck_assert_str_eq(path, paths[_i].path);
	ck_assert(tile_parse(path, &read));
	ck_assert_int_eq(read.kind, paths[_i].t.kind);
	ck_assert_uint_eq(read.level, paths[_i].t.level);
	ck_assert_uint_eq(read.number, paths[_i].t.number);
	ck_assert_uint_eq(read.width, paths[_i].t.width);
}
END_TEST

START_TEST(partial_folders)
{
	tile t = {TILE_ENTRIES, 0, 1234067, 17};
	g_autofree char *path = tile_partial_folder(&t);
	ck_assert_str_eq(path, "tile/entries/x001/x234/067.p");
}
END_TEST

static const char *const no_paths[] = {"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00",
	"tile/0/0000", "tile/0/x000", "tile/0/x000/001", "tile/0/001/002", "tile/0/x001/x002",
	"tile/0/x01/002", "tile/0/000/", "/tile/0/000", "tile/00/000", "tile/8/000", "tile/-1/000",
	"tile/64/000", "tile/a/000", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256",
	"tile/0/000.p/01", "tile/0/000.p/1/", "tile/0/000.p/1.p/1", "tile/0/000.q/1", "tile/entries/0/000",
	"tile/entry/000", "tile/0/-01", "tile/0/+01", "tile/0/00a", "tile/0/../000",
	"tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/x010/x000/x000/x000/x000/x000/000",
	"checkpoint"};

START_TEST(no_tile_names)
{
	tile t = {.width = 42};
	ck_assert_msg(!tile_parse(no_paths[_i], &t), "%s", no_paths[_i]);
	ck_assert_uint_eq(t.width, 42);
}
END_TEST

/* Widths: c2sp.org/tlog-tiles' examples, of 70,000 and 256 entries. */

static void assert_widths(guint64 size, unsigned level, guint64 full, unsigned partial)
{
	if (full > 0)
		ck_assert_uint_eq(tile_of_tree(size, TILE_HASHES, level, full - 1).width, TILE_WIDTH);
	ck_assert_uint_eq(tile_of_tree(size, TILE_HASHES, level, full).width, partial);
	ck_assert_uint_eq(tile_of_tree(size, TILE_HASHES, level, full + 1).width, 0);
	ck_assert_uint_eq(tile_of_tree(size, TILE_HASHES, level, G_MAXUINT64).width, 0);
}

START_TEST(tile_widths)
{
	assert_widths(70000, 0, 273, 112);
	assert_widths(70000, 1, 1, 17);
	assert_widths(70000, 2, 0, 1);
	assert_widths(70000, 3, 0, 0);
	assert_widths(256, 0, 1, 0);
	assert_widths(256, 1, 0, 1);
	assert_widths(0, 0, 0, 0);
	assert_widths(G_MAXINT64, 7, 0, 127);
}
END_TEST

/* Bundles */

START_TEST(bundles)
{
	g_autoptr(GByteArray) bundle = g_byte_array_new();
	g_autofree char *large = g_strnfill(TILE_ENTRY_MAX, 'x');
	ck_assert(tile_bundle_append(bundle, "abc", 3, NULL));
	ck_assert(tile_bundle_append(bundle, "", 0, NULL));
	ck_assert_uint_eq(bundle->len, 7);
	ck_assert_mem_eq(bundle->data, "\0\3abc\0\0", 7);
	ck_assert(tile_bundle_append(bundle, large, TILE_ENTRY_MAX, NULL));

	text_span rest = {(const char *)bundle->data, bundle->len}, entry;
	ck_assert(tile_bundle_next(&rest, &entry));
	ck_assert(text_equals(entry, "abc"));
	ck_assert(tile_bundle_next(&rest, &entry));
	ck_assert_uint_eq(entry.length, 0);
	ck_assert(tile_bundle_next(&rest, &entry));
	ck_assert_uint_eq(entry.length, TILE_ENTRY_MAX);
	ck_assert_uint_eq(rest.length, 0);
	ck_assert(!tile_bundle_next(&rest, &entry));
}
END_TEST

START_TEST(bundles_refuse)
{
	g_autoptr(GByteArray) bundle = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *large = g_strnfill(TILE_ENTRY_MAX + 1, 'x');
	ck_assert(!tile_bundle_append(bundle, large, TILE_ENTRY_MAX + 1, &error));
	assert_error(&error, CONSENT_ERROR_INVALID, "65536 bytes");
	ck_assert_uint_eq(bundle->len, 0);

	text_span rest = {"\0\4abc", 5}, entry;
	ck_assert(!tile_bundle_next(&rest, &entry));
	ck_assert_uint_eq(rest.length, 5);
	rest = (text_span){"\0", 1};
	ck_assert(!tile_bundle_next(&rest, &entry));
}
END_TEST

/* A log of which only tiles are kept tells the same as one that keeps every hash. */

static bool read_tile(void *user, unsigned tile_level, guint64 start, unsigned count,
	uint8_t hashes[][HASH_SIZE], GError **error)
{
	memory_log *log = user;
	merkle_reader all = memory_log_reader(log);
	ck_assert_uint_lt(count, TILE_WIDTH);
	ck_assert_uint_eq(start / TILE_WIDTH, (start + count - 1) / TILE_WIDTH);
	for (unsigned i = 0; i < count; i++)
		if (!all.read(all.user, tile_level * TILE_HEIGHT, start + i, hashes[i], error))
			return false;
	return true;
}

static void compare_proofs(const merkle_reader *a, const merkle_reader *b, guint64 from, guint64 size)
{
	merkle_proof left = {0}, right = {0};
	uint8_t left_root[HASH_SIZE], right_root[HASH_SIZE];
	ck_assert(merkle_root(a, size, left_root, NULL) && merkle_root(b, size, right_root, NULL));
	ck_assert_mem_eq(left_root, right_root, HASH_SIZE);
	ck_assert(merkle_prove_inclusion(a, from, size, &left, NULL));
	ck_assert(merkle_prove_inclusion(b, from, size, &right, NULL));
	ck_assert_mem_eq(&left, &right, sizeof(left));
	ck_assert(merkle_prove_consistency(a, from, size, &left, NULL));
	ck_assert(merkle_prove_consistency(b, from, size, &right, NULL));
	ck_assert_mem_eq(&left, &right, sizeof(left));
}

START_TEST(tiles_are_enough)
{
	g_autoptr(memory_log) log = memory_log_new();
	tile_hashes tiles = {read_tile, log};
	merkle_reader all = memory_log_reader(log), through_tiles = tile_hashes_reader(&tiles);
	const guint64 sizes[] = {1, 2, 255, 256, 257, 511, 513, 65535, 65536, 65537, 66000};
	memory_log_grow(log, 66000);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++)
		for (size_t j = i; j < G_N_ELEMENTS(sizes); j++)
			compare_proofs(&all, &through_tiles, sizes[i] - 1, sizes[j]);
}
END_TEST

START_TEST(tiles_that_fail)
{
	g_autoptr(memory_log) log = memory_log_new();
	g_autoptr(GError) error = NULL;
	tile_hashes tiles = {read_tile, log};
	merkle_reader reader = tile_hashes_reader(&tiles);
	uint8_t hash[HASH_SIZE] = {42};
	memory_log_grow(log, 300);
	log->fail_read = 100;
	ck_assert(!reader.read(reader.user, 7, 1, hash, &error));
	assert_error(&error, CONSENT_ERROR_STORE, "injected");
	ck_assert_uint_eq(hash[0], 42);
}
END_TEST

START_TEST(kept_levels)
{
	ck_assert(tile_hashes_are_kept(0));
	ck_assert(tile_hashes_are_kept(8));
	ck_assert(tile_hashes_are_kept(56));
	ck_assert(!tile_hashes_are_kept(1));
	ck_assert(!tile_hashes_are_kept(7));
	ck_assert(!tile_hashes_are_kept(62));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proofs: tiles");
	TCase *tests = tcase_create("tiles");
	tcase_add_loop_test(tests, tile_names, 0, G_N_ELEMENTS(paths));
	tcase_add_test(tests, partial_folders);
	tcase_add_loop_test(tests, no_tile_names, 0, G_N_ELEMENTS(no_paths));
	tcase_add_test(tests, tile_widths);
	tcase_add_test(tests, bundles);
	tcase_add_test(tests, bundles_refuse);
	tcase_add_test(tests, tiles_are_enough);
	tcase_add_test(tests, tiles_that_fail);
	tcase_add_test(tests, kept_levels);
	suite_add_tcase(suite, tests);
	return run_proofs_suite(suite);
}
