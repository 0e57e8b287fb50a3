/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/reservations.h"

#include "base/hash.h"
#include "base/scope.h"
#include "ledger/store.h"

#include <string.h>

/* Between two tries: the connection is not held up by one that waits, and the other gateway is done in a
 * commit's time. */
#define PAUSE_US 5000

struct reservations {
	char *where;
	GMutex lock;
	store *store; /* NULL: could not be reached so far */
};

reservations *reservations_new(const char *where)
{
	reservations *r = g_new0(reservations, 1);

	r->where = g_strdup(where);
	g_mutex_init(&r->lock);
	return r;
}

void reservations_free(reservations *r)
{
	if (!r)
		return;
	store_close(r->store);
	g_mutex_clear(&r->lock);
	g_free(r->where);
	g_free(r);
}

static gint64 number_of(const void *name, size_t length)
{
	uint8_t hash[HASH_SIZE];
	gint64 number;

	hash_bytes(name, length, hash);
	memcpy(&number, hash, sizeof number);
	return number;
}

/* False: there is no use in trying again. Where the server is silent each try takes long, and those who queue
 * for theirs meanwhile have no time left. */
static bool try_one(reservations *r, gint64 number, gint64 deadline, bool *ret_taken)
{
	SCOPE_LOCK(&r->lock);

	if (g_get_monotonic_time() > deadline)
		return false;
	if (!r->store)
		r->store = store_open(r->where, NULL, STORE_READER, NULL);
	return r->store && r->store->ops->reserve(r->store, number, ret_taken, NULL);
}

bool reservations_take(reservations *r, const void *name, size_t length, unsigned patience_ms)
{
	gint64 deadline = g_get_monotonic_time() + patience_ms * G_GINT64_CONSTANT(1000);
	gint64 number = number_of(name, length);
	bool taken = false;

	while (try_one(r, number, deadline, &taken) && !taken)
		g_usleep(PAUSE_US);
	return taken;
}

void reservations_give(reservations *r, const void *name, size_t length)
{
	SCOPE_LOCK(&r->lock);

	r->store->ops->release(r->store, number_of(name, length), NULL);
}
