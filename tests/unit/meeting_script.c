/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_script.h"

#include "meeting/private.h"

#define FEED 100

/* ---- Help ---- */

bool script_chance(script *s, unsigned percent)
{
	return g_rand_int_range(s->rand, 0, 100) < (gint)percent;
}

unsigned script_draw(script *s, unsigned count)
{
	return (unsigned)g_rand_int_range(s->rand, 0, (gint)count);
}

void script_say(script *s, const someone *who, const char *what)
{
	g_string_append_printf(s->story, "%d %s; ", (int)(who - s->model.people), what);
}

json_int_t script_feed(const script *s, const someone *who)
{
	return FEED + (json_int_t)(who - s->model.people);
}

int script_wanted_code(const script *s)
{
	return s->model.ledger_down ? 708 : 0;
}

static void know(script *s, someone *who)
{
	json_t *info = attendance_info(who->holder.peer->attendance, NULL);

	model_enter(&s->model, who, text_of(info, "participant"));
	g_ptr_array_add(s->ids, g_ptr_array_index(who->self->ids, 0));
	json_decref(info);
}

json_t *script_decisions(const script *s, unsigned purpose, unsigned media, const char *answer)
{
	return json_pack(
		"{s:[o]}", "decisions", decision_of(&s->world, model_purposes[purpose], media, answer));
}

int script_ask_decide(const someone *who, json_t *subject)
{
	json_auto_t *owned = subject;

	if (who->self->key >= 0)
		return holder_ask_decide((holder *)&who->holder, owned);
	json_object_set_new(owned, "request", json_string("consent_decide"));
	return code_of(peer_ask(who->holder.peer, "O", owned));
}

/* Neither purpose of the model: only what the ledger says of it matters. */
static int ask_telemetry(const script *s, const someone *who)
{
	return script_ask_decide(who,
		json_pack(
			"{s:[o]}", "decisions", decision_of(&s->world, "telemetry", MEDIUM_DATA, "granted")));
}

/* ---- Steps: each changes the model and does the same to the meeting ---- */

static void negotiate(someone *who, unsigned l, bool sends, const char *fmtp)
{
	line *one = &who->lines[l];

	one->track = attendance_track(who->holder.peer->attendance,
		&(track_spec){.mindex = (int)l,
			.mid = model_mids[l],
			.medium = model_media[l],
			.codec = l ? "vp8" : "opus",
			.fmtp = fmtp,
			.sending = sends});
	one->sends = sends;
}

static void publish(script *s, someone *who)
{
	if (!who->here || who->connected)
		return;
	attendance_connected(who->holder.peer->attendance);
	for (unsigned l = 0; l < LINES; l++)
		negotiate(who, l, true, NULL);
	who->connected = true;
	script_say(s, who, "publishes");
}

static void unpublish(script *s, someone *who)
{
	if (!who->here || !who->connected)
		return;
	attendance_disconnected(who->holder.peer->attendance);
	attendance_hangup(who->holder.peer->attendance);
	who->connected = false;
	for (unsigned l = 0; l < LINES; l++)
		who->lines[l].off = who->lines[l].muted = false;
	script_say(s, who, "unpublishes");
}

static void announce(script *s, someone *who)
{
	if (!who->here || who->announced)
		return;
	attendance_announce(who->holder.peer->attendance);
	who->announced = true;
	script_say(s, who, "is announced");
}

void script_leave(script *s, someone *who)
{
	if (!who->holder.peer)
		return;
	peer_free(who->holder.peer);
	if (who->here)
		model_exit(&s->model, who);
	*who = (someone){0};
	script_say(s, who, "leaves");
}

static void join(script *s, someone *who)
{
	if (who->here)
		return;
	script_leave(s, who); /* who was kicked has a handle still */
	who->holder.peer = peer_arrive(&s->world, ROOM, script_feed(s, who), "Somebody");
	who->here = true;
	know(s, who);
	script_say(s, who, "joins");
	if (script_chance(s, 85))
		announce(s, who);
	if (script_chance(s, 80))
		publish(s, who);
}

static void kick(script *s, someone *who)
{
	if (!who->here || !script_chance(s, 50))
		return;
	attendance_leave(who->holder.peer->attendance, "kicked");
	model_exit(&s->model, who);
	script_say(s, who, "is kicked");
}

