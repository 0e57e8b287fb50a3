/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of base and notices share: files of their own. */
#ifndef CONSENT_TESTS_BASE_SUPPORT_H
#define CONSENT_TESTS_BASE_SUPPORT_H

#include "scratch.h"
#include "suite.h"

#include <check.h>
#include <glib.h>

/* Writes a file of this folder; returns its path (g_free). `length` −1: up to the NUL. */
char *put_file(const char *folder, const char *name, const char *text, gssize length);

/* A file of the source tree, by its path there (g_free). */
char *source_path(const char *path);
char *read_source(const char *path);

#endif
