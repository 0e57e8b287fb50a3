// SPDX-License-Identifier: MIT
// Questions that the user interface asks of the state.
import type { Activity, DecisionState, Medium, Participant, Purpose } from '../client/protocol.js';
import type { State } from './state.js';

/** An activity whose notice this participant has not answered. */
export interface Question {
	activity: Activity;
	purpose: Purpose;
	/** The media that are undecided. */
	media: Medium[];
}

export function purposeOf(state: State, name: string): Purpose | undefined {
	return state.purposes.find((one) => one.purpose === name);
}

export function myDecision(state: State, purpose: string, medium: Medium): DecisionState {
	return state.decisions[purpose]?.[medium]?.decision ?? 'undecided';
}

/** What was refused or withdrawn is answered; what expired, or was never said, is not. */
export function questions(state: State): Question[] {
	return state.activities.flatMap((activity) => {
		const purpose = purposeOf(state, activity.purpose);
		const media = purpose?.media.filter((medium) => isOpen(myDecision(state, activity.purpose, medium))) ?? [];
		return purpose && media.length ? [{ activity, purpose, media }] : [];
	});
}

function isOpen(decision: DecisionState): boolean {
	return decision === 'undecided' || decision === 'expired';
}

/** The running purposes that a participant is captured for. */
export function capturedPurposes(state: State, participant: Participant): string[] {
	return state.activities.map((one) => one.purpose).filter((purpose) => isCaptured(state, participant, purpose));
}

function isCaptured(state: State, participant: Participant, purpose: string): boolean {
	return participant.capturing.includes(purpose) || isCollected(state, participant, purpose);
}

/** Where a purpose takes neither sound nor picture (telemetry), no capture is reported: the grant itself is what counts. */
function isCollected(state: State, participant: Participant, purpose: string): boolean {
	const only = purposeOf(state, purpose)?.media.every((medium) => medium === 'data') ?? false;
	return only && activityFor(state, purpose)?.state === 'running' && participant.decisions[purpose]?.data === 'granted';
}

/** Those who are captured for a purpose, me first. */
export function capturedFor(state: State, purpose: string): Participant[] {
	const captured = state.participants.filter((one) => isCaptured(state, one, purpose));
	return captured.sort((a, b) => Number(b.id === state.me) - Number(a.id === state.me));
}

/** My media that are captured now, for whatever purpose. */
export function myCapturedMedia(state: State): Medium[] {
	const me = state.participants.find((one) => one.id === state.me);
	const collected = me && state.activities.some((one) => isCollected(state, me, one.purpose));
	return [...new Set([...Object.values(state.captured).flat(), ...(collected ? (['data'] as const) : [])])];
}

export function participantByFeed(state: State, feed: string | number): Participant | undefined {
	const wanted = String(feed);
	return state.participants.find(({ feed: first, feeds = [first] }) => feeds.some((one) => one != null && String(one) === wanted));
}

export function activityFor(state: State, purpose: string): Activity | undefined {
	return state.activities.find((one) => one.purpose === purpose);
}

/** What somebody answered to a purpose, all its media together; `partly`: some of them allowed. */
export type PurposeAnswer = 'allowed' | 'partly' | 'declined' | 'open';

export function answerOf({ decisions }: Participant, { purpose, media }: Purpose): PurposeAnswer {
	const given = media.map((medium) => decisions[purpose]?.[medium] ?? 'undecided');
	const granted = given.filter((one) => one === 'granted').length;
	if (granted) return granted === media.length ? 'allowed' : 'partly';
	return given.some(isOpen) ? 'open' : 'declined';
}

/** How many of those who are here gave which answer. */
export function countAnswers(state: State, purpose: Purpose): Record<PurposeAnswer, number> {
	const counts = { allowed: 0, partly: 0, declined: 0, open: 0 };
	for (const one of state.participants) counts[answerOf(one, purpose)]++;
	return counts;
}
