// SPDX-License-Identifier: GPL-3.0-or-later
// Two gateways on one PostgreSQL: what is said at one holds at the other.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { numbers, packetsOf } from '../lib/disk.mjs';
import { assertError, assertNumbers } from '../lib/expect.mjs';
import { assertVerifies, captured, ORIGINS, publish, recordsAt, startFleet, startGateway } from '../lib/fleet.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Line, missing, Postgres } from '../lib/postgres.mjs';
import { Signer } from '../lib/signer.mjs';
import { Source } from '../lib/source.mjs';
import { eventually } from '../lib/stream.mjs';
import { listed, verify } from '../lib/tool.mjs';
import * as paths from '../lib/paths.mjs';

after(closeAll);

const skip = await missing();

/** Ann has her camera at A and her screen at B, and both are captured. */
async function annAtBoth(t, { a, b }) {
	const key = new Signer();
	const camera = await publish(t, a, 'Ann', key);
	const screen = await publish(t, b, 'Ann’s screen', key);
	await consent.start(camera);
	await consent.start(screen);
	await key.decide(camera, 'granted');
	await captured(camera, true);
	await captured(screen, true);
	return { key, camera, screen };
}

async function pair(t, options) {
	const database = await Postgres.start(t);
	const [a, b] = await startFleet(t, database.url, options);
	return { database, a, b };
}

/** Sends so many frames of each medium; resolves when Janus must have taken all of them. */
async function send(source, frames = 10) {
	for (const track of source.tracks)
		track.sendFrames(frames);
	await consent.info(source);
}

test('a withdrawal at one gateway stops capture at the other', { skip }, async t => {
	const fleet = await pair(t);
	const { key, camera, screen } = await annAtBoth(t, fleet);
	assert.equal(screen.bound.participant, camera.bound.participant, 'the same key is the same participant');
	const bob = await publish(t, fleet.b, 'Bob');

	await send(screen);
	await eventually(() => packetsOf(fleet.b, screen.video).size > 0, 'a packet of the screen');
	assert.equal((await key.withdraw(camera)).consent, 'withdrawn');
	const reasons = await captured(screen, false);
	assert.deepEqual(reasons, ['withdrawn at another gateway', 'withdrawn at another gateway']);
	const last = screen.video.sent;
	await send(screen);

	const told = await bob.handle.next(data => data.event === 'decision' && data.how === 'withdraw', 'the decision');
	assert.equal(told.participant, screen.bound.participant);
	assert.deepEqual(told.decisions, { audio: 'withdrawn', video: 'withdrawn' });
	await fleet.a.stop();
	await fleet.b.stop();
	for (const number of packetsOf(fleet.b, screen.video))
		assert.ok(number <= last, `packet ${number} was captured after the withdrawal`);
	const rows = await recordsAt(fleet.database.url);
	assert.deepEqual(rows.map(row => [row.medium, row.decision]),
		[['audio', 'granted'], ['video', 'granted'], ['audio', 'withdrawn'], ['video', 'withdrawn']], 'each decision is there once');
	await assertVerifies(fleet.database.url);
});

test('an erasure at one gateway is one at the other', { skip }, async t => {
	const fleet = await pair(t);
	const { screen } = await annAtBoth(t, fleet);
	const admin = await fleet.a.admin();
	t.after(() => admin.close());
	const erased = await admin.request(fleet.a.package,
		{ request: 'consent_erase', participant: screen.bound.participant, reason: 'asked for' });
	assert.equal(erased.consent, 'erased');
	await captured(screen, false);
	const { participant, decisions } = await consent.info(screen);
	assert.notEqual(participant, screen.bound.participant);
	assert.ok(decisions.every(one => one.decision === 'undecided'));
	await fleet.a.stop();
	await fleet.b.stop();
	for (const kind of ['records', 'segments'])
		assert.doesNotMatch(JSON.stringify(await listed({ store: fleet.database.url }, kind)), /Ann/);
	await assertVerifies(fleet.database.url);
});

test('a withdrawal with erasure erases at the other gateway, too, when the meeting there is over', { skip }, async t => {
	const fleet = await pair(t);
	const { key, camera, screen } = await annAtBoth(t, fleet);
	await send(screen);
	await eventually(() => packetsOf(fleet.b, screen.video).size > 0, 'a packet of the screen');
	await screen.close();
	assert.equal((await key.withdraw(camera, { erase: true })).consent, 'withdrawn');
	await eventually(() => packetsOf(fleet.b, screen.video).size === 0, 'the recordings gone');
	await fleet.a.stop();
	await fleet.b.stop();
	const segments = await listed({ store: fleet.database.url }, 'segments', '--participant', screen.bound.participant);
	assert.ok(segments.length >= 4 && segments.every(segment => segment.state === 'erased'), JSON.stringify(segments));
	const { status, stdout, stderr } = await verify(fleet.b);
	assert.equal(status, 0, stdout + stderr);
});

/** The notices that are shipped, with other words for recording. */
function changedNotices(folder, what, by) {
	fs.cpSync(paths.notices, folder, { recursive: true });
	const file = path.join(folder, 'record.jcfg');
	fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(what, by));
	return folder;
}

