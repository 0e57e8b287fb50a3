/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_model.h"

#include <string.h>

const medium model_media[LINES] = {MEDIUM_AUDIO, MEDIUM_VIDEO};
const char *const model_mids[LINES] = {"a", "v"};
const char *const model_purposes[PURPOSES] = {"record", "train"};

static void self_free(gpointer value)
{
	self *s = value;

	g_ptr_array_unref(s->ids);
	g_free(s);
}

void model_init(model *m)
{
	*m = (model){.selves = g_ptr_array_new_with_free_func(self_free),
		.kept = g_array_new(FALSE, FALSE, sizeof(kept))};
}

void model_clear(model *m)
{
	g_ptr_array_unref(m->selves);
	g_array_unref(m->kept);
}

void model_enter(model *m, someone *who, const char *id)
{
	self *s = g_new0(self, 1);

	s->ids = g_ptr_array_new();
	g_ptr_array_add(s->ids, (gpointer)g_intern_string(id));
	s->key = -1;
	s->meeting = m->meeting;
	g_ptr_array_add(m->selves, s);
	who->self = s;
}

bool model_anybody_seen(const model *m)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		if (m->people[i].announced)
			return true;
	return false;
}

static bool is_anybody_here(const model *m)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		if (m->people[i].here)
			return true;
	return false;
}

void model_exit(model *m, someone *who)
{
	who->here = who->announced = false;
	who->self = NULL;
	if (is_anybody_here(m))
		return;
	memset(m->running, 0, sizeof m->running);
	m->meeting++;
}

static self *with_key(const model *m, int key)
{
	for (unsigned i = 0; i < m->selves->len; i++) {
		self *s = g_ptr_array_index(m->selves, i);

		if (s->meeting == m->meeting && s->key == key)
			return s;
	}
	return NULL;
}

/* What one refused before stands. */
static void merge(self *into, const self *from)
{
	for (unsigned p = 0; p < PURPOSES; p++)
		for (unsigned l = 0; l < LINES; l++)
			if (from->said[p][l].decision == DECISION_REFUSED)
				into->said[p][l] = from->said[p][l];
	for (unsigned i = 0; i < from->ids->len; i++)
		g_ptr_array_add(into->ids, g_ptr_array_index(from->ids, i));
}

void model_bind(model *m, someone *who, int key)
{
	self *known = with_key(m, key);

	if (who->self->key >= 0)
		return;
	if (!known) {
		who->self->key = key;
		return;
	}
	merge(known, who->self);
	who->self = known;
}

void model_forget(model *m, const self *whom)
{
	model_erase(m, whom);
	for (unsigned i = 0; i < m->selves->len; i++) {
		self *s = g_ptr_array_index(m->selves, i);

		if (s == whom)
			s->meeting = G_MAXUINT;
	}
}

void model_erase(model *m, const self *whom)
{
	for (unsigned i = 0; i < m->kept->len;)
		if (g_ptr_array_find(whom->ids, g_array_index(m->kept, kept, i).id, NULL))
			g_array_remove_index(m->kept, i);
		else
			i++;
}

void model_decide(const model *m, self *who, unsigned purpose, unsigned media, decision d, gint64 until_ms)
{
	for (unsigned l = 0; l < LINES; l++)
		if (media & model_media[l])
			who->said[purpose][l] = (word){d, until_ms, m->wording[purpose]};
}

void model_withdraw(self *who)
{
	for (unsigned p = 0; p < PURPOSES; p++)
		for (unsigned l = 0; l < LINES; l++)
			if (who->said[p][l].decision == DECISION_GRANTED)
				who->said[p][l].decision = DECISION_REFUSED;
}

static void expire(const model *m, word *one)
{
	if (one->decision == DECISION_GRANTED && one->until_ms && one->until_ms <= m->now_ms)
		one->decision = DECISION_EXPIRED;
}

void model_pass(model *m, gint64 ms)
{
	m->now_ms += ms;
	for (unsigned i = 0; i < m->selves->len; i++)
		for (unsigned p = 0; p < PURPOSES; p++)
			for (unsigned l = 0; l < LINES; l++)
				expire(m, &((self *)g_ptr_array_index(m->selves, i))->said[p][l]);
}

static bool agrees(const model *m, const self *who, unsigned purpose, unsigned l)
{
	const word *one = &who->said[purpose][l];

	return one->decision == DECISION_GRANTED && one->wording == m->wording[purpose];
}

/* Who has come in and was told nothing yet has agreed to nothing. */
static bool everybody_agrees(const model *m, unsigned purpose, unsigned l)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		if (m->people[i].here &&
			!(m->people[i].announced && agrees(m, m->people[i].self, purpose, l)))
			return false;
	return true;
}

static bool is_begun(const model *m, unsigned purpose)
{
	return m->running[purpose].on && m->running[purpose].from_ms <= m->now_ms;
}

static bool is_purpose_allowed(const model *m, const self *who, unsigned purpose, unsigned l)
{
	return is_begun(m, purpose) && agrees(m, who, purpose, l) &&
		(!m->running[purpose].unanimous || everybody_agrees(m, purpose, l));
}

static bool is_relayed(const someone *who, const line *l)
{
	return who->announced && who->connected && l->track && l->sends && !l->off && !l->muted;
}

bool model_allows(const model *m, const someone *who, unsigned l)
{
	bool allowed = false;

	if (m->ledger_down || !is_relayed(who, &who->lines[l]))
		return false;
	for (unsigned p = 0; p < PURPOSES; p++)
		allowed |= is_purpose_allowed(m, who->self, p, l);
	return allowed;
}

static bool is_paused(const model *m, unsigned purpose)
{
	for (unsigned l = 0; l < LINES && !m->ledger_down; l++)
		if (!m->running[purpose].unanimous || everybody_agrees(m, purpose, l))
			return false;
	return true;
}

const char *model_state(const model *m, unsigned purpose)
{
	if (!m->running[purpose].on)
		return NULL;
	if (!is_begun(m, purpose))
		return "announced";
	return is_paused(m, purpose) ? "paused" : "running";
}

void model_keep(model *m, const someone *who, unsigned l, uint64_t number)
{
	const kept one = {g_ptr_array_index(who->self->ids, 0), l, number};

	g_array_append_val(m->kept, one);
}