static void grant_of(script *s, someone *who, unsigned purpose, unsigned media)
{
	gint64 until_ms = script_chance(s, 40) ? s->model.now_ms + script_some_time(s) : 0;

	if (!who->here)
		return;
	json_t *subject = script_decisions(s, purpose, media, "granted");
	script_add_expiry(s, subject, until_ms);
	ck_assert_int_eq(script_ask_decide(who, subject), script_wanted_code(s));
	if (!s->model.ledger_down)
		model_decide(&s->model, who->self, purpose, media, DECISION_GRANTED, until_ms);
	script_say(s, who, until_ms ? "grants for a while" : "grants");
	script_say(s, who, model_purposes[purpose]);
}

static void grant(script *s, someone *who)
{
	grant_of(s, who, script_draw(s, PURPOSES), 1 + script_draw(s, 3));
}

/* Else it would be seldom that all agree. */
static void grant_all(script *s, someone *who)
{
	unsigned purpose = script_draw(s, PURPOSES);

	(void)who;
	for (unsigned i = 0; i < PEOPLE; i++)
		grant_of(s, &s->model.people[i], purpose, MEDIUM_AUDIO | MEDIUM_VIDEO);
}

static void refuse(script *s, someone *who)
{
	unsigned purpose = script_draw(s, PURPOSES), media = 1 + script_draw(s, 3);

	if (!who->here)
		return;
	ck_assert_int_eq(script_ask_decide(who, script_decisions(s, purpose, media, "refused")),
		script_wanted_code(s));
	model_decide(&s->model, who->self, purpose, media, DECISION_REFUSED, 0);
	script_say(s, who, purpose ? "refuses train" : "refuses record");
}

int script_ask_withdraw(const someone *who, bool erase)
{
	if (who->self->key >= 0)
		return holder_ask_withdraw((holder *)&who->holder, erase);
	json_t *message = json_pack("{s:s, s:b}", "request", "consent_withdraw", "erase", erase);

	if (erase)
		json_object_set_new(
			message, "purposes", json_pack("[s, s]", model_purposes[0], model_purposes[1]));
	return code_of(peer_ask(who->holder.peer, "o", message));
}

static void withdraw(script *s, someone *who)
{
	bool erase = script_chance(s, 30);

	if (!who->here)
		return;
	int code = script_ask_withdraw(who, erase);
	/* There may be nothing to withdraw, and so nothing for the ledger. */
	ck_assert(code == 0 || code == script_wanted_code(s));
	model_withdraw(who->self);
	for (unsigned p = 0; erase && p < PURPOSES; p++)
		model_decide(&s->model, who->self, p, MEDIUM_AUDIO | MEDIUM_VIDEO, DECISION_REFUSED, 0);
	if (erase)
		model_erase(&s->model, who->self);
	script_say(s, who, erase ? "withdraws and erases" : "withdraws");
}

static void bind(script *s, someone *who)
{
	int key = (int)script_draw(s, KEYS), before = who->self ? who->self->key : -1;

	if (!who->here)
		return;
	who->holder.key = s->keys[key];
	json_t *answer = holder_ask_bind(&who->holder);
	bool other = before >= 0 && before != key, good = !other && !s->model.ledger_down;
	ck_assert_int_eq(code_of(answer), other ? 706 : script_wanted_code(s));
	if (good)
		model_bind(&s->model, who, key);
	else if (before >= 0)
		who->holder.key = s->keys[before];
	script_say(s, who, good ? "proves a key" : "cannot prove a key");
}

static void forget(script *s, someone *who)
{
	self *whom = who->self;

	if (!who->here || s->model.ledger_down || !script_chance(s, 30))
		return;
	ck_assert_int_eq(ask_telemetry(s, who), 0); /* the ledger knows them */
	ck_assert_int_eq(code_of(world_ask_admin(&s->world, "{s:s, s:s, s:s}", "request", "consent_erase",
				 "participant", g_ptr_array_index(whom->ids, 0), "reason", "asked for")),
		0);
	model_forget(&s->model, whom);
	for (unsigned i = 0; i < PEOPLE; i++)
		if (s->model.people[i].self == whom)
			know(s, &s->model.people[i]);
	script_say(s, who, "is erased");
}

static void moderate(script *s, someone *who)
{
	unsigned l = script_draw(s, LINES);

	if (!who->here || !who->connected)
		return;
	json_auto_t *room = json_integer(ROOM);
	json_auto_t *feed = json_integer(script_feed(s, who));
	who->lines[l].muted = !who->lines[l].muted;
	attendance_moderate(s->world.all, room, feed, model_mids[l], who->lines[l].muted);
	script_say(s, who, "is (un)muted");
}

