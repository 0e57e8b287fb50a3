// SPDX-License-Identifier: MIT
// The gallery of components: it is built beside a copy of the pages into a folder of the test's own. And what tests do in it.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { before } from 'node:test';
import { repository } from '../../lib/paths.mjs';
import { openPage, startBrowser } from './browser.mjs';
import { startSite } from './site.mjs';

const source = path.join(repository, 'tests', 'browser', 'gallery');
const webUi = path.join(repository, 'web-ui');

/** Serves the gallery; its address is `${url}/gallery/`. */
export async function startGallery(t) {
	const root = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gallery-'));
	t.after(() => fs.rmSync(root, { recursive: true, force: true }));
	fs.cpSync(path.join(webUi, 'dist'), root, { recursive: true });
	await bundle(path.join(root, 'gallery'));
	return startSite(t, { root });
}

async function bundle(folder) {
	const { build } = createRequire(path.join(webUi, 'package.json'))('esbuild');
	const options = { bundle: true, format: 'esm', target: 'es2022', logLevel: 'warning', nodePaths: [path.join(webUi, 'node_modules')] };
	const tsconfigRaw = { compilerOptions: { useDefineForClassFields: false } };
	await build({ ...options, tsconfigRaw, entryPoints: { gallery: path.join(source, 'main.ts') }, outdir: folder });
	for (const name of ['index.html', 'gallery.css'])
		fs.copyFileSync(path.join(source, name), path.join(folder, name));
}

/** A page with the gallery; `search` is the end of its address. */
export async function openGallery(t, browser, site, { search = '', ...options } = {}) {
	const page = await openPage(t, browser, `${site.url}/gallery/${search}`, options);
	await page.locator('html[data-ready]').waitFor({ state: 'attached' });
	return page;
}

/** One browser and one site for all tests of a file: what opens a page of its own for each of them, as openGallery does. */
export function sharedGallery() {
	let browser;
	let site;
	before(async t => {
		site = await startGallery(t);
		browser = await startBrowser(t);
	});
	return (t, options) => openGallery(t, browser, site, options);
}

export const start = (page, purpose = 'record', by = 'p2', options = {}) =>
	page.evaluate(([purpose, by, options]) => { window.gateway.start(purpose, by, options); }, [purpose, by, options]);
export const stop = (page, purpose = 'record') => page.evaluate(purpose => window.gateway.stop(purpose), purpose);
export const fail = (page, request, error_code) =>
	page.evaluate(([request, error_code]) => { window.gateway.failures.set(request, { error_code, error: 'x' }); }, [request, error_code]);
export const repair = page => page.evaluate(() => window.gateway.failures.clear());

/** Decisions that the gateway got, as "record granted audio,video". */
export const decided = page => page.evaluate(() => window.gateway.requests
	.filter(({ request }) => request === 'consent_decide')
	.flatMap(({ decisions }) => decisions.map(one => `${one.purpose} ${one.decision} ${one.media}`)));
export const asked = (page, request) => page.evaluate(request => window.gateway.requests.filter(one => one.request === request).length, request);

export const notice = page => page.locator('consent-notice').getByRole('dialog');
export const button = (place, name) => place.getByRole('button', { name, exact: true });
export const gone = locator => locator.waitFor({ state: 'detached' });

/** What has the focus, through all shadow trees. */
export const focused = page => page.evaluate(() => {
	let active = document.activeElement;
	while (active?.shadowRoot?.activeElement)
		active = active.shadowRoot.activeElement;
	return active === document.body ? 'body' : active.id || active.getAttribute('part') || active.textContent.trim();
});
