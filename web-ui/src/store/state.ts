// SPDX-License-Identifier: MIT
import type { Activity, DecisionState, Medium, Participant, Policy, Purpose } from '../client/protocol.js';

/** What the participant decided on one medium of one purpose. */
export interface MyDecision {
	decision: DecisionState;
	since?: string | null;
	expires?: string | null;
}

export type MyDecisions = Readonly<Record<string, Readonly<Partial<Record<Medium, MyDecision>>>>>;

/** What shows later on that a decision was mine: my signature, or only what the server noted. */
export type Evidence = 'signed' | 'session';

/** All that the server said, put together. Never changed in place. */
export interface State {
	/** False until the first answer, and again once the connection is gone: then nothing below is known to hold. */
	readonly open: boolean;
	readonly meeting: string;
	readonly room: string | number;
	readonly me: string;
	readonly policy: Policy;
	readonly evidence: Evidence;
	readonly purposes: readonly Purpose[];
	/** Those that are not stopped. */
	readonly activities: readonly Activity[];
	readonly decisions: MyDecisions;
	readonly participants: readonly Participant[];
	/** Which of my media are being captured, by purpose. */
	readonly captured: Readonly<Record<string, readonly Medium[]>>;
}

export const closedState: State = {
	open: false,
	meeting: '',
	room: '',
	me: '',
	policy: 'each',
	evidence: 'session',
	purposes: [],
	activities: [],
	decisions: {},
	participants: [],
	captured: {},
};
