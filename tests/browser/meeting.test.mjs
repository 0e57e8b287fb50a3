// SPDX-License-Identifier: MIT
// The meeting page in front of a real Janus: joining and what can go wrong with it, seeing the others, mute, camera, leaving.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SECRET, startJanus, VIDEOROOM } from '../lib/janus.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { expectComplaint, PHONE, shoot, startBrowser } from './lib/browser.mjs';
import { person } from './lib/person.mjs';
import { startSite } from './lib/site.mjs';

let browser;
let site;

before(async t => {
	const janus = await startJanus(t);
	site = await startSite(t, { janus });
	browser = await startBrowser(t);
});

const heading = ({ page }, name) => page.getByRole('heading', { level: 1, name }).waitFor();

test('two people see and hear each other, and see who leaves', async t => {
	const anna = await person(t, browser, site, 'Anna');
	await anna.page.getByText('You are the only one here').waitFor();
	const ben = await person(t, browser, site, 'Ben');
	await Promise.all([anna.sees('Ben'), ben.sees('Anna'), anna.sees('Anna')]);
	assert.equal(await ben.tile('Anna').locator('video').evaluate(video => video.srcObject.getAudioTracks().length), 1);
	await shoot(anna.page, 'meeting-two');
	await ben.button('Leave').click();
	await heading(ben, 'You have left the meeting');
	await anna.tile('Ben').waitFor({ state: 'detached' });
	await ben.button('Join again').click();
	await ben.join();
	await anna.sees('Ben');
});

test('microphone and camera go off and on, and the others know', async t => {
	const anna = await person(t, browser, site, 'Anna');
	const ben = await person(t, browser, site, 'Ben');
	await anna.sees('Ben');
	await ben.button('Mute microphone').click();
	await anna.tile('Ben').getByRole('img', { name: 'Microphone is off' }).waitFor();
	await ben.button('Turn camera off').click();
	await anna.tile('Ben').getByText('Camera is off').waitFor();
	assert.ok(await anna.tile('Ben').locator('video').isHidden());
	await shoot(anna.page, 'meeting-off');

	const cleo = await person(t, browser, site, 'Cleo');
	await cleo.tile('Ben').getByText('Camera is off').waitFor();

	await ben.button('Turn camera on').click();
	await ben.button('Unmute microphone').click();
	await Promise.all([anna.sees('Ben'), cleo.sees('Ben')]);
	await anna.tile('Ben').getByRole('img', { name: 'Microphone is off' }).waitFor({ state: 'detached' });
});

test('a camera that is off is let go, and comes back on the same line', async t => {
	const anna = await person(t, browser, site, 'Anna');
	const ssrcs = async () => (await anna.sending()).map(({ ssrc }) => ssrc).sort();
	await Promise.all([anna.sends('audio', 1), anna.sends('video', 1)]);
	const before = await ssrcs();
	const track = await anna.page.evaluateHandle(() => document.querySelector('meeting-app').people[0].stream.getVideoTracks()[0]);
	await anna.button('Turn camera off').click();
	await anna.button('Turn camera on').waitFor();
	assert.equal(await track.evaluate(({ readyState }) => readyState), 'ended');
	await anna.button('Turn camera on').click();
	await anna.sees('Anna');
	assert.deepEqual(await ssrcs(), before);
});

test('tiles stand in the middle, whatever the page is wide', async t => {
	for (const viewport of [undefined, PHONE]) {
		const anna = await person(t, browser, site, 'Anna', { viewport });
		const { x, width } = await anna.page.locator('meeting-stage').boundingBox();
		assert.equal(x, anna.page.viewportSize().width - x - width);
		await anna.button('Leave').click();
	}
});

test('whoever reloads the page has their name still, and whoever has left is forgotten', async t => {
	const anna = await person(t, browser, site, 'Anna');
	const name = anna.page.getByLabel('Your name');
	await anna.page.reload();
	await name.waitFor();
	assert.equal(await name.inputValue(), 'Anna');
	await anna.button('Join').click();
	await anna.button('Leave').click();
	await heading(anna, 'You have left the meeting');
	await anna.page.reload();
	await name.waitFor();
	assert.equal(await name.inputValue(), '');
});

