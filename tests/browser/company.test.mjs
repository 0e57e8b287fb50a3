// SPDX-License-Identifier: MIT
// More of the meeting page in front of a real Janus: before joining, a shared screen, chat, and coming back after a lost connection.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SECRET, startJanus } from '../lib/janus.mjs';
import { records, verify } from '../lib/tool.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { expectComplaint, PHONE, shoot, startBrowser } from './lib/browser.mjs';
import { closedSegments, packetsBySsrc } from './lib/evidence.mjs';
import { person } from './lib/person.mjs';
import { startSite } from './lib/site.mjs';

let browser;
let janus;
let site;

before(async t => {
	janus = await startJanus(t);
	site = await startSite(t, { janus });
	browser = await startBrowser(t, { args: ['--auto-select-desktop-capture-source=Entire screen', '--use-fake-ui-for-media-stream'] });
});

test('before joining one sees oneself, and what runs in there', async t => {
	const first = await person(t, browser, site, 'Anna', { join: false });
	await first.page.getByText('Nobody is in the meeting yet').waitFor();
	await first.page.getByText('Nothing is being recorded or summarized').waitFor();
	await first.join();
	await first.start('Recording', SECRET);

	const ben = await person(t, browser, site, 'Ben', { join: false });
	await ben.page.getByText('1 person is in the meeting').waitFor();
	await ben.page.getByText('Running now: Recording. You will be asked in the meeting, and can say no and stay.').waitFor();
	await ben.page.waitForFunction(() => document.querySelector('meeting-app').shadowRoot.querySelector('meeting-join').shadowRoot.querySelector('video')?.currentTime > 0);
	await shoot(ben.page, 'prejoin');
	await ben.button('Turn camera off').click();
	await ben.button('Mute microphone').click();
	await ben.page.getByText('Camera is off').waitFor();
	assert.equal(await ben.page.evaluate(() => document.querySelector('meeting-app').shadowRoot.querySelector('meeting-join').devices.stream.getVideoTracks().length), 0, 'its light is out');
	await assertAccessible(ben.page, 'before joining, all off');
	await ben.join();
	await first.tile('Ben').getByText('Camera is off').waitFor();
	await first.tile('Ben').getByRole('img', { name: 'Microphone is off' }).waitFor();
	await ben.button('Turn camera on').click();
	await first.sees('Ben');
});

