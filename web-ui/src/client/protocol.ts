// SPDX-License-Identifier: MIT
// What goes over the wire: the gateway's requests, answers and events, as types. Names are the gateway's own.

export type Medium = 'audio' | 'video' | 'data';

/** `undecided` is never sent as an answer: it is what no decision at all means. */
export type DecisionState = 'undecided' | 'granted' | 'refused' | 'withdrawn' | 'expired';

export type ActivityState = 'announced' | 'running' | 'paused' | 'stopped';

/** A room's or a publisher's id: VideoRoom may be configured for numbers or for strings. */
export type Feed = string | number;

export type Policy = 'each' | 'unanimous';

/** The wording of a notice in one language, and the hash that a decision is bound to. */
export interface Purpose {
	purpose: string;
	media: Medium[];
	notice: string;
	title: string;
	summary: string;
	details: string;
	recipients: string;
	retention: string;
	version: number;
	lang: string;
	langs: string[];
}

export interface Activity {
	activity: string;
	purpose: string;
	state: ActivityState;
	/** Who started it: a participant's id, "host" (who is not in the room), "admin" or "configuration". */
	by?: string;
	/** That participant's name as it was then. */
	by_display?: string | null;
	since?: string | null;
	policy?: Policy;
	reason?: string | null;
	/** When what is announced starts, in milliseconds of this device's clock; undefined: not known. */
	starts?: number | undefined;
}

export interface Decision {
	purpose: string;
	medium: Medium;
	decision: DecisionState;
	since?: string | null;
	expires?: string | null;
}

export type DecisionsByMedium = Partial<Record<Medium, DecisionState>>;

export interface Participant {
	id: string;
	display: string | null;
	/** The upstream's id of this publisher, for mapping to a video tile. */
	feed: Feed | null;
	decisions: Record<string, DecisionsByMedium>;
	/** The ids of all handles of this participant: camera and shared screen, or several tabs. */
	feeds?: Feed[];
	/** Purposes that this participant is captured for at this moment. */
	capturing: string[];
	/** Has a key: signs what they decide. */
	bound?: boolean;
}

export interface Info {
	consent: 'info';
	meeting: string;
	room: string | number;
	participant: string;
	policy: Policy;
	nonce?: string;
	purposes: Purpose[];
	activities: Activity[];
	decisions: Decision[];
	participants: Participant[];
}

export interface Choice {
	purpose: string;
	media: Medium[];
	decision: 'granted' | 'refused';
	notice: string;
}

export interface Decided {
	consent: 'decided';
	decisions: Decision[];
	receipt?: string;
}

export interface Withdrawn {
	consent: 'withdrawn';
	decisions: Decision[];
	receipt?: string;
	erased?: number;
	/** Sets that were handed out for training and hold something of mine. */
	training_sets?: number;
}

export interface Bound {
	consent: 'bound';
	participant: string;
	decisions: Decision[];
}

export interface Receipts {
	consent: 'receipts';
	/** Compact JWS. */
	receipts: string[];
	/** Of each receipt the tlog-proof that its entry is in the log, where the server gives one. */
	proofs?: (string | null)[];
}

export interface Started {
	consent: 'started';
	activity: string;
	state: ActivityState;
}

export interface Stopped {
	consent: 'stopped';
	activity: string;
	segments?: number;
}

export interface Withdrawal {
	/** Absent: all purposes. */
	purposes?: string[];
	/** Absent: all media. */
	media?: Medium[];
	erase?: boolean;
}

export interface StartOptions {
	purpose: string;
	secret?: string;
	policy?: Policy;
	countdown?: number;
}

export interface NoticeEvent extends Purpose, Activity {
	consent: 'event';
	event: 'notice';
	countdown?: number;
	/** Mine, by medium. */
	decision?: DecisionsByMedium;
}

export interface ActivityEvent extends Activity {
	consent: 'event';
	event: 'activity';
}

export interface DecisionEvent {
	consent: 'event';
	event: 'decision';
	participant: string;
	display: string | null;
	feed: Feed | null;
	purpose: string;
	decisions: DecisionsByMedium;
	how?: string;
}

export interface CaptureEvent {
	consent: 'event';
	event: 'capture';
	purpose: string;
	medium: Medium;
	mid?: string;
	capturing: boolean;
	segment?: string | null;
	/** Where capture goes on in another segment: the one before. */
	replaces?: string | null;
	reason?: string | null;
}

export interface BlockedEvent {
	consent: 'event';
	event: 'blocked';
	request: string;
	field?: string;
	hint?: string;
}

export type ConsentEvent = NoticeEvent | ActivityEvent | DecisionEvent | CaptureEvent | BlockedEvent;

/** Whether a message that a Janus handle delivered is the gateway's rather than the upstream's. */
export function isConsentMessage(message: unknown): message is { consent: string } {
	return typeof message === 'object' && message !== null && typeof (message as { consent?: unknown }).consent === 'string';
}

/** Whether it is an event: errors share its `consent` value and are none. */
export function isConsentEvent(message: unknown): message is ConsentEvent {
	return isConsentMessage(message) && message.consent === 'event' && typeof (message as { event?: unknown }).event === 'string';
}
