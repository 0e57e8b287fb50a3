// SPDX-License-Identifier: MIT
// What the components say to those who hear the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notice, sharedGallery, start } from './lib/gallery.mjs';

const open = sharedGallery();

test('a notice is announced', async t => {
	const page = await open(t);
	const status = page.locator('consent-notice').getByRole('status').first();
	assert.equal(await status.textContent(), '');
	await start(page);
	await notice(page).waitFor();
	assert.equal(await status.textContent(), 'Your decision is needed: May we record you?');
});

test('several questions are announced in one line', async t => {
	const page = await open(t);
	await page.evaluate(() => {
		window.gateway.purposes[1].title = 'Summaries by a machine';
		return window.store.refresh();
	});
	await page.evaluate(() => {
		for (const purpose of ['summarize', 'record'])
			window.gateway.start(purpose, 'p2');
	});
	const status = page.locator('consent-notice').getByRole('status').first();
	await status.getByText('Your decision is needed: Summaries by a machine, May we record you?', { exact: true }).waitFor();
});

test('what the indicator says aloud begins with oneself', async t => {
	const page = await open(t);
	await start(page);
	await page.locator('consent-indicator').getByText('You are not captured. Running now: Recording.', { exact: true }).waitFor({ state: 'attached' });
});

test('what is about to start, or paused, is not said to be running', async t => {
	const page = await open(t);
	const says = text => page.locator('consent-indicator').getByText(`You are not captured. ${text}`, { exact: true }).waitFor({ state: 'attached' });
	await start(page, 'record', 'p2', { countdown: 10 });
	await says('Recording: About to start.');
	await page.evaluate(() => window.gateway.run('record'));
	await says('Running now: Recording.');
	await start(page, 'summarize');
	await page.evaluate(() => window.gateway.pause('record'));
	await says('Running now: AI summary. Recording: paused.');
});