test('before joining, on a phone', async t => {
	const anna = await person(t, browser, site, 'Anna', { join: false, viewport: PHONE });
	await anna.page.getByText('in the meeting').first().waitFor();
	await shoot(anna.page, 'prejoin-phone');
	assert.equal(await anna.page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
});

test('a shared screen is the same participant: what was allowed holds for it, and nothing else', async t => {
	const anna = await person(t, browser, site, 'Anna');
	const ben = await person(t, browser, site, 'Ben');
	await anna.start('Recording', SECRET);
	await anna.answer('Allow');
	await anna.button('Share screen').click();
	const screen = ben.page.locator('meeting-tile').filter({ has: ben.page.getByText('Anna (screen)', { exact: true }) });
	await screen.waitFor();
	await screen.locator('video').evaluate(video => new Promise(resolve => { video.requestVideoFrameCallback(resolve); }));
	await screen.getByRole('img', { name: 'Captured: Recording' }).waitFor();
	assert.equal(await anna.notice.count(), 0, 'nobody is asked again');
	await assertAccessible(ben.page, 'a shared screen');
	await shoot(ben.page, 'meeting-screen');
	assert.equal(await anna.page.locator('meeting-tile').count(), 2, 'my own screen is no picture for me');

	const shared = (await anna.sending()).map(({ ssrc }) => ssrc);
	assert.equal(shared.length, 3, 'sound, camera, screen');
	const panel = await anna.open('My consent');
	await panel.getByRole('button', { name: 'Withdraw everything' }).click();
	await screen.getByRole('img', { name: 'Not captured' }).waitFor();
	await anna.button('Close').click();
	await closedSegments(janus);
	const captured = packetsBySsrc(janus);
	assert.ok(shared.every(ssrc => captured.has(ssrc)), 'the screen was captured, too');
	await anna.button('Stop sharing').click();
	await screen.waitFor({ state: 'detached' });
	assert.equal(new Set((await records(janus)).filter(one => one.display === 'Anna').map(one => one.participant)).size, 1);
	assert.equal((await verify(janus)).status, 0);
});

test('people write to each other, and what they write is text', async t => {
	const anna = await person(t, browser, site, 'Anna');
	const ben = await person(t, browser, site, 'Ben');
	await Promise.all([anna.sees('Ben'), ben.sees('Anna')]);
	const hostile = '<img src=x onerror="window.hit=1"> hello';
	const chat = await anna.open('Chat');
	await chat.getByText('No messages yet.').waitFor();
	await chat.getByLabel('Message').fill(hostile);
	await anna.page.keyboard.press('Enter');
	await chat.getByText(hostile).waitFor();
	await ben.button('Chat, 1 new message').click();
	const heard = ben.page.getByRole('log');
	await heard.getByText('Anna', { exact: true }).waitFor();
	await heard.getByText(hostile).waitFor();
	await ben.page.getByLabel('Message').fill('Hello Anna');
	await ben.button('Send').click();
	await chat.getByText('Hello Anna').waitFor();
	await assertAccessible(anna.page, 'the chat');
	await shoot(anna.page, 'meeting-chat');
	assert.equal(await ben.page.evaluate(() => window.hit), undefined);
});

test('a question does not lie on a sheet: it stands beside it, or waits where there is no room', async t => {
	const anna = await person(t, browser, site, 'Anna', { reducedMotion: 'reduce' });
	await anna.start('Recording', SECRET);
	const side = await anna.open('Activities');
	assert.ok(await anna.notice.isVisible());
	const [card, sheet, stage] = await Promise.all([anna.notice, side, anna.page.locator('meeting-stage')].map(one => one.boundingBox()));
	assert.ok(card.x + card.width <= sheet.x && stage.x + stage.width <= card.x, 'tiles, question and sheet side by side');
	await shoot(anna.page, 'meeting-beside');
	await anna.button('Close').click();

	const ben = await person(t, browser, site, 'Ben', { viewport: PHONE });
	await ben.notice.waitFor();
	const activities = await ben.open('Activities');
	await ben.notice.waitFor({ state: 'detached' });
	await activities.getByRole('button', { name: 'Stop: Recording' }).click({ trial: true });
	await ben.button('Close').click();
	await ben.notice.getByRole('button', { name: 'Decide later' }).click();
	await ben.open('Chat');
	await ben.button('Close').click();
	await ben.says('You are not captured');
	assert.equal(await ben.notice.count(), 0, 'what was put off by its own button stays so');
	await anna.stop('Recording');
});

test('the title of the page says that a question waits, until it is answered or gone', async t => {
	const anna = await person(t, browser, site, 'Anna');
	const ben = await person(t, browser, site, 'Ben');
	const plain = await ben.page.title();
	const title = text => ben.page.waitForFunction(text => document.title === text, text);
	await anna.start('Recording', SECRET);
	await title(`Answer 1 question – ${plain}`);
	await ben.notice.getByRole('button', { name: 'Decide later' }).click();
	await anna.answer('Decline');
	await ben.page.getByLabel('Language').selectOption('Deutsch');
	await title('1 Frage beantworten – Raum 1234 – Meeting');
	await ben.page.getByLabel('Sprache').selectOption('English');
	await ben.button('Answer 1 question').click();
	await ben.answer('Decline');
	await title(plain);

	const summarize = async () => {
		const side = await anna.open('Activities');
		await side.getByRole('button', { name: 'Start: AI summary' }).click();
		await side.waitFor({ state: 'hidden' });
		await title(`Answer 1 question – ${plain}`);
	};
	await summarize();
	await anna.stop('AI summary');
	await title(plain);
	await summarize();
	await ben.button('Leave').click();
	await title(plain);
});

test('after a lost connection one is back as who one was, and is not asked again', async t => {
	const host = await person(t, browser, site, 'Host');
	const anna = await person(t, browser, site, 'Anna', { join: false });
	const sockets = [];
	await anna.page.routeWebSocket('**/janus', socket => {
		socket.connectToServer();
		sockets.push(socket);
	});
	await anna.page.reload();
	await anna.join();
	await host.start('Recording', SECRET);
	await anna.answer('Allow');
	await anna.says('You are captured: audio and video');
	await sockets.at(-1).close();
	await anna.page.getByRole('heading', { name: 'Connection lost. Connecting again…' }).waitFor();
	await anna.button('Leave').waitFor();
	await anna.says('You are captured: audio and video');
	assert.equal(await anna.notice.count(), 0);
	await host.sees('Anna');
});

test('leaving ends the attempts to come back', async t => {
	const own = await startJanus(t);
	const anna = await person(t, browser, await startSite(t, { janus: own }), 'Anna');
	await anna.sees('Anna');
	await own.kill();
	await anna.page.getByRole('heading', { name: 'Connection lost. Connecting again…' }).waitFor();
	await anna.page.getByText('Until then nothing is sent or captured.').waitFor();
	assert.equal(await anna.page.evaluate(() => window.peers.every(({ connectionState }) => connectionState === 'closed')), true);
	await shoot(anna.page, 'meeting-reconnecting');
	await assertAccessible(anna.page, 'connecting again');
	await anna.button('Leave').click();
	await anna.page.getByRole('heading', { name: 'You have left the meeting' }).waitFor();
	if (anna.page.complaints.length)
		expectComplaint(anna.page, /WebSocket/);
});

test('a server that is lost in the middle of a decision: nothing is claimed that it did not say', async t => {
	const host = await person(t, browser, site, 'Host');
	const anna = await person(t, browser, site, 'Anna', { join: false });
	let swallow = false;
	const sockets = [];
	await anna.page.routeWebSocket('**/janus', socket => {
		const server = socket.connectToServer();
		sockets.push(socket);
		// The decision goes out, its answer never comes.
		server.onMessage(message => { if (!swallow) socket.send(message); });
	});
	await anna.page.reload();
	await anna.join();
	await host.start('Recording', SECRET);
	await anna.notice.waitFor();
	swallow = true;
	await anna.notice.getByRole('button', { name: 'Decline' }).click();
	await anna.notice.getByText('Saving').waitFor({ state: 'attached' });
	assert.ok(await anna.notice.isVisible(), 'the question stays until the server has answered');
	swallow = false;
	await sockets.at(-1).close();
	await anna.page.getByRole('heading', { name: 'Connection lost. Connecting again…' }).waitFor();
	await anna.says('You are not captured');
	await host.mark('Anna', 'Not captured');
	if (await anna.notice.count())
		await anna.answer('Decline');
	const panel = await anna.open('My consent');
	await panel.locator('consent-panel').getByText('Declined').first().waitFor();
});

test('with the keyboard alone, from the first page to the goodbye', async t => {
	const anna = await person(t, browser, site, 'Anna', { join: false });
	const { keyboard } = anna.page;
	const focused = () => anna.page.evaluate(() => {
		let active = document.activeElement;
		while (active?.shadowRoot?.activeElement)
			active = active.shadowRoot.activeElement;
		return active.ariaLabel || active.textContent.trim() || active.id;
	});
	const tabTo = async name => {
		for (let i = 0; i < 40 && (await focused()) !== name; i++)
			await keyboard.press('Tab');
		assert.equal(await focused(), name);
	};
	await anna.page.getByText('in the meeting').first().waitFor();
	await keyboard.type('Anna');
	await keyboard.press('Enter');
	await anna.button('Leave').waitFor();
	assert.equal(await focused(), 'Test room', 'focus goes along into the room');
	await tabTo('Activities');
	await keyboard.press('Enter');
	await anna.page.waitForFunction(() => document.querySelector('meeting-app').shadowRoot.activeElement?.localName === 'h2');
	assert.equal(await focused(), 'Activities', 'and into what was opened');
	await tabTo('Start: Recording');
	await keyboard.press('Enter');
	await anna.page.getByLabel('Room secret').waitFor();
	await keyboard.type(SECRET);
	await keyboard.press('Enter');
	await anna.notice.waitFor();
	await tabTo('Allow');
	await keyboard.press('Enter');
	await anna.says('You are captured: audio and video');
	await tabTo('My consent');
	await keyboard.press('Space');
	await tabTo('Withdraw everything');
	await keyboard.press('Space');
	await anna.says('You are not captured');
	// The button is gone with what there was to withdraw: until the heading has the focus, keys go nowhere.
	for (let i = 0; i < 600 && (await focused()) !== 'My decisions'; i++)
		await anna.page.evaluate(() => new Promise(resolve => { requestAnimationFrame(resolve); }));
	await keyboard.press('Escape');
	assert.equal(await focused(), 'My consent', 'focus comes back to what opened the sheet');
	await tabTo('Leave');
	await keyboard.press('Enter');
	await anna.page.getByRole('heading', { name: 'You have left the meeting' }).waitFor();
	assert.equal(await focused(), 'Join again');
});

test('how soon the page can be used is printed', async t => {
	const anna = await person(t, browser, site, 'Anna', { join: false });
	const [{ domInteractive }] = await anna.page.evaluate(() => performance.getEntriesByType('navigation').map(one => one.toJSON()));
	const began = Date.now();
	await anna.join();
	t.diagnostic(`the page takes a name after ${domInteractive.toFixed(0)} ms; joining takes ${Date.now() - began} ms`);
});
