/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key file in a folder of its own. */
#ifndef CONSENT_TESTS_PROOFS_KEY_SUPPORT_H
#define CONSENT_TESTS_PROOFS_KEY_SUPPORT_H

#include "proofs/keyfile.h"

#include "proofs_support.h"

#define KEY_ORIGIN "example.com/log"

typedef struct key_fixture {
	char *folder, *path;
	keyring ring; /* of the file, where one was made */
	char *vkey;   /* of its current key */
} key_fixture;

/* No file yet. */
void key_setup(key_fixture *f);
void key_setup_with_file(key_fixture *f);
void key_teardown(key_fixture *f);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(key_fixture, key_teardown)

/* The current key's verifier text. g_free. */
char *key_vkey(const keyring *ring);
void key_assert_same(const keyring *a, const keyring *b);

/* How many files the folder has. */
unsigned key_count_files(const key_fixture *f);

#endif