test('before joining, the choice of language goes away with the page that is scrolled', async t => {
	const anna = await person(t, browser, site, 'Anna', { join: false, viewport: { width: 640, height: 400 } });
	await anna.page.getByLabel('Language').waitFor();
	// Against the card, in one go: devices that are found meanwhile change how long the page is.
	const above = y => anna.page.locator('meeting-app').evaluate((app, y) => {
		app.scrollTop = y;
		const top = selector => selector(app.shadowRoot).getBoundingClientRect().top;
		const card = top(root => root.querySelector('meeting-join').shadowRoot.querySelector('.card'));
		return { scrolled: app.scrollTop > 0, gap: card - top(root => root.querySelector('select')) };
	}, y);
	const [before, after] = [await above(0), await above(100)];
	assert.deepEqual([before.scrolled, after.scrolled], [false, true]);
	assert.ok(Math.abs(before.gap - after.gap) < 1, `${before.gap} and ${after.gap} pixels`);
});

test('a name is asked for', async t => {
	const anna = await person(t, browser, site, '   ', { join: false });
	await anna.enter();
	await anna.page.getByRole('alert').getByText('Please enter a name.').waitFor();
	await assertAccessible(anna.page, 'a missing name');
	anna.name = 'Anna';
	await anna.join();
});

