/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One notice from what a ledger has recorded of it. */
#ifndef CONSENT_NOTICES_RECORDED_H
#define CONSENT_NOTICES_RECORDED_H

#include "notices/file.h"

/* `json` (copied) is what `hash` is over, see notices.h; the slot is left to the caller. NULL with
 * CONSENT_ERROR_INVALID and a sentence that begins with "the recorded notice". */
notice *notice_recorded(const json_t *json, const char *hash, GError **error);

#endif
