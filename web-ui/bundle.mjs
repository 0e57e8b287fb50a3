// SPDX-License-Identifier: MIT
// How everything is bundled, and how large the library may be: what an embedder's visitors load.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes, compressed: client, store and components with the words of one more language. */
export const SIZE_LIMIT = 40 * 1024;

export const common = {
	absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
	bundle: true,
	format: 'esm',
	target: ['es2022'],
	minify: true,
	legalComments: 'none', // they are in LICENSES.txt, whole
	logLevel: 'warning',
	define: { 'process.env.NODE_ENV': '"production"' },
};

export const library = { ...common, entryPoints: { consent: 'src/index.ts' }, splitting: true, chunkNames: 'words/[name]' };

export const compressed = (bytes) => gzipSync(bytes, { level: 9 }).length;
