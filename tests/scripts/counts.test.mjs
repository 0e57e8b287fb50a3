// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers that script/test ends with.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bash, folder } from './shell.mjs';

function counted(t, call, files) {
	const where = folder(t);
	for (const [name, text] of Object.entries(files))
		fs.writeFileSync(path.join(where, name), text);
	const { lines, stderr } = bash(['counts'], `cd ${where}; ${call}; echo $passed $failed $skipped`);
	assert.equal(stderr, '');
	return lines.at(-1);
}

for (const [what, call, log, expected] of [
	['TAP', 'count_node log 1', '# tests 6\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n', '3 2 1'],
	['the spec reporter', 'count_node log 0', '✔ pass 12\nℹ tests 2\nℹ pass 2\nℹ fail 0\nℹ skipped 0\n', '2 0 0'],
	['several runs', 'count_node log 0', '# pass 3\n# fail 0\nℹ pass 4\nℹ fail 0\n', '7 0 0'],
	['a run that broke off', 'count_node log 7', 'no such file\n', '0 1 0'],
	['a run without a test', 'count_node log 0', '# pass 0\n# fail 0\n', '0 1 0'],
	['a bad end without a failed test', 'count_node log 1', '# pass 5\n# fail 0\n', '5 1 0'],
	['a summary', 'count_summary log 0', 'this\n12 passed, 0 failed\n', '12 0 0'],
	['a summary with failures', 'count_summary log 1', '12 passed, 2 failed\n', '12 2 0'],
	['no summary', 'count_summary log 1', 'oh\n', '0 1 0'],
])
	test(`node:test and scripts: ${what}`, t => {
		assert.equal(counted(t, call, { log }), expected);
	});

const good = '100%: Checks: 5, Failures: 0, Errors: 0\n';

for (const [what, status, files, expected] of [
	['all good', 0, { log: 'PASS: a\nPASS: b\n', 'a.log': good, 'b.log': good }, '10 0 0'],
	['failures and errors', 2, { log: 'FAIL: a\nPASS: b\n', 'a.log': '50%: Checks: 4, Failures: 1, Errors: 1\n', 'b.log': good }, '7 2 0'],
	['named twice', 2, { log: 'FAIL: a\nFAIL: a\n', 'a.log': '75%: Checks: 4, Failures: 1, Errors: 0\n' }, '3 1 0'],
	['a program that died', 2, { log: 'FAIL: a\nPASS: b\n', 'a.log': 'Segmentation fault\n', 'b.log': good }, '5 1 0'],
	['a program that died at its end', 2, { log: 'FAIL: a\n', 'a.log': good }, '5 1 0'],
	['skipped', 0, { log: 'SKIP: a\nPASS: b\n', 'a.log': '', 'b.log': good }, '5 0 1'],
	['could not be run', 2, { log: 'ERROR: a\n', 'a.log': '' }, '0 1 0'],
	['did not build', 2, { log: 'error: no\n' }, '0 1 0'],
])
	test(`Check: ${what}`, t => {
		assert.equal(counted(t, `count_check log ${status} .`, files), expected);
	});
