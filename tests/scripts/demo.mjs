// SPDX-License-Identifier: GPL-3.0-or-later
// A demo that runs, and how to look at it from outside.

import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import WebSocket from 'ws';
import { repository } from '../lib/paths.mjs';
import { Log } from '../lib/log.mjs';
import { PATIENCE, eventually } from '../lib/stream.mjs';
import { folder } from './shell.mjs';

/** Starts a demo and stops it with the test; resolves when it has printed its addresses. */
export async function demo(t, args = [], state = folder(t)) {
	const running = new Demo(state, args);
	t.after(() => running.gone());
	await running.log.next(/Stop with Ctrl-C/);
	return running;
}

export class Demo {
	#process;
	#closed;

	constructor(state, args) {
		this.state = state;
		this.lock = path.join(fs.realpathSync(path.dirname(state)), path.basename(state), 'lock');
		this.#process = spawn(path.join(repository, 'script/demo'), ['--state', state, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
		this.log = new Log('the demo', [this.#process.stdout, this.#process.stderr]);
		this.#closed = new Promise(resolve => this.#process.once('close', (code, signal) => resolve({ code, signal })));
	}

	get pid() {
		return this.#process.pid;
	}

	get meeting() {
		return this.#printed(/^Meeting: +(\S+)$/);
	}

	get admin() {
		return this.#printed(/^Admin: +(\S+)$/);
	}

	#printed(pattern) {
		return this.log.lines.map(line => pattern.exec(line)?.[1]).find(Boolean);
	}

	in(...names) {
		return path.join(this.state, ...names);
	}

	/** What Janus says of itself, through nginx. */
	async info() {
		return (await this.#ask('janus', 'janus-protocol', { janus: 'info' }))[0];
	}

	/** VideoRoom's list of rooms, through nginx and the gateway. */
	async rooms() {
		const named = ([{ data }]) => ({ janus: 'attach', session_id: data.id, plugin: 'janus.plugin.consent' });
		const list = ([{ data }, handle]) => ({ janus: 'message', session_id: data.id, handle_id: handle.data.id, body: { request: 'list' } });
		return (await this.#ask('janus', 'janus-protocol', { janus: 'create' }, named, list))[2].plugindata.data.list;
	}

	async asAdmin(secret) {
		return (await this.#ask('janus-admin', 'janus-admin-protocol', { janus: 'list_sessions', admin_secret: secret }))[0];
	}

	/** Requests one after the other, each possibly made of the answers so far. */
	async #ask(where, protocol, ...requests) {
		const socket = new WebSocket(`${this.meeting.replace('http', 'ws')}${where}`, protocol);
		await once(socket, 'open');
		const answers = [];
		for (const request of requests) {
			const body = typeof request === 'function' ? request(answers) : request;
			socket.send(JSON.stringify({ ...body, transaction: 'test' }));
			answers.push(JSON.parse((await once(socket, 'message'))[0]));
		}
		socket.terminate();
		return answers;
	}

	/** How it ended, once it, and whoever writes to its output, has. */
	get ended() {
		return patiently(this.#closed, 'the demo to end');
	}

	/** Sends a signal; resolves with how the demo ended. */
	async end(signal) {
		this.#process.kill(signal);
		return this.ended;
	}

	/** Whatever became of it: nothing of it is left when this resolves. */
	async gone() {
		await this.end('SIGKILL');
		await this.alone();
	}

	/** The servers that belong to this state, whoever their parent is by now: they inherit its lock. */
	processes() {
		const found = fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).map(processOf);
		return found.filter(one => one?.files.some(file => file.startsWith(this.lock)) && one.name !== 'demo');
	}

	/** Resolves when no server of this state is left. */
	alone() {
		return eventually(() => !this.processes().length, 'the servers to end');
	}
}

function patiently(promise, what) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`gave up waiting for ${what}`)), PATIENCE);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Name, parent and open files; undefined when it ended meanwhile or is somebody else's. */
function processOf(pid) {
	try {
		const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
		const files = fs.readdirSync(`/proc/${pid}/fd`).map(fd => fs.readlinkSync(`/proc/${pid}/fd/${fd}`));
		return { pid, name, parent: Number(parent), files };
	} catch {
		return undefined;
	}
}

export function get(address, headers = {}) {
	return new Promise((resolve, reject) => {
		http.get(address, { headers }, response => {
			let body = '';
			response.setEncoding('utf8').on('data', part => { body += part; });
			response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
		}).on('error', reject);
	});
}

/** The status with which a request for a WebSocket is answered. */
export function upgrade(address, protocol, headers) {
	const handshake = {
		Connection: 'Upgrade',
		Upgrade: 'websocket',
		'Sec-WebSocket-Version': '13',
		'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'),
		'Sec-WebSocket-Protocol': protocol,
	};
	return new Promise((resolve, reject) => {
		const request = http.get(address, { headers: { ...handshake, ...headers } });
		request.on('response', response => resolve(response.resume().statusCode));
		request.on('upgrade', (response, socket) => {
			socket.destroy();
			resolve(response.statusCode);
		});
		request.on('error', reject);
	});
}
