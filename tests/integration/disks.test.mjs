// SPDX-License-Identifier: GPL-3.0-or-later
// Disks that are slow, read-only or gone while people talk: the call goes on as if nothing were recorded, whoever is concerned is told, and
// capture resumes by itself. (A full one: ledger-down.test.mjs.)

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { numbers, packetsOf, segmentFiles } from '../lib/disk.mjs';
import { assertCaptured } from '../lib/expect.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import * as paths from '../lib/paths.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { eventually } from '../lib/stream.mjs';
import { Subscriber } from '../lib/subscriber.mjs';
import { run, segments, verify } from '../lib/tool.mjs';

after(closeAll);

/** Mounts are those of the tests' own namespace. */
const mount = (...args) => execFileSync('mount', args);

async function assertWhole(janus) {
	const { status, stdout, stderr } = await verify(janus);
	assert.equal(status, 0, stdout + stderr);
}

const told = (who, capturing) => who.handle.consent('capture', { medium: 'video', capturing });

/** The participant is told that capture ended, and the host that recording pauses, and why. */
async function assertTold(ann, host) {
	assert.equal((await told(ann, false)).reason, 'the disk is unavailable');
	assert.equal((await host.handle.consent('activity', { state: 'paused' })).reason, 'records cannot be kept right now');
}

async function assertResumed(ann, host) {
	await told(ann, true);
	await host.handle.consent('activity', { state: 'running' });
}

/** Ann is asked to be recorded, Bob is the host. */
async function asked(t, options) {
	const janus = await startJanus(t, options);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob']);
	const [ann, bob] = meeting.people;
	await consent.start(bob);
	await bob.handle.consent('activity', { state: 'running' });
	return { janus, meeting, ann, bob };
}

test('a read-only disk: capture ends, the call goes on, and capture resumes when it can be written', async t => {
	const { janus, meeting, ann, bob } = await asked(t, { tmpfs: { media: '8m' }, consent: own => ({ recordings: own.in('media', 'recordings') }) });
	mount('-o', 'remount,ro', janus.in('media'));
	await consent.grant(ann, 'record', ['video']);
	await told(ann, true);
	await meeting.send(3);
	await assertTold(ann, bob);
	await meeting.send();
	const from = ann.video.sent + 1;
	mount('-o', 'remount,rw', janus.in('media'));
	await assertResumed(ann, bob);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	assertCaptured(janus, ann.video, from, ann.video.sent);
	assert.match(janus.log.text, /recordings cannot be written, nothing is captured: disk: Read-only file system/);
	await assertWhole(janus);
});

/** A disk whose contents stay when it is taken away, at a place where nothing can be made without it. */
function removable(own) {
	const place = own.in('media', 'disk');
	fs.mkdirSync(place);
	mount('--bind', own.in('store'), place);
	mount('-o', 'remount,ro', own.in('media'));
	return { recordings: path.join(place, 'recordings') };
}

test('a disk that is gone: capture ends, the call goes on, and capture resumes when it is back', async t => {
	const { janus, meeting, ann, bob } = await asked(t, { tmpfs: { store: '64m', media: '1m' }, consent: removable });
	await consent.grant(ann, 'record', ['video']);
	await told(ann, true);
	await meeting.send();
	const before = ann.video.sent;
	await eventually(() => packetsOf(janus, ann.video).size === before, 'the writer');

	execFileSync('umount', ['--lazy', janus.in('media', 'disk')]);
	ann.flow();
	await assertTold(ann, bob);
	await ann.stopFlow();
	await meeting.send();
	const from = ann.video.sent + 1;
	mount('--bind', janus.in('store'), janus.in('media', 'disk'));
	await assertResumed(ann, bob);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	const [first, second, ...more] = segmentFiles(janus).map(({ frames }) => frames.map(({ number }) => number)).sort(([a], [b]) => a - b);
	assert.deepEqual(more, []);
	assert.deepEqual(first.slice(0, before), numbers(1, before));
	assert.deepEqual(second, numbers(from, ann.video.sent));
	await assertWhole(janus);
});

