// SPDX-License-Identifier: MIT
// The whole story with the real parts: Debian's Janus, its unmodified VideoRoom, real browsers, files and ledger.
//
// Anna starts a recording. All three see the notice: Anna allows, Ben declines, Cleo ignores it. Later Anna changes her
// mind, Dora joins late, and the admin exports the records. What is on disk is Anna's, from her yes to her no.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { records, verify } from '../lib/tool.mjs';
import { openPage, shoot, startBrowser } from './lib/browser.mjs';
import { assertLedgerKnowsFiles, assertOnDisk, closedSegments, wallColour, packetsBySsrc, played } from './lib/evidence.mjs';
import { person } from './lib/person.mjs';
import { camera, PEOPLE } from './lib/portrait.mjs';
import { startSite } from './lib/site.mjs';

/** Enough sound to be judged: five seconds at fifty packets a second. */
const ENOUGH = 250;

const sum = counts => [...counts.values()].reduce((total, count) => total + count, 0);
const ssrcs = sent => sent.map(({ ssrc }) => ssrc);

test('a meeting is recorded, and only of the one who agreed', async t => {
	const rooms = { [`room-${ROOM}`]: { description: 'Team meeting', secret: SECRET, publishers: 6, bitrate: 512_000, record: false } };
	const janus = await startJanus(t, { rooms });
	const site = await startSite(t, { janus });
	const cameras = await makeCameras(t);
	const join = async name => person(t, await startBrowser(t, { args: [`--use-file-for-fake-video-capture=${cameras[name]}`] }), site, name);

	const anna = await join('Anna');
	const ben = await join('Ben');
	const cleo = await join('Cleo');
	const everybody = [anna, ben, cleo];
	await seeEachOther(everybody);

	await t.test('one starts a recording, and all three see the notice', async () => {
		await anna.start('Recording', SECRET);
		await anna.notice.getByText('Started by you').waitFor();
		for (const one of [ben, cleo])
			await one.notice.getByText('Started by Anna').waitFor();
		for (const one of everybody)
			await one.says('You are not captured');
		await shoot(ben.page, 'notice');
		await shoot(cleo.page, 'story-notice');
		assertOnDisk(janus, []);
	});

	await t.test('one allows, one declines, one ignores it', async () => {
		await ben.answer('Decline');
		await anna.answer('Allow');
		await anna.says('You are captured: audio and video');
		for (const one of everybody) {
			await one.mark('Anna', 'Captured: Recording');
			await one.mark('Ben', 'Not captured');
			await one.mark('Cleo', 'Not captured');
		}
		await ben.says('You are not captured');
		await cleo.says('You are not captured');
		assert.ok(await cleo.notice.isVisible(), 'nobody takes the question away from the one who ignores it');
		await shoot(cleo.page, 'story-ignoring');
	});

	const sending = { anna: await anna.sending(), ben: await ben.sending(), cleo: await cleo.sending() };
	await t.test('everybody sends, everybody sees everybody', async () => {
		await anna.sends('audio', ENOUGH);
		for (const sent of Object.values(sending))
			assert.deepEqual(sent.map(({ kind }) => kind).sort(), ['audio', 'video']);
		await seeEachOther(everybody);
	});

	await t.test('who joins late is told what runs', async () => {
		const dora = await join('Dora');
		await dora.notice.getByText('Started by Anna').waitFor();
		await dora.mark('Anna', 'Captured: Recording');
		await dora.says('You are not captured');
		await dora.sees('Anna');
		await shoot(dora.page, 'story-late');
		await dora.button('Leave').click();
		await anna.tile('Dora').waitFor({ state: 'detached' });
	});

	await t.test('a change of mind is one click, and from then on nothing more is captured', async () => {
		const panel = await anna.open('My consent');
		await shoot(anna.page, 'story-panel');
		await panel.getByRole('button', { name: 'Withdraw everything' }).click();
		await anna.says('You are not captured');
		await ben.mark('Anna', 'Not captured');
		await anna.button('Close').click();

		await closedSegments(janus);
		await assertLedgerKnowsFiles(janus);
		const before = sum(packetsBySsrc(janus));
		await anna.sends('audio', ENOUGH);
		await seeEachOther(everybody);
		assert.equal(sum(packetsBySsrc(janus)), before, 'not one packet more');
	});

	await t.test('the recording is stopped, the meeting goes on', async () => {
		await anna.stop('Recording');
		await cleo.notice.waitFor({ state: 'detached' });
		for (const one of everybody)
			await one.page.getByText('You are not captured').first().waitFor({ state: 'detached' });
		await seeEachOther(everybody);
	});

	await t.test('the files hold Anna and nobody else', async () => {
		assertOnDisk(janus, ssrcs(sending.anna));
		const rows = await assertLedgerKnowsFiles(janus);
		assert.deepEqual(rows.map(({ display, medium, state }) => [display, medium, state]).sort(), [['Anna', 'audio', 'closed'], ['Anna', 'video', 'closed']]);
		for (const { ssrc, medium } of rows)
			assert.equal(ssrc, sending.anna.find(({ kind }) => kind === medium).ssrc);
		const others = [...ssrcs(sending.ben), ...ssrcs(sending.cleo)];
		assert.ok(others.every(ssrc => !packetsBySsrc(janus).has(ssrc)));
	});

	await t.test('janus-pp-rec and FFmpeg play them: Anna’s sound, Anna’s picture', async () => {
		const files = await played(janus);
		const audio = files.find(({ medium }) => medium === 'audio');
		const video = files.find(({ medium }) => medium === 'video');
		assert.deepEqual([audio.codec, video.codec], ['opus', 'vp8']);
		const captured = packetsBySsrc(janus).get(sending.anna.find(({ kind }) => kind === 'audio').ssrc);
		assert.ok(captured >= ENOUGH, `${captured} packets of sound`);
		assertAbout(audio.seconds, captured / 50, 'the sound is as long as its packets');
		assertAbout(video.seconds, audio.seconds, 'the picture is as long as the sound');
		assert.ok(video.frames > 10, `${video.frames} frames`);
		assert.equal(nearest(await wallColour(video, janus)), 'Anna');
	});

	await t.test('the ledger says who decided what, and verifies', async () => {
		const list = (await records(janus)).map(({ display, medium, decision }) => [display, medium, decision]);
		assert.deepEqual(list, [
			['Ben', 'audio', 'refused'],
			['Ben', 'video', 'refused'],
			['Anna', 'audio', 'granted'],
			['Anna', 'video', 'granted'],
			['Anna', 'audio', 'withdrawn'],
			['Anna', 'video', 'withdrawn'],
		]);
		assert.equal((await verify(janus)).status, 0);
	});

	await t.test('the admin exports the records', async () => {
		const page = await openPage(t, anna.page.context().browser(), `${site.url}/admin/`, { acceptDownloads: true });
		await page.getByLabel('Admin secret').fill(janus.secret);
		await page.keyboard.press('Enter');
		await page.getByRole('navigation', { name: 'Consent console' }).getByRole('button', { name: 'Records' }).click();
		await page.getByRole('status').getByText('6 rows').waitFor();
		await shoot(page, 'story-console');
		const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export JSON Lines' }).click()]);
		const exported = fs.readFileSync(await file.path(), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));
		assert.deepEqual(exported, await records(janus));

		await page.getByRole('button', { name: 'Meetings' }).click();
		await page.getByRole('button', { name: 'Time line' }).click();
		await page.getByText('Dora').waitFor();
		await shoot(page, 'timeline');
	});
});

async function makeCameras(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-cameras-'));
	t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
	const browser = await startBrowser(t);
	const page = await browser.newPage();
	const files = {};
	for (const name of Object.keys(PEOPLE))
		files[name] = await camera(page, folder, name);
	await browser.close();
	return files;
}

async function seeEachOther(people) {
	for (const one of people)
		for (const { name } of people)
			await one.sees(name);
}

/** Within half a second and a tenth: clocks of sound, picture and network are not one. */
function assertAbout(actual, expected, what) {
	assert.ok(Math.abs(actual - expected) <= 0.5 + expected / 10, `${what}: ${actual} s, expected about ${expected} s`);
}

/** Whose wall has that colour. */
function nearest(colour) {
	const distance = hex => Math.hypot(...[1, 3, 5].map((at, i) => parseInt(hex.slice(at, at + 2), 16) - colour[i]));
	return Object.entries(PEOPLE).sort(([, a], [, b]) => distance(a.wall) - distance(b.wall))[0][0];
}
