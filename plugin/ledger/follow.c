/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/follow.h"

#include "base/error.h"
#include "ledger/store.h"

#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How often to look though nobody told of anything: a notification may be lost, and so may the store. */
#define BEAT_MS 1000
/* Between two tries to reach a store that is away. */
#define RETRY_MS 200

struct follow {
	ledger_reader *reader;
	store *store; /* the reader's */
	GThread *thread;
	int wake;              /* eventfd: readable once it shall end */
	GHashTable *positions; /* origin → gint64: the next entry to give of that log */
	bool reached;

	char *origin;
	char **types; /* or NULL */
	void (*on_entry)(const ledger_entry *entry, void *user);
	void (*on_store)(bool reached, const char *why, void *user);
	void *user;
};

/* A log that has more than was given. */
typedef struct lagging {
	char *origin;
	gint64 size;
} lagging;

static void lagging_free(void *data)
{
	lagging *log = data;
	g_free(log->origin);
	g_free(log);
}

static gint64 *position_of(follow *f, const char *origin)
{
	gint64 *position = g_hash_table_lookup(f->positions, origin);
	if (!position) {
		position = g_new0(gint64, 1);
		g_hash_table_insert(f->positions, g_strdup(origin), position);
	}
	return position;
}

/* At the start: what is there is not given. */
static bool begin_at(const char *origin, const store_head *head, void *user)
{
	*position_of(user, origin) = head->size;
	return true;
}

typedef struct looking {
	follow *f;
	GPtrArray *logs; /* of lagging */
} looking;

static bool note_lagging(const char *origin, const store_head *head, void *user)
{
	looking *now = user;
	gint64 position = *position_of(now->f, origin);
	if (strcmp(origin, now->f->origin) == 0 || head->size == position)
		return true;
	lagging *log = g_new(lagging, 1);
	*log = (lagging){.origin = g_strdup(origin), .size = head->size};
	g_ptr_array_add(now->logs, log);
	return true;
}

static bool give(const ledger_entry *entry, void *user)
{
	follow *f = user;
	f->on_entry(entry, f->user);
	*position_of(f, entry->log) = entry->index + 1;
	return true;
}

/* A log never gets shorter: then this is an older copy of the store. */
static bool catch_up(follow *f, const lagging *log, GError **error)
{
	gint64 *position = position_of(f, log->origin);
	const ledger_filter since = {
		.types = (const char *const *)f->types,
		.log = log->origin,
		.after = *position,
	};
	if (log->size < *position) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
			"the log “%s” has lost entries: it had %" G_GINT64_FORMAT
			" and has %" G_GINT64_FORMAT,
			log->origin, *position, log->size);
		return false;
	}
	if (!ledger_read(f->reader, &since, give, f, error))
		return false;
	*position = MAX(*position, log->size);
	return true;
}

/* Gives all that has come. */
static bool look(follow *f, GError **error)
{
	g_autoptr(GPtrArray) logs = g_ptr_array_new_with_free_func(lagging_free);
	looking now = {.f = f, .logs = logs};
	bool good = f->store->ops->logs(f->store, note_lagging, &now, error);
	for (guint i = 0; good && i < logs->len; i++)
		good = catch_up(f, g_ptr_array_index(logs, i), error);
	return good;
}

static void tell(follow *f, bool reached, const GError *error)
{
	if (f->reached != reached)
		f->on_store(reached, error ? error->message : "the store can be read again", f->user);
	f->reached = reached;
}

/* True when it shall end. */
static bool ended(const follow *f, int wait_ms)
{
	struct pollfd wake = {.fd = f->wake, .events = POLLIN};
	return poll(&wake, 1, wait_ms) > 0;
}

static gpointer run(gpointer user)
{
	follow *f = user;
	while (!ended(f, 0)) {
		g_autoptr(GError) error = NULL;
		bool good = look(f, &error);
		if (good)
			tell(f, true, NULL);
		good = good && f->store->ops->wait(f->store, f->wake, BEAT_MS, &error);
		if (good || ended(f, 0))
			continue;
		tell(f, false, error);
		ended(f, RETRY_MS);
	}
	return NULL;
}

static follow *new_follow(store *s, const follow_options *options)
{
	follow *f = g_new0(follow, 1);
	f->reader = ledger_reader_on(s);
	f->store = s;
	f->wake = eventfd(0, EFD_CLOEXEC);
	f->positions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	f->reached = true;
	f->origin = g_strdup(options->origin);
	f->types = g_strdupv((char **)options->types);
	f->on_entry = options->on_entry;
	f->on_store = options->on_store;
	f->user = options->user;
	return f;
}

follow *follow_start_on(store *s, const follow_options *options, GError **error)
{
	follow *f = new_follow(s, options);
	if (!s->ops->logs)
		return f;
	if (f->wake < 0)
		g_set_error_literal(
			error, CONSENT_ERROR, CONSENT_ERROR_STORE, "no file descriptor is left to wait with");
	else if (s->ops->logs(s, begin_at, f, error)) {
		f->thread = g_thread_new("follow", run, f);
		return f;
	}
	follow_stop(f);
	return NULL;
}

follow *follow_start(const follow_options *options, GError **error)
{
	store *s = store_open(options->store, NULL, STORE_READER, error);
	return s ? follow_start_on(s, options, error) : NULL;
}

void follow_stop(follow *f)
{
	const guint64 one = 1;
	if (!f)
		return;
	if (f->thread && write(f->wake, &one, sizeof(one)) == sizeof(one))
		g_thread_join(f->thread);
	ledger_reader_close(f->reader);
	if (f->wake >= 0)
		close(f->wake);
	g_hash_table_unref(f->positions);
	g_free(f->origin);
	g_strfreev(f->types);
	g_free(f);
}
