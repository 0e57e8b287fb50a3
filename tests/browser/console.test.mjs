// SPDX-License-Identifier: MIT
// The admin console in front of the Admin API of a real Janus, over a meeting whose people are made of packets.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { grant, info, refuse, start, stop, withdraw } from '../lib/consent.mjs';
import { startJanus, VIDEOROOM } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { closeAll } from '../lib/peer.mjs';
import { records } from '../lib/tool.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { expectComplaint, openPage, PHONE, shoot, startBrowser } from './lib/browser.mjs';
import { column, counted, rows, signIn, tab } from './lib/console.mjs';
import { startSite } from './lib/site.mjs';

const HOSTILE = '=HYPERLINK("http://evil","<b>Ben</b>")';

let browser;
let janus;
let site;

/** A meeting that goes on, with an activity that is over. */
before(async t => {
	janus = await startJanus(t);
	site = await startSite(t, { janus });
	browser = await startBrowser(t);
	const meeting = await Meeting.of(janus, ['Anna', HOSTILE]);
	const [anna, ben] = meeting.people;
	await start(anna);
	janus.receipt = (await grant(anna)).receipt;
	await refuse(ben);
	await meeting.send();
	await withdraw(anna, { purposes: ['record'], media: ['video'] });
	await meeting.send();
	await stop(anna);
	janus.meeting = (await info(anna)).meeting;
	t.after(() => meeting.close());
});

after(closeAll);

async function openConsole(t, options = {}) {
	const { site: where = site, secret = janus.secret, ...rest } = options;
	const page = await openPage(t, browser, `${where.url}/admin/`, rest);
	if (secret !== null)
		await signIn(page, secret);
	return page;
}

test('the secret is asked for, checked, and kept nowhere', async t => {
	const page = await openConsole(t, { secret: null });
	await page.getByRole('button', { name: 'Open' }).click();
	await page.getByText('Please enter the admin secret.').waitFor();
	await signIn(page, 'wrong');
	await page.getByText('The admin secret is not right.').waitFor();
	await assertAccessible(page, 'a wrong secret');
	await signIn(page, janus.secret);
	await tab(page, 'Meetings').waitFor();
	assert.equal(await page.evaluate(() => document.querySelector('admin-app').shadowRoot.activeElement?.localName), 'main', 'focus goes along');
	const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state]));
	assert.ok(!kept.includes(janus.secret));
	await page.reload();
	await page.getByLabel('Admin secret').waitFor();
});

test('meetings lead to their records and segments', async t => {
	const page = await openConsole(t);
	await counted(page, '1 row');
	assert.deepEqual(await column(page, 'Room'), ['1234']);
	assert.deepEqual(await column(page, 'Activities'), ['Recording']);
	await shoot(page, 'console-meetings');
	await rows(page).first().getByRole('button', { name: 'Records' }).click();
	await counted(page, '5 rows');
	assert.equal(await page.getByLabel('Meeting', { exact: true }).inputValue(), janus.meeting);
	await tab(page, 'Meetings').click();
	await rows(page).first().getByRole('button', { name: 'Segments' }).click();
	await page.locator('tbody').getByText('opus').first().waitFor();
	await shoot(page, 'console-segments');
});

test('records are those of the ledger, and filters narrow them', async t => {
	const page = await openConsole(t);
	await tab(page, 'Records').click();
	await counted(page, '5 rows');
	await shoot(page, 'console-records');
	const decisions = ['Withdrawn', 'Refused', 'Refused', 'Granted', 'Granted'];
	assert.deepEqual(await column(page, 'Decision'), decisions, 'the newest first');
	assert.deepEqual(await column(page, 'Name'), ['Anna', HOSTILE, HOSTILE, 'Anna', 'Anna']);
	assert.deepEqual((await records(janus, '--order', 'newest')).map(one => one.decision), decisions.map(one => one.toLowerCase()));

	await page.getByLabel('Decision').selectOption('Refused');
	await page.getByRole('button', { name: 'Apply' }).click();
	await counted(page, '2 rows');
	assert.deepEqual(await column(page, 'Medium'), ['audio', 'video']);

	await page.getByRole('button', { name: 'Clear' }).click();
	await counted(page, '5 rows');
	await page.getByLabel('Room', { exact: true }).fill('5678');
	await page.keyboard.press('Enter');
	await page.getByText('Nothing matches these filters.').waitFor();
	await assertAccessible(page, 'nothing found');

	await page.getByRole('button', { name: 'Clear' }).click();
	await counted(page, '5 rows');
	await page.getByLabel('Until').fill('2020-01-01T00:00');
	await page.keyboard.press('Enter');
	await page.getByText('Nothing matches these filters.').waitFor();
});

