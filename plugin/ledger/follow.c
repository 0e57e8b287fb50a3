/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/follow.h"

#include "base/thread.h"
#include "base/error.h"
#include "base/scope.h"
#include "ledger/store.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A notification may be lost, and so may the store. */
#define BEAT_MS 1000
/* Between two tries to reach a store that is away. */
#define RETRY_MS 200

struct follow {
	ledger_reader *reader;
	store *store; /* the reader's */
	GThread *thread;
	int wake; /* eventfd: readable when there is something else to do than to wait */

	/* The thread's own. */
	GHashTable *positions; /* origin → gint64: the next entry to give of that log */
	bool reached;
	gint64 back_at; /* monotonic: since when a store that was away can be read again; 0: it cannot */

	GMutex lock;
	GCond looked;
	guint64 asked, tried, done; /* of follow_sync: the last one, and those that a look was for */
	gint64 heard_at;            /* monotonic */
	bool stopping;

	unsigned beat_ms, settle_ms;

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

/* Which requests the look that begins now is for. */
static guint64 take_asked(follow *f)
{
	guint64 ignored;
	SCOPE_LOCK(&f->lock);
	if (read(f->wake, &ignored, sizeof(ignored)) < 0 && errno != EAGAIN)
		g_warning("consent: ledger | the follower cannot be woken");
	return f->asked;
}

static void answer(follow *f, guint64 asked, bool good)
{
	SCOPE_LOCK(&f->lock);
	f->tried = asked;
	if (good) {
		f->done = asked;
		f->heard_at = g_get_monotonic_time();
	}
	g_cond_broadcast(&f->looked);
}

/* A store that has come back has settled once it was there for long enough. Returns how long to wait at most
 * before the next look. */
static unsigned settle(follow *f)
{
	gint64 now = g_get_monotonic_time();
	if (f->reached)
		return f->beat_ms;
	if (!f->back_at)
		f->back_at = now;
	gint64 left_ms = f->settle_ms - (now - f->back_at) / 1000;
	if (left_ms <= 0)
		tell(f, true, NULL);
	return left_ms <= 0 ? f->beat_ms : (unsigned)MIN(left_ms, f->beat_ms);
}

/* Looks, tells, waits for more. */
static bool turn(follow *f, GError **error)
{
	guint64 asked = take_asked(f);
	bool good = look(f, error);
	unsigned wait_ms = good ? settle(f) : 0;
	answer(f, asked, good);
	return good && f->store->ops->wait(f->store, f->wake, wait_ms, error);
}

static bool ended(follow *f)
{
	SCOPE_LOCK(&f->lock);
	return f->stopping;
}

static gpointer run(gpointer user)
{
	follow *f = user;
	while (!ended(f)) {
		g_autoptr(GError) error = NULL;
		struct pollfd wake = {.fd = f->wake, .events = POLLIN};
		if (turn(f, &error) || ended(f))
			continue;
		f->back_at = 0;
		tell(f, false, error);
		poll(&wake, 1, RETRY_MS);
	}
	answer(f, G_MAXUINT64, false);
	return NULL;
}

static void poke(follow *f)
{
	const guint64 one = 1;
	if (write(f->wake, &one, sizeof(one)) < 0 && errno != EAGAIN)
		g_warning("consent: ledger | the follower cannot be woken");
}

bool follow_sync(follow *f, unsigned timeout_ms)
{
	SCOPE_LOCK(&f->lock);
	gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;
	if (!f->thread)
		return true;
	guint64 mine = ++f->asked;
	poke(f);
	while (f->tried < mine)
		if (!g_cond_wait_until(&f->looked, &f->lock, deadline))
			return false;
	return f->done >= mine;
}

gint64 follow_silence_ms(follow *f)
{
	SCOPE_LOCK(&f->lock);
	return f->thread ? (g_get_monotonic_time() - f->heard_at) / 1000 : 0;
}

static follow *new_follow(store *s, const follow_options *options)
{
	follow *f = g_new0(follow, 1);
	f->reader = ledger_reader_on(s);
	f->store = s;
	f->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	g_mutex_init(&f->lock);
	g_cond_init(&f->looked);
	f->heard_at = g_get_monotonic_time();
	f->beat_ms = options->beat_ms ? options->beat_ms : BEAT_MS;
	f->settle_ms = options->settle_ms;
	f->positions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	f->reached = true;
	f->origin = g_strdup(options->origin);
	f->types = g_strdupv((char **)options->types);
	f->on_entry = options->on_entry;
	f->on_store = options->on_store;
	f->user = options->user;
	return f;
}

follow *follow_begin_on(store *s, const follow_options *options, GError **error)
{
	follow *f = new_follow(s, options);
	if (f->wake < 0)
		g_set_error_literal(
			error, CONSENT_ERROR, CONSENT_ERROR_STORE, "no file descriptor is left to wait with");
	else if (!s->ops->logs || s->ops->logs(s, begin_at, f, error))
		return f;
	follow_stop(f);
	return NULL;
}

follow *follow_begin(const follow_options *options, GError **error)
{
	store *s = store_open(options->store, NULL, STORE_READER, error);
	return s ? follow_begin_on(s, options, error) : NULL;
}

void follow_go(follow *f)
{
	if (f->store->ops->logs)
		f->thread = thread_new("follow", run, f);
}

follow *follow_start(const follow_options *options, GError **error)
{
	follow *f = follow_begin(options, error);
	if (f)
		follow_go(f);
	return f;
}

static void end(follow *f)
{
	if (!f->thread)
		return;
	g_mutex_lock(&f->lock);
	f->stopping = true;
	poke(f);
	g_mutex_unlock(&f->lock);
	g_thread_join(f->thread);
}

void follow_stop(follow *f)
{
	if (!f)
		return;
	end(f);
	ledger_reader_close(f->reader);
	if (f->wake >= 0)
		close(f->wake);
	g_hash_table_unref(f->positions);
	g_mutex_clear(&f->lock);
	g_cond_clear(&f->looked);
	g_free(f->origin);
	g_strfreev(f->types);
	g_free(f);
}
