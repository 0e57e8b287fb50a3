// SPDX-License-Identifier: MIT
// The lines that web-ui/README.md gives to embedders, as they stand there, in a page that knows nothing of consent.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { repository } from '../lib/paths.mjs';
import { SECRET, startJanus, VIDEOROOM } from '../lib/janus.mjs';
import { openPage, shoot, startBrowser } from './lib/browser.mjs';
import { startSite } from './lib/site.mjs';

const webUi = path.join(repository, 'web-ui');
const source = path.join(repository, 'tests', 'browser', 'embed');

/** The page with the README's two blocks in it: the markup, and the line for the handle. */
async function embed(t) {
	const readme = fs.readFileSync(path.join(webUi, 'README.md'), 'utf8');
	const [markup, line] = [...readme.matchAll(/```(?:html|js)\n([^]*?)```/g)].map(([, code]) => code);
	assert.ok(`${markup}${line}`.trim().split('\n').length <= 10, 'ten lines');

	const root = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-embed-'));
	t.after(() => fs.rmSync(root, { recursive: true, force: true }));
	const page = fs.readFileSync(path.join(source, 'page.js'), 'utf8').replace('// here\n', line);
	const html = fs.readFileSync(path.join(source, 'index.html'), 'utf8').replace('<!-- here -->', markup);
	for (const [name, text] of [['index.html', html], ['page.js', page]])
		fs.writeFileSync(path.join(root, name), text);
	fs.cpSync(path.join(webUi, 'dist', 'consent.js'), path.join(root, 'consent.js'));
	fs.cpSync(path.join(webUi, 'dist', 'assets'), path.join(root, 'assets'), { recursive: true });
	await bundleJanus(path.join(root, 'janus.js'));
	return root;
}

/** janus.js and its adapter as one script with the global that pages expect. */
function bundleJanus(outfile) {
	const { build } = createRequire(path.join(webUi, 'package.json'))('esbuild');
	const contents = `import adapter from 'webrtc-adapter'; import Janus from 'janus-gateway'; globalThis.adapter = adapter; globalThis.Janus = Janus;`;
	return build({ stdin: { contents, resolveDir: webUi }, bundle: true, format: 'iife', outfile, logLevel: 'warning' });
}

for (const [how, name] of [['under its own name', 'janus.plugin.consent'], ['under VideoRoom’s name', VIDEOROOM]])
	test(`ten lines add consent to a page that has janus.js (${how})`, async t => {
		const janus = await startJanus(t, { package: name });
		const site = await startSite(t, { janus, root: await embed(t) });
		const page = await openPage(t, await startBrowser(t), `${site.url}/?plugin=${name}`);
		await page.locator('#state').getByText('publishing').waitFor();

		const host = page.locator('consent-host');
		await host.getByRole('button', { name: 'Start: Recording' }).click();
		await host.getByLabel('Room secret').fill(SECRET);
		await page.keyboard.press('Enter');
		const notice = page.locator('consent-notice').getByRole('dialog');
		await notice.waitFor();
		await shoot(page, `embed-${name}`);
		await notice.getByRole('button', { name: 'Allow', exact: true }).click();
		await page.getByText('You are captured: audio and video').first().waitFor();
		await page.getByRole('button', { name: 'Withdraw everything' }).click();
		await page.getByText('You are not captured').first().waitFor();

		const heard = await page.evaluate(() => window.others.map(message => message.consent ?? message.videoroom));
		assert.deepEqual([...new Set(heard)].sort(), ['event', 'joined'], 'the page itself hears VideoRoom and nothing else');
	});
