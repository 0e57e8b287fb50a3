// SPDX-License-Identifier: MIT
import { Problem, type ProblemKind } from './problem.js';

/** Pauses before each attempt, in milliseconds: about a minute in all, quick at first. */
const PAUSES = [300, 1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000];

/** What may pass by itself. */
const PASSING: readonly ProblemKind[] = ['serverMissing', 'connectionLost', 'joinFailed'];

/** Attempts something until it works, is no longer wanted, or fails for good. Rejects with why it failed last. */
export async function retried<T>(wanted: () => boolean, attempt: () => Promise<T>, pause = sleep): Promise<T> {
	let last = new Problem('connectionLost');
	for (const ms of PAUSES) {
		await pause(ms);
		if (!wanted()) break;
		try {
			return await attempt();
		} catch (error) {
			if (!(error instanceof Problem) || !PASSING.includes(error.kind)) throw error;
			last = error;
		}
	}
	throw last.kind === 'serverMissing' ? new Problem('connectionLost') : last;
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
