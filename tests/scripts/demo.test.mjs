// SPDX-License-Identifier: GPL-3.0-or-later
// script/demo as people use it: started, looked at, stopped, refused and killed. Runs in a network of its own.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { repository } from '../lib/paths.mjs';
import { Demo, demo, get, upgrade } from './demo.mjs';
import { folder } from './shell.mjs';

const refused = (args, pattern, status = 1) => {
	const result = spawnSync(path.join(repository, 'script/demo'), args, { encoding: 'utf8' });
	assert.equal(result.status, status, result.stderr);
	assert.match(result.stderr, pattern);
	assert.ok(!/Meeting/.test(result.stdout));
};

test('two addresses, pages behind them, Janus with the gateway', async t => {
	const running = await demo(t);
	assert.equal(running.meeting, 'http://127.0.0.1:8080/');
	assert.equal(running.admin, 'http://127.0.0.1:8080/admin/');
	for (const address of [running.meeting, running.admin]) {
		const page = await get(address);
		assert.equal(page.status, 200);
		assert.match(page.headers['content-type'], /text\/html/);
		assert.match(page.headers['content-security-policy'], /default-src 'none'/);
	}
	assert.equal(JSON.parse((await get(`${running.meeting}config.json`)).body).package, 'janus.plugin.consent');
	assert.ok((await running.info()).plugins['janus.plugin.consent']);
});

test('the demo loads the gateway, WebSockets and nothing else', async t => {
	const info = await (await demo(t)).info();
	assert.deepEqual(Object.keys(info.plugins), ['janus.plugin.consent']);
	assert.deepEqual(Object.keys(info.transports), ['janus.transport.websockets']);
});

test('the admin secret is new, private, and opens the Admin API', async t => {
	const running = await demo(t);
	const file = running.in('admin-secret');
	assert.equal(fs.statSync(file).mode & 0o777, 0o600);
	const secret = fs.readFileSync(file, 'utf8');
	assert.match(secret, /^[0-9a-f]{48}$/);
	assert.equal((await running.asAdmin(secret)).janus, 'success');
	assert.equal((await running.asAdmin('another')).error.code, 403);
});

test('state is private', async t => {
	const running = await demo(t);
	for (const name of ['.', 'ledger.sqlite', 'recordings', 'etc', 'run', 'log'])
		assert.equal(fs.statSync(running.in(name)).mode & 0o077, 0, name);
});

