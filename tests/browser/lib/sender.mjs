// SPDX-License-Identifier: MIT
// A browser that publishes what a test asks for, in several sizes, codecs or encrypted end to end: the page has the media, the test does the signalling.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openPage } from './browser.mjs';
import { startSite } from './site.mjs';

/** An empty page, served to browsers as a secure context. */
export async function emptySite(t, janus) {
	const root = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-empty-'));
	t.after(() => fs.rmSync(root, { recursive: true, force: true }));
	fs.writeFileSync(path.join(root, 'index.html'), '<!doctype html><link rel="icon" href="data:,"><title>sender</title>');
	return startSite(t, { janus, root, strict: false });
}

/** Somebody who publishes sound and picture. */
export class Sender {
	/**
	 * Joins `room` and publishes.
	 *
	 * video      constraints of the camera
	 * encodings  of the picture, as RTCRtpEncodingParameters
	 * first      codecs to be preferred, as MIME types
	 * scrambled  true: frames are encrypted before they are packed, and Janus is told so
	 */
	static async publish(t, { browser, site, janus, room, ...media }) {
		const page = await openPage(t, browser, site.url, { before: sending });
		const client = await janus.client();
		janus.guests.push(() => client.close());
		const handle = await client.attach(janus.package);
		const sender = new Sender(page, handle);
		sender.joined = await handle.request({ request: 'join', ptype: 'publisher', room, display: 'Sender' });
		await sender.#negotiate('publish', media);
		await handle.core.next(({ janus: what }) => what === 'webrtcup', 'webrtcup');
		return sender;
	}

	/** Another path between browser and Janus, on the same connection. */
	restart() {
		return this.#negotiate('configure', { restart: true });
	}

	constructor(page, handle) {
		this.page = page;
		this.handle = handle;
	}

	async #negotiate(request, media) {
		this.offer = await this.page.evaluate(options => (options.restart ? window.offerAgain() : window.offer(options)), media);
		const jsep = { type: 'offer', sdp: this.offer, trickle: false, ...(media.scrambled ? { e2ee: true } : {}) };
		const { data, jsep: answer } = await this.handle.ask({ request }, jsep);
		if (!answer)
			throw new Error(`no answer to the offer: ${JSON.stringify(data)}`);
		this.answer = answer.sdp;
		await this.page.evaluate(({ type, sdp }) => window.answered({ type, sdp }), answer);
	}

	request(body) {
		return this.handle.request(body);
	}

	/** Resolves when that much more was sent of the statistic `of` ('packetsSent', 'framesEncoded'), of that kind and, if named, of that size. */
	sends(kind, more, { of = 'packetsSent', rid } = {}) {
		return this.page.evaluate(options => window.sends(options), { kind, more, of, rid });
	}

	/** Bytes (hexadecimal) of the frames of sound before and after they were encrypted, so far. */
	scrambled() {
		return this.page.evaluate(() => window.soundFrames);
	}
}

/** Runs in the page. */
function sending() {
	let peer;

	/** In the worker: every bit of every frame is turned over. */
	function scramble() {
		const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
		self.onrtctransform = ({ transformer: { readable, writable, options } }) => {
			const turn = new TransformStream({
				transform(frame, controller) {
					const plain = new Uint8Array(frame.data);
					const cipher = plain.map(byte => byte ^ 0xff);
					frame.data = cipher.buffer;
					if (options.kind === 'audio')
						self.postMessage({ plain: hex(plain), cipher: hex(cipher) });
					controller.enqueue(frame);
				},
			});
			readable.pipeThrough(turn).pipeTo(writable);
		};
	}

	function encrypt(senders) {
		const worker = new Worker(URL.createObjectURL(new Blob([`(${scramble})()`])));
		worker.onmessage = ({ data }) => {
			window.soundFrames.plain.push(data.plain);
			window.soundFrames.cipher.push(data.cipher);
		};
		for (const sender of senders)
			sender.transform = new RTCRtpScriptTransform(worker, { kind: sender.track.kind });
	}

	function prefer(transceiver, first) {
		const { codecs } = RTCRtpSender.getCapabilities(transceiver.sender.track.kind);
		const [preferred, others] = [true, false].map(is => codecs.filter(one => first.includes(one.mimeType) === is));
		transceiver.setCodecPreferences([...preferred, ...others]);
	}

	async function gathered() {
		await peer.setLocalDescription();
		if (peer.iceGatheringState !== 'complete')
			await new Promise(resolve => { peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve(); });
		return peer.localDescription.sdp;
	}

	window.soundFrames = { plain: [], cipher: [] };

	/** Of a machine that is busy all sizes are wanted all the same. */
	async function keepSize(sender) {
		await sender.setParameters({ ...sender.getParameters(), degradationPreference: 'maintain-resolution' });
	}

	window.offer = async ({ video = true, encodings, first = [], scrambled }) => {
		const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
		peer = new RTCPeerConnection({ iceServers: [] });
		const audio = peer.addTransceiver(stream.getAudioTracks()[0], { direction: 'sendonly' });
		const picture = peer.addTransceiver(stream.getVideoTracks()[0], { direction: 'sendonly', sendEncodings: encodings });
		// Before anything is awaited: Chromium lets frames pass as they are from the end of this task on.
		if (scrambled)
			encrypt(peer.getSenders());
		await keepSize(picture.sender);
		for (const transceiver of [audio, picture])
			prefer(transceiver, first);
		return gathered();
	};

	window.offerAgain = () => {
		peer.restartIce();
		return gathered();
	};

	window.answered = async description => {
		await peer.setRemoteDescription(description);
		if (peer.connectionState !== 'connected')
			await new Promise(resolve => { peer.onconnectionstatechange = () => peer.connectionState === 'connected' && resolve(); });
	};

	window.sends = async ({ kind, more, of, rid }) => {
		const count = async () => [...(await peer.getStats()).values()]
			.filter(one => one.type === 'outbound-rtp' && one.kind === kind && (!rid || one.rid === rid))
			.reduce((sum, one) => sum + one[of], 0);
		const target = (await count()) + more;
		while ((await count()) < target)
			await new Promise(resolve => requestAnimationFrame(resolve));
	};
}
