/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Temporary folders of a test's own. */
#ifndef CONSENT_TESTS_SCRATCH_H
#define CONSENT_TESTS_SCRATCH_H

#include <check.h>
#include <ftw.h>
#include <glib.h>
#include <stdio.h>

/* New, empty; for scratch_remove. */
static inline char *scratch_new(void)
{
	char *folder = g_dir_make_tmp("consent-unit-XXXXXX", NULL);
	ck_assert_ptr_nonnull(folder);
	return folder;
}

static inline int scratch_remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	remove(path);
	return 0;
}

/* Removes a folder with all that is in it, or a file; takes the path. */
static inline void scratch_remove(char *path)
{
	nftw(path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	g_free(path);
}

#endif
