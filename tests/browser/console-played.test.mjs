// SPDX-License-Identifier: MIT
// The admin console in front of an Admin API that is played: more records than a test could make, and a server that goes away.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openPage, shoot, startBrowser } from './lib/browser.mjs';
import { column, counted, rows, signIn, tab } from './lib/console.mjs';
import { startSite } from './lib/site.mjs';

let browser;
let site;

before(async t => {
	site = await startSite(t);
	browser = await startBrowser(t);
});

/** The console, signed in. `answer` gets a request and the connection, and gives the response, or undefined for none. */
async function openPlayed(t, answer) {
	const page = await openPage(t, browser, `${site.url}/admin/`);
	await page.routeWebSocket('**/janus-admin', socket => socket.onMessage(text => {
		const { transaction, request } = JSON.parse(text);
		const response = answer(request, socket);
		if (response)
			socket.send(JSON.stringify({ janus: 'success', transaction, response }));
	}));
	await page.reload();
	await signIn(page, 'x');
	return page;
}

test('pages follow the cursor and come back', async t => {
	// As many records as three pages take.
	const page = await openPlayed(t, request => {
		const first = Number(request.cursor ?? 0);
		const count = Math.max(0, Math.min(request.limit, 250 - first));
		const list = Array.from({ length: count }, (_, i) => ({ index: first + i, display: `Person ${first + i}` }));
		const cursor = first + count < 250 ? String(first + count) : null;
		return { meetings: list, records: list, cursor };
	});
	await tab(page, 'Records').click();
	const names = async () => (await column(page, 'Name')).map(name => name.split(' ')[1]);
	await counted(page, '100 rows');
	assert.equal((await names())[0], '0');
	await page.getByRole('button', { name: 'Next' }).click();
	await page.getByText('Person 199').waitFor();
	await page.getByRole('button', { name: 'Next' }).click();
	await counted(page, '50 rows');
	assert.deepEqual([(await names())[0], (await names()).at(-1)], ['200', '249']);
	assert.equal(await page.getByRole('button', { name: 'Next' }).getAttribute('aria-disabled'), 'true');
	await page.getByRole('button', { name: 'Previous' }).click();
	await page.getByText('Person 199').waitFor();
	await assertAccessible(page, 'pages');
});

test('a hundred thousand records are paged through without reading more than a page', async t => {
	let asked = 0;
	const page = await openPlayed(t, request => {
		const first = Number(request.cursor ?? 0);
		asked += request.request === 'consent_records' ? request.limit : 0;
		const list = Array.from({ length: request.limit }, (_, i) => ({ index: first + i, display: `Person ${first + i}` }));
		return { meetings: [], records: list, cursor: String(first + request.limit) };
	});
	await tab(page, 'Records').click();
	await page.getByText('Person 99', { exact: true }).waitFor();
	for (let i = 1; i < 20; i++) {
		await page.getByRole('button', { name: 'Next' }).click();
		await page.getByText(`Person ${100 * i + 99}`, { exact: true }).waitFor();
	}
	assert.equal(asked, 2000);
	assert.equal(await rows(page).count(), 100);
});

test('purposes and media have the names that people see, and their ids a tip away', async t => {
	const page = await openPlayed(t, request => {
		const all = ['record', 'captions'].map((purpose, index) => ({ index, purpose, medium: 'audio' }));
		const meetings = [{ meeting: 'm', activities: [...all, { purpose: 'record' }] }];
		const segments = [{ purposes: ['record', 'summarize'], medium: 'video' }];
		return { meetings, records: all.filter(({ purpose }) => purpose === (request.purpose ?? purpose)), segments, cursor: null };
	});
	await counted(page, '1 row');
	assert.deepEqual(await column(page, 'Activities'), ['Recording and captions']);
	await tab(page, 'Segments').click();
	await page.getByText('Recording and AI summary').and(page.getByTitle('record, summarize', { exact: true })).waitFor();
	await tab(page, 'Records').click();
	await counted(page, '2 rows');
	assert.deepEqual(await column(page, 'Purpose'), ['Recording', 'captions'], 'the operator’s own has no other name here');
	await page.locator('tbody').getByTitle('record', { exact: true }).waitFor();

	await page.getByLabel('Purpose').fill('recording');
	await page.keyboard.press('Enter');
	await counted(page, '1 row');
	assert.deepEqual(await column(page, 'Purpose'), ['Recording'], 'a filter takes the name, too');
	await page.getByLabel('Language').selectOption('Deutsch');
	await page.locator('tbody').getByText('Aufzeichnung').waitFor();
	assert.deepEqual(await column(page, 'Medium'), ['Ton']);
});

