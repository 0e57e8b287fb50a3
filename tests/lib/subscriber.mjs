// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody who watches: tells which packets have come through Janus.

import { PATIENCE } from './stream.mjs';
import { answerOffer } from './peer.mjs';
import { parse } from './rtp.mjs';

export class Subscriber {
	/** Numbers of the packets that arrived, by the sender's SSRC. */
	#numbers = new Map();
	#waiting = new Set();

	/** Subscribes to all tracks of `feeds` (ids of publishers). */
	static async join(janus, room, feeds) {
		const client = await janus.client();
		const handle = await client.attach(janus.package);
		const subscriber = new Subscriber(client, handle);
		const streams = feeds.map(feed => ({ feed }));
		const { data, jsep } = await handle.ask({ request: 'join', ptype: 'subscriber', room, streams });
		subscriber.joined = data;
		await subscriber.#start(jsep);
		return subscriber;
	}

	/** Gets {source, number} of each packet as it comes. */
	onPacket = undefined;

	constructor(client, handle) {
		this.client = client;
		this.handle = handle;
	}

	async #start(offer) {
		this.peer = await answerOffer('subscriber', offer, bytes => this.#receive(bytes));
		this.started = await this.handle.request({ request: 'start' }, this.peer.answer);
		await this.handle.core.next(({ janus }) => janus === 'webrtcup', 'webrtcup');
	}

	#receive(bytes) {
		const { source, number } = parse(bytes);
		if (number === null)
			return;
		if (!this.#numbers.has(source))
			this.#numbers.set(source, { all: new Set(), last: 0 });
		const seen = this.#numbers.get(source);
		seen.all.add(number);
		this.onPacket?.({ source, number });
		seen.last = Math.max(seen.last, number);
		for (const check of this.#waiting)
			check();
	}

	/** The numbers of the track's packets that have come through. */
	numbers({ ssrc }) {
		return this.#numbers.get(ssrc)?.all ?? new Set();
	}

	last({ ssrc }) {
		return this.#numbers.get(ssrc)?.last ?? 0;
	}

	/** Resolves when the track's packet of that number, or a later one, has come through. */
	sees(track, number = track.sent) {
		return new Promise((resolve, reject) => {
			const late = setTimeout(() => done(reject, new Error(`packet ${number} of ${track.ssrc} has not come through`)), PATIENCE);
			const check = () => this.last(track) >= number && done(resolve);
			const done = (how, why) => {
				clearTimeout(late);
				this.#waiting.delete(check);
				how(why);
			};
			this.#waiting.add(check);
			check();
		});
	}

	close() {
		this.peer?.close();
		this.client.close();
	}
}
