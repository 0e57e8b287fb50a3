// SPDX-License-Identifier: GPL-3.0-or-later
// The ways in which one and the same call is set up for the benches: with and without the gateway, captured or not.

import fs from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as consent from '../lib/consent.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { OPUS, VP8 } from '../lib/media.mjs';
import { Source } from '../lib/source.mjs';
import { Subscriber } from '../lib/subscriber.mjs';

/** 50 packets of 100 bytes a second from everybody, and 100 of 1000 from whoever has the camera on: two of five, or what CAMERAS says. */
const SOUND = { ...OPUS, payload: () => Buffer.alloc(76, 0x5a), a_second: 50 };
const PICTURE = { ...VP8, payload: (frame, part) => Buffer.concat([VP8.payload(frame, part), Buffer.alloc(908)]), a_second: 25 };
const CAMERAS = Number(process.env.CAMERAS ?? 0.4);

const PORT = 23700;
const KEY = Buffer.alloc(30, 7).toString('base64');

const HOME = { record: true, filename: 'bench' };

/** What was asked for must have begun, or nothing is measured. */
function begun(answer) {
	if (answer.error)
		throw new Error(answer.error);
}

async function capture({ people }) {
	begun(await consent.start(people[0]));
	for (const person of people)
		begun(await consent.grant(person));
}

async function feed({ people, sink }) {
	const forward = { host: '127.0.0.1', port: sink.port, streams: people.length };
	begun(await consent.start(people[0], 'summarize', { forward }));
	for (const person of people)
		begun(await consent.grant(person, 'summarize', ['audio']));
}

/** VideoRoom's own: the sound of each publisher to a port of its own, with SRTP. */
async function forward({ people, sink }) {
	let port = sink.port;
	for (const person of people) {
		const streams = [person.audio].map(({ mid }) => ({ mid, host: '127.0.0.1', port: (port += 2) - 2, srtp_suite: 80, srtp_crypto: KEY }));
		begun(await person.request({ request: 'rtp_forward', room: ROOM, secret: SECRET, publisher_id: person.feed, host: '127.0.0.1', streams }));
	}
}

export const WAYS = {
	'bare': { gateway: false },
	'bare again': { gateway: false },
	'bare, watched': { gateway: false, watched: true },
	'gateway, watched': { watched: true },
	'bare, recording': { gateway: false, publish: HOME },
	'gateway': {},
	'gateway, recording plain': { begin: capture },
	'gateway, recording encrypted': { consent: { plain_files: false }, begin: capture },
	'bare, rtp_forward with SRTP': { gateway: false, sink: true, begin: forward },
	'gateway, feed with SRTP': { consent: { forward_to: ['127.0.0.1'] }, sink: true, begin: feed },
};

/** Somebody who has the ports and reads none of them, so that what it costs to listen is not measured. */
async function listener(t, port, count) {
	const script = `
		const { createSocket } = require('node:dgram');
		const open = i => new Promise(done => createSocket('udp4').bind({ port: ${port} + 2 * i, address: '127.0.0.1' }, done));
		Promise.all(Array.from({ length: ${count} }, (_, i) => open(i))).then(() => { console.log('ready'); process.kill(process.pid, 'SIGSTOP'); });`;
	const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	t.after(() => child.kill('SIGKILL'));
	await once(child.stdout, 'data');
	return { port };
}

async function watchOthers(t, { janus, people }, person) {
	const watcher = await Subscriber.join(janus, ROOM, people.filter(other => other !== person).map(({ feed }) => feed));
	t.after(() => watcher.close());
}

/** A Janus set up in that way, with `count` people who publish and send nothing yet: {name, janus, people}. */
export async function setUp(t, name, count) {
	const { publish = {}, begin, sink, watched, ...options } = WAYS[name];
	const call = { name, janus: await startJanus(t, { wrapper: ['taskset', '--cpu-list', '0'], ...options }), people: [] };
	const client = await call.janus.client();
	if (sink)
		call.sink = await listener(t, PORT + 2 * count * Number(process.env.CALL ?? 0), count);
	for (let i = 0; i < count; i++) {
		const person = await Source.join(call.janus, { room: ROOM, client, formats: { audio: SOUND, video: PICTURE } });
		if (i >= count * CAMERAS)
			Object.defineProperty(person, 'tracks', { value: [person.audio] });
		await person.publish({ request: 'publish', ...publish, ...(publish.filename ? { filename: `${publish.filename}-${i}` } : {}) });
		call.people.push(person);
	}
	for (const person of watched ? call.people : [])
		await watchOthers(t, call, person);
	await begin?.(call);
	return call;
}

/** Seconds that a process has had a processor so far: all its threads together, and of these the gateway's own. */
export function processorTime(pid) {
	const used = { all: 0, own: 0 };
	for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
		const [name, schedstat] = ['comm', 'schedstat'].map(file => fs.readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8'));
		const seconds = Number(schedstat.split(' ')[0]) / 1e9;
		used.all += seconds;
		used.own += name.startsWith('consent-') ? seconds : 0;
	}
	return used;
}

/** Sends what is due of a call at the pace of the clock; a person's frames come when nobody else's do. */
export class Pacer {
	constructor(people) {
		this.tracks = people.flatMap((person, i) => person.tracks.map(track => ({ track, every: 1000 / track.format.a_second, phase: i / people.length })));
		this.begun = performance.now();
		for (const one of this.tracks)
			one.next = this.begun + one.phase * one.every;
	}

	/** Call it every few milliseconds; returns how many packets were sent. */
	send(now = performance.now()) {
		let sent = 0;
		for (const one of this.tracks)
			for (; one.next <= now; one.next += one.every) {
				one.track.sendFrame();
				sent += one.track.format.packets;
			}
		return sent;
	}
}
