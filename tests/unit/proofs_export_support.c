/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs_export_support.h"

#include "base/error.h"

#include <string.h>

void export_setup(export_fixture *f)
{
	*f = (export_fixture){.log = memory_log_new(), .folder = scratch_new(), .fail_entry = G_MAXUINT64};
	make_signer(EXPORT_ORIGIN, 1, &f->signer);
	note_signer_verifier(&f->signer, &f->verifier);
}

void export_teardown(export_fixture *f)
{
	memory_log_free(f->log);
	note_signer_clear(&f->signer);
	note_verifier_clear(&f->verifier);
	scratch_remove(f->folder);
}

char *export_head(const export_fixture *f, guint64 size)
{
	merkle_reader reader = memory_log_reader(f->log);
	uint8_t root[HASH_SIZE];
	ck_assert(merkle_root(&reader, size, root, NULL));
	return checkpoint_sign(size, root, &f->signer, 1, NULL);
}

static bool read_entry(void *user, guint64 index, GBytes **ret, GError **error)
{
	export_fixture *f = user;
	if (index == f->fail_entry) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "injected");
		return false;
	}
	*ret = g_bytes_ref(f->log->entries->pdata[index]);
	return true;
}

bool export_size(export_fixture *f, guint64 size, bool everything, GError **error)
{
	memory_log_grow(f->log, size);
	tile_log log = {memory_log_reader(f->log), read_entry, f};
	g_autofree char *head = export_head(f, size);
	return tile_export(f->folder, &log, head, everything, &f->counts, error);
}

bool export_check(const export_fixture *f, GError **error)
{
	return tile_check(f->folder, EXPORT_ORIGIN, &f->verifier, 1, NULL, NULL, NULL, error);
}

char *export_path(const export_fixture *f, const char *name)
{
	return g_build_filename(f->folder, name, NULL);
}

static void list(const char *folder, const char *prefix, GPtrArray *files)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		char *relative = g_strconcat(prefix, *prefix ? "/" : "", name, NULL);
		if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
			g_ptr_array_add(files, relative);
			continue;
		}
		list(path, relative, files);
		g_free(relative);
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *export_files(const export_fixture *f)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	list(f->folder, "", files);
	g_ptr_array_sort(files, compare);
	return files;
}
