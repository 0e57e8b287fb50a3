/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an export goes: a file or a folder that is there complete or not at all. It is made under a hidden
 * name beside the place (".NAME.part-XXXXXX", readable by its owner only), brought to the disk and then given
 * its name, if that is still free. Errors are of G_FILE_ERROR's domain and name the target. One thread at a
 * time. */
#ifndef CONSENT_EXPORTS_TARGET_H
#define CONSENT_EXPORTS_TARGET_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct target target;

/* Whether nothing of that name is there: else G_FILE_ERROR_EXIST. What to ask before work that would be in
 * vain; whoever makes a target is told anyway. */
bool target_is_free(const char *path, GError **error);

/* A file; NULL and "-": standard output, which is what it is. NULL when something of that name exists already
 * (G_FILE_ERROR_EXIST) or nothing can be made there. */
target *target_file(const char *path, GError **error);
target *target_folder(const char *path, GError **error);

/* Of a file. */
FILE *target_stream(target *t);
/* Of a folder: where it is being made. */
const char *target_place(const target *t);
/* As the operator named it; "standard output". */
const char *target_name(const target *t);

/* `good`, unless the disk at `place` is full: then false, with G_FILE_ERROR_NOSPC in the place of any other
 * error. For what other programs wrote there, since some of them do not notice. To be asked before anything
 * is removed. */
bool target_fits(const char *place, bool good, GError **error);

/* Called once. False: what was made is removed. */
bool target_finish(target *t, GError **error);

/* What was not finished is removed. Takes NULL. */
void target_free(target *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(target, target_free)

/* Removes a file, or a folder with all that is in it. */
void target_remove(const char *path);

#endif
