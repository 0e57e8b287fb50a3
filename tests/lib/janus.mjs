// SPDX-License-Identifier: GPL-3.0-or-later
// A Janus of the test's own: in a folder of its own, on loopback, with the gateway in front of VideoRoom or bare.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { Admin, Client } from './client.mjs';
import { Log } from './log.mjs';
import { jcfg } from './jcfg.mjs';
import { PATIENCE } from './stream.mjs';
import * as paths from './paths.mjs';

export const VIDEOROOM = 'janus.plugin.videoroom';
export const CONSENT = 'janus.plugin.consent';
export const ROOM = 1234;
export const OTHER_ROOM = 5678;
export const SECRET = 'adminpwd';

const ROOMS = {
	[`room-${ROOM}`]: { description: 'Test room', secret: SECRET, publishers: 100, bitrate: 1_000_000, fir_freq: 0, record: false },
	[`room-${OTHER_ROOM}`]: { description: 'Another room', secret: 'otherpwd', publishers: 100, record: false },
};

let instances = 0;

/**
 * Starts a Janus and stops it with the test.
 *
 * gateway   false: bare VideoRoom
 * package   the name under which the gateway answers
 * consent   settings of the gateway that differ, or a function of the Janus that makes them
 * rooms     static rooms of VideoRoom, by section
 * videoroom VideoRoom's other settings
 * handler   the WebSocket address that gets Janus's events for handlers
 * plugins   the shared objects in the plugins folder
 * disable   what Janus is told not to load of that folder
 * folder    where an earlier instance left off
 * wrapper   a command and arguments that run Janus
 * refused   true: the plugin is expected to refuse
 * tmpfs     folders of the Janus's that are file systems of their own, with their sizes: {state: '2m'}
 */
export async function startJanus(t, options = {}) {
	if (options.gateway !== false)
		paths.assertBuilt();
	const janus = new Janus(options);
	t.after(() => janus.dispose());
	janus.configure(options);
	await janus.start(options.wrapper);
	if (!options.refused && janus.log.has(REFUSED))
		throw new Error(`the plugin was refused:\n${janus.log.lines.slice(-20).join('\n')}`);
	return janus;
}

/**
 * Without the gateway, too: it takes its SCTP library down under connections that are being closed, and its WebSockets under
 * plugins that still have something to say.
 */
const FELL = 'Janus fell in its own code while it ended, over data channels or WebSockets that it had just closed';

/** Before any plugin was asked to end. What a test then looks for on disk is not there, or is as after a crash. */
const CAUGHT = 'Janus hung in its own handler of signals, which takes locks';

/** The same as AddressSanitizer reports it. */
const FALLS = [
	/AddressSanitizer: FPE .*\n[^]*\bjanus_sctp_association_destroy\b/,
	/AddressSanitizer: SEGV .*\n[^]*\bin lws_cancel_service .*\n.*\bin janus_websockets_send_message\b/,
];

const DATA = /Data channel available/;

/** What Janus logs of a plugin that it goes on without. */
const REFUSED = /could not be initialized|Couldn't load plugin|skipping (it|this plugin)/;

export class Janus {
	/** Functions that make clients of this Janus leave, called before it is disposed of. */
	guests = [];
	#process = null;
	#exited = null;
	#mounted = [];