test('the rooms of the sample are there', async t => {
	const rooms = await (await demo(t)).rooms();
	assert.deepEqual(rooms.map(({ room }) => room).sort(), [1234, 5678]);
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
	test(`${signal} stops it cleanly`, async t => {
		const running = await demo(t);
		const { code } = await running.end(signal);
		assert.equal(code, 0);
		assert.deepEqual(running.processes(), []);
		assert.match(fs.readFileSync(running.in('log/janus.log'), 'utf8'), /Bye!/);
	});

test('a second demo with the same state is refused, the first goes on', async t => {
	const running = await demo(t);
	refused(['--state', running.state, '--port', '8081'], /already running \(process \d+\).*--state/);
	assert.equal((await get(running.meeting)).status, 200);
});

for (const address of ['127.0.0.1', '0.0.0.0', '::'])
	test(`a port that is taken at ${address} is refused`, async t => {
		const other = net.createServer().listen(8080, address);
		await new Promise(resolve => other.once('listening', resolve));
		t.after(() => other.close());
		const state = folder(t);
		refused(['--state', state], /port 8080 is taken.*--port/);
		assert.deepEqual(fs.readdirSync(state), [], 'refused before anything is made');
	});

test('another port', async t => {
	const running = await demo(t, ['--port', '8099']);
	assert.equal(running.meeting, 'http://127.0.0.1:8099/');
	assert.equal((await get(running.meeting)).status, 200);
});

test('in the place of VideoRoom', async t => {
	const running = await demo(t, ['--package', 'janus.plugin.videoroom']);
	assert.equal(JSON.parse((await get(`${running.meeting}config.json`)).body).package, 'janus.plugin.videoroom');
	assert.deepEqual(Object.keys((await running.info()).plugins), ['janus.plugin.videoroom']);
});

test('a folder with a blank in its name', async t => {
	const running = await demo(t, [], path.join(folder(t), 'my state'));
	assert.equal((await get(running.meeting)).status, 200);
});

test('killed, it leaves nothing behind and starts again on what it had', async t => {
	const state = folder(t);
	const first = await demo(t, [], state);
	const secret = fs.readFileSync(first.in('admin-secret'), 'utf8');
	await first.end('SIGKILL');
	await first.alone();
	const second = await demo(t, [], state);
	assert.equal(fs.readFileSync(second.in('admin-secret'), 'utf8'), secret);
	assert.equal((await second.end('SIGTERM')).code, 0);
});

for (const [server, other] of [['janus', 'nginx'], ['nginx', 'janus']])
	test(`when ${server} dies the demo says so, stops ${other} and fails`, async t => {
		const running = await demo(t);
		const [{ pid }] = running.processes().filter(({ name, parent }) => name === server && parent === running.pid);
		process.kill(pid, 'SIGKILL');
		const { code } = await running.ended;
		assert.equal(code, 1);
		assert.ok(running.log.has(new RegExp(`${server} has ended by itself \\(signal KILL\\)`)));
		assert.deepEqual(running.processes(), []);
	});

test('without the gateway in Janus it fails and says so', async t => {
	const state = folder(t);
	fs.writeFileSync(path.join(state, 'ledger.sqlite'), 'no ledger at all');
	const running = new Demo(state, []);
	t.after(() => running.gone());
	assert.equal((await running.ended).code, 1);
	assert.ok(running.log.has(/Janus runs, but not with the gateway in it as janus\.plugin\.consent/));
	assert.deepEqual(running.processes(), []);
});

test('pages of other sites reach neither WebSocket, programs do', async t => {
	const { meeting } = await demo(t);
	for (const [where, protocol] of [['janus', 'janus-protocol'], ['janus-admin', 'janus-admin-protocol']]) {
		assert.equal(await upgrade(`${meeting}${where}`, protocol, {}), 101);
		assert.equal(await upgrade(`${meeting}${where}`, protocol, { Origin: 'http://127.0.0.1:8080' }), 101);
		for (const Origin of ['http://elsewhere.example', 'null', 'http://127.0.0.1:8081', 'https://127.0.0.1:8080'])
			assert.equal(await upgrade(`${meeting}${where}`, protocol, { Origin }), 403, Origin);
	}
});

test('a foreign name that points here gets nothing', async t => {
	const { meeting } = await demo(t);
	assert.equal((await get(meeting, { Host: 'rebound.example:8080' })).status, 421);
	assert.equal((await get(meeting, { Host: 'localhost:8080' })).status, 200);
});

test('a machine without a network is told', t => {
	const script = `ip link set lo up && exec "${repository}/script/demo" --state "${folder(t)}"`;
	const result = spawnSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8' });
	assert.equal(result.status, 1);
	assert.match(result.stderr, /no network interface.*Without a network/);
});

test('arguments that make no sense are refused', t => {
	const state = ['--state', folder(t)];
	refused(['--prot', '1'], /unknown argument '--prot'/, 2);
	refused(['--port'], /--port needs a value/, 2);
	for (const port of ['0', '65536', '80a', ''])
		refused([`--port=${port}`], /--port takes a number from 1 to 65535/, 2);
	refused(['--package', '../videoroom'], /--package takes a name/, 2);
	refused(['--listen', '127.0.0.1; root'], /--listen takes an address/, 2);
	refused([...state, '--interface', 'none0'], /no interface 'none0'/);
	refused([...state, '--listen', '203.0.113.1'], /203\.0\.113\.1 is no address of this machine/);
	refused(['--state', '/proc/nowhere'], /cannot make the folder/);
	refused(['--state', path.join(folder(t), 'a"b')], /has a character/);
	refused(['--state', path.join(folder(t), 'x'.repeat(100))], /longer than/);
});