test('a person is found by a part of their name, and what is found is no file', async t => {
	const page = await openConsole(t);
	await page.getByLabel('Name of a person').fill('nobody of that name');
	await page.keyboard.press('Enter');
	await page.getByText('Nothing matches these filters.').waitFor();
	await page.getByLabel('Name of a person').fill('ANN');
	await page.keyboard.press('Enter');
	await counted(page, '1 row');

	await tab(page, 'Records').click();
	await page.getByRole('button', { name: 'Export CSV' }).waitFor();
	await page.getByLabel('Name of a person').fill('ann');
	await page.keyboard.press('Enter');
	await counted(page, '3 rows');
	assert.deepEqual(await column(page, 'Name'), ['Anna', 'Anna', 'Anna']);
	await page.getByText('A search by name is not saved as a file.').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Export CSV' }).count(), 0);
	await assertAccessible(page, 'a search by name');
	await shoot(page, 'console-search');
	await rows(page).first().locator('button.narrow').last().click();
	await page.getByRole('button', { name: 'Export CSV' }).waitFor();
	await counted(page, '3 rows');
});

test('a participant’s id narrows to that participant', async t => {
	const page = await openConsole(t);
	await tab(page, 'Records').click();
	await counted(page, '5 rows');
	await rows(page).nth(1).locator('button.narrow').last().click();
	await counted(page, '2 rows');
	assert.deepEqual(await column(page, 'Name'), [HOSTILE, HOSTILE]);
});

test('names are text', async t => {
	const page = await openConsole(t);
	await tab(page, 'Records').click();
	await page.getByText(HOSTILE).first().waitFor();
	assert.equal(await page.locator('td b').count(), 0);
});

test('without the Admin API, without the plugin', async t => {
	const nowhere = await openConsole(t, { site: await startSite(t) });
	await nowhere.getByText('The Admin API cannot be reached at ws://').waitFor();
	expectComplaint(nowhere, /WebSocket/);

	const elsewhere = await openConsole(t, { site: await startSite(t, { janus, config: { package: VIDEOROOM } }) });
	await elsewhere.getByText('This Janus has no plugin "janus.plugin.videoroom".').waitFor();
});

test('on paper there are all rows, and nothing to press', async t => {
	const page = await openConsole(t, { viewport: { width: 1280, height: 300 } });
	await tab(page, 'Records').click();
	await counted(page, '5 rows');
	const cut = () => page.locator('admin-app').evaluate(app => app.scrollHeight > app.clientHeight);
	assert.ok(await cut());
	await page.emulateMedia({ media: 'print' });
	assert.equal(await cut(), false);
	assert.equal(await page.getByRole('button', { name: /Records|Sign out|Apply|Refresh|Export|Erase/ }).count(), 0);
});

test('a meeting’s time line shows who was there, what ran, what was decided and captured', async t => {
	const page = await openConsole(t);
	await rows(page).first().getByRole('button', { name: 'Time line' }).click();
	await page.getByRole('heading', { name: 'Meeting in room 1234' }).waitFor();
	await page.getByText(/\d{4} · Times in .+$/).waitFor();
	const lines = page.getByRole('listitem').filter({ has: page.locator('svg[role=img]') });
	assert.deepEqual(await lines.locator('b').allTextContents(), ['Recording', 'Anna', HOSTILE]);
	const words = name => lines.filter({ has: page.locator('b', { hasText: name }) }).getByRole('img').getAttribute('aria-label');
	assert.match(await words('Recording'), /^Running, .+ to /);
	assert.match(await words('Anna'), /Present, .+Captured \(audio\), .+Granted \(Recording · audio\), .+Withdrawn \(Recording · video\)/);
	assert.match(await words(HOSTILE), /^Present, [^.]+\. Refused \(Recording · audio\)/);
	await assertAccessible(page, 'a time line');
	await shoot(page, 'console-timeline');
	await page.getByText('Recordings of this meeting').click();
	const command = kind => `janus-consent export ${kind} --meeting ${janus.meeting} --output ${kind}`;
	assert.equal(await page.locator('pre').innerText(), `${command('meeting')}\n${command('vcon')}`);
	await assertAccessible(page, 'how recordings leave');
	await shoot(page, 'console-recordings');
	await page.getByRole('button', { name: 'Back' }).click();
	await counted(page, '1 row');
});

test('a receipt is checked with the log’s own proof', async t => {
	const page = await openConsole(t);
	await tab(page, 'Check a receipt').click();
	const check = async text => {
		await page.getByLabel('Receipt', { exact: true }).fill(text);
		await page.getByRole('button', { name: 'Check the receipt' }).click();
	};
	await check('nothing');
	await page.getByText('This is not a receipt.').waitFor();
	await check(janus.receipt);
	await page.getByText(/Genuine: signed by this log, and entry \d+ of it\./).waitFor();
	await page.getByRole('cell', { name: 'Recording · audio' }).waitFor();
	await assertAccessible(page, 'a receipt that was checked');
	await shoot(page, 'console-check');
	await check(janus.receipt.replace(/.{6}$/, 'AAAAAA'));
	await page.getByText('The signature does not fit').waitFor();
});

