// SPDX-License-Identifier: GPL-3.0-or-later
// Exports by the Admin API: pages that are, one behind the other, the file that the tool writes, and the ledger's word on each.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { assertError } from '../lib/expect.mjs';
import { publish, startFleet } from '../lib/fleet.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { OPERATOR } from '../lib/operator.mjs';
import { closeAll } from '../lib/peer.mjs';
import { missing, Postgres } from '../lib/postgres.mjs';
import { eventually } from '../lib/stream.mjs';
import { closedSegments, run, tool } from '../lib/tool.mjs';

after(closeAll);

const CONFIGURED = { ...OPERATOR, origin: 'meet.example.org/consent' };

/** A meeting that is over, with every kind of decision in it and names that have to be escaped. */
async function someMeeting(t, changes = {}) {
	const janus = await startJanus(t, { consent: { ...CONFIGURED, ...changes } });
	const meeting = await Meeting.of(janus, ['Ann', '=HYPERLINK("http://x","Zoë\n😀")']);
	const [ann, bob] = meeting.people;
	await consent.start(ann);
	await consent.grant(ann, 'record', ['audio', 'video'], { lang: 'de', expires: '2999-01-01T00:00:00Z' });
	await consent.grant(ann, 'summarize', ['audio']);
	await consent.refuse(bob);
	await meeting.send();
	await consent.withdraw(ann, { purposes: ['record'], media: ['audio'] });
	janus.meeting = (await consent.info(ann)).meeting;
	await meeting.close();
	await closedSegments(janus, 2);
	janus.api = await janus.admin();
	t.after(() => janus.api.close());
	const list = () => janus.api.request(janus.package, { request: 'consent_meetings' });
	await eventually(async () => (await list()).meetings.every(one => one.ended), 'the end of the meeting in the ledger');
	return janus;
}

const ask = (janus, fields) => janus.api.request(janus.package, { request: 'consent_export', ...fields });

/** All pages of an export, each of `limit` records. */
async function pages(janus, fields, limit) {
	const all = [await ask(janus, { ...fields, limit })];
	while (all.at(-1).cursor)
		all.push(await ask(janus, { cursor: all.at(-1).cursor, limit }));
	for (const page of all)
		assert.equal(page.consent, 'export', JSON.stringify(page));
	return all;
}

const joined = all => all.map(page => page.text).join('');

/** What the tool prints: records and notices are exported, the rest is listed. */
async function printed(janus, { what, format = 'jsonl', ...filters }) {
	const command = ['records', 'notices'].includes(what) ? ['export', what] : [what];
	const options = Object.entries(filters).flatMap(([name, value]) => [`--${name}`, String(value)]);
	const { status, stdout, stderr } = await tool(...command, '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--format', format, ...options);
	assert.ok(status === 0 || status === 1, stderr);
	return stdout;
}

/** What the ledger's `export` entries by the Admin API say, with their indices. */
async function exportsNoted(janus) {
	const { stdout } = await run('sqlite3', ['-readonly', '-json', janus.store, "SELECT idx, body FROM entries WHERE type = 'export' ORDER BY idx"]);
	const all = (stdout ? JSON.parse(stdout) : []).map(({ idx, body }) => ({ index: idx, ...JSON.parse(body) }));
	return all.filter(entry => entry.by === 'admin');
}

const EXPORTS = [
	...['records', 'notices', 'meetings', 'segments', 'products'].flatMap(what => [{ what }, { what, format: 'csv' }]),
	{ what: 'records', format: 'jsonld' },
];

test('pages of any size are the tool’s file, byte for byte', async t => {
	const janus = await someMeeting(t);
	for (const fields of EXPORTS)
		for (const limit of [1, 3, 10_000]) {
			const all = await pages(janus, fields, limit);
			assert.equal(joined(all), await printed(janus, fields), `${JSON.stringify(fields)} by ${limit}`);
			assert.ok(limit > 1 || all.length >= all.at(-1).rows || fields.what === 'notices', `${all.length} pages`);
		}
});

test('filters are the tool’s, and hold on every page', async t => {
	const janus = await someMeeting(t);
	const of = { meeting: janus.meeting, purpose: 'record' };
	for (const filters of [of, { ...of, decision: 'refused' }, { room: ROOM }, { room: 5678 }, { from: '2020-01-01', to: '2020-01-02' }])
		for (const format of ['csv', 'jsonld']) {
			const fields = { what: 'records', format, ...filters };
			assert.equal(joined(await pages(janus, fields, 1)), await printed(janus, fields), JSON.stringify(fields));
		}
});

