// SPDX-License-Identifier: MIT
// The panel, with a gateway in memory behind it: changing one's mind, deleting, receipts.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { shoot } from './lib/browser.mjs';
import { asked, button, decided, focused, gone, notice, sharedGallery, start } from './lib/gallery.mjs';

const open = sharedGallery();

test('the panel changes each decision with one click', async t => {
	const page = await open(t);
	await start(page);
	const panel = page.locator('consent-panel');
	const line = panel.getByRole('group', { name: 'Recording: video' });
	await button(line, 'Allow').click();
	await page.getByText('You are captured: video').first().waitFor();
	await button(line, 'Decline').click();
	await page.getByText('You are not captured').first().waitFor();
	await panel.getByText('Withdrawn').waitFor();
	assert.equal(await asked(page, 'consent_withdraw'), 1, 'taking a grant back is a withdrawal');
	await button(panel.getByRole('group', { name: 'Training: audio' }), 'Decline').click();
	await panel.getByText('Declined').waitFor();
	assert.deepEqual(await decided(page), ['record granted video', 'train refused audio']);
});

test('the panel withdraws everything at once', async t => {
	const page = await open(t);
	await start(page);
	await button(notice(page), 'Allow').click();
	await page.getByText('You are captured').first().waitFor();
	await button(page.locator('consent-panel'), 'Withdraw everything').click();
	await page.getByText('You are not captured').first().waitFor();
	await gone(page.getByRole('button', { name: 'Withdraw everything' }));
});

test('deleting is asked about once more, and its answer is told', async t => {
	const page = await open(t);
	const panel = page.locator('consent-panel');
	await start(page);
	assert.equal(await button(panel, 'Delete what was captured of me').count(), 0, 'nothing was ever captured');
	await button(notice(page), 'Allow').click();
	await button(panel, 'Delete what was captured of me').click();
	await panel.getByText('It cannot be undone.').waitFor();
	assert.equal(await focused(page), 'Keep it', 'the focus is on what changes nothing');
	await assertAccessible(page, 'deleting, asked about');
	await page.keyboard.press('Enter');
	await gone(button(panel, 'Keep it'));
	assert.equal(await focused(page), 'erase', 'the focus is back where it was');
	await page.keyboard.press('Enter');
	assert.equal(await asked(page, 'consent_withdraw'), 0);
	await page.evaluate(() => { window.gateway.erased = 2; });
	await button(panel, 'Delete it').click();
	await panel.getByText('Withdrawn. 2 recordings of you were deleted.').waitFor();
	assert.equal(await page.evaluate(() => window.gateway.requests.at(-1).erase), true);
	await page.getByText('You are not captured').first().waitFor();
	assert.equal(await button(panel, 'Delete what was captured of me').count(), 0, 'nothing is left to delete');
	await button(panel.getByRole('group', { name: 'Recording: audio' }), 'Allow').click();
	await button(panel, 'Delete what was captured of me').waitFor();
});

test('who is captured for what: the media are named where somebody allowed only some of them', async t => {
	const page = await open(t);
	await start(page);
	await page.evaluate(() => {
		window.gateway.decide('p2', [{ purpose: 'record', media: ['audio'], decision: 'granted' }]);
		window.gateway.decide('p3', [{ purpose: 'record', media: ['audio', 'video'], decision: 'granted' }]);
	});
	const people = page.locator('consent-panel').locator('.people li');
	await people.getByText('Recording (audio)').waitFor();
	assert.deepEqual(await people.evaluateAll(rows => rows.map(row => row.innerText.replace(/\s+/g, ' '))), ['Anna (you) Not captured', 'Ben Recording (audio)', 'Cleo Recording']);
});

test('whoever withdraws is told of training sets that were handed out before', async t => {
	const page = await open(t);
	const panel = page.locator('consent-panel');
	await start(page, 'train');
	await button(notice(page), 'Allow').click();
	await page.evaluate(() => { window.gateway.trainingSets = 2; });
	await button(panel.getByRole('group', { name: 'Training: audio' }), 'Decline').click();
	await panel.getByRole('status').getByText('2 training sets that were handed out before have something of you in them.').waitFor();
	await page.evaluate(() => { window.gateway.trainingSets = 0; });
	await button(panel, 'Withdraw everything').click();
	await gone(panel.getByText('training sets'));
});

