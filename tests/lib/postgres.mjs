// SPDX-License-Identifier: GPL-3.0-or-later
// A PostgreSQL server of the test's own (postgres.sh), and what can stand between it and its clients.

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run } from './tool.mjs';
import { PATIENCE } from './stream.mjs';

const SCRIPT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'postgres.sh');
const SOCKET = '.s.PGSQL.5432';

/** Why no server can be run here, or false: node:test's `skip`. */
export async function missing() {
	const { status, stderr } = await run(SCRIPT, ['url', '/']);
	return status === 77 ? stderr.trim() : false;
}

export class Postgres {
	#process = null;
	#gone = null;

	/** A new cluster, running; it goes with the test. */
	static async start(t) {
		// A socket's path has hardly more than a hundred characters.
		const server = new Postgres(path.join(os.tmpdir(), `consent-pg-${process.pid}-${randomBytes(4).toString('hex')}`));
		const { status, stderr } = await run(SCRIPT, ['make', server.folder]);
		if (status !== 0)
			throw new Error(`no cluster could be made: ${stderr}`);
		t.after(() => server.#remove());
		await server.start();
		return server;
	}

	constructor(folder) {
		this.folder = folder;
		this.url = urlOf(folder);
	}

	/** Resolves when it answers. What a killed one left behind may keep it from starting for a moment. */
	async start() {
		const late = Date.now() + PATIENCE;
		while (!await this.#answers()) {
			if (Date.now() > late)
				throw new Error(`the server does not start:\n${fs.readFileSync(path.join(this.folder, 'server.log'), 'utf8').slice(-2000)}`);
			if (!this.#process)
				this.#spawn();
			await setTimeout(20);
		}
	}

	#spawn() {
		const child = spawn(SCRIPT, ['serve', this.folder], { stdio: 'ignore' });
		this.#process = child;
		this.#gone = once(child, 'exit').then(() => { this.#process = null; });
	}

	async #answers() {
		return this.#process !== null && (await psql(this.url, 'SELECT 1')).status === 0;
	}

	/** SIGINT stops it in order, SIGQUIT at once, SIGKILL kills it. Resolves when it is gone. */
	async stop(signal = 'SIGINT') {
		this.#process?.kill(signal);
		await this.#gone;
	}

	/** What the SQL answers: a line a row. */
	async sql(sql) {
		const { status, stdout, stderr } = await psql(this.url, sql);
		if (status !== 0)
			throw new Error(`${sql}: ${stderr}`);
		return stdout.split('\n').filter(Boolean);
	}

	async #remove() {
		await this.stop('SIGQUIT');
		await run(SCRIPT, ['remove', this.folder]);
	}
}

function urlOf(folder) {
	return `postgresql://consent@/postgres?host=${folder}`;
}

function psql(url, sql) {
	return run('psql', ['--no-psqlrc', '--tuples-only', '--no-align', '--quiet', '--command', sql, url]);
}

/** Between a server and some of its clients: a network that can be made to swallow everything. */
export class Line {
	#sockets = new Set();
	#silent = false;

	static async to(t, server) {
		const line = new Line(fs.mkdtempSync(path.join(os.tmpdir(), 'consent-line-')));
		line.listener = net.createServer(client => line.#join(client, net.connect(path.join(server.folder, SOCKET))));
		line.listener.listen(path.join(line.folder, SOCKET));
		await once(line.listener, 'listening');
		t.after(() => line.#close());
		return line;
	}

	constructor(folder) {
		this.folder = folder;
		this.url = urlOf(folder);
	}

	#join(client, server) {
		for (const [from, to] of [[client, server], [server, client]]) {
			this.#sockets.add(from);
			from.on('data', bytes => to.write(bytes));
			from.on('error', () => to.destroy());
			from.on('close', () => {
				this.#sockets.delete(from);
				to.destroy();
			});
			if (this.#silent)
				from.pause();
		}
	}

	/** Nothing comes through any more, and nobody is told. */
	swallow() {
		this.#silent = true;
		for (const socket of this.#sockets)
			socket.pause();
	}

	/** Everything comes through, also what was held back. */
	pass() {
		this.#silent = false;
		for (const socket of this.#sockets)
			socket.resume();
	}

	/** All connections end. */
	cut() {
		for (const socket of this.#sockets)
			socket.destroy();
	}

	#close() {
		this.listener.close();
		this.cut();
		fs.rmSync(this.folder, { recursive: true, force: true });
	}
}
