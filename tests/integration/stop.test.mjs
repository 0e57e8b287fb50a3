// SPDX-License-Identifier: GPL-3.0-or-later
// Janus is stopped while people talk and are captured: it ends without a complaint, and ledger and files are as they should be.
// Its threads for media are still at work when it closes its plugins, which is the moment looked for here.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { segmentFiles } from '../lib/disk.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { segments, verify } from '../lib/tool.mjs';

after(closeAll);

const ROUNDS = Math.ceil(Number(process.env.ROUNDS ?? 100) / 10);

async function assertWhole(janus) {
	const { status, stdout, stderr } = await verify(janus);
	assert.equal(status, 0, stdout + stderr);
}

/** Whether Janus came to its end; where it fell in its own code the round tells nothing. */
async function ended(janus) {
	try {
		await janus.stop({ atOnce: true });
		return true;
	} catch (error) {
		if (!error.fell)
			throw error;
		console.error(`a round that tells nothing: ${error.message.slice(0, 1000)}`);
		return false;
	}
}

/** Enough rounds must tell something. */
function assertMost(told) {
	assert.ok(told > ROUNDS / 2, `Janus came to its end in ${told} of ${ROUNDS} rounds`);
}

test(`stopping Janus in the middle of a meeting, ${ROUNDS} times`, async t => {
	let told = 0;
	for (let round = 0; round < ROUNDS; round++) {
		const janus = await startJanus(t);
		const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
		await consent.start(meeting.people[0]);
		for (const person of meeting.people) {
			await consent.grant(person);
			person.flow();
		}
		await setTimeout(5 * round);
		const whole = await ended(janus);
		await meeting.close();
		if (!whole)
			continue;

		told++;
		const rows = await segments(janus);
		assert.deepEqual(rows.filter(row => row.state !== 'closed'), []);
		assert.equal(rows.reduce((sum, row) => sum + row.packets, 0),
			segmentFiles(janus).reduce((sum, file) => sum + file.frames.length, 0));
		await assertWhole(janus);
	}
	assertMost(told);
});

test(`stopping Janus with many in the room, ${ROUNDS} times`, async t => {
	let told = 0;
	for (let round = 0; round < ROUNDS; round++) {
		const janus = await startJanus(t);
		const people = await Promise.all(Array.from({ length: 12 }, () => Source.join(janus, { room: ROOM })));
		// Some are on their way out.
		people.slice(0, round).forEach(person => person.client.close());
		if (!await ended(janus))
			continue;
		told++;
		await assertWhole(janus);
	}
	assertMost(told);
});
