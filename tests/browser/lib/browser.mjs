// SPDX-License-Identifier: MIT
// Chromium, and what every page in it has to keep: no error in its console, nothing fetched from elsewhere.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--autoplay-policy=no-user-gesture-required',
];
const DEVICES = {
	granted: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
	denied: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
	none: ['--use-fake-ui-for-media-stream'],
};

export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 320, height: 640 };

/** Starts a Chromium and stops it with the test. `devices`: camera and microphone are 'granted', 'denied', or there are 'none'. */
export async function startBrowser(t, { devices = 'granted', args = [] } = {}) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: [...ARGUMENTS, ...DEVICES[devices], ...args],
	});
	t.after(() => browser.close());
	return browser;
}

/**
 * A page in a context of its own: somebody's computer. `before` runs in it before its own scripts do. Its `complaints` are checked when the test ends; a test that
 * provokes one takes it out with `expectComplaint`.
 */
export async function openPage(t, browser, url, { viewport = WIDE, permissions = ['camera', 'microphone'], before, ...options } = {}) {
	const context = await browser.newContext({ viewport, locale: 'en-GB', colorScheme: 'light', ...options });
	const { host } = new URL(url);
	visits.set(host, [...(visits.get(host) ?? []), context]);
	await context.grantPermissions(permissions);
	await context.addInitScript(keepPeers);
	if (before)
		await context.addInitScript(before);
	const page = await context.newPage();
	page.setDefaultTimeout(Number(process.env.TEST_PATIENCE ?? 20_000));
	page.complaints = watch(page, host);
	t.after(async () => {
		await context.close();
		assert.deepEqual(page.complaints, [], 'nothing in the console, nothing from elsewhere');
	});
	await page.goto(url);
	return page;
}

/** Contexts that are open, by the host of their page. */
const visits = new Map();

/** Whoever looks at pages of that host leaves: before its server does, which a page that connects again would complain of. */
export async function closePages(host) {
	const contexts = visits.get(host) ?? [];
	visits.delete(host);
	await Promise.all(contexts.map(context => context.close()));
}

/** Runs in the page: its peer connections can be asked for their statistics. */
function keepPeers() {
	window.peers = [];
	window.RTCPeerConnection = class extends RTCPeerConnection {
		constructor(...args) {
			super(...args);
			window.peers.push(this);
		}
	};
}

function watch(page, host) {
	const complaints = [];
	page.on('console', message => {
		if (['error', 'warning'].includes(message.type()))
			complaints.push(`${message.type()}: ${message.text()}`);
	});
	page.on('pageerror', error => complaints.push(`uncaught: ${error.message}`));
	page.on('request', request => {
		const url = new URL(request.url());
		if (url.host !== host && !['blob:', 'data:'].includes(url.protocol))
			complaints.push(`elsewhere: ${url}`);
	});
	return complaints;
}

/** Takes the complaints that match out; there has to be one. */
export function expectComplaint(page, pattern) {
	const rest = page.complaints.filter(one => !pattern.test(one));
	assert.ok(rest.length < page.complaints.length, `a complaint like ${pattern}, among ${JSON.stringify(page.complaints)}`);
	page.complaints.splice(0, Infinity, ...rest);
}

/** Writes a picture into the folder SCREENSHOTS, if that is set. */
export async function shoot(page, name) {
	const folder = process.env.SCREENSHOTS;
	if (!folder)
		return;
	fs.mkdirSync(folder, { recursive: true });
	// A pointer that was left somewhere would draw what it points at.
	await (page.mouse ?? page.page().mouse).move(0, 0);
	await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}
