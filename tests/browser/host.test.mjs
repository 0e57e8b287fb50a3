// SPDX-License-Identifier: MIT
// What hosts have: controls and a roster, with a gateway in memory behind them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { PHONE, shoot } from './lib/browser.mjs';
import { button, gone, notice, sharedGallery, start } from './lib/gallery.mjs';

const open = sharedGallery();

test('a host starts and stops; the secret is asked for once, and a wrong one again', async t => {
	const page = await open(t);
	const host = page.locator('consent-host');
	await button(host, 'Start: AI summary').click();
	await host.getByLabel('Room secret').fill('wrong');
	await page.keyboard.press('Enter');
	const asked = host.getByRole('listitem').filter({ hasText: 'AI summary' });
	await asked.getByRole('alert').getByText('The room secret is not right.').waitFor();
	const [row, form] = await Promise.all([asked, asked.locator('form')].map(one => one.boundingBox()));
	assert.ok(form.x + form.width <= row.x + row.width, 'the question stands in what it is about');
	assert.equal(await host.getByLabel('Room secret').inputValue(), 'wrong');
	await host.getByLabel('Room secret').fill('adminpwd');
	await page.keyboard.press('Enter');
	await button(host, 'Stop: AI summary').waitFor();
	await notice(page).getByText('Started by you').waitFor();
	await gone(host.getByLabel('Room secret'));
	await button(host, 'Stop: AI summary').click();
	await button(host, 'Start: AI summary').waitFor();
	await gone(notice(page));
});

test('on a phone the question for the secret stays within its card', async t => {
	const page = await open(t, { viewport: PHONE });
	const host = page.locator('consent-host');
	await host.getByRole('button', { name: 'Start: Recording' }).click();
	await host.getByLabel('Room secret').fill('wrong');
	await page.keyboard.press('Enter');
	await host.getByText('The room secret is not right.').waitFor();
	const [card, ...inside] = await host.locator('li:has(form), form, form button').evaluateAll(all => all.map(one => one.getBoundingClientRect().toJSON()));
	assert.equal(inside.length, 2);
	for (const { left, right } of inside)
		assert.ok(left >= card.left && right <= card.right, `from ${left} to ${right} in ${JSON.stringify(card)}`);
});

test('a host says how: for everybody or nobody, and after a countdown', async t => {
	const page = await open(t);
	const host = page.locator('consent-host');
	await page.evaluate(() => { window.gateway.secret = undefined; });
	await host.getByText('How to start').click();
	await host.getByLabel('Who is captured').selectOption('Nobody, unless everybody agrees');
	await host.getByLabel('Start after the notice').selectOption('After 30 seconds');
	await assertAccessible(page, 'a host’s options');
	await button(host, 'Start: Recording').click();
	await host.getByText('Starts in 30 seconds').waitFor();
	const { policy, countdown } = await page.evaluate(() => window.gateway.requests.find(({ request }) => request === 'consent_start'));
	assert.deepEqual([policy, countdown], ['unanimous', 30]);
});

test('a host sees what each person answered, and cannot answer for them', async t => {
	const page = await open(t);
	const roster = page.locator('consent-roster');
	await roster.getByText('Nothing is running.').waitFor();
	await start(page);
	await roster.getByText('Recording: 0 allow · 0 decline · 3 have not answered').waitFor();
	await page.evaluate(() => {
		window.gateway.decide('p2', [{ purpose: 'record', media: ['audio'], decision: 'granted' }]);
		window.gateway.decide('p3', [{ purpose: 'record', media: ['audio', 'video'], decision: 'refused' }]);
	});
	await roster.getByText('Recording: 1 allows · 1 declines · 1 has not answered').waitFor();
	const marks = await roster.locator('li').evaluateAll(rows => rows.map(row => row.innerText.replace(/\s+/g, ' ')));
	assert.deepEqual(marks, ['Anna (you) Recording: No answer', 'Ben Recording: Captured', 'Cleo Recording: Declined']);
	assert.equal(await roster.getByRole('button').count(), 0);
	await shoot(page, 'roster');
});

test('in the roster purposes of the operator’s own are told apart by their names, however long', async t => {
	const page = await open(t);
	await page.evaluate(async () => {
		const { gateway, store } = window;
		for (const title of ['May we caption you?', 'Datenschutzfolgenabschätzungsdokumentation'])
			gateway.purposes.push({ ...gateway.purposes[0], purpose: `own-${title.length}`, notice: `${title.length}`.repeat(32), title });
		await store.refresh();
		for (const { purpose } of gateway.purposes.slice(-2))
			gateway.start(purpose, 'p2');
	});
	const marks = page.locator('consent-roster li').first().locator('.mark');
	await marks.nth(1).waitFor();
	const widths = await marks.evaluateAll(all => all.map(mark => [mark.querySelector('span').textContent, mark.querySelector('span').getBoundingClientRect().width]));
	assert.deepEqual(widths.map(([name]) => name), ['May we caption you?: ', 'Datenschutzfolgenabschätzungsdokumentation: ']);
	for (const [name, width] of widths)
		assert.ok(width > 40 && width <= 160, `${name} is ${width} wide`);
});

test('a decision touches one row of a roster, and no element’s own attributes', async t => {
	const page = await open(t);
	await start(page);
	const roster = page.locator('consent-roster');
	await roster.getByText('3 have not answered').waitFor();
	const touched = await page.evaluate(async () => {
		const element = document.querySelector('consent-roster');
		const changes = [];
		const observer = new MutationObserver(records => changes.push(...records));
		const everything = { attributes: true, childList: true, characterData: true, subtree: true };
		for (const root of [element, element.shadowRoot])
			observer.observe(root, everything);
		window.gateway.decide('p2', [{ purpose: 'record', media: ['audio'], decision: 'granted' }]);
		await element.updateComplete;
		changes.push(...observer.takeRecords());
		const place = ({ target }) => (target.parentElement ?? target).closest?.('li, .counts, consent-roster');
		return [...new Set(changes.map(place))].map(one => one?.innerText.replace(/\s+/g, ' ').trim());
	});
	assert.deepEqual(touched.sort(), ['Ben Recording: Captured', 'Recording: 1 allows · 0 decline · 2 have not answered']);
});

test('a roster of 200 follows each decision; how long that takes is printed', async t => {
	const page = await open(t);
	await page.evaluate(() => {
		for (let i = 0; i < 197; i++)
			window.gateway.join(`Person ${i}`);
		return window.store.refresh();
	});
	await start(page);
	const roster = page.locator('consent-roster');
	await roster.getByText('200 have not answered').waitFor();
	// The notice has come to rest: it is the roster that is timed.
	await notice(page).evaluate(card => Promise.all(card.getAnimations().map(one => one.finished)));
	await page.evaluate(() => new Promise(resolve => { requestIdleCallback(resolve); }));
	const times = await page.evaluate(async () => {
		const element = document.querySelector('consent-roster');
		const taken = [];
		for (let i = 4; i <= 103; i++) {
			const began = performance.now();
			window.gateway.decide(`p${i}`, [{ purpose: 'record', media: ['audio', 'video'], decision: 'granted' }]);
			await element.updateComplete;
			element.getBoundingClientRect();
			taken.push(performance.now() - began);
		}
		return taken.sort((a, b) => a - b);
	});
	await roster.getByText('100 allow').waitFor();
	t.diagnostic(`200 participants, one decision: median ${times[50].toFixed(1)} ms, of 100 the 95th ${times[94].toFixed(1)} ms, slowest ${times.at(-1).toFixed(1)} ms (all components on the page)`);
});
