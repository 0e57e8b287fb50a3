/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/memory.h"

#include <pthread.h>

typedef struct memory_sink {
	sink base;
	pthread_mutex_t lock; /* over all that follows and the packets of every stream */
	pthread_cond_t moved;
	bool stalled;
	unsigned calls[MEMORY_CALLS];
	unsigned fails_from[MEMORY_CALLS]; /* 0: never */
	int errors[MEMORY_CALLS];
	GHashTable *segments; /* id → GPtrArray of GBytes */
} memory_sink;

typedef struct memory_stream {
	sink_stream base;
	memory_sink *owner;
	GPtrArray *packets; /* the table's */
	char *id, *file;
	uint64_t bytes;
	hash_stream *hash;
} memory_stream;

/* Counts the call; returns the errno it shall fail with. Lock held. */
static int begin_call(memory_sink *m, memory_call call)
{
	unsigned number = ++m->calls[call];
	pthread_cond_broadcast(&m->moved);
	return m->fails_from[call] && number >= m->fails_from[call] ? m->errors[call] : 0;
}

static int begin_call_locked(memory_sink *m, memory_call call)
{
	pthread_mutex_lock(&m->lock);
	int error = begin_call(m, call);
	pthread_mutex_unlock(&m->lock);
	return error;
}

static GPtrArray *add_segment(memory_sink *m, const char *id)
{
	GPtrArray *packets = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	pthread_mutex_lock(&m->lock);
	g_hash_table_insert(m->segments, g_strdup(id), packets);
	pthread_mutex_unlock(&m->lock);
	return packets;
}

static const sink_ops memory_ops;

static int memory_open(
	sink *self, const segment_spec *spec, gint64 opened_us, const packet *first, sink_stream **ret)
{
	(void)opened_us, (void)first;
	memory_sink *m = (memory_sink *)self;
	int error = begin_call_locked(m, MEMORY_OPEN);
	if (error)
		return error;

	memory_stream *stream = g_new0(memory_stream, 1);
	stream->base.ops = &memory_ops;
	stream->owner = m;
	stream->packets = add_segment(m, spec->id);
	stream->id = g_strdup(spec->id);
	stream->file =
		*spec->folder ? g_strconcat(spec->folder, "/", spec->name, NULL) : g_strdup(spec->name);
	stream->hash = hash_stream_new();
	*ret = &stream->base;
	return 0;
}

static void keep(memory_stream *stream, const packet *p)
{
	g_ptr_array_add(stream->packets, g_bytes_new(p->bytes, p->length));
	stream->bytes += p->length;
	hash_stream_add(stream->hash, p->bytes, p->length);
}

static int memory_write(sink_stream *base, const packet *packets, size_t count)
{
	memory_stream *stream = (memory_stream *)base;
	memory_sink *m = stream->owner;
	pthread_mutex_lock(&m->lock);
	int error = begin_call(m, MEMORY_WRITE);
	while (m->stalled)
		pthread_cond_wait(&m->moved, &m->lock);
	for (size_t i = 0; !error && i < count; i++)
		keep(stream, &packets[i]);
	pthread_mutex_unlock(&m->lock);
	return error;
}

/* As a file would be, a stream without a packet is gone. */
static void summarize(memory_stream *stream, sink_summary *ret)
{
	if (stream->packets->len == 0) {
		g_hash_table_remove(stream->owner->segments, stream->id);
		return;
	}
	hash_stream_hex(stream->hash, ret->sha256);
	ret->bytes = stream->bytes;
	ret->file = g_steal_pointer(&stream->file);
}

static int memory_close(sink_stream *base, sink_summary *ret)
{
	memory_stream *stream = (memory_stream *)base;
	*ret = (sink_summary){0};
	pthread_mutex_lock(&stream->owner->lock);
	int error = begin_call(stream->owner, MEMORY_CLOSE);
	summarize(stream, ret);
	pthread_mutex_unlock(&stream->owner->lock);
	hash_stream_free(stream->hash);
	g_free(stream->id);
	g_free(stream->file);
	g_free(stream);
	return error;
}

static int memory_probe(sink *self)
{
	return begin_call_locked((memory_sink *)self, MEMORY_PROBE);
}

static void memory_destroy(sink *self)
{
	memory_sink *m = (memory_sink *)self;
	g_hash_table_unref(m->segments);
	pthread_cond_destroy(&m->moved);
	pthread_mutex_destroy(&m->lock);
	g_free(m);
}

static const sink_ops memory_ops = {
	.open = memory_open,
	.write = memory_write,
	.close = memory_close,
	.probe = memory_probe,
	.destroy = memory_destroy,
};

sink *memory_sink_new(void)
{
	memory_sink *m = g_new0(memory_sink, 1);
	m->base.ops = &memory_ops;
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->moved, NULL);
	m->segments =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return &m->base;
}

void memory_sink_fail(sink *self, memory_call call, unsigned nth, int error)
{
	memory_sink *m = (memory_sink *)self;
	pthread_mutex_lock(&m->lock);
	m->fails_from[call] = error ? m->calls[call] + nth : 0;
	m->errors[call] = error;
	pthread_mutex_unlock(&m->lock);
}

unsigned memory_sink_calls(sink *self, memory_call call)
{
	memory_sink *m = (memory_sink *)self;
	pthread_mutex_lock(&m->lock);
	unsigned calls = m->calls[call];
	pthread_mutex_unlock(&m->lock);
	return calls;
}

void memory_sink_stall(sink *self, bool stalled)
{
	memory_sink *m = (memory_sink *)self;
	pthread_mutex_lock(&m->lock);
	m->stalled = stalled;
	pthread_cond_broadcast(&m->moved);
	pthread_mutex_unlock(&m->lock);
}

void memory_sink_await(sink *self, memory_call call, unsigned calls)
{
	memory_sink *m = (memory_sink *)self;
	pthread_mutex_lock(&m->lock);
	while (m->calls[call] < calls)
		pthread_cond_wait(&m->moved, &m->lock);
	pthread_mutex_unlock(&m->lock);
}

static GPtrArray *copy_packets(const GPtrArray *packets)
{
	GPtrArray *copy = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (guint i = 0; i < packets->len; i++)
		g_ptr_array_add(copy, g_bytes_ref(packets->pdata[i]));
	return copy;
}

GPtrArray *memory_sink_packets(sink *self, const char *id)
{
	memory_sink *m = (memory_sink *)self;
	pthread_mutex_lock(&m->lock);
	GPtrArray *packets = g_hash_table_lookup(m->segments, id);
	GPtrArray *copy = packets ? copy_packets(packets) : NULL;
	pthread_mutex_unlock(&m->lock);
	return copy;
}