	constructor({ gateway = true, package: name, folder, keep = false }) {
		const base = Number(process.env.TEST_PORT ?? 18200) + 2 * (instances++ % 40);
		this.port = base;
		this.adminPort = base + 1;
		this.gateway = gateway;
		this.package = name ?? (gateway ? CONSENT : VIDEOROOM);
		this.temporary = !folder && !keep;
		this.folder = folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'consent-test-'));
		this.secret = 'the admin secret of this test';
	}

	in(...names) {
		return path.join(this.folder, ...names);
	}

	/** The gateway's settings, also after a restart. */
	get settings() {
		return {
			package: this.package,
			upstream: paths.videoroom(),
			store: this.in('state', 'ledger.sqlite'),
			recordings: this.in('state', 'recordings'),
			// Tests read the files; those of encryption (sealed.test.mjs) set it to false.
			plain_files: true,
			notices: paths.notices,
		};
	}

	get store() {
		return this.consent.store;
	}

	get recordings() {
		return this.consent.recordings;
	}

	/** Where Janus runs, and so where a plugin writes that was given no folder. */
	get home() {
		return this.in('home');
	}

	configure({ consent = {}, rooms = ROOMS, videoroom = {}, plugins, disable, handler, tmpfs = {} }) {
		for (const name of ['home', 'state', 'config', 'plugins', 'transports', 'events', 'empty', ...Object.keys(tmpfs)])
			fs.mkdirSync(this.in(name), { recursive: true });
		for (const [name, size] of Object.entries(tmpfs))
			this.#mount(name, size);

		this.consent = { ...this.settings, ...(typeof consent === 'function' ? consent(this) : consent) };
		this.#write('janus.jcfg', core(this, disable, handler));
		this.#write('janus.transport.websockets.jcfg', transport(this));
		this.#write('janus.plugin.videoroom.jcfg', { general: { ...videoroom }, ...rooms });
		this.#write('janus.plugin.consent.jcfg', { general: this.consent });
		this.#write('janus.eventhandler.wsevh.jcfg', eventHandler(handler));
		this.#link('transports', [paths.websockets()]);
		this.#link('events', handler ? [paths.eventHandler()] : []);
		this.#link('plugins', plugins ?? [this.gateway ? paths.gateway : paths.videoroom()]);
	}

	/** In the namespace of the tests' own mounts: nobody else sees it. */
	#mount(name, size) {
		execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'consent-test', this.in(name)]);
		this.#mounted.push(this.in(name));
	}

	#write(name, settings) {
		fs.writeFileSync(this.in('config', name), jcfg(settings));
	}

	#link(folder, files) {
		for (const file of files)
			fs.rmSync(this.in(folder, path.basename(file)), { force: true });
		for (const file of files)
			fs.symlinkSync(file, this.in(folder, path.basename(file)));
	}

	/** Starts; resolves when Janus takes connections. */
	async start(wrapper = []) {
		const command = [...wrapper, paths.janus, '--configs-folder', this.in('config'), '--disable-colors'];
		this.#process = spawn(command[0], command.slice(1), {
			cwd: this.home,
			env: { ...process.env, ...sanitizers() },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.#exited = new Promise(resolve => this.#process.once('exit', (code, signal) => resolve({ code, signal })));
		this.log = new Log('Janus', [this.#process.stdout, this.#process.stderr]);
		await this.log.next(/WebSockets transport plugin initialized/).catch(error => {
			throw new Error(`Janus did not start: ${error.message}\n${this.log.lines.slice(-30).join('\n')}`);
		});
		await this.#answering();
	}

	/** A signal between that line and the main loop's first turn would be lost, and Janus never stop. */
	async #answering() {
		const admin = await this.admin();
		await admin.ask({ janus: 'ping' });
		admin.close();
	}

	get pid() {
		return this.#process.pid;
	}

	client() {
		return Client.connect(this.port);
	}

	admin() {
		return Admin.connect(this.adminPort, this.secret);
	}

	/**
	 * Stops Janus as an operator does, and reads what the sanitizers said. Not `atOnce`: when those who have left are gone.
	 * Janus 1.1.2 puts its SCTP away before its own threads have closed all data channels, and falls (SIGFPE).
	 */
	async stop({ atOnce = false } = {}) {
		if (!atOnce)
			await this.#emptied();
		let stacks = '';
		const late = setTimeout(() => {
			stacks = stacksOf(this.pid);
			this.#process.kill('SIGKILL');
		}, PATIENCE);
		// Janus 1.1.2 forgets a signal that comes just before its main loop runs, and takes a second one as the first.
		const again = setTimeout(() => this.#process.kill('SIGTERM'), 2000);
		const { code, signal } = await this.kill('SIGTERM');
		clearTimeout(again);
		clearTimeout(late);
		const report = complaint(this.log);
		if (report)
			throw Object.assign(new Error(`a sanitizer complained:\n${report}`), { fell: FALLS.some(fall => fall.test(report)) });
		if (isCaught(stacks) && !atOnce)
			return console.error(`${CAUGHT}:\n${stacks}`);
		if (code !== 0)
			throw Object.assign(new Error(`Janus ended with ${signal ?? code}:\n${this.log.lines.slice(-30).join('\n')}\n${stacks}`),
				{ deaf: isDeaf(stacks), fell: signal === 'SIGFPE' && this.log.has(DATA) });
	}

	/**
	 * For two seconds at most: it is no matter of the gateway's. Where there are data channels, all handles are counted: that one
	 * is being detached Janus says later than the client has left.
	 */
	async #emptied() {
		const begun = this.log.has(DATA) ? 'Creating new handle in session' : 'Detaching handle from';
		for (let looks = 200; looks > 0 && this.#count('Handle and related resources freed') < this.#count(begun); looks--)
			await delay(10);
	}

	#count(words) {
		return this.log.lines.filter(line => line.includes(words)).length;
	}

	/** Ends Janus with a signal; resolves when it is gone. */
	async kill(signal = 'SIGKILL') {
		if (!this.#process)
			return { code: 0 };
		this.#process.kill(signal);
		const result = await this.#exited;
		this.#process = null;
		return result;
	}

	get running() {
		return this.#process !== null && this.#process.exitCode === null && this.#process.signalCode === null;
	}

	/** Resolves when nobody has a session any more. `guests` made them leave. */
	async #deserted() {
		const admin = await this.admin();
		while ((await admin.ask({ janus: 'list_sessions' })).sessions.length)
			await new Promise(resolve => setTimeout(resolve, 20));
		admin.close();
	}

	async dispose() {
		try {
			const leaving = this.guests.splice(0).map(leave => leave());
			await Promise.all(leaving);
			if (leaving.length && this.running)
				await Promise.race([this.#deserted().catch(() => undefined), new Promise(resolve => setTimeout(resolve, 3000).unref())]);
			if (this.#process)
				await this.stop();
		} catch (error) {
			// What a test has to say of the end it says by stop().
			if (!error.deaf && !error.fell)
				throw error;
			console.error(error.deaf ? `Janus never heard the signal: ${error.message}` : FELL);
		} finally {
			this.#clean();
		}
	}

	#clean() {
		if (process.env.TEST_KEEP)
			return fs.writeFileSync(this.in('janus.log'), this.log?.text ?? '');
		for (const folder of this.#mounted.splice(0))
			execFileSync('umount', ['--lazy', folder]);
		if (this.temporary)
			fs.rmSync(this.folder, { recursive: true, force: true });
	}
}

function core(janus, disable, handler) {
	return {
		general: {
			configs_folder: janus.in('config'),
			plugins_folder: janus.in('plugins'),
			transports_folder: janus.in('transports'),
			events_folder: janus.in('events'),
			loggers_folder: janus.in('empty'),
			debug_level: 4,
			log_to_stdout: true,
			admin_secret: janus.secret,
			session_timeout: 0,
		},
		media: { ipv6: false },
		nat: { ice_enforce_list: 'd0', ignore_mdns: true },
		plugins: { disable },
		transports: {},
		events: { broadcast: Boolean(handler) },
	};
}

function transport(janus) {
	return {
		general: { json: 'compact', ws: true, ws_ip: '127.0.0.1', ws_port: janus.port, wss: false },
		admin: { admin_ws: true, admin_ws_ip: '127.0.0.1', admin_ws_port: janus.adminPort, admin_wss: false },
	};
}

function eventHandler(backend) {
	return { general: { enabled: Boolean(backend), events: 'plugins', grouping: false, json: 'compact', backend } };
}

/** With SANITIZE=1 the gateway was built with sanitizers and Janus was not: their runtime comes first. */
function sanitizers() {
	if (!process.env.SANITIZE)
		return {};
	return {
		LD_PRELOAD: paths.sanitizerRuntime(),
		// Janus itself leaks at its end; what the gateway leaks its own unit tests find.
		ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1:disable_coredump=1:handle_segv=1',
		UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1:abort_on_error=1',
	};
}

/** Where the threads of a process that does not stop are, if there is a debugger to ask. */
function stacksOf(pid) {
	const asked = spawnSync('gdb', ['-p', String(pid), '-batch', '-ex', 'thread apply all backtrace 14'], { encoding: 'utf8' });
	return asked.stdout ?? 'install gdb to see where';
}

/** Whether Janus never came to its end: a thread is caught in the handler of signals. */
function isCaught(stacks) {
	return stacks.includes('<signal handler called>');
}

/** The same: the main loop still runs. */
function isDeaf(stacks) {
	const main = /^Thread 1 [^]*?(?=^Thread \d|(?![^]))/m.exec(stacks)?.[0] ?? '';
	return main.includes('g_main_loop_run');
}

function complaint(log) {
	const first = log.lines.findIndex(line => /(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:/.test(line));
	return first < 0 ? null : log.lines.slice(first, first + 60).join('\n');
}
