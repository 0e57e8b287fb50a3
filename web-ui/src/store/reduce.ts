// SPDX-License-Identifier: MIT
// How each thing that the server says changes the state. Pure: a state and a message in, a new state out.
import type {
	Activity,
	CaptureEvent,
	ConsentEvent,
	Decision,
	DecisionEvent,
	DecisionsByMedium,
	Info,
	Medium,
	NoticeEvent,
	Participant,
	Purpose,
} from '../client/protocol.js';
import type { Evidence, MyDecision, MyDecisions, State } from './state.js';

const MS_PER_SECOND = 1000;

/** `before`: what was known until now; it may know more of an announced activity. */
export function fromInfo(info: Info, evidence: Evidence, before: State): State {
	return {
		open: true,
		meeting: info.meeting,
		room: info.room,
		me: info.participant,
		policy: info.policy,
		evidence,
		purposes: info.purposes,
		activities: info.activities.filter((one) => one.state !== 'stopped').map((one) => withStart(one, before)),
		decisions: byPurpose(info.decisions),
		participants: info.participants,
		captured: capturedFrom(info),
	};
}

function withStart(activity: Activity, { activities }: State): Activity {
	const known = activities.find((one) => one.activity === activity.activity);
	return activity.state === 'announced' && known?.starts ? { ...activity, starts: known.starts } : activity;
}

/** The decisions in an answer to a decision or a withdrawal replace mine. */
export function withMyDecisions(state: State, decisions: readonly Decision[]): State {
	const mine = { ...state.decisions, ...byPurpose(decisions) };
	return { ...state, decisions: mine, participants: state.participants.map((one) => (one.id === state.me ? mirrored(one, mine) : one)) };
}

export function withEvent(state: State, event: ConsentEvent, now = Date.now()): State {
	if (!state.open) return state;
	switch (event.event) {
		case 'notice':
			return withNotice(state, event, now);
		case 'activity':
			return withActivity(state, event);
		case 'decision':
			return withDecision(state, event);
		case 'capture':
			return withCapture(state, event);
		default:
			return state;
	}
}

function withNotice(state: State, event: NoticeEvent, now: number): State {
	const { purpose, media, notice, title, summary, details, recipients, retention, version, lang, langs } = event;
	const wording: Purpose = { purpose, media, notice, title, summary, details, recipients, retention, version, lang, langs };
	const starts = event.state === 'announced' && event.countdown ? now + event.countdown * MS_PER_SECOND : undefined;
	return withActivity({ ...state, purposes: replaced(state.purposes, 'purpose', wording) }, { ...event, starts });
}

function withActivity(state: State, event: Activity): State {
	const others = state.activities.filter((one) => one.purpose !== event.purpose);
	if (event.state === 'stopped') return withoutCapture({ ...state, activities: others }, event.purpose);
	const before = state.activities.find((one) => one.activity === event.activity);
	const activity = { ...before, ...picked(event) };
	if (activity.state !== 'announced') delete activity.starts;
	const activities = before ? state.activities.map((one) => (one === before ? activity : one)) : [...others, activity];
	const next = { ...state, activities };
	return { ...next, participants: next.participants.map((one) => capturingNow(one, event.purpose, next)) };
}

function picked(event: Activity): Activity {
	const { activity, purpose, state, by, by_display, since, reason, starts } = event;
	const told = Object.entries({ by, by_display, since, reason, starts }).filter(([, value]) => value !== undefined);
	return { activity, purpose, state, ...Object.fromEntries(told) };
}

function withoutCapture(state: State, purpose: string): State {
	const participants = state.participants.map((one) => ({ ...one, capturing: one.capturing.filter((other) => other !== purpose) }));
	return { ...state, participants, captured: { ...state.captured, [purpose]: [] } };
}

function withDecision(state: State, event: DecisionEvent): State {
	const known = state.participants.find((one) => one.id === event.participant);
	const decisions = { ...known?.decisions, [event.purpose]: { ...known?.decisions[event.purpose], ...event.decisions } };
	const { participant: id, display, feed } = event;
	const participant = { ...known, id, display, feed, decisions, capturing: known?.capturing ?? [] };
	const next = { ...state, participants: replaced(state.participants, 'id', capturingNow(participant, event.purpose, state)) };
	return id === state.me ? withMine(next, event) : next;
}

/** I am told of my own capture. Of the others' it follows: a running activity captures those who granted it, and nobody else. */
function capturingNow(participant: Participant, purpose: string, state: State): Participant {
	if (participant.id === state.me) return participant;
	const running = state.activities.some((one) => one.purpose === purpose && one.state === 'running');
	const granted = Object.values(participant.decisions[purpose] ?? {}).includes('granted');
	const others = participant.capturing.filter((one) => one !== purpose);
	return { ...participant, capturing: running && granted ? [...others, purpose] : others };
}

/** Mine as well: another tab of the same participant may have decided, or a grant has expired. */
function withMine(state: State, event: DecisionEvent): State {
	const before = state.decisions[event.purpose] ?? {};
	const changed = Object.entries(event.decisions).filter(([medium, decision]) => before[medium as Medium]?.decision !== decision);
	const after = Object.fromEntries(changed.map(([medium, decision]): [string, MyDecision] => [medium, { decision }]));
	return { ...state, decisions: { ...state.decisions, [event.purpose]: { ...before, ...after } } };
}

function withCapture(state: State, event: CaptureEvent): State {
	const media = (state.captured[event.purpose] ?? []).filter((one) => one !== event.medium);
	if (event.capturing) media.push(event.medium);
	const participants = state.participants.map((one) => (one.id === state.me ? capturingMe(one, event.purpose, media) : one));
	return { ...state, participants, captured: { ...state.captured, [event.purpose]: media } };
}

function capturingMe(me: Participant, purpose: string, media: readonly Medium[]): Participant {
	const others = me.capturing.filter((one) => one !== purpose);
	return { ...me, capturing: media.length ? [...others, purpose] : others };
}

function byPurpose(decisions: readonly Decision[]): MyDecisions {
	const result: Record<string, Partial<Record<Medium, MyDecision>>> = {};
	for (const { purpose, medium, decision, since, expires } of decisions)
		(result[purpose] ??= {})[medium] = { decision, ...(since ? { since } : {}), ...(expires ? { expires } : {}) };
	return result;
}

/** My entry among the participants says the same as my decisions. */
function mirrored(me: Participant, mine: MyDecisions): Participant {
	const decisions: Record<string, DecisionsByMedium> = {};
	for (const [purpose, media] of Object.entries(mine))
		decisions[purpose] = Object.fromEntries(Object.entries(media).map(([medium, one]) => [medium, one.decision]));
	return { ...me, decisions };
}

/** Info says which purposes I am captured for; the media are those that I granted. */
function capturedFrom(info: Info): Record<string, Medium[]> {
	const me = info.participants.find((one) => one.id === info.participant);
	const granted = info.decisions.filter((one) => one.decision === 'granted');
	const media = (purpose: string) => granted.filter((one) => one.purpose === purpose).map((one) => one.medium);
	return Object.fromEntries((me?.capturing ?? []).map((purpose) => [purpose, media(purpose)]));
}

function replaced<K extends string, T extends Record<K, unknown>>(list: readonly T[], key: K, item: T): T[] {
	return list.some((one) => one[key] === item[key]) ? list.map((one) => (one[key] === item[key] ? item : one)) : [...list, item];
}
