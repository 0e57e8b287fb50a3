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

/** Janus's own demos as Debian has them. */
const DEMOS = '/usr/share/janus/demos';

/** The README's two blocks: the markup, and the line for the handle. */
function snippet() {
	const readme = fs.readFileSync(path.join(webUi, 'README.md'), 'utf8');
	const [markup, line] = [...readme.matchAll(/```(?:html|js)\n([^]*?)```/g)].map(([, code]) => code);
	assert.ok(`${markup}${line}`.trim().split('\n').length <= 10, 'ten lines');
	return { markup, line };
}

function folder(t) {
	const root = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-embed-'));
	t.after(() => fs.rmSync(root, { recursive: true, force: true }));
	return root;
}

/** The page with both blocks in it. */
async function embed(t) {
	const { markup, line } = snippet();
	const root = folder(t);
	const page = fs.readFileSync(path.join(source, 'page.js'), 'utf8').replace('// here\n', line);
	const html = fs.readFileSync(path.join(source, 'index.html'), 'utf8').replace('<!-- here -->', markup);
	for (const [name, text] of [['index.html', html], ['page.js', page]])
		fs.writeFileSync(path.join(root, name), text);
	fs.cpSync(path.join(webUi, 'dist', 'consent.js'), path.join(root, 'consent.js'));
	fs.cpSync(path.join(webUi, 'dist', 'assets'), path.join(root, 'assets'), { recursive: true });
	await bundleJanus(path.join(root, 'janus.js'));
	return root;
}

/** Debian's VideoRoom demo with both blocks in it, told where Janus is, and otherwise as it comes. */
function embedInDemo(t) {
	const { markup, line } = snippet();
	const root = path.join(folder(t), 'demos');
	fs.cpSync(DEMOS, root, { recursive: true });
	const change = (name, from, to) => {
		const file = path.join(root, name);
		const before = fs.readFileSync(file, 'utf8');
		assert.ok(before.includes(from), `${name} has ${from}`);
		fs.writeFileSync(file, before.replace(from, () => to));
	};
	change('videoroomtest.html', '</body>', `${markup}</body>`);
	change('videoroomtest.js', 'sfutest = pluginHandle;', `sfutest = pluginHandle;\n${line.replace('(handle)', '(pluginHandle)')}`);
	// Its own settings lack two names that the demo asks for.
	fs.appendFileSync(path.join(root, 'settings.js'), 'var token, apisecret; server = `ws://${location.host}/janus`;\n');
	fs.cpSync(path.join(webUi, 'dist', 'consent.js'), path.join(root, 'consent.js'));
	fs.cpSync(path.join(webUi, 'dist', 'words'), path.join(root, 'words'), { recursive: true });
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
		assert.equal(await page.title(), 'A page that knows nothing of consent', 'the title is the page’s own');
		await shoot(page, `embed-${name}`);
		await notice.getByRole('button', { name: 'Allow', exact: true }).click();
		await page.getByText('You are captured: audio and video').first().waitFor();
		await page.getByRole('button', { name: 'Withdraw everything' }).click();
		await page.getByText('You are not captured').first().waitFor();

		const heard = await page.evaluate(() => window.others.map(message => message.consent ?? message.videoroom));
		assert.deepEqual([...new Set(heard)].sort(), ['event', 'joined'], 'the page itself hears VideoRoom and nothing else');
	});

test('the same lines add consent to Debian’s own VideoRoom demo', { skip: fs.existsSync(DEMOS) ? false : 'janus-demos is not installed' }, async t => {
	const janus = await startJanus(t, { package: VIDEOROOM });
	const site = await startSite(t, { janus, root: embedInDemo(t), strict: false });
	const page = await openPage(t, await startBrowser(t), `${site.url}/videoroomtest.html`);
	// As who tries a demo does; it is jQuery that answers the clicks, once it is there.
	await page.locator('#start').click();
	await page.locator('#username').fill('Anna');
	await page.locator('#register').click();
	await page.locator('#videolocal video').waitFor();

	const host = page.locator('consent-host');
	await host.getByRole('button', { name: 'Start: Recording' }).click();
	await host.getByLabel('Room secret').fill(SECRET);
	await page.keyboard.press('Enter');
	const notice = page.locator('consent-notice').getByRole('dialog');
	await notice.getByRole('button', { name: 'Allow', exact: true }).click();
	await page.getByText('You are captured: audio and video').first().waitFor();
	await shoot(page, 'embed-demo');
	await page.getByRole('button', { name: 'Withdraw everything' }).click();
	await page.getByText('You are not captured').first().waitFor();
	await page.context().close();
	// The demo is talkative in the console; but nothing may come from elsewhere.
	assert.deepEqual(page.complaints.splice(0).filter(one => /^(elsewhere|uncaught)/.test(one)), []);
});