test('statistics say how the gateway does', async t => {
	const page = await openConsole(t);
	await tab(page, 'Statistics').click();
	await page.getByText('1 meeting now').waitFor();
	await page.getByText(/: \d+ entries, signed/).waitFor();
	await page.getByRole('listitem').filter({ hasText: 'Training sets handed out' }).getByText('0', { exact: true }).waitFor();
	await assertAccessible(page, 'statistics');
	await shoot(page, 'console-statistics');
});

test('entries that the ledger could not store are said where its health is', async t => {
	const page = await openPage(t, browser, `${site.url}/admin/`);
	const ledger = { healthy: true, refused: 0 };
	const answers = {
		consent_stats: () => ({ meetings: 0, ledger, capture: { healthy: true, packets: 0, bytes: 0, lost: 0, segments: 0, open: 0, lag_ms: 0 } }),
		consent_checkpoint: () => ({ checkpoint: 'log.example\n7\n' }),
		consent_training_sets: () => ({ training_sets: [], cursor: null }),
		consent_meetings: () => ({ meetings: [], cursor: null }),
	};
	await page.routeWebSocket('**/janus-admin', socket => socket.onMessage(text => {
		const { transaction, request } = JSON.parse(text);
		socket.send(JSON.stringify({ janus: 'success', transaction, response: answers[request.request]() }));
	}));
	await page.reload();
	await signIn(page, 'x');
	await tab(page, 'Statistics').click();
	const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Ledger' }) });
	await card.getByText('Working').waitFor();
	ledger.refused = 2;
	await card.getByText('2 entries could not be stored: the log lacks them').waitFor();
	assert.equal(await card.getByText('Working').count(), 0);
	ledger.healthy = false;
	await card.getByText('Cannot be written: nobody is captured').waitFor();
	await card.getByText('2 entries could not be stored: the log lacks them · log.example: 7 entries, signed').waitFor();
	await assertAccessible(page, 'a ledger that lacks entries');
});

test('erasing says what will be gone, wants a reason, and leaves no name', async t => {
	const own = await startJanus(t);
	const page = await openConsole(t, { site: await startSite(t, { janus: own }), secret: own.secret });
	const meeting = await Meeting.of(own, ['Anna', 'Ben']);
	await start(meeting.people[0]);
	await grant(meeting.people[0]);
	await meeting.send();
	await stop(meeting.people[0]);
	await refuse(meeting.people[1]);
	await tab(page, 'Records').click();
	const eraser = page.getByRole('button', { name: 'Erase: Anna' }).first();
	await eraser.click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText('This cannot be undone. The name, key and signatures of this participant are destroyed, and 2 recordings of them.').waitFor();
	await assertAccessible(page, 'erasing, asked about');
	await shoot(page, 'console-erase');
	await dialog.getByRole('button', { name: 'Keep' }).click();
	await eraser.click();
	await dialog.getByText('2 recordings').waitFor();
	await dialog.getByRole('button', { name: 'Erase for good' }).click();
	await dialog.getByText('Please enter a reason.').waitFor();
	await dialog.getByLabel('Reason').fill('asked for');
	await page.keyboard.press('Enter');
	await counted(page, 'Erased, with 2 recordings.');
	assert.deepEqual([...new Set(await column(page, 'Name'))].sort(), ['', 'Ben']);
	assert.equal(await page.getByRole('button', { name: 'Erase: Anna' }).count(), 0);
	await meeting.close();
	await page.context().close();
});

for (const colorScheme of ['light', 'dark'])
	test(`axe-core finds nothing in the console (${colorScheme})`, async t => {
		const page = await openConsole(t, { colorScheme, secret: null });
		await assertAccessible(page, 'before signing in');
		await signIn(page, janus.secret);
		for (const [name, text] of [['Meetings', '1234'], ['Records', 'Withdrawn'], ['Segments', 'opus']]) {
			await tab(page, name).click();
			await page.locator('tbody').getByText(text).first().waitFor();
			await assertAccessible(page, name);
			await shoot(page, `console-${name.toLowerCase()}-${colorScheme}`);
		}
	});

test('in German, and at 320 pixels', async t => {
	const page = await openConsole(t, { viewport: PHONE, locale: 'de-DE', secret: null });
	await page.getByLabel('Admin-Geheimnis').fill(janus.secret);
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Einträge' }).first().click();
	await page.getByText('Widerrufen').first().waitFor();
	await shoot(page, 'console-phone');
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
});
