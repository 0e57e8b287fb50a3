// SPDX-License-Identifier: MIT
// Builds dist/: the library (consent.js with its declarations), the meeting page and the admin console.
//   --fast   without the declarations, which take longer than all the rest
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { common, compressed, library as libraryOptions, SIZE_LIMIT } from './bundle.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = `${root}dist`;

async function pages() {
	await mkdir(`${dist}/admin`, { recursive: true });
	await mkdir(`${dist}/assets`, { recursive: true });
	await cp(`${root}src/meeting/index.html`, `${dist}/index.html`);
	await cp(`${root}src/admin/index.html`, `${dist}/admin/index.html`);
	await cp(`${root}src/shared/icon.svg`, `${dist}/assets/icon.svg`);
	await writeFile(`${dist}/config.json`, '{"package":"janus.plugin.consent"}\n');
	const entryPoints = { meeting: 'src/meeting/main.ts', admin: 'src/admin/main.ts', page: 'src/shared/page.css' };
	const loader = { '.woff2': 'file' };
	const options = { outdir: `${dist}/assets`, loader, assetNames: '[name]', sourcemap: true, splitting: true, chunkNames: 'words/[name]-[hash]' };
	// One by one, so that each is one file and the words of one language.
	for (const [name, file] of Object.entries(entryPoints)) await build({ ...common, ...options, entryPoints: { [name]: file } });
}

async function library() {
	await build({ ...libraryOptions, outdir: dist, sourcemap: true });
	if (process.argv.includes('--fast')) return;
	const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', `${dist}/types`];
	execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.library.json`, ...options], { stdio: 'inherit' });
}

/** The licences of what the bundles contain ask to come along. janus.js has its own in its first comment. */
async function licences() {
	const modules = `${root}node_modules/`;
	const files = { Lit: 'lit/LICENSE', 'webrtc-adapter': 'webrtc-adapter/LICENSE.md', sdp: 'sdp/LICENSE', Inter: '@fontsource-variable/inter/LICENSE' };
	const [janus] = (await readFile(`${modules}janus-gateway/npm/dist/janus.es.js`, 'utf8')).match(/(?<=\/\*)[^]*?(?=\*\/)/);
	const texts = [['These pages', await readFile(`${root}LICENSE`, 'utf8')], ['janus.js', janus.replace(/^\t/gm, '').trim()]];
	for (const [name, file] of Object.entries(files)) texts.push([name, await readFile(modules + file, 'utf8')]);
	await writeFile(`${dist}/LICENSES.txt`, texts.map(([name, text]) => `${name}\n${'='.repeat(name.length)}\n\n${text.trim()}\n`).join('\n\n'));
}

const sizeOf = async (file) => compressed(await readFile(`${dist}/${file}`));

async function sizes() {
	const words = await Promise.all((await readdir(`${dist}/words`)).filter((name) => name.endsWith('.js')).map((name) => sizeOf(`words/${name}`)));
	const largest = Math.max(...words);
	for (const name of ['consent.js', 'assets/meeting.js', 'assets/admin.js'])
		console.log(`${name.padEnd(18)} ${((await sizeOf(name)) / 1024).toFixed(1).padStart(6)} KB gzip`);
	console.log(`${'words/*.js'.padEnd(18)} ${(largest / 1024).toFixed(1).padStart(6)} KB gzip, the largest of ${words.length} languages`);
	if ((await sizeOf('consent.js')) + largest > SIZE_LIMIT) throw new Error(`consent.js with a language is over ${SIZE_LIMIT} bytes`);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await library();
await pages();
await licences();
await sizes();
