// SPDX-License-Identifier: GPL-3.0-or-later
// One call set up in one way, and whoever sends in it, in a process of its own: what sends in several becomes slower with each.
// Argument: the way. Messages from the parent: {seconds, first: seconds before that} is answered with {sent, all, own}, packets and
// processor seconds; {end: true} with {missing}, the packets that Janus did not get of those sent.

import { setTimeout } from 'node:timers/promises';
import { closeAll } from '../lib/peer.mjs';
import { Pacer, processorTime, setUp } from './ways.mjs';

const leaving = [];
const { janus, people } = await setUp({ after: leave => leaving.push(leave) }, process.argv[2], Number(process.env.PEOPLE ?? 24));

/** Adds up what is sent until `end`, in milliseconds of the clock. */
async function sendUntil(pacer, end) {
	let sent = 0;
	for (; performance.now() < end; await setTimeout(2))
		sent += pacer.send();
	return sent;
}

/** {sent, all, own}: packets, and processor seconds that they cost. */
async function run({ first, seconds }) {
	const pacer = new Pacer(people), begun = performance.now() + first * 1000;
	await sendUntil(pacer, begun);
	const before = processorTime(janus.pid);
	const sent = await sendUntil(pacer, begun + seconds * 1000);
	const after = processorTime(janus.pid);
	return { sent, all: after.all - before.all, own: after.own - before.own };
}

async function missing() {
	const admin = await janus.admin();
	let count = people.flatMap(person => person.tracks).reduce((sum, track) => sum + track.sent, 0);
	for (const { handle } of people) {
		const { info } = await admin.ask({ janus: 'handle_info', session_id: handle.client.session, handle_id: handle.id });
		for (const { stats } of Object.values(info.webrtc.media))
			count -= stats.in.packets;
	}
	admin.close();
	return count;
}

async function end() {
	process.send({ missing: await missing() });
	for (const person of people)
		await person.close();
	for (const leave of leaving.reverse())
		await leave();
	closeAll();
	process.disconnect();
}

process.on('message', async message => message.end ? await end() : process.send(await run(message)));
process.send({ ready: true });
