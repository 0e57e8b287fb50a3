/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_evidence.h"

#include "capture/mjr_format.h"
#include "ledger/reader.h"

#include <string.h>

/* ---- Ledger ---- */

static bool collect(const ledger_entry *entry, void *user)
{
	json_t *body = json_deep_copy(entry->body);

	json_object_set_new(body, "index", json_integer(entry->index));
	if (entry->personal)
		json_object_set(body, "display", json_object_get(entry->personal, "display"));
	json_array_append_new(user, body);
	return true;
}

static ledger_reader *open_reader(const world *w)
{
	g_autoptr(GError) error = NULL;
	ledger_reader *reader = ledger_reader_open(w->settings->store, &error);

	ck_assert_msg(reader != NULL, "%s", error ? error->message : "");
	return reader;
}

json_t *world_entries(const world *w, const char *type)
{
	const char *const types[] = {type, NULL};
	g_autoptr(ledger_reader) reader = open_reader(w);
	json_t *entries = json_array();

	ck_assert(ledger_read(reader, &(ledger_filter){.types = types}, collect, entries, NULL));
	return entries;
}

void world_verify(const world *w)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) reader = open_reader(w);
	gint64 entries = 0;
	char link[HASH_HEX_SIZE];

	ck_assert_msg(ledger_verify(reader, &entries, link, &error), "%s", error ? error->message : "");
	ck_assert_int_gt(entries, 0);
}

json_t *entry_find(json_t *entries, json_t *pattern)
{
	size_t i;
	json_t *entry, *found = NULL;

	ck_assert_ptr_nonnull(pattern);
	json_array_foreach (entries, i, entry) {
		if (!found && json_matches(entry, pattern))
			found = json_incref(entry);
	}
	json_decref(pattern);
	return found;
}

bool entry_fits(json_t *entry, json_t *pattern)
{
	ck_assert_ptr_nonnull(pattern);
	bool fits = json_matches(entry, pattern);
	json_decref(pattern);
	return fits;
}

unsigned entry_count(json_t *entries, json_t *pattern)
{
	unsigned count = 0;
	size_t i;
	json_t *entry;

	ck_assert_ptr_nonnull(pattern);
	json_array_foreach (entries, i, entry)
		count += json_matches(entry, pattern);
	json_decref(pattern);
	return count;
}

unsigned world_segments(const world *w, const char *state)
{
	json_t *segments = world_entries(w, "segment");
	unsigned count = entry_count(segments, json_pack("{s:s}", "state", state));

	json_decref(segments);
	return count;
}

void world_await_segments(const world *w, const char *state, unsigned count)
{
	while (world_segments(w, state) < count)
		g_usleep(5000);
}

/* ---- Files ---- */

static void read_mjr(const char *path, GArray *numbers)
{
	g_autofree char *bytes = NULL;
	gsize length, at = MJR_MAGIC_SIZE;

	ck_assert(g_file_get_contents(path, &bytes, &length, NULL));
	ck_assert_uint_gt(length, MJR_MAGIC_SIZE + 2);
	ck_assert_mem_eq(bytes, MJR_MAGIC, MJR_MAGIC_SIZE);
	at += 2 + packet_u16((const uint8_t *)bytes + at);
	while (at < length) {
		ck_assert_mem_eq(bytes + at, MJR_FRAME_MAGIC, MJR_FRAME_MAGIC_SIZE);
		size_t size = packet_u16((const uint8_t *)bytes + at + MJR_FRAME_HEADER_SIZE - 2);
		uint64_t number = number_of((const uint8_t *)bytes + at + MJR_FRAME_HEADER_SIZE);
		ck_assert_uint_eq(size, NUMBERED_SIZE);
		g_array_append_val(numbers, number);
		at += MJR_FRAME_HEADER_SIZE + size;
	}
}

static void read_tree(const char *path, const char *part, GArray *numbers)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	if (!dir && strstr(path, part))
		read_mjr(path, numbers);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		read_tree(child, part, numbers);
	}
}

static int compare(gconstpointer left, gconstpointer right)
{
	uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;

	return l < r ? -1 : l > r;
}

GArray *world_numbers(const world *w, const char *participant, const char *mid)
{
	g_autofree char *part = g_strdup_printf("-%s-%s-", participant, mid);
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint64_t));

	read_tree(w->settings->recordings, part, numbers);
	g_array_sort(numbers, compare);
	return numbers;
}

void assert_captured(const world *w, const char *participant, const char *mid, uint64_t first, uint64_t last)
{
	g_autoptr(GArray) numbers = world_numbers(w, participant, mid);

	ck_assert_uint_eq(numbers->len, last ? last - first + 1 : 0);
	for (unsigned i = 0; i < numbers->len; i++)
		ck_assert_uint_eq(g_array_index(numbers, uint64_t, i), first + i);
}
