// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestLayout } from '../src/meeting/layout.js';
import { attachProblem, joinProblem } from '../src/meeting/room/problem.js';
import { OFF, sends } from '../src/meeting/room/people.js';
import { troubleOf } from '../src/meeting/room/devices.js';
import { webSocketUrl } from '../src/shared/config.js';

const wide = { width: 1200, height: 700 };
const tall = { width: 360, height: 700 };

test('tiles are as large as the space allows', () => {
	assert.deepEqual(bestLayout(1, wide, 1.6, 12), { columns: 1, width: 1120 });
	assert.equal(bestLayout(2, wide, 1.6, 12).columns, 2);
	assert.equal(bestLayout(3, wide, 1.6, 12).columns, 2);
	assert.equal(bestLayout(9, wide, 1.6, 12).columns, 3);
	assert.equal(bestLayout(3, tall, 1.6, 12).columns, 1);
	assert.equal(bestLayout(0, wide, 1.6, 12).columns, 1);
});

test('every count of tiles fits into the space', () => {
	for (const space of [wide, tall])
		for (let count = 1; count <= 60; count++) {
			const { columns, width } = bestLayout(count, space, 1.6, 12);
			const rows = Math.ceil(count / columns);
			assert.ok(columns * width + (columns - 1) * 12 <= space.width, `${count} tiles: width`);
			assert.ok((rows * width) / 1.6 + (rows - 1) * 12 <= space.height + 1, `${count} tiles: height`);
		}
});

test('what the server refuses becomes a problem that people understand', () => {
	assert.equal(joinProblem(426, 'No such room (99)').kind, 'roomMissing');
	assert.equal(joinProblem(432, '').kind, 'roomFull');
	assert.equal(joinProblem(433, '').kind, 'roomProtected');
	assert.equal(joinProblem(499, '').kind, 'joinFailed');
	assert.equal(attachProblem("Ooops: 460 No such plugin 'x'").kind, 'pluginMissing');
	assert.equal(attachProblem('Is the server down?').kind, 'joinFailed');
});

test('a publisher’s microphone and camera are known from the streams and their descriptions', () => {
	const streams = [{ type: 'audio', mid: '0', description: OFF }, { type: 'video', mid: '1' }];
	assert.equal(sends({ id: 1, streams }, 'audio'), false);
	assert.equal(sends({ id: 1, streams }, 'video'), true);
	assert.equal(sends({ id: 1, streams: [{ type: 'video', mid: '1', disabled: true }] }, 'video'), false);
	assert.equal(sends({ id: 1 }, 'audio'), false);
});

test('device errors are told apart', () => {
	const named = (name: string) => Object.assign(new Error(), { name });
	assert.equal(troubleOf(named('NotAllowedError')), 'devicesDenied');
	assert.equal(troubleOf(named('NotFoundError')), 'noDevices');
	assert.equal(troubleOf(named('NotReadableError')), 'devicesBusy');
});

test('WebSockets go to the host of the page', () => {
	assert.equal(webSocketUrl('/janus', { protocol: 'http:', host: 'localhost:8080' }), 'ws://localhost:8080/janus');
	assert.equal(webSocketUrl('/janus', { protocol: 'https:', host: 'meet.example' }), 'wss://meet.example/janus');
});
