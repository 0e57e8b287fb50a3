// SPDX-License-Identifier: MIT
// The components on a page of their own, with a gateway in memory behind them: every state can be had at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { PHONE, shoot } from './lib/browser.mjs';
import { asked, button, decided, fail, focused, gone, notice, repair, sharedGallery, start, stop } from './lib/gallery.mjs';

const open = sharedGallery();

test('the notice says what, who, why and how long before it asks, and what follows from each answer', async t => {
	const page = await open(t);
	await start(page);
	const dialog = notice(page);
	await dialog.waitFor();
	assert.equal(await dialog.getAttribute('aria-label'), 'May we record you?');
	const parts = [
		'May we record you?', 'Started by Ben', 'Only the sound and picture', 'your audio and your video',
		'The team that runs', 'Deleted after 30 days', 'Decline', 'Nothing you send is captured unless you allow it',
	];
	const places = [];
	for (const part of parts)
		places.push((await dialog.getByText(part).last().boundingBox()).y);
	assert.deepEqual(places, [...places].sort((a, b) => a - b), 'one below the other');
	await shoot(page, 'notice-light');
});

test('a component that is taken out of the page and put back shows what was said meanwhile', async t => {
	const page = await open(t);
	await page.evaluate(() => {
		window.taken = [...document.querySelectorAll('consent-indicator, consent-panel, consent-notice')].map(element => ({ element, parent: element.parentNode }));
		for (const { element } of window.taken)
			element.remove();
	});
	await start(page);
	await page.evaluate(() => {
		for (const { element, parent } of window.taken)
			parent.append(element);
	});
	await notice(page).waitFor();
	await page.locator('consent-indicator').getByText('You are not captured', { exact: true }).waitFor();
	await page.locator('consent-panel').getByText('Running now', { exact: true }).waitFor();
	await stop(page);
	await gone(notice(page));
});

test('allow and decline have the same weight', async t => {
	const page = await open(t);
	await start(page);
	await notice(page).evaluate(card => Promise.all(card.getAnimations().map(one => one.finished)));
	const looks = await Promise.all(['Decline', 'Allow'].map(name => button(notice(page), name).evaluate(element => {
		const { width, height, top } = element.getBoundingClientRect();
		const { color, backgroundColor, borderColor, fontSize, fontWeight, opacity } = getComputedStyle(element);
		return { width, height, top, color, backgroundColor, borderColor, fontSize, fontWeight, opacity };
	})));
	assert.deepEqual(looks[0], looks[1]);
	assert.ok(looks[0].height >= 44, 'large enough for a thumb');
});

test('neither Escape nor a click beside it closes the notice, and ignoring it sends nothing', async t => {
	const page = await open(t);
	await start(page);
	await notice(page).waitFor();
	await page.keyboard.press('Escape');
	await page.mouse.click(5, 400);
	await page.getByRole('heading', { name: 'Gallery' }).click();
	await page.keyboard.press('Escape');
	assert.ok(await notice(page).isVisible());
	assert.deepEqual(await decided(page), []);
	await page.getByText('You are not captured').first().waitFor();
});

for (const [name, decision] of [['Allow', 'granted'], ['Decline', 'refused']])
	test(`${name} is one request, and the notice goes with its answer`, async t => {
		const page = await open(t);
		await start(page);
		await button(notice(page), name).click();
		await gone(notice(page));
		assert.deepEqual(await decided(page), [`record ${decision} audio,video`]);
	});

test('on a low screen the choices come into sight when they are asked for', async t => {
	const page = await open(t, { viewport: { width: 640, height: 400 } });
	await start(page);
	await button(notice(page), 'Choose separately').click();
	const save = await button(notice(page), 'Save my answers').elementHandle();
	await page.waitForFunction(save => {
		const { x, y, width, height } = save.getBoundingClientRect();
		return save.getRootNode().elementFromPoint(x + width / 2, y + height - 1) === save;
	}, save);
});

