// SPDX-License-Identifier: GPL-3.0-or-later
// script/setup: it installs what is missing and nothing else, and makes what has changed and nothing else.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Tree, bash, folder } from './shell.mjs';

const names = called => called.map(line => line.split(' ')[0]);

function made(tree) {
	const result = tree.setup();
	assert.equal(result.status, 0, result.stderr);
	return result;
}

test('a first run makes everything, a second one nothing', t => {
	const tree = new Tree(t);
	assert.deepEqual(names(made(tree).called), ['autogen', 'configure', 'make', 'npm', 'npm']);
	assert.deepEqual(made(tree).called, []);
});

test('time does not count, content does', t => {
	const tree = new Tree(t);
	made(tree);
	spawnSync('find', [tree.in(), '-exec', 'touch', '{}', '+']);
	assert.deepEqual(made(tree).called, []);
});

for (const [file, expected] of [
	['plugin/plugin.c', ['make']],
	['tests/unit/one.c', ['make']],
	['plugin/base/module.mk', ['autogen', 'configure', 'make']],
	['configure.ac', ['autogen', 'configure', 'make']],
	['web-ui/src/one.ts', ['npm']],
	['web-ui/package-lock.json', ['npm', 'npm']],
])
	test(`a change of ${file} is followed by ${expected.join(', ')}`, t => {
		const tree = new Tree(t);
		made(tree);
		tree.write(file, 'something else\n');
		assert.deepEqual(names(made(tree).called), expected);
		assert.deepEqual(made(tree).called, []);
	});

test('what is gone is made again', t => {
	const tree = new Tree(t);
	made(tree);
	fs.rmSync(tree.in('web-ui/dist'), { recursive: true });
	fs.rmSync(tree.in('build/janus-consent'));
	assert.deepEqual(names(made(tree).called), ['make', 'npm']);
});

test('a step that fails is shown, and done again', t => {
	const tree = new Tree(t);
	tree.stub('make', 'echo the compiler says no; exit 2');
	const result = tree.setup();
	assert.equal(result.status, 1);
	assert.match(result.stderr, /the compiler says no/);
	assert.match(result.stderr, /does not build/);
	assert.deepEqual(names(tree.setup().called), ['make']);
});

test('apt is called for what is missing, once', t => {
	const tree = new Tree(t);
	tree.missing('libsodium-dev', 'check');
	const { called } = made(tree);
	const apt = called.filter(line => line.startsWith('apt-get'));
	assert.equal(apt.length, 2);
	assert.match(apt[0], / update$/);
	assert.match(apt[1], / install check libsodium-dev$/);
	assert.ok(!names(called).includes('update-rc.d'));
});

test('the tests take more', t => {
	const tree = new Tree(t);
	tree.missing('fonts-dejavu-core');
	assert.ok(!names(made(tree).called).includes('apt-get'));
	const { called } = tree.setup('--tests');
	assert.ok(called.some(line => / install fonts-dejavu-core$/.test(line)));
	assert.ok(called.some(line => line.startsWith(`npm --prefix ${tree.in('tests')} ci`)));
});

test('an installation that fails says why', t => {
	const tree = new Tree(t);
	tree.missing('check');
	tree.stub('apt-get', 'echo "E: no such host"; exit 100');
	const result = tree.setup();
	assert.notEqual(result.status, 0);
	assert.match(result.stderr, /E: no such host/);
});

test('an unknown argument is refused', t => {
	const result = new Tree(t).setup('--test');
	assert.equal(result.status, 2);
	assert.match(result.stderr, /--test/);
	assert.deepEqual(result.called, []);
});

/** What a policy says about a service: 101 forbids its start. */
function policy(t, lines, before) {
	const file = path.join(folder(t), 'policy-rc.d');
	if (before)
		fs.writeFileSync(file, `#!/bin/sh\n${before}\n`, { mode: 0o755 });
	const asRoot = 'as_root() { "$@"; }; logged() { :; }; ask() { "$POLICY" "$1" start && echo "$1 0" || echo "$1 $?"; }';
	const result = bash(['common', 'packages', 'services'], `${asRoot}; POLICY=${file}; ${lines}`);
	assert.equal(result.status, 0, result.stderr);
	return { ...result, left: fs.readdirSync(path.dirname(file)), text: fs.existsSync(file) && fs.readFileSync(file, 'utf8') };
}

test('services that come with a package do not start, others do', t => {
	const result = policy(t, 'keep_services_down janus nginx-light; ask janus; ask nginx.service; ask dbus; release_policy');
	assert.deepEqual(result.lines, ['janus 101', 'nginx.service 101', 'dbus 0']);
	assert.deepEqual(result.left, []);
});

test('a policy that was there goes on to decide, and is put back', t => {
	const result = policy(t, 'keep_services_down janus; ask janus; ask nginx; ask dbus; release_policy', 'echo "kept $1"; exit 104');
	assert.deepEqual(result.lines, ['janus 101', 'kept nginx', 'nginx 104', 'kept dbus', 'dbus 104']);
	assert.deepEqual(result.left, ['policy-rc.d']);
	assert.match(result.text, /kept/);
});

test('after a run that was killed the policy is put back as well', t => {
	const result = policy(t, 'keep_services_down janus; trap - EXIT; keep_services_down janus; ask dbus; release_policy', 'exit 104');
	assert.deepEqual(result.lines, ['dbus 104']);
	assert.match(result.text, /exit 104/);
	assert.deepEqual(result.left, ['policy-rc.d']);
});

test('without such packages no policy is touched', t => {
	assert.deepEqual(policy(t, 'keep_services_down janus-dev nginx; trap - EXIT').left, []);
});
