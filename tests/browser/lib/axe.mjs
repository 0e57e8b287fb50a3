// SPDX-License-Identifier: MIT
// axe-core over a page as it stands, shadow trees included.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

const source = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Asserts that axe-core finds nothing, in neither colour scheme: WCAG 2.2 A and AA, and its best practices. */
export async function assertAccessible(page, what) {
	// Through the debugger, past the Content-Security-Policy that rightly refuses a script of ours.
	await page.evaluate(source);
	const own = await page.evaluate(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
	for (const colorScheme of own === 'dark' ? ['light', 'dark'] : ['dark', 'light']) {
		await page.emulateMedia({ colorScheme });
		await settled(page);
		assert.deepEqual(await page.evaluate(violations), [], `axe-core on ${what} (${colorScheme})`);
	}
}

/** In the page. */
async function violations() {
	const found = await window.axe.run(document, { resultTypes: ['violations'] });
	const brief = ({ target, failureSummary }) => ({ target: target.join(' '), failureSummary });
	return found.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(brief) }));
}

/** Colours are judged when nothing moves any more, in no shadow tree either. */
function settled(page) {
	return page.evaluate(() => {
		const roots = root => [root, ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : []))];
		const animations = roots(document).flatMap(root => root.getAnimations());
		return Promise.all(animations.map(one => one.finished.catch(() => undefined)));
	});
}
