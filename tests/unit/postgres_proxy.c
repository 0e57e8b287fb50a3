/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "postgres_proxy.h"
#include "scratch.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET ".s.PGSQL.5432"

struct pg_proxy {
	char *folder, *url, *server;
	int listener, ended, released; /* the last two are readable once it is so */
	int fault, refuse;             /* atomic */
	GThread *thread;
	GPtrArray *relays; /* of GThread; the listener's own */
};

typedef struct relay {
	pg_proxy *proxy;
	int client, server;
} relay;

static struct sockaddr_un address_of(const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_autofree char *path = g_build_filename(folder, SOCKET, NULL);
	g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
	return address;
}

static int new_socket(void)
{
	int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert(file >= 0);
	return file;
}

static void set_flag(int file)
{
	const guint64 one = 1;
	g_assert(write(file, &one, sizeof(one)) == sizeof(one));
}

/* Waits until `file` can be read, or one of the flags is set (−1: none). */
static bool await(const relay *r, int file, int flag)
{
	struct pollfd files[] = {{.fd = file, .events = POLLIN}, {.fd = flag, .events = POLLIN},
		{.fd = r->proxy->ended, .events = POLLIN}};
	while (poll(files, G_N_ELEMENTS(files), -1) < 0)
		g_assert(errno == EINTR);
	return files[0].revents != 0;
}

static bool send_all(int file, const char *bytes, ssize_t count)
{
	for (ssize_t sent; count > 0; bytes += sent, count -= sent)
		if ((sent = send(file, bytes, (size_t)count, MSG_NOSIGNAL)) <= 0)
			return false;
	return true;
}

/* Does to what has the COMMIT what was asked for. False: the connection is cut. */
static bool meet_commit(const relay *r, proxy_fault fault, const char *bytes, ssize_t count)
{
	switch (fault) {
	case PROXY_LOSE_REQUEST:
		return false;
	case PROXY_CUT:
		send_all(r->server, bytes, count);
		return false;
	case PROXY_LOSE_ANSWER:
		send_all(r->server, bytes, count);
		await(r, r->server, -1);
		return false;
	case PROXY_HOLD_REQUEST:
		await(r, -1, r->proxy->released);
		return send_all(r->server, bytes, count);
	case PROXY_HOLD_ANSWER:
		send_all(r->server, bytes, count);
		await(r, -1, r->proxy->released);
		return true;
	default:
		return send_all(r->server, bytes, count);
	}
}

static bool pass_on(const relay *r, int from, int to)
{
	char bytes[65536];
	ssize_t count = recv(from, bytes, sizeof(bytes), 0);
	if (count <= 0)
		return false;
	if (from == r->server || !memmem(bytes, (size_t)count, "COMMIT", sizeof("COMMIT")))
		return send_all(to, bytes, count);
	int fault = g_atomic_int_get(&r->proxy->fault);
	g_atomic_int_set(&r->proxy->fault, PROXY_PASS);
	return meet_commit(r, (proxy_fault)fault, bytes, count);
}

static gpointer run_relay(gpointer user)
{
	relay *r = user;
	struct pollfd files[] = {{.fd = r->client, .events = POLLIN}, {.fd = r->server, .events = POLLIN},
		{.fd = r->proxy->ended, .events = POLLIN}};
	for (bool open = true; open;) {
		while (poll(files, G_N_ELEMENTS(files), -1) < 0)
			g_assert(errno == EINTR);
		open = !files[2].revents;
		if (open && files[0].revents)
			open = pass_on(r, r->client, r->server);
		if (open && files[1].revents)
			open = pass_on(r, r->server, r->client);
	}
	close(r->client);
	close(r->server);
	g_free(r);
	return NULL;
}

static void accept_one(pg_proxy *p)
{
	int client = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
	int server = new_socket();
	struct sockaddr_un address = address_of(p->server);
	if (g_atomic_int_get(&p->refuse) ||
		connect(server, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(client);
		close(server);
		return;
	}
	relay *r = g_new(relay, 1);
	*r = (relay){.proxy = p, .client = client, .server = server};
	g_ptr_array_add(p->relays, g_thread_new("relay", run_relay, r));
}

static gpointer run_listener(gpointer user)
{
	pg_proxy *p = user;
	struct pollfd files[] = {{.fd = p->listener, .events = POLLIN}, {.fd = p->ended, .events = POLLIN}};
	for (;;) {
		while (poll(files, G_N_ELEMENTS(files), -1) < 0)
			g_assert(errno == EINTR);
		if (files[1].revents)
			return NULL;
		accept_one(p);
	}
}

pg_proxy *pg_proxy_new(const pg_server *server)
{
	pg_proxy *p = g_new0(pg_proxy, 1);
	p->folder = scratch_new();
	p->url = g_strdup_printf("postgresql://consent@/postgres?host=%s", p->folder);
	p->server = g_strdup(server->folder);
	p->relays = g_ptr_array_new();
	p->ended = eventfd(0, EFD_CLOEXEC);
	p->released = eventfd(0, EFD_CLOEXEC);
	p->listener = new_socket();
	struct sockaddr_un address = address_of(p->folder);
	g_assert(bind(p->listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	g_assert(listen(p->listener, 16) == 0);
	p->thread = g_thread_new("proxy", run_listener, p);
	return p;
}

void pg_proxy_free(pg_proxy *p)
{
	set_flag(p->ended);
	g_thread_join(p->thread);
	for (guint i = 0; i < p->relays->len; i++)
		g_thread_join(g_ptr_array_index(p->relays, i));
	g_ptr_array_unref(p->relays);
	close(p->listener);
	close(p->ended);
	close(p->released);
	scratch_remove(p->folder);
	g_free(p->url);
	g_free(p->server);
	g_free(p);
}

const char *pg_proxy_url(const pg_proxy *p)
{
	return p->url;
}

void pg_proxy_fault(pg_proxy *p, proxy_fault fault)
{
	g_atomic_int_set(&p->fault, (int)fault);
}

void pg_proxy_refuse(pg_proxy *p, bool refuse)
{
	g_atomic_int_set(&p->refuse, refuse);
}

void pg_proxy_release(pg_proxy *p)
{
	set_flag(p->released);
}
