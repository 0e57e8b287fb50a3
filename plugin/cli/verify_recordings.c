/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings against the ledger: that each file is the one that was captured, that whatever may still be read
 * has its keys, and that there is no file which the ledger does not know. Safe beside a running gateway:
 * files are listed before the ledger is read, and what does not fit is read a second time before it is told.
 */
#include "cli/verify.h"

#include "base/error.h"
#include "capture/capture.h"
#include "cli/recordings.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (1024 * 1024)

typedef struct check {
	GHashTable *known; /* files that segments have, below the folder */
	guint good, open, erased, keyless;
	GError **error;
	bool whole;
} check;

static bool wrong(GError **error, const char *file, const char *what)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY, "the recording %s %s", file, what);
	return false;
}

/* ---- What is in the folder ---- */

static bool is_recording(const char *name)
{
	return g_str_has_suffix(name, ".mjr") || capture_file_is_sealed(name);
}

/* `below`: of the folder, "" or with a slash at its end. Folders that links lead to are others'. */
static bool walk(const char *folder, const char *below, GPtrArray *files, GError **error)
{
	g_autofree char *path = g_build_filename(folder, below, NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, error);
	const char *name;
	bool good = dir != NULL;

	while (good && (name = g_dir_read_name(dir))) {
		g_autofree char *one = g_strconcat(below, name, NULL);
		g_autofree char *full = g_build_filename(folder, one, NULL);
		g_autofree char *deeper = g_strconcat(one, "/", NULL);
		if (is_recording(name))
			g_ptr_array_add(files, g_steal_pointer(&one));
		else if (g_file_test(full, G_FILE_TEST_IS_DIR) && !g_file_test(full, G_FILE_TEST_IS_SYMLINK))
			good = walk(folder, deeper, files, error);
	}
	return good;
}

static bool check_known(const check *c, const char *folder, const GPtrArray *files, GError **error)
{
	for (guint i = 0; i < files->len; i++) {
		g_autofree char *path = g_build_filename(folder, files->pdata[i], NULL);
		if (!g_hash_table_contains(c->known, files->pdata[i]) &&
			g_file_test(path, G_FILE_TEST_EXISTS))
			return wrong(error, files->pdata[i],
				"is of no segment that the ledger has: it was put "
				"there by somebody else, or was erased");
	}
	return true;
}

/* ---- What the ledger says ---- */

static bool hash_file(int fd, char hex[HASH_HEX_SIZE])
{
	g_autoptr(hash_stream) stream = hash_stream_new();
	g_autofree char *chunk = g_malloc(CHUNK);
	ssize_t length;

	while ((length = read(fd, chunk, CHUNK)) > 0)
		hash_stream_add(stream, chunk, (size_t)length);
	hash_stream_hex(stream, hex);
	return length == 0;
}

static bool check_file(const recording *one, const char *file, GError **error)
{
	g_autofree char *path = g_build_filename(one->all->folder, file, NULL);
	const char *captured = recording_text(one, "sha256");
	char hex[HASH_HEX_SIZE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return wrong(error, file, errno == ENOENT ? "is missing" : g_strerror(errno));
	bool read = hash_file(fd, hex);
	close(fd);
	if (!read)
		return wrong(error, file, "cannot be read");
	return !*captured || strcmp(hex, captured) == 0 ||
		wrong(error, file, "is not what was captured: its SHA-256 is another one");
}

static bool check_key(const recording *one, const char *file, const char *purpose, GError **error)
{
	uint8_t key[SEALING_KEY_SIZE];
	bool found;

	if (!recording_key(one, purpose, key, &found, error))
		return false;
	sodium_memzero(key, sizeof key);
	return found ||
		wrong(error, file, "has lost its key, and the ledger does not say that it was erased");
}

static bool check_keys(check *c, const recording *one, const char *file, GError **error)
{
	size_t i;
	json_t *purpose;

	if (!capture_file_is_sealed(file))
		return true;
	if (!one->all->key_file) {
		c->keyless++;
		return true;
	}
	json_array_foreach (json_object_get(one->record, "purposes"), i, purpose)
		if (!check_key(one, file, json_string_value(purpose), error))
			return false;
	return true;
}

static bool is_same(const recording *now, void *user)
{
	const json_t **then = user;

	if (json_equal(now->record, *then))
		*then = NULL;
	return false;
}

/* Whether the ledger still says of this segment what it said before. */
static bool stands(const recording *one, bool *ret, GError **error)
{
	const records_filter filter = {.segment = recording_text(one, "segment")};
	const json_t *then = one->record;
	bool good = recordings_list(one->all, &filter, is_same, &then, error);

	*ret = then == NULL;
	return good;
}

/* Somebody may have withdrawn between the ledger and the disk. */
static bool check_closed(check *c, const recording *one, const char *file)
{
	g_autoptr(GError) found = NULL;
	bool same;

	if (check_file(one, file, &found) && check_keys(c, one, file, &found)) {
		c->good++;
		return true;
	}
	if (!stands(one, &same, c->error))
		return false;
	if (same)
		g_propagate_error(c->error, g_steal_pointer(&found));
	else
		c->open++;
	return !same;
}

static bool check_each(const recording *one, void *user)
{
	check *c = user;
	const char *state = recording_text(one, "state"), *file = recording_text(one, "file");

	if (*file)
		g_hash_table_add(c->known, g_strdup(file));
	if (g_str_has_prefix(state, "eras"))
		c->erased++;
	else if (strcmp(state, "open") == 0)
		c->open++;
	else if (*file)
		c->whole = check_closed(c, one, file);
	return c->whole;
}

/* ---- All of it ---- */

static void print_check(const check *c)
{
	printf("recordings: %u verified, %u erased, %u in change\n", c->good, c->erased, c->open);
	if (c->keyless)
		tool_say("verify: the keys of %u recordings were not looked at: no configuration names the "
			 "operator's key (--config)",
			c->keyless);
}

static bool open_all(const arguments *args, recordings *ret, GError **error)
{
	arguments those = *args;

	those.values[OPTION_RECORDINGS] = args->values[OPTION_COMPARED];
	return recordings_open(&those, ret, error);
}

bool verify_recordings_begin(const arguments *args, GPtrArray **ret_files, GError **error)
{
	const char *folder = args->values[OPTION_COMPARED];
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);

	*ret_files = NULL;
	if (folder && !walk(folder, "", files, error))
		return false;
	if (folder)
		*ret_files = g_steal_pointer(&files);
	return true;
}

int verify_recordings(const arguments *args, const GPtrArray *files, GError **error)
{
	g_auto(recordings) all = {0};
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const records_filter everything = {0};
	check c = {.known = known, .error = error, .whole = true};

	if (!open_all(args, &all, error) || !recordings_list(&all, &everything, check_each, &c, error))
		return TOOL_STORE;
	/* With --origin the files of other gateways are not looked at. */
	if (!c.whole || (!args->values[OPTION_ORIGIN] && !check_known(&c, all.folder, files, error)))
		return TOOL_NO;
	print_check(&c);
	return TOOL_GOOD;
}
