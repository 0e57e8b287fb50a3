// SPDX-License-Identifier: MIT
import type Janus from 'janus-gateway';
import type { Signer } from '../../proofs/signer.js';
import { createOffer, send, type Handle } from './janus.js';
import { takeSeat, type Place, type Seat } from './joining.js';
import { SCREEN, type Feed } from './people.js';

const CAPTURE: DisplayMediaStreamOptions = { video: { frameRate: { ideal: 15 } }, audio: false };

/** My screen: a publisher of its own in the room, and the same participant. */
export class ScreenShare {
	private constructor(
		readonly feed: Feed,
		private readonly handle: Handle,
		private readonly track: MediaStreamTrack,
	) {}

	/**
	 * Asks what to share, and shares it until `ended`. The screen's handle proves my key, so that what I allowed holds for it as well; without
	 * one it is a participant that has allowed nothing. Undefined when nothing was chosen; rejects when it did not work.
	 */
	static async start(session: Janus, place: Place, signer: Signer | undefined, ended: () => void): Promise<ScreenShare | undefined> {
		const track = await chooseScreen();
		if (!track) return undefined;
		try {
			const seat = await takeSeat(session, place, { keychain: { signer: async () => signer } }, never());
			await prove(seat, signer);
			await publish(seat, track);
			track.onended = ended;
			return new ScreenShare(seat.joined['id'], seat.handle, track);
		} catch (error) {
			track.stop();
			throw error;
		}
	}

	stop(): void {
		this.track.onended = null;
		this.track.stop();
		this.handle.detach();
	}
}

async function chooseScreen(): Promise<MediaStreamTrack | undefined> {
	try {
		return (await navigator.mediaDevices.getDisplayMedia(CAPTURE)).getVideoTracks()[0];
	} catch (error) {
		if ((error as DOMException).name === 'NotAllowedError') return undefined;
		throw error;
	}
}

/** Before anything is sent: whatever the answer, it is the server that decides. */
async function prove({ store }: Seat, signer: Signer | undefined): Promise<void> {
	if (signer) await store.refresh().catch(() => undefined);
	store.close();
}

async function publish({ handle, listen }: Seat, track: MediaStreamTrack): Promise<void> {
	listen({ message: (_message, jsep) => jsep && handle.handleRemoteJsep({ jsep }) });
	const offer = await createOffer(handle, [{ type: 'video', capture: track, recv: false }]);
	const mid = handle.webrtcStuff.pc?.getTransceivers()[0]?.mid ?? '0';
	await send(handle, { request: 'configure', descriptions: [{ mid, description: SCREEN }] }, offer);
}

function never(): Promise<never> {
	return new Promise(() => undefined);
}
