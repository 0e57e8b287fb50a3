// SPDX-License-Identifier: GPL-3.0-or-later
// An operator who looks for a meeting or a person: the newest first, and by name; in the Admin API and by the tool alike.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { assertError } from '../lib/expect.mjs';
import { startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { eventually } from '../lib/stream.mjs';
import { closedSegments, listed, run, tool } from '../lib/tool.mjs';

after(closeAll);

const LISTS = ['records', 'segments', 'meetings'];

/** Two meetings that are over: Anna and Bob in the first, Joanna in the second. All are recorded. */
async function twoMeetings(t) {
	const janus = await startJanus(t);
	janus.api = await janus.admin();
	t.after(() => janus.api.close());
	for (const names of [['Anna', 'Bob'], ['JOANNA']]) {
		const meeting = await Meeting.of(janus, names);
		await consent.start(meeting.people[0]);
		for (const one of meeting.people)
			await consent.grant(one);
		await meeting.send();
		await meeting.close();
		await eventually(async () => (await ask(janus, 'meetings')).meetings.every(one => one.ended), 'the end of the meeting in the ledger');
	}
	await closedSegments(janus, 6);
	return janus;
}

const ask = (janus, list, fields = {}) => janus.api.request(janus.package, { request: `consent_${list}`, ...fields });

/** All pages of a list, each of `limit` rows. */
async function pages(janus, list, fields, limit) {
	const rows = [];
	let cursor = null;
	do {
		const answer = await ask(janus, list, { ...fields, limit, cursor });
		assert.equal(answer.consent, list, JSON.stringify(answer));
		rows.push(...answer[list]);
		({ cursor } = answer);
	} while (cursor);
	return rows;
}

/** Entries the other way round; what one entry decides stays in its order. */
function turned(rows) {
	const entries = new Map();
	for (const row of rows) {
		const key = row.index ?? row.segment ?? row.meeting;
		entries.set(key, [...(entries.get(key) ?? []), row]);
	}
	return [...entries.values()].reverse().flat();
}

test('the newest come first, in pages of any size, and the tool says the same', async t => {
	const janus = await twoMeetings(t);
	for (const list of LISTS) {
		const oldest = await pages(janus, list, {}, 1000);
		assert.ok(oldest.length > 1, list);
		for (const limit of [1, 2, 1000])
			assert.deepEqual(await pages(janus, list, { order: 'newest' }, limit), turned(oldest), `${list}, ${limit} a page`);
		assert.deepEqual(await pages(janus, list, { order: 'oldest' }, 2), oldest);
		assert.deepEqual(await listed(janus, list, '--order', 'newest'), turned(oldest), `the tool's ${list}`);
	}
	const { cursor } = await ask(janus, 'records', { limit: 1 });
	assertError(await ask(janus, 'records', { limit: 1, order: 'newest', cursor }), 702);
});

test('a part of a name finds whom it is of, whatever the case', async t => {
	const janus = await twoMeetings(t);
	const names = rows => [...new Set(rows.map(({ display }) => display))];
	for (const list of ['records', 'segments']) {
		assert.deepEqual(names(await pages(janus, list, { display: 'anna' }, 1)), ['Anna', 'JOANNA'], list);
		assert.deepEqual(names(await pages(janus, list, { display: 'Anna', order: 'newest' }, 1)), ['JOANNA', 'Anna'], list);
		assert.deepEqual(names(await listed(janus, list, '--display', 'BO')), ['Bob']);
		assert.deepEqual(await pages(janus, list, { display: 'Anna%' }, 1), []);
	}
	const all = await pages(janus, 'meetings', {}, 10);
	assert.deepEqual(await pages(janus, 'meetings', { display: 'joanna' }, 1), all.slice(1));
	assert.deepEqual(await listed(janus, 'meetings', '--display', 'bob'), all.slice(0, 1));
	assertError(await ask(janus, 'products', { display: 'Anna' }), 702);
	assert.equal((await tool('records', '--store', janus.store, '--display', 'nobody of that name')).status, 1);
});

test('a name that was searched for is not noted, only that there was one', async t => {
	const janus = await twoMeetings(t);
	await listed(janus, 'records', '--display', 'Whoever This May Be');
	const { stdout } = await run('sqlite3', ['-readonly', '-json', janus.store, "SELECT body FROM entries WHERE type = 'export' ORDER BY idx DESC LIMIT 1"]);
	assert.deepEqual(JSON.parse(JSON.parse(stdout)[0].body).filters, { display: true });
});
