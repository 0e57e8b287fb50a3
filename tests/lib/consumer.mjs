// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever a live feed is sent to: hears RTP and RTCP on two ports, and answers to where they came from.

import dgram from 'node:dgram';
import { Stream } from './stream.mjs';
import { isRtp } from './rtp.mjs';

export class Consumer {
	/** Listens on an even port, and on the next one, until the test ends. */
	static async at(t, port, host = '127.0.0.1') {
		const consumer = new Consumer();
		for (const at of [port, port + 1]) {
			const socket = dgram.createSocket('udp4', (bytes, from) => consumer.#hear(bytes, from));
			await new Promise((resolve, reject) => socket.once('error', reject).bind(at, host, resolve));
			t.after(() => socket.close());
			consumer.sockets.push(socket);
		}
		return consumer;
	}

	/** For RTP, and for RTCP. */
	sockets = [];
	/** RTP packets: {bytes, from}; the same for what is none. */
	packets = new Stream('packets of a live feed');
	others = new Stream('RTCP of a live feed');

	#hear(bytes, { address, port }) {
		(isRtp(bytes) ? this.packets : this.others).push({ bytes, from: { address, port } });
	}

	/** From the socket of RTCP to that port. */
	say(bytes, { address, port }) {
		return new Promise((resolve, reject) => this.sockets[1].send(bytes, port, address, error => (error ? reject(error) : resolve())));
	}
}
