// SPDX-License-Identifier: MIT
// Bundles the unit tests (Node.js does not run TypeScript itself) and runs them with node:test. Arguments: names of tests, without suffix.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const names = (await readdir(here)).filter((name) => name.endsWith('.test.ts') && (!wanted.length || wanted.includes(name.slice(0, -8))));

// Browsers have them, and Node.js from 19 on; Debian 12 has 18.
const missing = `globalThis.crypto ??= (await import('node:crypto')).webcrypto;
	globalThis.CustomEvent ??= class extends Event { constructor(type, init) { super(type, init); this.detail = init?.detail ?? null; } };`;

const outdir = await mkdtemp(join(tmpdir(), 'web-ui-test-'));
try {
	const entryPoints = names.map((name) => join(here, name));
	await build({ entryPoints, outdir, bundle: true, format: 'esm', platform: 'node', target: 'node18', sourcemap: 'inline', banner: { js: missing }, outExtension: { '.js': '.mjs' } });
	const files = names.map((name) => join(outdir, name.replace(/\.ts$/, '.mjs')));
	const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', '--test-reporter=spec', ...files], { stdio: 'inherit' });
	process.exitCode = status ?? 1;
} finally {
	await rm(outdir, { recursive: true, force: true });
}
