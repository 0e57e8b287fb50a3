/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live feeds: where an activity's media go, if the operator allows it, and which port each stream gets. */
#include "meeting/private.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_loopback(const char *host)
{
	return g_str_has_prefix(host, "127.") || strcmp(host, "::1") == 0;
}

static bool refuse(GError **error, consent_error code, const char *why)
{
	g_set_error_literal(error, CONSENT_ERROR, code, why);
	return false;
}

static bool is_address(const char *host)
{
	uint8_t bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* A recording is a file, and of a purpose that captures nothing there is nothing to send. */
static bool can_be_fed(const notice *n)
{
	return n->captures && strcmp(n->purpose, "record") != 0;
}

bool forward_check(const meetings *all, const notice *n, const forward *f, GError **error)
{
	if (!f->host)
		return true;
	if (!can_be_fed(n)) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"the field 'purpose' cannot be '%s' where media are forwarded: name another one, "
			"such as 'summarize'",
			n->purpose);
		return false;
	}
	if (!is_address(f->host))
		return refuse(error, CONSENT_ERROR_INVALID, "the field 'forward.host' must be an IP address");
	if (!g_strv_contains((const char *const *)all->settings->forward_to, f->host))
		return refuse(error, CONSENT_ERROR_NOT_AUTHORISED,
			"the field 'forward.host' is no address that the operator allows: name one that is, "
			"or let the operator add it to forward_to in the configuration");
	if (f->suite == FEED_RTP && !is_loopback(f->host))
		return refuse(error, CONSENT_ERROR_INVALID,
			"the field 'forward.suite' can be \"none\" only towards this machine itself");
	return true;
}

guint32 forward_stored(const meeting *m, guint32 purposes)
{
	for (unsigned p = 0; p < m->roster.count; p++)
		if (m->activities[p].forward.host)
			purposes &= ~(1u << p);
	return purposes;
}

static bool is_taken(meetings *all, const char *host, unsigned port)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, all->live);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (segment_feeds(value, host, port))
			return true;
	return false;
}

static unsigned free_port(meetings *all, const forward *f)
{
	for (unsigned i = 0; i < f->streams; i++)
		if (!is_taken(all, f->host, f->port + 2 * i))
			return f->port + 2 * i;
	return 0;
}

static const forward *forward_of(const meeting *m, guint32 purposes)
{
	for (unsigned p = 0; p < m->roster.count; p++)
		if ((purposes & (1u << p)) && m->activities[p].forward.host)
			return &m->activities[p].forward;
	return NULL;
}

static char *sdp_path(const meetings *all, const track *t, const char *participant)
{
	g_autofree char *name = g_strdup_printf(
		"%s-%s-%s.sdp", participant, t->medium == MEDIUM_AUDIO ? "audio" : "video", t->segment);

	return g_build_filename(all->settings->feeds, name, NULL);
}

bool forward_choose(meeting *m, const track *t, const char *participant, feed_spec *ret, char **ret_text)
{
	const forward *f = t->medium == MEDIUM_DATA ? NULL : forward_of(m, t->purposes);
	unsigned port = f ? free_port(m->all, f) : 0;

	if (f && !port)
		g_warning("%s | all ports of the live feed to %s are in use", m->room_text, f->host);
	if (!port)
		return false;
	if (g_mkdir_with_parents(m->all->settings->feeds, 0700) != 0)
		g_warning("the folder %s cannot be made", m->all->settings->feeds);
	*ret = (feed_spec){.host = g_strdup(f->host),
		.port = (uint16_t)port,
		.suite = f->suite,
		.sdp = sdp_path(m->all, t, participant)};
	*ret_text = g_strdup_printf(strchr(f->host, ':') ? "[%s]:%u" : "%s:%u", f->host, port);
	return true;
}

void forward_clear(feed_spec *spec)
{
	g_free((char *)spec->host);
	g_free((char *)spec->sdp);
}