test('of a long name its beginning is seen, whichever way the page runs', async t => {
	const display = 'Maximiliane-Theodora von und zu Hohenlohe-Langenburg';
	const people = [{ participant: 'p', display, since: '2026-01-02T10:00:00.000Z', until: null }];
	const meeting = { meeting: 'm', room: 'lobby', began: people[0].since, ended: null, activities: [], people };
	const page = await openPlayed(t, () => ({ meetings: [meeting], records: [{ participant: 'p', display, time: meeting.began }], segments: [], cursor: null }));
	const begins = place => place.evaluate((box, name) => {
		const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
		while (texts.nextNode().data !== name);
		const letter = document.createRange();
		letter.setStart(texts.currentNode, 0);
		letter.setEnd(texts.currentNode, 1);
		const [{ left, right }, around] = [letter, box].map(one => one.getBoundingClientRect());
		return left >= around.left && right <= around.right;
	}, display);
	await page.getByLabel('Language').selectOption('العربية');
	await page.locator('html[dir=rtl]').waitFor({ state: 'attached' });
	await page.getByRole('button', { name: 'الخط الزمني' }).click();
	assert.ok(await begins(page.locator('.line b', { hasText: display })), 'on the time line');
	await shoot(page, 'console-timeline-arabic');
	await page.locator('nav button').nth(1).click();
	await shoot(page, 'console-records-arabic');
	assert.ok(await begins(page.locator('td', { hasText: display })), 'in a list');
});

test('a search goes on over pages that hold nothing', async t => {
	const page = await openPlayed(t, request => {
		const place = Number(request.cursor ?? 0);
		const found = request.display && place === 3 ? [{ meeting: 'm', room: 'the one' }] : [];
		return { meetings: found, cursor: place < 9 ? String(place + 1) : null };
	});
	await page.getByLabel('Name of a person').fill('anna');
	await page.keyboard.press('Enter');
	await page.getByText('the one').waitFor();
});

test('a server that goes away is said to, and what is shown comes back by itself', async t => {
	let up = true;
	const capture = { healthy: true, packets: 0, bytes: 0, lost: 0, segments: 0, open: 0, lag_ms: 0 };
	const answers = {
		consent_stats: { meetings: 7, ledger: { healthy: true }, capture },
		consent_checkpoint: { checkpoint: 'x\n1\n' },
		consent_training_sets: { training_sets: [], cursor: null },
	};
	const page = await openPlayed(t, (request, socket) => {
		if (up)
			return answers[request.request] ?? { meetings: [{ room: 'lobby' }], cursor: null };
		socket.close();
	});
	await page.getByText('lobby').waitFor();
	const alert = page.getByRole('alert').getByText(/cannot be reached at .* Trying again by itself/);

	up = false;
	await page.getByRole('button', { name: 'Refresh' }).click();
	await alert.waitFor();
	await page.getByText('lobby').waitFor();
	await assertAccessible(page, 'a server that is away');
	up = true;
	await alert.waitFor({ state: 'detached' });

	await tab(page, 'Statistics').click();
	await page.getByText('7 meetings now').waitFor();
	up = false;
	await alert.waitFor();
	up = true;
	await alert.waitFor({ state: 'detached' });
});