test('choosing asks for each medium, sets none beforehand, and sends both answers at once', async t => {
	const page = await open(t);
	await start(page);
	const dialog = notice(page);
	await button(dialog, 'Choose separately').click();
	assert.equal(await dialog.locator('[aria-pressed=true]').count(), 0);

	await button(dialog.getByRole('group', { name: 'audio' }), 'Allow').click();
	await button(dialog, 'Save my answers').click();
	await dialog.getByText('Please answer each line.').waitFor();
	assert.deepEqual(await decided(page), []);

	await button(dialog.getByRole('group', { name: 'video' }), 'Decline').click();
	await gone(dialog.getByText('Please answer each line.'));
	await shoot(page, 'notice-choose');
	await button(dialog, 'Save my answers').click();
	await gone(dialog);
	assert.deepEqual(await decided(page), ['record granted audio', 'record refused video']);
	assert.equal(await asked(page, 'consent_decide'), 1);
	await page.getByText('You are captured: audio').first().waitFor();
});

test('purposes that run at once are asked in one notice, one by one', async t => {
	const page = await open(t);
	await start(page);
	await start(page, 'summarize', 'p3');
	const dialog = notice(page);
	await dialog.getByText('2 decisions are yours').waitFor();
	await shoot(page, 'notice-combined');
	await button(dialog.locator('consent-question').nth(1), 'Decline').click();
	await dialog.getByText('2 decisions are yours').waitFor({ state: 'detached' });
	assert.deepEqual(await decided(page), ['summarize refused audio']);
	assert.equal(await dialog.locator('consent-question').count(), 1);
	await button(dialog, 'Allow').click();
	await gone(dialog);
});

test('what starts while a question is read waits for its answer', async t => {
	const page = await open(t);
	await start(page);
	const dialog = notice(page);
	await dialog.waitFor();
	await start(page, 'train', 'p3', { since: '2026-01-02T10:09:00.000Z' });
	await dialog.getByText('1 more question after this').waitFor();
	assert.equal(await dialog.locator('consent-question').count(), 1);
	await shoot(page, 'notice-queue');
	await button(dialog, 'Decline').click();
	await dialog.getByText('May your voice and picture train AI?').first().waitFor();
	assert.equal(await dialog.getByText('more question').count(), 0);
	await button(dialog, 'Allow').click();
	await gone(dialog);
	assert.deepEqual(await decided(page), ['record refused audio,video', 'train granted audio,video']);
});

test('a countdown is shown until the server says that it runs', async t => {
	const page = await open(t);
	await page.clock.install();
	await start(page, 'record', 'p2', { countdown: 10 });
	const dialog = notice(page);
	await dialog.getByRole('timer').getByText('Starts in 10 seconds').waitFor();
	await page.clock.runFor(9000);
	await dialog.getByRole('timer').getByText('Starts in 1 second').waitFor();
	await page.evaluate(() => window.store.refresh());
	await page.clock.runFor(1000);
	await dialog.getByRole('timer').getByText('About to start').waitFor();
	await page.evaluate(() => window.gateway.run('record'));
	await gone(dialog.getByRole('timer'));
});

test('as a banner it lies along the edge, with the same answers', async t => {
	for (const [viewport, name] of [[undefined, 'wide'], [PHONE, 'phone']]) {
		const page = await open(t, viewport ? { viewport } : {});
		await page.evaluate(() => document.querySelector('consent-notice').setAttribute('variant', 'banner'));
		await start(page);
		const box = await notice(page).evaluate(card => Promise.all(card.getAnimations().map(one => one.finished)).then(() => card.getBoundingClientRect().toJSON()));
		const { width, height } = page.viewportSize();
		assert.deepEqual([box.x, box.width, Math.round(box.bottom)], [0, width, height]);
		assert.ok(box.height <= 0.6 * height, `${box.height} of ${height}`);
		await assertAccessible(page, 'a banner');
		await shoot(page, `notice-banner-${name}`);
		await button(notice(page), 'Decline').click();
		await gone(notice(page));
	}
});

test('deciding later hides the question; the indicator keeps it and brings it back', async t => {
	const page = await open(t);
	await start(page);
	await button(notice(page), 'Decide later').click();
	await gone(notice(page));
	assert.deepEqual(await decided(page), []);
	await button(page, 'Answer 1 question').click();
	await notice(page).waitFor();
	await stop(page);
	await gone(notice(page));
	await gone(page.getByText('You are not captured'));
});

test('focus goes to the notice, not to an answer, and comes back', async t => {
	const page = await open(t);
	await page.getByRole('button', { name: 'Elsewhere' }).focus();
	await start(page);
	await notice(page).waitFor();
	assert.equal(await focused(page), 'card');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Space');
	assert.deepEqual(await decided(page), [], 'a key that was on its way does not answer');
	await button(notice(page), 'Decline').press('Enter');
	await gone(notice(page));
	assert.equal(await focused(page), 'elsewhere');
});

