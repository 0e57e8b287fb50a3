// SPDX-License-Identifier: MIT
import type { Question } from '../../store/selectors.js';

/** Activities that somebody starts one after the other in one go are one decision to think about. */
const TOGETHER_MS = 5000;

/**
 * Which of the open questions are asked now, in the order of starting. All of them when nothing was being asked; otherwise those that
 * still are, with those that started together with them. The rest waits: nobody's question moves away while they read it.
 */
export function batchOf(open: readonly Question[], before: readonly Question[]): Question[] {
	const asked = new Set(before.map(id));
	const still = open.filter((one) => asked.has(id(one)));
	if (!still.length) return [...open];
	return open.filter((one) => asked.has(id(one)) || still.some((other) => startedTogether(one, other)));
}

function id({ activity }: Question): string {
	return activity.activity;
}

function startedTogether(a: Question, b: Question): boolean {
	return Math.abs(startOf(a) - startOf(b)) <= TOGETHER_MS;
}

function startOf({ activity }: Question): number {
	return activity.since ? Date.parse(activity.since) : 0;
}
