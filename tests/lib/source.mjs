// SPDX-License-Identifier: GPL-3.0-or-later
// A participant made of packets: joins a room, publishes, and sends exactly what the test says when it says so.

import { setImmediate, setTimeout } from 'node:timers/promises';
import { OPUS, VP8 } from './media.mjs';
import { offerTracks } from './peer.mjs';
import { packet } from './rtp.mjs';

let sources = 0;

const FIRST_SEQ = 1000;

/** One track's packets, numbered from 1. */
export class TrackSource {
	/** The number of the last packet sent. */
	sent = 0;

	/** Elements of the header's extension, {id: text}, or none. */
	extension = undefined;

	constructor(format, ssrc) {
		this.format = format;
		this.ssrc = ssrc;
		this.track = null;
	}

	/** The frame, and the part of it, that the next packet belongs to. */
	get position() {
		return { frame: Math.floor(this.sent / this.format.packets), part: this.sent % this.format.packets };
	}

	/** False when the connection is gone. */
	get open() {
		return this.track?.isOpen() ?? false;
	}

	/** Sends the next packet; returns its number. */
	sendNext() {
		const { frame, part } = this.position;
		const number = this.sent + 1;
		this.track.sendMessageBinary(packet({
			payloadType: this.format.payloadType,
			marker: part === this.format.packets - 1,
			seq: FIRST_SEQ + this.sent,
			timestamp: 90_000 + frame * this.format.step,
			ssrc: this.ssrc,
			number: this.format.unmarked ? undefined : number,
			payload: this.format.payload(frame, part),
			extension: this.extension,
		}));
		this.sent = number;
		return number;
	}

	/** Sends what is left of the frame begun, or a whole one; returns the last number. */
	sendFrame() {
		do
			this.sendNext();
		while (this.position.part !== 0);
		return this.sent;
	}

	sendFrames(count) {
		for (let i = 0; i < count; i++)
			this.sendFrame();
		return this.sent;
	}
}

/** A person in a room, who publishes audio and video. */
export class Source {
	#flowing = null;

	/** Joins; `join` holds more fields of that request, `formats` what it sends instead of Opus and VP8. */
	static async join(janus, { room, display = `source ${sources + 1}`, join = {}, client, formats } = {}) {
		const own = client ?? await janus.client();
		const handle = await own.attach(janus.package);
		const source = new Source(own, handle, display, formats);
		source.joined = await handle.request({ request: 'join', ptype: 'publisher', room, display, ...join });
		source.feed = source.joined.id;
		return source;
	}

	/** Joins and publishes. */
	static async publish(janus, options) {
		const source = await Source.join(janus, options);
		await source.publish();
		return source;
	}

	constructor(client, handle, display, { audio = OPUS, video = VP8 } = {}) {
		const base = 0x10_0000 * ++sources + (process.pid % 0x1000) * 16;
		this.client = client;
		this.handle = handle;
		this.display = display;
		this.audio = new TrackSource(audio, base + 1);
		this.video = new TrackSource(video, base + 2);
	}

	get tracks() {
		return [this.audio, this.video];
	}

	request(body, jsep) {
		return this.handle.request(body, jsep);
	}

	/** Offers both tracks, with `body` as the request; resolves with the plugin's answer once media can flow. */
	async publish(body = { request: 'publish' }, options = {}) {
		this.peer = await offerTracks(this.display, this.tracks, options);
		const { data, jsep } = await this.handle.ask(body, this.peer.offer);
		if (!jsep)
			throw new Error(`no answer to the offer: ${JSON.stringify(data)}`);
		await this.peer.answered(jsep);
		await this.handle.core.next(({ janus }) => janus === 'webrtcup', 'webrtcup');
		return data;
	}

	/** Sends packets of both tracks, some thousand a second and no two in the same order of frames, until stopFlow(). */
	flow() {
		let going = true;
		const run = async () => {
			for (let i = 1; going && this.#sendOpen(this.video); i++) {
				if (i % 3 === 0)
					this.#sendOpen(this.audio);
				// A pause now and then: what overruns the socket's buffer is lost before Janus sees it.
				await (i % 6 === 0 ? setTimeout(1) : setImmediate());
			}
		};
		this.#flowing = { done: run(), stop: () => { going = false; } };
	}

	/** Sends the next packet, or returns false: another thread may close the connection at any time. */
	#sendOpen(track) {
		try {
			return track.open && track.sendNext() > 0;
		} catch (error) {
			if (track.open)
				throw error;
			return false;
		}
	}

	async stopFlow() {
		this.#flowing?.stop();
		await this.#flowing?.done;
		this.#flowing = null;
	}

	async close() {
		await this.stopFlow();
		this.peer?.close();
		this.client.close();
	}
}