test('focus stays where somebody is typing', async t => {
	const page = await open(t);
	await page.getByLabel('Notes').focus();
	await start(page);
	await notice(page).waitFor();
	await page.keyboard.type('still here');
	assert.equal(await page.getByLabel('Notes').inputValue(), 'still here');
	assert.equal(await focused(page), 'note');
});

test('everything can be done with the keyboard alone', async t => {
	const page = await open(t);
	await start(page);
	await notice(page).waitFor();
	const order = [];
	for (let i = 0; i < 5; i++) {
		await page.keyboard.press('Tab');
		order.push((await focused(page)).split(' ')[0]);
	}
	assert.deepEqual(order, ['What', 'answer', 'answer', 'choose', 'later']);
	await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Shift+Tab');
	await page.keyboard.press('Space');
	assert.equal(await notice(page).getByRole('group', { name: 'video' }).locator('[aria-pressed=true]').innerText(), 'Allow');
});

test('an answer that could not be stored says so, and can be given again', async t => {
	const page = await open(t);
	await start(page);
	await fail(page, 'consent_decide', 708);
	await button(notice(page), 'Allow').click();
	await notice(page).getByRole('alert').getByText('could not be stored, so nothing you send is captured').waitFor();
	await page.getByText('You are not captured').first().waitFor();
	await shoot(page, 'notice-failed');
	await repair(page);
	await button(notice(page), 'Allow').click();
	await gone(notice(page));
});

test('no answer from the server leaves everything as it was', async t => {
	const page = await open(t);
	await start(page);
	await page.evaluate(() => { window.me && (window.store.client.transport.send = () => new Promise(() => undefined)); });
	await button(notice(page), 'Allow').click();
	await notice(page).getByText('The server did not answer').waitFor();
	await page.getByText('You are not captured').first().waitFor();
});

test('a wording that changed meanwhile is asked again, and what was picked is forgotten', async t => {
	const page = await open(t);
	await start(page);
	const dialog = notice(page);
	await button(dialog, 'Choose separately').click();
	for (const medium of ['audio', 'video'])
		await button(dialog.getByRole('group', { name: medium }), 'Allow').click();
	await page.evaluate(() => Object.assign(window.gateway.purposes[0], { notice: 'e'.repeat(64), title: 'May we record you, too?' }));
	await button(dialog, 'Save my answers').click();
	await dialog.getByText('May we record you, too?').waitFor();
	await dialog.getByText('The wording has changed').waitFor();
	assert.equal(await dialog.locator('[aria-pressed=true]').count(), 0);
	await page.getByText('You are not captured').first().waitFor();
});

test('the indicator says for whom, and whether for me', async t => {
	const page = await open(t);
	const indicator = page.locator('consent-indicator');
	assert.equal(await indicator.getByRole('region').count(), 0, 'nothing runs, nothing is said');
	await start(page);
	await indicator.getByText('nobody', { exact: true }).waitFor();
	await page.evaluate(() => window.gateway.decide('p2', [{ purpose: 'record', media: ['audio', 'video'], decision: 'granted' }]));
	await indicator.getByText('Ben', { exact: true }).waitFor();
	await button(notice(page), 'Allow').click();
	await indicator.getByText('you and Ben').waitFor();
	await indicator.getByText('You are captured: audio and video').first().waitFor();
	await indicator.getByRole('button', { expanded: false }).click();
	await indicator.getByText('Captured now: Anna (you) and Ben. Nobody else is captured.').waitFor();
	await shoot(page, 'indicator-open');
	await page.keyboard.press('Escape');
	await indicator.getByText('Nobody else is captured').waitFor({ state: 'hidden' });
});

test('the indicator says why nobody is captured: what is paused waits for everybody', async t => {
	const page = await open(t);
	await start(page);
	await button(notice(page), 'Decline').click();
	await page.evaluate(() => window.gateway.pause('record', 'unanimous'));
	const indicator = page.locator('consent-indicator');
	await indicator.getByRole('button', { name: 'Recording paused' }).click();
	await indicator.getByText('Paused until everybody agrees', { exact: true }).waitFor();
	await assertAccessible(page, 'what is paused');
	await shoot(page, 'indicator-paused');
});

