// SPDX-License-Identifier: MIT

/** Why somebody cannot join, or is no longer in the room. The page has a title, and for most a hint, for each. */
export type ProblemKind =
	| 'noWebRtc'
	| 'serverMissing'
	| 'connectionLost'
	| 'pluginMissing'
	| 'roomMissing'
	| 'roomFull'
	| 'roomProtected'
	| 'kicked'
	| 'joinFailed';

export class Problem extends Error {
	override readonly name = 'Problem';

	constructor(
		readonly kind: ProblemKind,
		/** What the server said, for the curious; never needed to understand the problem. */
		readonly detail = '',
	) {
		super(detail || kind);
	}
}

/** VideoRoom's error codes that have a meaning of their own for somebody who joins. */
const joinErrors: Record<number, ProblemKind> = {
	426: 'roomMissing',
	430: 'roomMissing', // a name where the rooms have numbers
	432: 'roomFull',
	433: 'roomProtected',
};

export function joinProblem(code: unknown, text: unknown): Problem {
	return new Problem(joinErrors[Number(code)] ?? 'joinFailed', String(text ?? ''));
}

/** janus.js reports failures as sentences that begin with, or contain, Janus's error code. */
export function attachProblem(text: string): Problem {
	return new Problem(/\b460\b/.test(text) ? 'pluginMissing' : 'joinFailed', text);
}
