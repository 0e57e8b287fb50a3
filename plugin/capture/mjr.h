/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sink that writes one MJR file a segment, `<folder>/<name>.mjr` below the recordings folder, or, for a
 * segment with a key, `<name>.mjr.enc`, which holds the same encrypted: a frame (sealing/sealed.h) a batch,
 * so a write. Mode 0600, never over an existing file, never through a symbolic link; hashed while it is
 * written, synced when it is closed. */
#ifndef CONSENT_CAPTURE_MJR_H
#define CONSENT_CAPTURE_MJR_H

#include "capture/sink.h"

/* Opens `recordings`, making it with mode 0700 when it is absent. NULL and CONSENT_ERROR_FILE. */
sink *mjr_sink_new(const char *recordings, GError **error);

#endif