test('the notice is on the screen soon after its event; how soon is printed', async t => {
	const page = await open(t);
	const took = await page.evaluate(() => new Promise(resolve => {
		const began = performance.now();
		window.gateway.start('record', 'p2');
		const look = () => (document.querySelector('consent-notice').shadowRoot.querySelector('.card') ? resolve(performance.now() - began) : requestAnimationFrame(look));
		requestAnimationFrame(look);
	}));
	t.diagnostic(`notice on screen after ${took.toFixed(0)} ms`);
});

test('what people write is text, never markup', async t => {
	const page = await open(t);
	const hostile = '<img src=x onerror="window.hit=1"><b>"\'&amp;';
	await page.evaluate(name => {
		window.gateway.members.get('p2').display = name;
		Object.assign(window.gateway.purposes[0], { title: name, summary: name, details: name, recipients: name, retention: name });
		return window.store.refresh();
	}, hostile);
	await start(page);
	await page.evaluate(() => window.gateway.decide('p2', [{ purpose: 'record', media: ['audio'], decision: 'granted' }]));
	await notice(page).getByText(`Started by ${hostile}`).waitFor();
	await page.locator('consent-indicator').getByText(hostile, { exact: true }).waitFor();
	await page.locator('consent-panel').locator('li').getByText(hostile, { exact: true }).waitFor();
	assert.equal(await page.locator('img').count(), 0);
	assert.equal(await page.evaluate(() => window.hit), undefined);
});

test('a component of one’s own can take a request over', async t => {
	const page = await open(t);
	await page.evaluate(() => document.addEventListener('consent-request', event => {
		event.preventDefault();
		window.taken = event.detail;
	}));
	await start(page);
	await button(notice(page), 'Decline').click();
	assert.equal(await page.evaluate(() => window.taken.type), 'decide');
	assert.deepEqual(await decided(page), []);
	assert.ok(await notice(page).isVisible());
});

test('in German', async t => {
	const page = await open(t);
	await page.evaluate(() => {
		for (const element of document.querySelectorAll('consent-notice, consent-indicator, consent-panel, consent-host'))
			element.language = 'de';
	});
	await start(page);
	await button(notice(page), 'Ablehnen').waitFor();
	await page.getByText('Sie werden nicht erfasst').first().waitFor();
	await shoot(page, 'notice-german');
	await button(notice(page), 'Erlauben').click();
	await page.getByText('Sie werden erfasst: Ton und Bild').first().waitFor();
});

test('at 320 pixels nothing is cut off, and the answers are in sight', async t => {
	const page = await open(t, { viewport: PHONE });
	await start(page);
	await notice(page).waitFor();
	await shoot(page, 'notice-phone');
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
	for (const name of ['Decline', 'Allow']) {
		const box = await button(notice(page), name).boundingBox();
		assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width && box.y + box.height <= PHONE.height, `${name} at ${JSON.stringify(box)}`);
	}
});

test('who wants less motion gets none', async t => {
	for (const [reducedMotion, motion] of [['no-preference', 'rise'], ['reduce', 'none']]) {
		const page = await open(t, { reducedMotion });
		await start(page);
		assert.equal(await notice(page).evaluate(card => getComputedStyle(card).animationName), motion);
	}
});

for (const colorScheme of ['light', 'dark'])
	test(`axe-core finds nothing in any state (${colorScheme})`, async t => {
		const page = await open(t, { colorScheme });
		await assertAccessible(page, 'nothing running');
		await start(page);
		await notice(page).waitFor();
		await assertAccessible(page, 'one question');
		await button(notice(page), 'Choose separately').click();
		await button(notice(page), 'Save my answers').click();
		await button(notice(page).getByRole('group', { name: 'audio' }), 'Allow').click();
		await notice(page).getByText('What happens in detail').click();
		await assertAccessible(page, 'choosing');
		await start(page, 'train');
		await assertAccessible(page, 'two questions');
		await shoot(page, `components-${colorScheme}`);
		await button(notice(page).locator('consent-question').nth(1), 'Allow').click();
		await button(notice(page), 'One answer for all').click();
		await button(notice(page), 'Allow').click();
		await page.locator('consent-indicator').getByRole('button', { expanded: false }).click();
		await page.getByRole('button', { name: 'Start: AI summary' }).click();
		await page.getByLabel('Room secret').waitFor();
		await assertAccessible(page, 'captured, everything unfolded');
		await shoot(page, `components-captured-${colorScheme}`);
	});
