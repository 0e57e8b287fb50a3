/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "consent/roster.h"

#include <string.h>

const char *policy_name(policy p)
{
	return p == POLICY_UNANIMOUS ? "unanimous" : "each";
}

bool policy_from_name(const char *name, policy *ret)
{
	if (strcmp(name, "each") != 0 && strcmp(name, "unanimous") != 0)
		return false;
	*ret = strcmp(name, "each") == 0 ? POLICY_EACH : POLICY_UNANIMOUS;
	return true;
}

void roster_init(roster *r)
{
	memset(r, 0, sizeof *r);
	r->members = g_ptr_array_new();
	r->healthy = true;
}

void roster_clear(roster *r)
{
	g_clear_pointer(&r->members, g_ptr_array_unref);
}

void roster_add(roster *r, roster_member *m)
{
	g_ptr_array_add(r->members, m);
}

void roster_remove(roster *r, roster_member *m)
{
	g_ptr_array_remove(r->members, m);
}

static roster_member *member_at(const roster *r, unsigned i)
{
	return g_ptr_array_index(r->members, i);
}

static bool everybody_told(const roster *r, unsigned purpose)
{
	for (unsigned i = 0; i < r->members->len; i++)
		if (!(member_at(r, i)->told & (1u << purpose)))
			return false;
	return true;
}

static bool everybody_agreed(const roster *r, unsigned purpose, medium m, gint64 now_ms)
{
	const char *notice = r->purposes[purpose].notice;

	if (r->coming)
		return false;
	for (unsigned i = 0; i < r->members->len; i++)
		if (!decision_stands(decision_card_at(&member_at(r, i)->card, purpose, m), notice, now_ms))
			return false;
	return true;
}

static bool allows(const roster *r, roster_member *member, unsigned purpose, medium m, gint64 now_ms)
{
	const roster_purpose *p = &r->purposes[purpose];

	if (p->state != ACTIVITY_RUNNING || !p->captures || !(p->media & m) || !everybody_told(r, purpose))
		return false;
	if (!decision_stands(decision_card_at(&member->card, purpose, m), p->notice, now_ms))
		return false;
	return p->policy == POLICY_EACH || everybody_agreed(r, purpose, m, now_ms);
}

guint32 roster_allowed(const roster *r, roster_member *member, medium m, gint64 now_ms)
{
	guint32 purposes = 0;

	if (!r->healthy)
		return 0;
	for (unsigned p = 0; p < r->count; p++)
		if (allows(r, member, p, m, now_ms))
			purposes |= 1u << p;
	return purposes;
}

static gint64 earlier(gint64 until, roster_member *member, unsigned purpose, medium m)
{
	gint64 end = decision_card_at(&member->card, purpose, m)->expires_ms;

	return end && (!until || end < until) ? end : until;
}

gint64 roster_until(const roster *r, roster_member *member, medium m, guint32 purposes)
{
	gint64 until = 0;

	for (unsigned p = 0; p < r->count; p++) {
		if (!(purposes & (1u << p)))
			continue;
		until = earlier(until, member, p, m);
		for (unsigned i = 0; r->purposes[p].policy == POLICY_UNANIMOUS && i < r->members->len; i++)
			until = earlier(until, member_at(r, i), p, m);
	}
	return until;
}

const char *roster_paused(const roster *r, unsigned purpose, gint64 now_ms)
{
	const roster_purpose *p = &r->purposes[purpose];

	if (!r->healthy)
		return "records cannot be kept right now";
	if (p->policy == POLICY_EACH)
		return NULL;
	for (medium m = MEDIUM_AUDIO; m <= MEDIUM_DATA; m <<= 1)
		if ((p->media & m) && everybody_agreed(r, purpose, m, now_ms))
			return NULL;
	return "not everybody present has agreed";
}
