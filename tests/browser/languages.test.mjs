// SPDX-License-Identifier: MIT
// Every language on a narrow screen, and Arabic on each page: it runs from right to left.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SECRET, startJanus } from '../lib/janus.mjs';
import { assertAccessible } from './lib/axe.mjs';
import { openPage, PHONE, shoot, startBrowser } from './lib/browser.mjs';
import { notice, openGallery, start, startGallery } from './lib/gallery.mjs';
import { person } from './lib/person.mjs';
import { startSite } from './lib/site.mjs';

const LANGUAGES = ['de', 'fr', 'es', 'pt', 'it', 'pl', 'ja', 'ar', 'zh'];

let browser;
let janus;

before(async t => {
	janus = await startJanus(t);
	browser = await startBrowser(t);
});

const words = page => page.locator('consent-panel').evaluate(panel => panel.shadowRoot.textContent);

test('in every language the answers are in sight on a phone, equally large, and nothing is cut off', async t => {
	const gallery = await startGallery(t);
	for (const language of LANGUAGES) {
		const page = await openGallery(t, browser, gallery, { viewport: PHONE });
		const english = await words(page);
		await page.evaluate(language => {
			for (const element of document.querySelectorAll('consent-notice, consent-indicator, consent-panel, consent-host, consent-roster'))
				element.language = language;
			return Promise.all([...document.querySelectorAll('consent-panel, consent-notice')].map(element => element.updateComplete));
		}, language);
		await start(page);
		await notice(page).waitFor();
		assert.notEqual(await words(page), english, language);
		assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width, language);
		const boxes = await notice(page).locator('.answer').evaluateAll(buttons => buttons.map(one => one.getBoundingClientRect().toJSON()));
		assert.deepEqual([boxes[0].width, boxes[0].height], [boxes[1].width, boxes[1].height], language);
		for (const { left, right, bottom } of boxes)
			assert.ok(left >= 0 && right <= PHONE.width && bottom <= PHONE.height, `${language}: ${left} to ${right}, down to ${bottom}`);
		await page.context().close();
	}
});

test('many purposes with long names fit on a phone, and those that capture somebody come first', async t => {
	const page = await openGallery(t, browser, await startGallery(t), { viewport: PHONE });
	await page.evaluate(async () => {
		const { gateway, store } = window;
		for (const i of [1, 2, 3, 4])
			gateway.purposes.push({ ...gateway.purposes[0], purpose: `own-${i}`, notice: `${i}`.repeat(64), title: `Datenschutzfolgenabschätzungsdokumentation Nummer ${i}` });
		await store.refresh();
		for (const { purpose } of gateway.purposes)
			gateway.start(purpose, 'p2');
		gateway.decide('p2', [{ purpose: 'own-4', media: ['audio'], decision: 'granted' }]);
	});
	const summary = page.locator('consent-indicator').getByRole('button', { expanded: false });
	const count = await page.evaluate(() => window.gateway.purposes.length);
	await summary.getByText(`+${count - 4}`).waitFor();
	await summary.locator('[part=activity]').first().getByText('Ben', { exact: true }).waitFor();
	const shown = await summary.locator('[part=activity]').allInnerTexts();
	assert.equal(shown.length, 4);
	assert.match(shown[0], /Nummer 4\s+Ben$/);
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
	await shoot(page, 'indicator-many');
});

test('in Arabic everything runs from right to left, in French on a dark phone from left to right', async t => {
	const site = await startSite(t, { janus });
	const host = await person(t, browser, site, 'Anna');
	await host.start('Recording', SECRET);
	const page = await openPage(t, browser, site.url, { locale: 'ar' });
	await page.getByLabel('اسمك').fill('ليلى');
	await assertAccessible(page, 'before joining, in Arabic');
	await shoot(page, 'prejoin-arabic');
	await page.getByRole('button', { name: 'انضمام' }).click();
	const dialog = page.locator('consent-notice').getByRole('dialog');
	await dialog.getByRole('button', { name: 'السماح' }).waitFor();
	await dialog.getByRole('heading', { name: 'هل يمكننا تسجيلك؟' }).waitFor();
	assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ['ar', 'rtl']);
	assert.equal(await dialog.evaluate(card => getComputedStyle(card).direction), 'rtl');
	const card = await dialog.boundingBox();
	assert.ok(card.x < page.viewportSize().width / 2, 'the notice stands at the other end');
	await assertAccessible(page, 'a question in Arabic');
	await shoot(page, 'meeting-arabic');
	await shoot(dialog, 'notice-arabic');
	await dialog.getByRole('button', { name: 'الرفض' }).click();
	await page.getByText('لا يُلتقط منك شيء').first().waitFor();

	const phone = await openPage(t, browser, site.url, { locale: 'fr', colorScheme: 'dark', viewport: { width: 360, height: 720 } });
	await phone.getByLabel('Votre nom').fill('Chloé');
	await phone.keyboard.press('Enter');
	const small = phone.locator('consent-notice').getByRole('dialog');
	await small.getByRole('heading', { name: 'Pouvons-nous vous enregistrer' }).waitFor();
	await assertAccessible(phone, 'a question in French, dark');
	await shoot(small, 'notice-dark');

	const console = await openPage(t, browser, `${site.url}/admin/`, { locale: 'ar' });
	await console.getByLabel('سر الإدارة').fill(janus.secret);
	await console.keyboard.press('Enter');
	await console.locator('tbody tr').first().getByRole('button', { name: 'الخط الزمني' }).click();
	await console.getByText('Anna').waitFor();
	await assertAccessible(console, 'a time line in Arabic');
	await shoot(console, 'console-arabic');
});
