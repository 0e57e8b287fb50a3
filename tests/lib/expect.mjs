// SPDX-License-Identifier: GPL-3.0-or-later
// What the suites ask of answers and of disks, in words that a failure can be read from.

import assert from 'node:assert/strict';
import { packetsBelow, packetsOf, numbers, strays } from './disk.mjs';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const HASH = /^[0-9a-f]{64}$/;

/** An error of the gateway: that code, and a sentence that matches. */
export function assertError(answer, code, sentence = /./) {
	assert.equal(answer?.error_code, code, `expected error ${code}, got ${JSON.stringify(answer)}`);
	assert.equal(answer.consent, 'event');
	assert.match(answer.error, sentence);
}

/** An error of VideoRoom's own. */
export function assertUpstreamError(answer, code) {
	assert.equal(answer?.error_code, code, `expected VideoRoom's error ${code}, got ${JSON.stringify(answer)}`);
	assert.equal(answer.videoroom, 'event');
}

/** Not one packet in any file of the Janus's folder, and no file that nobody asked for. */
export function assertNothingCaptured(janus) {
	assert.deepEqual([...packetsBelow(janus.folder).keys()], [], 'no packet of anybody is in any file');
	assert.deepEqual(strays(janus), [], 'no file but the gateway\'s own');
}

/** Exactly the packets `from` to `to` of the track are on disk. */
export function assertCaptured(janus, track, from, to) {
	assertNumbers(packetsOf(janus, track), numbers(from, to), `${track.format.medium} of ${track.ssrc}`);
}

/** Compares sets of packet numbers and tells the differences as ranges. */
export function assertNumbers(actual, expected, what) {
	const wanted = new Set(expected);
	const missing = expected.filter(number => !actual.has(number));
	const extra = [...actual].filter(number => !wanted.has(number));
	assert.ok(missing.length === 0 && extra.length === 0,
		`${what}: missing ${ranges(missing)}; captured without consent ${ranges(extra)}`);
}

function ranges(list) {
	const sorted = [...list].sort((a, b) => a - b);
	const found = [];
	for (const number of sorted) {
		const last = found.at(-1);
		if (last && last[1] === number - 1)
			last[1] = number;
		else
			found.push([number, number]);
	}
	return found.length ? found.map(([from, to]) => `${from}-${to}`).join(', ') : 'none';
}
