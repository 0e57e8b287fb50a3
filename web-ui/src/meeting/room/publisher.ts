// SPDX-License-Identifier: MIT
import type { JanusJS } from 'janus-gateway';
import type { Devices, Kind } from './devices.js';
import { createOffer, send, type Handle } from './janus.js';
import { OFF } from './people.js';

const BOTH: readonly Kind[] = ['audio', 'video'];

/** Sends my camera, my microphone and what I write, and turns the first two off and on. Off is off: nothing of it reaches the server. */
export class Publisher {
	#last: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly handle: Handle,
		readonly devices: Devices,
	) {}

	get stream(): MediaStream {
		return this.devices.stream;
	}

	isOn(kind: Kind): boolean {
		return this.devices.isOn(kind);
	}

	has(kind: Kind): boolean {
		return this.#transceiver(kind) !== undefined;
	}

	publish(): Promise<void> {
		return this.#inTurn(() => this.#publish());
	}

	turn(kind: Kind, on: boolean): Promise<void> {
		return this.#inTurn(() => this.#turn(kind, on));
	}

	/** One after the other: somebody may turn a camera on while the server is still being told that it is off. */
	#inTurn(work: () => Promise<void>): Promise<void> {
		const done = this.#last.then(work);
		this.#last = done.catch(() => undefined);
		return done;
	}

	async #publish(): Promise<void> {
		const lines = BOTH.flatMap((kind): JanusJS.TrackOption[] => {
			const capture = this.devices.track(kind) ?? (this.devices.has(kind) ? placeholder() : undefined);
			return capture ? [{ type: kind, capture, recv: false }] : [];
		});
		const offer = await createOffer(this.handle, [...lines, { type: 'data', capture: true }]);
		const off = BOTH.filter((kind) => this.has(kind) && !this.isOn(kind));
		const descriptions = off.map((kind) => ({ mid: this.#transceiver(kind)!.mid!, description: OFF }));
		await send(this.handle, { request: 'configure', ...(off.length ? { descriptions } : {}) }, offer);
		for (const kind of off) await this.#tell(kind, false);
	}

	async #turn(kind: Kind, on: boolean): Promise<void> {
		if (!this.has(kind) || this.isOn(kind) === on) return;
		await this.devices.turn(kind, on);
		await this.#tell(kind, on);
	}

	/** To everybody who is here. Rejects where there is no connection for it. */
	write(text: string): Promise<void> {
		return new Promise((success, error) => this.handle.data({ text, success: () => success(), error: (reason: unknown) => error(new Error(String(reason))) }));
	}

	stop(): void {
		this.devices.stop();
	}

	/** The line carries the track that there is now, and the others know whether there is one. */
	async #tell(kind: Kind, on: boolean): Promise<void> {
		const { sender, mid } = this.#transceiver(kind)!;
		await sender.replaceTrack(this.devices.track(kind) ?? null);
		await send(this.handle, { request: 'configure', streams: [{ mid, send: on }], descriptions: [{ mid, description: on ? kind : OFF }] });
	}

	#transceiver(kind: Kind): RTCRtpTransceiver | undefined {
		const transceivers = this.handle.webrtcStuff.pc?.getTransceivers() ?? [];
		return transceivers.find((one) => one.mid !== null && one.receiver.track.kind === kind);
	}
}

/** Holds the place of a camera that is off while the lines are negotiated: an empty picture. */
function placeholder(): MediaStreamTrack {
	const canvas = document.createElement('canvas');
	canvas.getContext('2d')!.fillRect(0, 0, canvas.width, canvas.height);
	return canvas.captureStream(0).getVideoTracks()[0]!;
}
