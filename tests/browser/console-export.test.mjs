// SPDX-License-Identifier: MIT
// What the console exports: the files that the tool writes, whole or not at all.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { grant, refuse, start, withdraw } from '../lib/consent.mjs';
import { startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { OPERATOR } from '../lib/operator.mjs';
import { closeAll } from '../lib/peer.mjs';
import { tool } from '../lib/tool.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { openPage, shoot, startBrowser } from './lib/browser.mjs';
import { startSite } from './lib/site.mjs';

const HOSTILE = '=HYPERLINK("http://evil","<b>Zoë</b>")';

let browser;
let janus;
let site;

before(async t => {
	janus = await startJanus(t, { consent: OPERATOR });
	site = await startSite(t, { janus });
	browser = await startBrowser(t);
	const meeting = await Meeting.of(janus, ['Anna', HOSTILE]);
	const [anna, ben] = meeting.people;
	await start(anna);
	await grant(anna);
	await refuse(ben);
	await meeting.send();
	await withdraw(anna, { purposes: ['record'], media: ['video'] });
	await meeting.close();
});

after(closeAll);

/** The console at its records, signed in; `before` runs in the page, and `played` answers in the gateway's place. */
async function openRecords(t, { where = site, secret = janus.secret, before, played } = {}) {
	const page = await openPage(t, browser, `${where.url}/admin/`, { before });
	if (played) {
		await page.routeWebSocket('**/janus-admin', socket => socket.onMessage(text => played(JSON.parse(text), socket)));
		await page.reload();
	}
	await page.getByLabel('Admin secret').fill(secret);
	await page.keyboard.press('Enter');
	await page.getByRole('navigation', { name: 'Consent console' }).getByRole('button', { name: 'Records' }).click();
	return page;
}

const button = (page, name) => page.getByRole('button', { name });
const says = (page, text) => page.getByRole('status').getByText(text).waitFor();

async function download(page, name) {
	const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
	return { name: file.suggestedFilename(), text: fs.readFileSync(await file.path(), 'utf8') };
}

async function written(kind, format, ...filters) {
	const { status, stdout, stderr } = await tool('export', kind, '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--format', format, ...filters);
	assert.equal(status, 0, stderr);
	return stdout;
}

const FILES = [
	['Export CSV', 'records', 'csv'],
	['Export JSON Lines', 'records', 'jsonl'],
	['Export JSON-LD', 'records', 'jsonld'],
	['Export notices', 'notices', 'jsonl'],
];

test('every file is the tool’s, byte for byte, and as the filters say', async t => {
	const page = await openRecords(t);
	await says(page, '5 rows');
	for (const [name, kind, format] of FILES) {
		const file = await download(page, name);
		assert.match(file.name, new RegExp(`^consent-${kind}-\\d{8}T\\d{6}Z\\.${format}$`));
		assert.equal(file.text, await written(kind, format), name);
		await page.getByRole('status').getByText(/^\d+ rows exported$/).waitFor();
	}
	await page.getByLabel('Decision').selectOption('Refused');
	await page.getByRole('button', { name: 'Apply' }).click();
	await says(page, '2 rows');
	for (const [name, kind, format] of FILES.slice(0, 3))
		assert.equal((await download(page, name)).text, await written(kind, format, '--decision', 'refused'), name);
});

test('JSON-LD says in plain words what is missing', async t => {
	const own = await startJanus(t, { consent: { ...OPERATOR, jurisdiction: undefined, rights: [] } });
	const page = await openRecords(t, { where: await startSite(t, { janus: own }), secret: own.secret });
	await button(page, 'Export JSON-LD').click();
	await page.getByRole('alert').getByText('JSON-LD says who is responsible, and the gateway’s configuration does not yet: jurisdiction, rights').waitFor();
	await page.context().close();
});

/** An Admin API whose export has three pages, of which the last two wait to be let go. */
function playedExport() {
	const gates = [];
	const let_go = () => gates.shift()();
	const answer = ({ transaction, request }, socket) => {
		const at = Number(request.cursor ?? 0);
		const reply = () => socket.send(JSON.stringify({
			janus: 'success',
			transaction,
			response: request.request === 'consent_export'
				? { consent: 'export', text: `${at}\n`, media_type: 'application/jsonl', rows: at + 1, progress: { read: (at + 1) * 10_000, of: 30_000 }, cursor: at < 2 ? String(at + 1) : null }
				: { meetings: [], records: [{ index: 1, display: 'Anna' }], cursor: null },
		}));
		if (at === 0)
			reply();
		else
			gates.push(reply);
	};
	/** The page has asked for the next piece. */
	const asked = async page => {
		while (!gates.length)
			await page.evaluate(() => new Promise(requestAnimationFrame));
	};
	return { answer, asked, let_go, gates };
}

/** Runs in the page: somebody who chooses a file, or not. */
function fakePicker() {
	window.saved = { text: '', ended: '' };
	window.showSaveFilePicker = async ({ suggestedName }) => {
		window.saved.name = suggestedName;
		if (window.chooseNothing)
			throw new DOMException('nothing chosen', 'AbortError');
		return {
			createWritable: async () => ({
				write: async text => {
					if (window.diskFull)
						throw new DOMException('the disk is full', 'QuotaExceededError');
					window.saved.text += text;
				},
				close: async () => { window.saved.ended = 'closed'; },
				abort: async () => { window.saved.ended = 'aborted'; },
			}),
		};
	};
}

const saved = page => page.evaluate(() => window.saved);
const share = page => page.getByRole('progressbar', { name: 'Export JSON Lines' }).evaluate(bar => bar.value);

test('a long export is written into the file that was chosen, while a bar says how far', async t => {
	const played = playedExport();
	const page = await openRecords(t, { before: fakePicker, played: played.answer });
	await button(page, 'Export JSON Lines').click();
	await played.asked(page);
	await says(page, /^1 row so far… \d+ rows? a second$/);
	assert.ok(Math.abs(await share(page) - 1 / 3) < 0.01);
	await assertAccessible(page, 'an export under way');
	await shoot(page, 'console-export');
	played.let_go();
	await played.asked(page);
	await says(page, /^2 rows so far/);
	assert.equal((await saved(page)).ended, '');
	played.let_go();
	await says(page, '3 rows exported');
	const { name, ...file } = await saved(page);
	assert.match(name, /^consent-records-.*\.jsonl$/);
	assert.deepEqual(file, { text: '0\n1\n2\n', ended: 'closed' });
});

test('where no file can be chosen a long export is a download', async t => {
	const played = playedExport();
	const page = await openRecords(t, { before: () => { delete window.showSaveFilePicker; }, played: played.answer });
	const file = download(page, 'Export JSON Lines');
	for (let i = 0; i < 2; i++) {
		await played.asked(page);
		played.let_go();
	}
	assert.equal((await file).text, '0\n1\n2\n');
});

test('an export that is cancelled leaves nothing', async t => {
	const played = playedExport();
	const page = await openRecords(t, { before: fakePicker, played: played.answer });
	await button(page, 'Export JSON Lines').click();
	await played.asked(page);
	await button(page, 'Cancel').click();
	await says(page, 'Stopped. Nothing was saved.');
	played.let_go();
	await page.waitForFunction(() => window.saved.ended === 'aborted');
	await button(page, 'Export JSON Lines').waitFor();
	assert.equal(played.gates.length, 0);
});

test('whoever chooses no file gets none', async t => {
	const played = playedExport();
	const page = await openRecords(t, { before: fakePicker, played: played.answer });
	await page.evaluate(() => { window.chooseNothing = true; });
	await button(page, 'Export JSON Lines').click();
	await says(page, 'Stopped. Nothing was saved.');
	assert.equal((await saved(page)).text, '');
});

test('a connection that is lost, a disk that is full: said, and nothing is left', async t => {
	const played = playedExport();
	let connection;
	const page = await openRecords(t, { before: fakePicker, played: (message, socket) => played.answer(message, connection = socket) });
	await button(page, 'Export JSON Lines').click();
	await played.asked(page);
	await connection.close();
	await page.getByRole('alert').getByText('The Admin API cannot be reached').waitFor();
	assert.equal((await saved(page)).ended, 'aborted');
	await page.evaluate(() => { window.diskFull = true; });
	await button(page, 'Export JSON Lines').click();
	await page.getByRole('alert').getByText('The file could not be written: the disk is full').waitFor();
	await button(page, 'Export JSON Lines').waitFor();
});
