// SPDX-License-Identifier: GPL-3.0-or-later
// What runs the unit programs: each has a folder of its own for temporary files, in which nothing may be left.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { repository } from '../lib/paths.mjs';
import { finished, folder } from './shell.mjs';

function run(t, lines, env = {}) {
	const where = folder(t), program = path.join(repository, 'tests/unit/run-tidily');
	const ended = finished(spawnSync(program, ['sh', '-c', lines], { encoding: 'utf8', env: { ...process.env, TMPDIR: where, ...env } }));
	return { ...ended, left: fs.readdirSync(where) };
}

for (const [what, lines, status, said] of [
	['a program that leaves nothing passes', 'mktemp -d >made && rm -r "$(cat made)" made', 0, /^$/],
	['one that leaves a folder has failed', 'mktemp -d "$TMPDIR/mine-XXXXXX" >&2', 1, /:0:F:it leaves behind in .*\n^mine-/m],
	['one that failed has its own status', 'touch "$TMPDIR/file"; exit 7', 7, /^file$/m],
	['so has one that cannot run here', 'exit 77', 77, /^$/],
])
	test(what, t => {
		const ended = run(t, `cd "$TMPDIR" && ${lines}`);
		assert.equal(ended.status, status, ended.stderr);
		assert.match(ended.stdout, said);
		assert.deepEqual(ended.left, [], 'what it left is removed');
	});

test('what was left can be looked at', t => {
	assert.equal(run(t, 'touch "$TMPDIR/file"', { TEST_KEEP: '1' }).left.length, 1);
});