test('where the server cannot delete, what was allowed is withdrawn all the same', async t => {
	const page = await open(t);
	const panel = page.locator('consent-panel');
	await start(page);
	await button(notice(page), 'Allow').click();
	await page.evaluate(() => { window.gateway.erases = false; });
	await button(panel, 'Delete what was captured of me').click();
	await button(panel, 'Delete it').click();
	await panel.getByText('This server cannot delete by itself').waitFor();
	await page.getByText('You are not captured').first().waitFor();
	await gone(button(panel, 'Delete what was captured of me'));
});

/** Opens the panel's receipts, and presses the newest one's button. */
async function receipt(page, name) {
	const panel = page.locator('consent-panel');
	await panel.getByText('My receipts').click();
	await panel.getByRole('button', { name: `${name}: ` }).first().click();
	return panel;
}

test('receipts of signed answers are checked here, and kept as a file', async t => {
	const page = await open(t, { search: '?signed', acceptDownloads: true });
	await page.getByText('signed with a key that exists only in this browser').waitFor();
	await start(page);
	await button(notice(page), 'Allow').click();
	await gone(notice(page));
	const panel = await receipt(page, 'Check here');
	await panel.getByText('Allowed: Recording (audio and video)').waitFor();
	await panel.getByText('Genuine: signed by this server, for you, and unchanged. It names your key.').waitFor();
	await assertAccessible(page, 'receipts');
	await shoot(page, 'receipts');
	const [file] = await Promise.all([page.waitForEvent('download'), panel.getByRole('button', { name: 'Download: ' }).click()]);
	assert.match(file.suggestedFilename(), /^consent-receipt-.*\.jws$/);
	const held = await page.evaluate(() => window.gateway.members.get(window.me).receipts);
	assert.deepEqual([fs.readFileSync(await file.path(), 'utf8').trim()], held);

	await button(panel, 'Withdraw everything').click();
	await panel.getByText('Nothing allowed').waitFor();
	assert.ok(await page.evaluate(() => window.gateway.requests.filter(one => one.proof).length >= 3), 'bound, allowed, withdrawn');
});

const spoilt = [
	['a receipt that was changed', 'The signature does not fit', () => {
		const [receipt] = window.gateway.members.get(window.me).receipts;
		window.gateway.members.get(window.me).receipts = [receipt.replace(/.{6}$/, 'AAAAAA')];
	}],
	['a receipt of another key of mine', 'It does not name your key', () => { window.store.client.signer = { jwk: { x: 'x' } }; }],
	['a proof that does not hold', 'The proof that the server’s log has it does not hold', () => { window.gateway.proofs = ['c2sp.org/tlog-proof@v1\nindex 0\n\nx']; }],
	['no keys to check with', 'The server’s public keys are not to be had here', () => { window.store.keys = () => Promise.reject(new Error('x')); }],
];

for (const [what, text, spoil] of spoilt)
	test(`${what}: says so`, async t => {
		const page = await open(t, { search: '?signed' });
		await start(page);
		await button(notice(page), 'Allow').click();
		await gone(notice(page));
		await page.evaluate(spoil);
		await (await receipt(page, 'Check here')).getByText(text).waitFor();
	});

const poor = [
	['no Ed25519', () => {
		const unknown = () => Promise.reject(new DOMException('unknown', 'NotSupportedError'));
		for (const name of ['generateKey', 'importKey'])
			SubtleCrypto.prototype[name] = unknown;
	}, 'Your answers are not signed by this browser'],
	['no IndexedDB', () => { IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }; }, 'signed with a key that exists only in this browser'],
];

for (const [what, spoil, text] of poor)
	test(`a browser that has ${what} asks and answers all the same`, async t => {
		const page = await open(t, { search: '?signed', before: spoil });
		await page.getByText(text).waitFor();
		await start(page);
		await button(notice(page), 'Allow').click();
		await page.getByText('You are captured: audio and video').first().waitFor();
	});