test('a new version of a notice at one gateway is in force at the other', { skip }, async t => {
	const { database, a, b } = await pair(t);
	const bob = await publish(t, a, 'Bob');
	await consent.start(bob);
	await consent.grant(bob);
	await captured(bob, true);
	const before = await consent.noticeOf(bob, 'record');

	await b.stop();
	const notices = changedNotices(b.in('notices'), /^version = 2;$/m, 'version = 3;');
	await startGateway(t, database.url, ORIGINS[1], { folder: b.folder, consent: { notices } });
	assert.deepEqual(await captured(bob, false), Array(2).fill('the notice has changed'));
	const notice = await bob.handle.next(data => data.event === 'notice' && data.version === 3, 'the new notice');
	assert.equal(notice.decision.audio, 'undecided');
	assert.notEqual(notice.notice, before);

	const decisions = [{ purpose: 'record', media: ['audio'], decision: 'granted', notice: before }];
	const refused = await bob.request({ request: 'consent_decide', decisions });
	assertError(refused, 705);
	assert.equal((await consent.grant(bob)).consent, 'decided');
	await captured(bob, true);
	await assertVerifies(database.url);
});

test('the database falls silent: capture ends in time, nothing can be agreed to, and all goes on when it speaks again', { skip }, async t => {
	const database = await Postgres.start(t);
	const line = await Line.to(t, database);
	const a = await startGateway(t, line.url, ORIGINS[0], { consent: { ledger_timeout_ms: 2000 } });
	const ann = await publish(t, a, 'Ann'), bob = await publish(t, a, 'Bob');
	await consent.start(ann);
	await consent.grant(ann);
	await captured(ann, true);

	const began = Date.now();
	line.swallow();
	for (const reason of await captured(ann, false))
		assert.match(reason, /ledger/);
	t.diagnostic(`capture ended after ${Date.now() - began} ms of silence`);
	await eventually(() => a.log.has(/the ledger's store has been silent for \d+ ms/), 'that not the database said so, but its silence');
	assert.match((await bob.handle.consent('activity', { state: 'paused' })).reason, /records/);
	assertError(await consent.grant(bob), 708);
	const until = ann.video.sent;
	await send(ann);
	const late = await Source.join(a, { room: ROOM, display: 'Late' });
	t.after(() => late.close());
	const { state, reason } = await late.handle.consent('notice');
	assert.equal(state, 'paused');
	assert.match(reason, /records/);

	line.pass();
	await captured(ann, true);
	await bob.handle.consent('activity', { state: 'running' });
	const from = ann.video.sent + 1;
	await send(ann);
	assert.equal((await consent.grant(bob)).consent, 'decided');
	await a.stop();
	for (const number of packetsOf(a, ann.video))
		assert.ok(number <= until || number >= from, `packet ${number} was captured while the ledger was away`);
	await assertVerifies(database.url);
});

test('what was withdrawn while the database was away holds everywhere before anything goes on', { skip }, async t => {
	const fleet = await pair(t);
	const { key, camera, screen } = await annAtBoth(t, fleet);
	// Not killed: its orphans might still take the withdrawal.
	await fleet.database.stop('SIGQUIT');
	await captured(camera, false);
	await captured(screen, false);
	assertError(await key.withdraw(camera), 708);
	await fleet.database.start();

	await screen.handle.next(data => data.event === 'decision' && data.how === 'withdraw', 'the withdrawal');
	await screen.handle.consent('activity', { state: 'running' });
	assert.deepEqual(screen.handle.consented('capture').filter(one => one.capturing).length, 2, 'capture began once for each medium');
	await send(screen);
	await fleet.a.stop();
	await fleet.b.stop();
	assertNumbers(packetsOf(fleet.b, screen.video), numbers(1, 0), 'the screen');
	await assertVerifies(fleet.database.url);
});

test('two gateways that were told nothing but the database keep two logs', { skip }, async t => {
	const database = await Postgres.start(t);
	const first = await startJanus(t, { consent: { store: database.url } });
	const second = await startJanus(t, { consent: { store: database.url } });
	await second.stop();
	const again = await startJanus(t, { folder: second.folder, consent: { store: database.url } });
	for (const janus of [first, again])
		assert.equal((await consent.grant(await publish(t, janus, 'Ann'))).consent, 'decided');
	assert.deepEqual(await database.sql('SELECT count(*) FROM janus_consent.logs'), ['2']);
	await assertVerifies(database.url);
});

test('two gateways cannot write one log', { skip }, async t => {
	const database = await Postgres.start(t);
	const first = await startGateway(t, database.url, ORIGINS[0]);
	const second = await startGateway(t, database.url, ORIGINS[0], { refused: true });
	assert.ok(second.log.has(/is held by another running gateway .*give each its own origin/));
	await first.kill('SIGKILL');
	const next = await startGateway(t, database.url, ORIGINS[0], { folder: first.folder });
	assert.equal((await consent.grant(await publish(t, next, 'Ann'))).consent, 'decided');
	await assertVerifies(database.url);
});
