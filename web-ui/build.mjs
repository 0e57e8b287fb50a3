// SPDX-License-Identifier: MIT
// Builds dist/: the library (consent.js with its declarations), the meeting page and the admin console.
//   --watch: not a mode of this script; run it again, it takes less than a second without declarations (--fast).
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = `${root}dist`;
const SIZE_LIMIT = 40 * 1024;

const common = {
	absWorkingDir: root,
	bundle: true,
	format: 'esm',
	target: ['es2022'],
	minify: true,
	legalComments: 'linked',
	logLevel: 'warning',
	define: { 'process.env.NODE_ENV': '"production"' },
};

async function pages() {
	await mkdir(`${dist}/admin`, { recursive: true });
	await mkdir(`${dist}/assets`, { recursive: true });
	await cp(`${root}src/meeting/index.html`, `${dist}/index.html`);
	await cp(`${root}src/admin/index.html`, `${dist}/admin/index.html`);
	await cp(`${root}src/shared/icon.svg`, `${dist}/assets/icon.svg`);
	await writeFile(`${dist}/config.json`, '{"package":"janus.plugin.consent"}\n');
	const entryPoints = { meeting: 'src/meeting/main.ts', admin: 'src/admin/main.ts', page: 'src/shared/page.css' };
	const loader = { '.woff2': 'file' };
	await build({ ...common, entryPoints, outdir: `${dist}/assets`, loader, assetNames: '[name]', sourcemap: true });
}

async function library() {
	await build({ ...common, entryPoints: { consent: 'src/index.ts' }, outdir: dist, sourcemap: true });
	if (process.argv.includes('--fast')) return;
	const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', `${dist}/types`];
	execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', `${root}tsconfig.library.json`, ...options], { stdio: 'inherit' });
}

async function sizes() {
	for (const name of ['consent.js', 'assets/meeting.js', 'assets/admin.js']) {
		const bytes = gzipSync(await readFile(`${dist}/${name}`), { level: 9 }).length;
		console.log(`${name.padEnd(18)} ${(bytes / 1024).toFixed(1).padStart(6)} KB gzip`);
		if (name === 'consent.js' && bytes > SIZE_LIMIT) throw new Error(`${name} is over ${SIZE_LIMIT} bytes`);
	}
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await library();
await pages();
await sizes();