test('a page says what it is, and how far it has come', async t => {
	const janus = await someMeeting(t);
	const all = await pages(janus, { what: 'records', format: 'csv' }, 2);
	// On a machine that has much else to do a page may hold fewer than its limit.
	const rows = [0, ...all.map(page => page.rows)];
	assert.ok(all.length >= 3 && rows.every((count, i) => i === 0 || (count >= rows[i - 1] && count <= rows[i - 1] + 2)), `${rows}`);
	assert.equal(rows.at(-1), 6);
	for (const page of all) {
		assert.deepEqual([page.what, page.format, page.media_type], ['records', 'csv', 'text/csv']);
		assert.equal(page.index, all[0].index);
	}
	const read = all.map(page => page.progress.read);
	assert.deepEqual(read, [...read].sort((a, b) => a - b));
	assert.equal(read.at(-1), all.at(-1).progress.of);
	const types = await Promise.all(['jsonl', 'jsonld'].map(async format => (await ask(janus, { what: 'records', format })).media_type));
	assert.deepEqual(types, ['application/jsonl', 'application/ld+json']);
});

test('the ledger has an entry before the first page leaves, and one with the last', async t => {
	const janus = await someMeeting(t);
	const said = { type: 'export', what: 'records', format: 'csv', by: 'admin' };
	const none = await ask(janus, { what: 'records', format: 'csv', room: 5678 });
	const [only] = await exportsNoted(janus);
	assert.deepEqual(only, { ...said, filters: { room: '5678' }, index: none.index, at: only.at, rows: 0 });

	const filters = { room: String(ROOM), purpose: 'record', from: '2020-01-01' };
	const first = await ask(janus, { what: 'records', format: 'csv', ...filters, room: ROOM, limit: 1 });
	const [, begun, ...others] = await exportsNoted(janus);
	assert.deepEqual(begun, { ...said, filters, index: first.index, at: begun.at, rows: 1, more: true });
	assert.deepEqual(others, []);
	let page = await ask(janus, { cursor: first.cursor, limit: 1 });
	assert.equal((await exportsNoted(janus)).length, 2);
	while (page.cursor)
		page = await ask(janus, { cursor: page.cursor, limit: 1 });
	const [, , ended, ...more] = await exportsNoted(janus);
	assert.deepEqual(ended, { ...said, filters, index: ended.index, at: ended.at, rows: 5, begun: first.index });
	assert.deepEqual(more, []);
});

test('a cursor goes on with what its entry says, and with nothing else', async t => {
	const janus = await someMeeting(t);
	const { cursor, index } = await ask(janus, { what: 'records', limit: 1 });
	assertError(await ask(janus, { cursor, what: 'records' }), 702);
	const [, rows, place] = cursor.split('-');
	// Of an entry that is none of this kind, of one that was complete with its page, of another list.
	const whole = await ask(janus, { what: 'products' });
	for (const forged of [`0-${rows}-${place}`, `${whole.index}-${rows}-${place}`, `${index}-${rows}-n0.0`, `${index}-x-${place}`, `99999-1-${place}`])
		assertError(await ask(janus, { cursor: forged }), 702);
	assert.equal((await ask(janus, { cursor })).consent, 'export');
});

test('JSON-LD needs an operator, and the error names what is missing', async t => {
	const janus = await someMeeting(t, { controller_contact: undefined, rights: [] });
	const refused = await ask(janus, { what: 'records', format: 'jsonld' });
	assertError(refused, 702);
	assert.match(refused.error, /'format'.*controller_contact, rights missing/);
	assert.deepEqual(refused.missing, ['controller_contact', 'rights']);
	assertError(await ask(janus, { what: 'notices', format: 'jsonld' }), 702);
	assert.deepEqual(await exportsNoted(janus), []);
});

test('nothing leaves that the ledger cannot note', async t => {
	const janus = await someMeeting(t);
	const barred = await run('sqlite3', ['-cmd', '.timeout 10000', janus.store, "CREATE TRIGGER no_exports BEFORE INSERT ON entries WHEN NEW.type = 'export' BEGIN SELECT RAISE(ABORT, 'no'); END"]);
	assert.equal(barred.status, 0, barred.stderr);
	const refused = await ask(janus, { what: 'records' });
	assertError(refused, 708);
	assert.equal(refused.text, undefined);
});

test('at each gateway of a fleet all logs leave, in pages too', { skip: await missing() }, async t => {
	const database = await Postgres.start(t);
	const fleet = await startFleet(t, database.url);
	for (const [i, janus] of fleet.entries()) {
		const source = await publish(t, janus, `Person ${i}`);
		await consent.grant(source);
		await consent.withdraw(source, { purposes: ['record'], media: ['audio'] });
	}
	const { status, stdout, stderr } = await tool('export', 'records', '--store', database.url, '--format', 'csv');
	assert.equal(status, 0, stderr);
	for (const janus of fleet) {
		janus.api = await janus.admin();
		t.after(() => janus.api.close());
		const all = await pages(janus, { what: 'records', format: 'csv' }, 1);
		assert.equal(joined(all), stdout);
		assert.deepEqual([all.at(-1).rows, all[0].progress], [6, null]);
	}
});
