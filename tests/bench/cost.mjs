// SPDX-License-Identifier: GPL-3.0-or-later
// What Janus pays for a packet: see run-cost.

import path from 'node:path';
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** By the words that run-cost takes. */
const KINDS = {
	relay: ['bare', 'bare again', 'gateway'],
	record: ['bare', 'bare, recording', 'gateway, recording plain', 'gateway, recording encrypted'],
	feed: ['bare, rtp_forward with SRTP', 'gateway, feed with SRTP'],
};

/** What is compared with what, and the ratio that is wanted. */
const PAIRS = [
	['bare again', 'bare', '1, being the same'],
	['gateway', 'bare', '≤ 1.01'],
	['gateway, recording plain', 'bare, recording', '≤ 0.95'],
	['gateway, recording encrypted', 'bare, recording', '≤ 1'],
	['gateway, feed with SRTP', 'bare, rtp_forward with SRTP', '≤ 1'],
];

/** Of measuring. */
const seconds = Number(process.env.SECONDS ?? 60);
/** Seconds. Slices are short, so that what is compared stands side by side while the machine's speed changes. */
const SLICE = 0.3;
/** Before a slice counts: what was stopped catches up, and Janus says that media are back. */
const WARM = 0.15;
/** Before the first: until then whoever has just been connected costs more. */
const FIRST = 3;

async function begin(name, index) {
	const TEST_PORT = Number(process.env.TEST_PORT ?? 18200) + 2 * index;
	const child = fork(path.join(path.dirname(process.argv[1]), 'call.mjs'), [name], { env: { ...process.env, TEST_PORT, CALL: index } });
	child.once('exit', code => code && process.exit(code));
	await once(child, 'message');
	return { name, child, seen: [] };
}

async function ask({ child }, message) {
	child.send(message);
	return (await once(child, 'message'))[0];
}

/** Each comes at every place of a round in turn. Nobody is stopped for as long as ICE's patience lasts, 30 s. */
async function measure(calls) {
	for (const call of calls)
		await ask(call, { warm: FIRST, send: SLICE });
	const end = performance.now() + seconds * 1000;
	for (let round = 0; performance.now() < end; round++)
		for (let i = 0; i < calls.length; i++) {
			const call = calls[(i + round) % calls.length];
			call.seen.push(await ask(call, { warm: WARM, send: SLICE }));
		}
}

const at = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
const middle = values => at(values, 0.5);

function compare([name, base, wanted], calls) {
	const [one, other] = [name, base].map(which => calls.find(call => call.name === which)?.seen);
	const pairs = one && other ? one.map(({ all }, i) => all / other[i].all) : [];
	if (pairs.length)
		console.log(`${`${name} : ${base}`.padEnd(58)} ${middle(pairs).toFixed(3)}, half of ${pairs.length} pairs ${at(pairs, 0.25).toFixed(2)}–${at(pairs, 0.75).toFixed(2)}; wanted ${wanted}`);
}

const calls = [];
for (const [index, name] of KINDS[process.argv[2]].entries())
	calls.push(await begin(name, index));
await measure(calls);
for (const call of calls) {
	const { missing } = await ask(call, { end: true });
	const [all, own] = ['all', 'own'].map(which => middle(call.seen.map(one => one[which])).toFixed(2));
	console.log(`${call.name.padEnd(30)} ${all} s, of that the gateway's own threads ${own} s${missing ? `; ${missing} packets not received` : ''}`);
}
for (const pair of PAIRS)
	compare(pair, calls);