const STALL_S = 5;
const PACKETS_A_SECOND = 50;

/** A wrapper of Janus that lets the gateway's writer wait while that file is there. */
async function stalling(folder, stall) {
	const library = path.join(folder, 'stall.so');
	const source = path.join(paths.repository, 'tests/integration/fixtures/stall.c');
	const { status, stderr } = await run('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl', '-pthread']);
	assert.equal(status, 0, stderr);
	// Behind a sanitizer's runtime, which must come first.
	return ['sh', '-c', `STALL='${stall}' LD_PRELOAD="\${LD_PRELOAD:+$LD_PRELOAD:}${library}" exec "$@"`, 'sh'];
}

/** Somebody who is heard, and when: `packets` is [{number, at}], `sent` when each was sent, by number. */
async function heard(janus) {
	const source = await Source.publish(janus, { room: ROOM });
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	const packets = [];
	watcher.onPacket = ({ number, source: ssrc }) => ssrc === source.audio.ssrc && packets.push({ number, at: performance.now() });
	return { source, watcher, packets, sent: [] };
}

/** Sends sound to all of them at the pace of a call, for so many seconds. */
async function talk(seconds, calls) {
	const begun = performance.now();
	for (let n = 0; n < seconds * PACKETS_A_SECOND; n++) {
		for (const { source, sent } of calls)
			sent[source.audio.sendNext()] = performance.now();
		await setTimeout(Math.max(0, begun + (n + 1) * 1000 / PACKETS_A_SECOND - performance.now()));
	}
	for (const { source, watcher } of calls)
		await watcher.sees(source.audio);
}

/** Milliseconds: the longest way through Janus, and the longest time without a packet. */
function figures({ packets, sent }) {
	const delays = packets.map(({ number, at }) => at - sent[number]);
	const gaps = packets.slice(1).map(({ at }, i) => at - packets[i].at);
	return { delay: Math.max(...delays), gap: Math.max(...gaps) };
}

test(`a disk that takes nothing for ${STALL_S} s: subscribers notice no more of it than without recording`, async t => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-stall-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const stall = path.join(folder, 'stall');
	const bare = await startJanus(t, { gateway: false });
	const janus = await startJanus(t, { wrapper: await stalling(folder, stall) });
	const [without, recorded] = [await heard(bare), await heard(janus)];
	const calls = [without, recorded];
	await consent.start(recorded.source);
	await consent.grant(recorded.source, 'record', ['audio']);
	await talk(0.5, calls);

	fs.writeFileSync(stall, '');
	recorded.source.audio.sendFrames(10);
	await eventually(() => fs.existsSync(`${stall}.on`), 'the writer to wait');
	await recorded.watcher.sees(recorded.source.audio);
	recorded.packets.length = without.packets.length = 0;
	const first = recorded.source.audio.sent + 1;
	// All of it arrives before the disk takes anything again.
	await talk(STALL_S, calls);
	fs.rmSync(stall);
	const last = recorded.source.audio.sent;
	assert.deepEqual(recorded.packets.map(({ number }) => number), numbers(first, last), 'all packets, in order');

	const [ours, theirs] = [recorded, without].map(figures);
	for (const [name, { delay, gap }] of [['recorded, the disk stalled', ours], ['bare VideoRoom', theirs]])
		t.diagnostic(`${name}: longest delay ${delay.toFixed(1)} ms, longest gap ${gap.toFixed(1)} ms`);
	for (const figure of ['delay', 'gap'])
		assert.ok(ours[figure] < theirs[figure] + STALL_S * 1000 / 2, `${figure}: ${ours[figure]} ms, without recording ${theirs[figure]} ms`);

	for (const { source, watcher } of calls) {
		await source.close();
		watcher.close();
	}
	await janus.stop();
	assertCaptured(janus, recorded.source.audio, 1, last);
	assert.equal((await segments(janus)).reduce((lost, row) => lost + row.lost, 0), 0, 'nor is anything lost to the recording');
});
