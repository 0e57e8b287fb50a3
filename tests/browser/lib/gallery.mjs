// SPDX-License-Identifier: MIT
// Builds the gallery beside a copy of the pages that were built, into a folder of the test's own.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { repository } from '../../lib/paths.mjs';
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
