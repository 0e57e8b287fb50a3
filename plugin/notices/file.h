/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One notice from one file. */
#ifndef CONSENT_NOTICES_FILE_H
#define CONSENT_NOTICES_FILE_H

#include "notices/notices.h"

/* Reads and checks a notice; its slot is the number of notices in `before`, none of which may have its
 * purpose. `language` must be among its languages. NULL and an error that names file, line, option and mend.
 */
notice *notice_read(const char *path, const char *language, const notices *before, GError **error);
void notice_free(notice *one);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(notice, notice_free)

/* The members of a notice's JSON, and those of its wording in one language; NULL-terminated. */
extern const char *const notice_names[], *const notice_wording_names[], *const notice_products[];

/* Fills in the fields that repeat what one->json says: all but slot, media and captures. */
void notice_fill(notice *one);

#endif