static void configure(script *s, someone *who)
{
	unsigned l = script_draw(s, LINES);

	if (!who->here || !who->connected)
		return;
	who->lines[l].off = !who->lines[l].off;
	attendance_relay(who->holder.peer->attendance, NULL, model_media[l], !who->lines[l].off);
	script_say(s, who, "switches on or off");
}

static void renegotiate(script *s, someone *who)
{
	unsigned l = script_draw(s, LINES);

	if (!who->here || !who->connected)
		return;
	negotiate(who, l, script_chance(s, 70), script_chance(s, 50) ? "other=1" : NULL);
	attendance_connected(who->holder.peer->attendance);
	script_say(s, who, who->lines[l].sends ? "negotiates again" : "sends no more");
}

static void start(script *s, someone *who)
{
	unsigned purpose = script_draw(s, PURPOSES);
	gint64 countdown_ms = script_chance(s, 40) ? script_some_time(s) : 0;
	bool unanimous = script_chance(s, 50);

	if (!model_anybody_seen(&s->model) || s->model.running[purpose].on || s->model.ledger_down)
		return;
	ck_assert_int_eq(
		code_of(world_ask_admin(&s->world, "{s:s, s:i, s:s, s:s, s:I}", "request", "consent_start",
			"room", ROOM, "purpose", model_purposes[purpose], "policy",
			unanimous ? "unanimous" : "each", "countdown", (json_int_t)(countdown_ms / 1000))),
		0);
	s->model.running[purpose] = (running){true, unanimous, s->model.now_ms + countdown_ms};
	script_say(s, who, countdown_ms ? "counts down" : "starts");
	script_say(s, who, unanimous ? "for all" : "for each");
}

static void stop(script *s, someone *who)
{
	unsigned purpose = script_draw(s, PURPOSES);

	if (!s->model.running[purpose].on || s->model.ledger_down)
		return;
	ck_assert_int_eq(world_stop(&s->world, ROOM, model_purposes[purpose]), 0);
	s->model.running[purpose].on = false;
	script_say(s, who, "stops");
}

static bool ledger_ok(const script *s)
{
	meetings *all = s->world.all;
	SCOPE_LOCK(&all->lock);

	return all->ledger_ok;
}

/* What is committed before is all that the meetings have said so far; the next entry fails. */
static void lose_ledger(script *s, someone *who)
{
	if (!who->here || s->model.ledger_down || !script_chance(s, 6))
		return;
	ck_assert_int_eq(ask_telemetry(s, who), 0);
	world_break_ledger(&s->world);
	ck_assert_int_eq(ask_telemetry(s, who), 708);
	while (ledger_ok(s))
		g_thread_yield();
	s->model.ledger_down = true;
	script_say(s, who, "sees the ledger go");
}

void script_find_ledger(script *s, someone *who)
{
	if (!s->model.ledger_down)
		return;
	world_mend_ledger(&s->world);
	while (!ledger_ok(s))
		g_usleep(1000);
	s->model.ledger_down = false;
	script_say(s, who, "sees the ledger again");
}

void script_send(script *s, bool forbidden_only)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		for (unsigned l = 0; l < LINES; l++) {
			const someone *who = &s->model.people[i];
			bool allowed = who->holder.peer && model_allows(&s->model, who, l);

			if (!who->holder.peer || !who->lines[l].track || (allowed && forbidden_only))
				continue;
			send_number(who->lines[l].track, ++s->sent);
			if (allowed)
				model_keep(&s->model, who, l, s->sent);
		}
}

typedef void (*step)(script *s, someone *who);
/* As often as they stand here. */
static const step steps[] = {join, join, join, join, announce, announce, publish, publish, unpublish,
	script_leave, kick, grant, grant, grant, grant, grant, grant, grant_all, grant_all, refuse, withdraw,
	bind, bind, forget, moderate, configure, configure, renegotiate, renegotiate, start, start, start,
	start, stop, script_pass, script_pass, script_pass, script_reword, script_grant_old,
	script_decide_together, script_decide_together, lose_ledger, script_find_ledger, script_find_ledger,
	script_find_ledger};

void script_step(script *s)
{
	const step one = steps[script_draw(s, G_N_ELEMENTS(steps))];

	one(s, &s->model.people[script_draw(s, PEOPLE)]);
}
