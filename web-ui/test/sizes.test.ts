// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

test('what an embedder’s visitors load stays small', async () => {
	const { library, compressed, SIZE_LIMIT } = await import(pathToFileURL(join(process.cwd(), 'bundle.mjs')).href);
	const { build } = createRequire(join(process.cwd(), 'package.json'))('esbuild');
	const { outputFiles } = await build({ ...library, outdir: 'dist', write: false });
	const sizes = outputFiles.map(({ path, contents }: { path: string; contents: Uint8Array }) => [path.endsWith('consent.js'), compressed(contents)]);
	const main = sizes.filter(([isMain]: [boolean]) => isMain).map(([, size]: [boolean, number]) => size);
	const words = sizes.filter(([isMain]: [boolean]) => !isMain).map(([, size]: [boolean, number]) => size);
	assert.equal(main.length, 1);
	assert.equal(words.length, 9, 'a file for each language but English');
	assert.equal(SIZE_LIMIT, 40960);
	assert.ok(main[0] + Math.max(...words) <= SIZE_LIMIT, `${main[0]} and at most ${Math.max(...words)} bytes`);
});
