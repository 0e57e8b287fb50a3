// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isScreen, SCREEN } from '../src/meeting/room/people.js';
import { Problem, type ProblemKind } from '../src/meeting/room/problem.js';
import { retried } from '../src/meeting/room/retry.js';

const now = async () => undefined;

test('what may pass by itself is attempted again until it works', async () => {
	const failures: ProblemKind[] = ['serverMissing', 'connectionLost', 'joinFailed'];
	const attempt = async () => {
		const kind = failures.shift();
		if (kind) throw new Problem(kind);
		return 'back';
	};
	assert.equal(await retried(() => true, attempt, now), 'back');
});

test('what does not pass ends it at once, and so does giving up', async () => {
	let attempts = 0;
	const fail = (kind: ProblemKind) => async () => (attempts++, Promise.reject(new Problem(kind)));
	await assert.rejects(retried(() => true, fail('roomMissing'), now), { kind: 'roomMissing' });
	assert.equal(attempts, 1);
	await assert.rejects(retried(() => attempts < 3, fail('serverMissing'), now), { kind: 'connectionLost' });
	assert.equal(attempts, 3);
	await assert.rejects(retried(() => true, fail('serverMissing'), now), { kind: 'connectionLost' });
	assert.ok(attempts > 8);
});

test('a shared screen is told from a camera by its description', () => {
	assert.equal(isScreen({ id: 1, streams: [{ type: 'video', mid: '0', description: SCREEN }] }), true);
	assert.equal(isScreen({ id: 1, streams: [{ type: 'video', mid: '0', description: 'video' }] }), false);
	assert.equal(isScreen({ id: 1 }), false);
});
