/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks that end with their scope. */
#ifndef CONSENT_BASE_SCOPE_H
#define CONSENT_BASE_SCOPE_H

#include <glib.h>

/* Holds the mutex until the end of the scope. At most once a scope. */
#define SCOPE_LOCK(mutex) G_GNUC_UNUSED g_autoptr(GMutexLocker) scope_lock = g_mutex_locker_new(mutex)

#endif
