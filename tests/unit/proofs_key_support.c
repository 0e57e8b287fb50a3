/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs_key_support.h"

void key_setup(key_fixture *f)
{
	*f = (key_fixture){.folder = scratch_new()};
	f->path = g_build_filename(f->folder, "log.key", NULL);
}

char *key_vkey(const keyring *ring)
{
	g_auto(note_verifier) verifier = {0};
	note_signer_verifier(&ring->signer, &verifier);
	return note_verifier_text(&verifier);
}

void key_setup_with_file(key_fixture *f)
{
	key_setup(f);
	ck_assert(keyfile_open(f->path, KEY_ORIGIN, NULL, &f->ring, NULL));
	f->vkey = key_vkey(&f->ring);
}

void key_teardown(key_fixture *f)
{
	keyring_clear(&f->ring);
	scratch_remove(f->folder);
	g_free(f->path);
	g_free(f->vkey);
}

void key_assert_same(const keyring *a, const keyring *b)
{
	ck_assert_mem_eq(&a->signer.key, &b->signer.key, sizeof(signing_key));
}

unsigned key_count_files(const key_fixture *f)
{
	unsigned count = 0;
	g_autoptr(GDir) dir = g_dir_open(f->folder, 0, NULL);
	while (g_dir_read_name(dir))
		count++;
	return count;
}
