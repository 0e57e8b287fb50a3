// SPDX-License-Identifier: GPL-3.0-or-later
// What Janus pays for a packet: see run-cost.

import path from 'node:path';
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** By the words that run-cost takes. */
const KINDS = {
	relay: ['bare', 'bare again', 'gateway'],
	call: ['bare, watched', 'gateway, watched'],
	record: ['bare', 'bare, recording', 'gateway, recording plain', 'gateway, recording encrypted'],
	feed: ['bare', 'bare, rtp_forward with SRTP', 'gateway, feed with SRTP'],
};

/** What is compared with what, and the ratio that is wanted. */
const PAIRS = [
	['bare again', 'bare', '1, being the same'],
	['gateway', 'bare', '≤ 1.01'],
	['gateway, watched', 'bare, watched', '≤ 1.01'],
	['bare, recording', 'bare', 'nothing: what VideoRoom\'s recorder costs'],
	['gateway, recording plain', 'bare, recording', '≤ 0.95'],
	['gateway, recording encrypted', 'bare, recording', '≤ 1'],
	['bare, rtp_forward with SRTP', 'bare', 'nothing: what VideoRoom\'s forwarding costs'],
	['gateway, feed with SRTP', 'bare, rtp_forward with SRTP', '≤ 1'],
];

/** Fresh Januses, since two of the same kind differ from one start to the next by some per cent. */
const rounds = Number(process.env.ROUNDS ?? 6);
/** Of measuring, all rounds together. */
const seconds = Number(process.env.SECONDS ?? 90);
/** Before it: until then whoever has just been connected costs more. */
const FIRST = 4;

async function begin(name, index) {
	const TEST_PORT = Number(process.env.TEST_PORT ?? 18200) + 2 * index;
	const child = fork(path.join(path.dirname(process.argv[1]), 'call.mjs'), [name], { env: { ...process.env, TEST_PORT, CALL: index } });
	child.once('exit', code => code && process.exit(code));
	await once(child, 'message');
	return { name, child };
}

async function ask({ child }, message) {
	child.send(message);
	return (await once(child, 'message'))[0];
}

async function end(call) {
	const gone = once(call.child, 'exit');
	const { missing } = await ask(call, { end: true });
	if (missing)
		console.log(`${call.name}: ${missing} packets not received`);
	await gone;
}

/** All at once, so that whatever the machine does to one it does to all. {name: {sent, all, own}} */
async function measure(names) {
	const calls = await Promise.all(names.map(begin));
	const seen = await Promise.all(calls.map(call => ask(call, { first: FIRST, seconds: seconds / rounds })));
	await Promise.all(calls.map(end));
	return Object.fromEntries(calls.map(({ name }, i) => [name, seen[i]]));
}

/** What starts first is not always the same. */
const turned = (names, by) => names.map((_, i) => names[(i + by) % names.length]);

const sum = (all, what) => all.reduce((total, one) => total + one[what], 0);
const price = (slices, what) => sum(slices, what) / sum(slices, 'sent') * 1e5;
const middle = values => {
	const sorted = [...values].sort((a, b) => a - b), half = (sorted.length - 1) / 2;
	return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
};

function compare([name, base, wanted], seen) {
	if (!seen.every(one => one[name] && one[base]))
		return;
	const ratios = seen.map(one => price([one[name]], 'all') / price([one[base]], 'all'));
	const all = ratios.sort((a, b) => a - b).map(ratio => ratio.toFixed(3)).join(' ');
	console.log(`${`${name} : ${base}`.padEnd(58)} ${middle(ratios).toFixed(3)} (${all}); wanted ${wanted}`);
}

const names = KINDS[process.argv[2]];
const seen = [];
while (seen.length < rounds)
	seen.push(await measure(turned(names, seen.length)));
for (const name of names) {
	const [all, own] = ['all', 'own'].map(what => price(seen.map(one => one[name]), what).toFixed(3));
	console.log(`${name.padEnd(30)} ${all} s, of that the gateway's own threads ${own} s`);
}
for (const pair of PAIRS)
	compare(pair, seen);
