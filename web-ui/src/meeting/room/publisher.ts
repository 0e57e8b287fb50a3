// SPDX-License-Identifier: MIT
import { createOffer, send, type Handle } from './janus.js';
import { openCamera } from './devices.js';
import { OFF } from './people.js';

export type Kind = 'audio' | 'video';

/** Sends my camera and microphone, and turns them off and on. Off is off: nothing of it reaches the server. */
export class Publisher {
	readonly on: Record<Kind, boolean>;

	constructor(
		private readonly handle: Handle,
		readonly stream: MediaStream,
	) {
		this.on = { audio: stream.getAudioTracks().length > 0, video: stream.getVideoTracks().length > 0 };
	}

	has(kind: Kind): boolean {
		return this.#transceiver(kind) !== undefined;
	}

	async publish(): Promise<void> {
		const tracks = this.stream.getTracks().map((track) => ({ type: track.kind as Kind, capture: track, recv: false }));
		if (!tracks.length) return;
		const offer = await createOffer(this.handle, tracks);
		await send(this.handle, { request: 'configure' }, offer);
	}

	/** The microphone stays open while it is off, so that it is back at once; the camera is let go, and its light goes out. */
	async turn(kind: Kind, on: boolean): Promise<void> {
		const transceiver = this.#transceiver(kind);
		if (!transceiver || this.on[kind] === on) return;
		if (kind === 'video') await this.#turnCamera(transceiver.sender, on);
		else for (const track of this.stream.getAudioTracks()) track.enabled = on;
		this.on[kind] = on;
		const mid = transceiver.mid!;
		await send(this.handle, { request: 'configure', streams: [{ mid, send: on }], descriptions: [{ mid, description: on ? kind : OFF }] });
	}

	stop(): void {
		for (const track of this.stream.getTracks()) track.stop();
	}

	async #turnCamera(sender: RTCRtpSender, on: boolean): Promise<void> {
		const track = on ? await openCamera() : null;
		for (const old of this.stream.getVideoTracks()) {
			old.stop();
			this.stream.removeTrack(old);
		}
		if (track) this.stream.addTrack(track);
		await sender.replaceTrack(track);
	}

	#transceiver(kind: Kind): RTCRtpTransceiver | undefined {
		const transceivers = this.handle.webrtcStuff.pc?.getTransceivers() ?? [];
		return transceivers.find((one) => one.mid !== null && one.receiver.track.kind === kind);
	}
}
