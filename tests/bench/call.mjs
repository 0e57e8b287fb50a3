// SPDX-License-Identifier: GPL-3.0-or-later
// One call set up in one way, and whoever sends in it, in a process of its own: what sends in several becomes slower with each.
// Argument: the way. Messages from the parent: {send: seconds, warm: seconds} is answered with {all, own}, the processor seconds per
// 100,000 packets; {end: true} with {missing}, the packets that Janus did not get of those sent.

import { setTimeout } from 'node:timers/promises';
import { closeAll } from '../lib/peer.mjs';
import { Pacer, processorTime, setUp } from './ways.mjs';

const leaving = [];
const { janus, people } = await setUp({ after: leave => leaving.push(leave) }, process.argv[2], Number(process.env.PEOPLE ?? 30));

async function sendFor(pacer, span) {
	let sent = 0;
	for (const end = performance.now() + span * 1000; performance.now() < end; await setTimeout(2))
		sent += pacer.send();
	return sent;
}

/** Janus runs for as long as this does. */
async function slice({ send, warm }) {
	process.kill(janus.pid, 'SIGCONT');
	const pacer = new Pacer(people);
	await sendFor(pacer, warm);
	const before = processorTime(janus.pid);
	const sent = await sendFor(pacer, send);
	const after = processorTime(janus.pid);
	await setTimeout(30);
	process.kill(janus.pid, 'SIGSTOP');
	return { all: (after.all - before.all) / sent * 1e5, own: (after.own - before.own) / sent * 1e5 };
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
	process.kill(janus.pid, 'SIGCONT');
	process.send({ missing: await missing() });
	for (const person of people)
		await person.close();
	for (const leave of leaving.reverse())
		await leave();
	closeAll();
	process.disconnect();
}

process.kill(janus.pid, 'SIGSTOP');
process.on('message', async message => message.end ? await end() : process.send(await slice(message)));
process.send({ ready: true });