test('names are text, however long or hostile', async t => {
	const hostile = '<img src=x onerror="window.hit=1"> and a name that is far too long for it';
	const anna = await person(t, browser, site, hostile.slice(0, 60), { viewport: PHONE });
	const ben = await person(t, browser, site, 'Ben');
	await ben.tile(hostile.slice(0, 60)).waitFor();
	assert.equal(await anna.page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
	assert.equal(await ben.page.evaluate(() => window.hit), undefined);
});

test('of a long name its beginning is seen, and whose it is', async t => {
	const name = 'Maximiliane-Theodora von und zu Hohenlohe-Langenburg';
	for (const [locale, you] of [['en-GB', ' (you)'], ['ar', ' (أنت)']]) {
		const one = await person(t, browser, site, name, { join: false, locale, viewport: PHONE });
		await one.page.locator('#name').fill(name);
		await one.page.keyboard.press('Enter');
		const label = one.page.locator('meeting-tile .name b').first();
		await label.waitFor();
		assert.equal(await label.textContent(), name + you);
		const { words, box, direction } = await label.evaluate(b => {
			const range = document.createRange();
			range.selectNodeContents(b.lastChild.nodeType === Node.COMMENT_NODE ? [...b.childNodes].findLast(one => one.nodeType === Node.TEXT_NODE && one.data.trim()) : b.lastChild);
			const { direction } = getComputedStyle(b.querySelector('span'));
			return { words: range.getBoundingClientRect().toJSON(), box: b.parentNode.getBoundingClientRect().toJSON(), direction };
		});
		assert.equal(direction, 'ltr', 'a name runs as it is written');
		assert.ok(words.width > 0 && words.left >= box.left && words.right <= box.right, `${you} at ${JSON.stringify(words)} in ${JSON.stringify(box)}`);
	}
});

test('on a low or much enlarged screen some lines of a question are read above its answers', async t => {
	const anna = await person(t, browser, site, 'Anna', { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2 });
	await anna.start('Recording', SECRET);
	const { top, line, answers } = await anna.page.locator('consent-question').evaluate(({ shadowRoot }) => {
		const summary = shadowRoot.querySelector('.summary');
		const { top } = summary.getBoundingClientRect();
		return { top, line: parseFloat(getComputedStyle(summary).lineHeight), answers: shadowRoot.querySelector('.answers').getBoundingClientRect().top };
	});
	assert.ok(answers - top >= 3 * line, `text from ${top}, answers at ${answers}, lines of ${line}`);
	await shoot(anna.page, 'notice-low');
	await anna.answer('Decline');
	await anna.stop('Recording');
});

test('without the room', async t => {
	const anna = await person(t, browser, site, 'Anna', { join: false, search: '?room=99' });
	await anna.page.getByRole('alert').getByText('There is no room 99. Check the address, or ask whoever invited you.').waitFor();
	await assertAccessible(anna.page, 'a missing room, before joining');
	await anna.enter();
	await heading(anna, 'There is no room 99');
	await shoot(anna.page, 'meeting-no-room');
	await assertAccessible(anna.page, 'a missing room');
	await anna.button('Try again').click();
	await anna.page.getByLabel('Your name').waitFor();

	const ben = await person(t, browser, site, 'Ben', { join: false, search: '?room=lobby' });
	await ben.enter();
	await heading(ben, 'There is no room lobby');
});

test('without a server', async t => {
	const anna = await person(t, browser, await startSite(t), 'Anna', { join: false });
	await anna.page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
	await anna.enter();
	await heading(anna, 'The server cannot be reached');
	expectComplaint(anna.page, /WebSocket/);
});

test('without the gateway under that name', async t => {
	const janus = await startJanus(t, { gateway: false });
	const wrong = await startSite(t, { janus });
	const anna = await person(t, browser, wrong, 'Anna', { join: false });
	await anna.enter();
	await heading(anna, 'This server has no consent gateway');
	await anna.page.getByText('It does not know "janus.plugin.consent".').waitFor();

	const bare = await startSite(t, { janus, config: { package: VIDEOROOM } });
	const ben = await person(t, browser, bare, 'Ben');
	await ben.page.getByText('This server has no consent gateway: this page cannot tell who is recorded here.').waitFor();
	await ben.button('Dismiss').click();
});

test('when the browser may not use camera and microphone', async t => {
	const strict = await startBrowser(t, { devices: 'denied' });
	const anna = await person(t, strict, site, 'Anna', { permissions: [] });
	const ben = await person(t, browser, site, 'Ben');
	await anna.page.getByText('The browser was not allowed to use camera and microphone.').waitFor();
	await anna.sees('Ben');
	assert.equal(await anna.button('Unmute microphone').getAttribute('aria-disabled'), 'true');
	await shoot(anna.page, 'meeting-denied');
	await assertAccessible(anna.page, 'a banner');
});

test('without camera and microphone', async t => {
	const poor = await startBrowser(t, { devices: 'none' });
	const anna = await person(t, poor, site, 'Anna');
	await anna.page.getByText('No camera or microphone was found.').waitFor();
	const ben = await person(t, browser, site, 'Ben');
	await anna.sees('Ben');
	await anna.button('Leave').click();
	await ben.button('Leave').click();
});

test('in German, switched while in the meeting', async t => {
	const anna = await person(t, browser, site, 'Anna');
	await anna.start('Recording', 'adminpwd');
	await anna.notice.getByText('May we record you?').waitFor();
	await anna.page.getByLabel('Language').selectOption('Deutsch');
	await anna.notice.getByText('Dürfen wir Sie aufzeichnen?').waitFor();
	await anna.button('Verlassen').waitFor();
	assert.equal(await anna.page.evaluate(() => document.documentElement.lang), 'de');
	await shoot(anna.page, 'meeting-german');
	await anna.button('Ablehnen').click();
	await anna.says('Sie werden nicht erfasst');
});

for (const colorScheme of ['light', 'dark'])
	test(`axe-core finds nothing on the page (${colorScheme})`, async t => {
		const anna = await person(t, browser, site, 'Anna', { colorScheme, join: false });
		await assertAccessible(anna.page, 'before joining');
		await shoot(anna.page, `meeting-join-${colorScheme}`);
		await anna.join();
		const ben = await person(t, browser, site, 'Ben', { colorScheme });
		await anna.sees('Ben');
		await assertAccessible(anna.page, 'in the meeting');
		await anna.start('Recording', 'adminpwd');
		await anna.notice.waitFor();
		await assertAccessible(anna.page, 'a question in the meeting');
		await ben.answer('Allow');
		await anna.mark('Ben', 'Captured: Recording');
		await anna.open('My consent');
		await assertAccessible(anna.page, 'the panel beside it');
		await shoot(anna.page, `meeting-panel-${colorScheme}`);
		await anna.button('Leave').click();
		await assertAccessible(anna.page, 'after leaving');
	});

test('at 320 pixels everything is in reach', async t => {
	const anna = await person(t, browser, site, 'Anna', { viewport: PHONE });
	const ben = await person(t, browser, site, 'Ben', { viewport: PHONE });
	await anna.start('Recording', 'adminpwd');
	await ben.notice.waitFor();
	await shoot(ben.page, 'meeting-phone-notice');
	assert.equal(await ben.page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
	await ben.button('Mute microphone').click();
	await ben.answer('Allow');
	await ben.open('My consent');
	await shoot(ben.page, 'meeting-phone-panel');
	await ben.button('Close').click();
	await shoot(ben.page, 'meeting-phone');
});
