// SPDX-License-Identifier: MIT
// Keys of participants in real browsers in front of a real gateway: who comes back is who they were, and signs what they decide.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { segmentFiles } from '../lib/disk.mjs';
import { SECRET, startJanus } from '../lib/janus.mjs';
import { records, verify } from '../lib/tool.mjs';
import { openPage, shoot, startBrowser } from './lib/browser.mjs';
import { Person, person } from './lib/person.mjs';
import { startSite } from './lib/site.mjs';

let browser;
let janus;
let site;

before(async t => {
	janus = await startJanus(t);
	const admin = await janus.admin();
	const { keys } = await admin.request(janus.package, { request: 'consent_key' });
	admin.close();
	site = await startSite(t, { janus, keys: { keys } });
	browser = await startBrowser(t);
});

/** Another tab of somebody's browser. */
async function tab({ page, name }) {
	const other = new Person(await page.context().newPage(), name);
	await other.page.goto(site.url);
	return other;
}

test('who reloads the page, or opens another tab, is not asked again; who has another name is', async t => {
	const host = await person(t, browser, site, 'Host');
	const anna = await person(t, browser, site, 'Anna');
	await host.start('Recording', SECRET);
	await anna.answer('Allow');
	await anna.says('You are captured: audio and video');

	await anna.page.reload();
	await anna.join();
	await anna.says('You are captured: audio and video');
	assert.equal(await anna.notice.count(), 0, 'not asked again');

	const second = await tab(anna);
	await second.join();
	await second.says('You are captured: audio and video');
	const panel = await second.open('My consent');
	await panel.getByText('signed with a key that exists only in this browser').waitFor();
	await panel.getByRole('button', { name: 'Withdraw everything' }).click();
	await anna.says('You are not captured');
	await panel.getByText('My receipts').click();
	await panel.getByRole('button', { name: 'Check here: ' }).first().click();
	await panel.getByText('Genuine: signed by this server, for you, and unchanged. It names your key. The server’s public log has it.').waitFor();
	await shoot(second.page, 'meeting-receipts');

	const ben = await tab({ ...anna, name: 'Ben' });
	await ben.join();
	await ben.notice.getByText('Started by Host').waitFor();
	await ben.answer('Decline');

	const list = await records(janus);
	assert.deepEqual(list.map(one => [one.display, one.medium, one.decision, one.evidence]), [
		['Anna', 'audio', 'granted', 'signed'],
		['Anna', 'video', 'granted', 'signed'],
		['Anna', 'audio', 'withdrawn', 'signed'],
		['Anna', 'video', 'withdrawn', 'signed'],
		['Ben', 'audio', 'refused', 'signed'],
		['Ben', 'video', 'refused', 'signed'],
	]);
	assert.equal(new Set(list.slice(0, 4).map(one => one.participant)).size, 1, 'one participant');
	assert.equal((await verify(janus)).status, 0);
});

test('answers given one by one, signed with one signature, verify', async t => {
	const anna = await person(t, browser, site, 'Anna');
	await anna.start('Recording', SECRET);
	await anna.notice.getByRole('button', { name: 'Choose separately' }).click();
	await anna.notice.getByRole('group', { name: 'audio' }).getByRole('button', { name: 'Allow' }).click();
	await anna.notice.getByRole('group', { name: 'video' }).getByRole('button', { name: 'Decline' }).click();
	await anna.notice.getByRole('button', { name: 'Save my answers' }).click();
	await anna.says('You are captured: audio');
	const panel = await anna.open('My consent');
	await panel.getByRole('group', { name: 'Recording: audio' }).getByRole('button', { name: 'Decline' }).click();
	await anna.says('You are not captured');
	assert.equal((await verify(janus)).status, 0);
});

test('withdrawing with deletion leaves nothing of one on the disk', async t => {
	const own = await startJanus(t);
	const anna = await person(t, browser, await startSite(t, { janus: own }), 'Anna');
	await anna.start('Recording', SECRET);
	await anna.answer('Allow');
	await anna.sends('audio', 50);
	const panel = await anna.open('My consent');
	await panel.getByRole('button', { name: 'Delete what was captured of me' }).click();
	await panel.getByRole('button', { name: 'Delete it' }).click();
	await panel.getByText('Withdrawn. 2 recordings of you were deleted.').waitFor();
	await anna.says('You are not captured');
	assert.deepEqual(segmentFiles(own), []);
	assert.equal((await verify(own)).status, 0);
	await anna.page.context().close();
});

test('the private half of a key cannot be read, and nothing else is stored but the name, by this tab', async t => {
	const anna = await person(t, browser, site, 'Anna');
	const stored = await anna.page.evaluate(async () => {
		const [{ name }, ...others] = await indexedDB.databases();
		const done = request => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
		const database = await done(indexedDB.open(name));
		const [kept] = await done(database.transaction('keys').objectStore('keys').getAll());
		const exported = await crypto.subtle.exportKey('pkcs8', kept.pair.privateKey).then(() => 'given away', error => error.name);
		return { name, others: others.length, exported, fields: Object.keys(kept).sort(), storage: [{ ...localStorage }, { ...sessionStorage }] };
	});
	const storage = [{}, { 'consent-meeting-name': 'Anna' }];
	assert.deepEqual(stored, { name: 'janus-consent', others: 0, exported: 'InvalidAccessError', fields: ['id', 'made', 'pair'], storage });
});

test('a browser that cannot sign takes part all the same, and the record says so', async t => {
	const poor = () => { SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException('unknown', 'NotSupportedError')); };
	const anna = new Person(await openPage(t, browser, site.url, { before: poor }), 'Unsigned');
	await anna.join();
	await anna.start('Recording', SECRET);
	await anna.answer('Allow');
	await anna.says('You are captured: audio and video');
	const panel = await anna.open('My consent');
	await panel.getByText('Your answers are not signed by this browser').waitFor();
	const list = await records(janus);
	assert.deepEqual(list.filter(one => one.display === 'Unsigned').map(one => one.evidence), ['session', 'session']);
});
