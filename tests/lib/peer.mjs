// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that knows node-datachannel: peer connections that send and receive whole RTP packets.

import rtc from 'node-datachannel';
import { Stream } from './stream.mjs';
import { isRtp } from './rtp.mjs';

const CONFIG = {
	iceServers: [],
	bindAddress: '127.0.0.2',
	disableAutoNegotiation: true,
	forceMediaTransport: true,
};

/** Every peer ever made, with its tracks: node-datachannel's cleanup() touches also those that the collector took. */
const kept = [];

class Peer {
	tracks = [];

	constructor(name) {
		kept.push(this);
		this.connection = new rtc.PeerConnection(name, CONFIG);
		this.messages = new Stream(`data channel of ${name}`);
		this.states = new Stream(`states of ${name}`);
		this.connection.onStateChange(state => this.states.push(state));
	}

	/** Sets the local description; resolves with it when all candidates are in. */
	async describe(type) {
		const gathered = new Stream('gathering');
		this.connection.onGatheringStateChange(state => gathered.push(state));
		this.connection.setLocalDescription(type);
		await gathered.next(state => state === 'complete', 'all candidates');
		const { sdp } = this.connection.localDescription();
		return { type, sdp, trickle: false };
	}

	remote({ type, sdp }) {
		this.connection.setRemoteDescription(sdp, type);
	}

	connected() {
		return this.states.next(state => state === 'connected', 'a connection');
	}

	/** A data channel, ours or theirs: its messages, and when it opens. */
	listen(channel) {
		this.channel = channel;
		this.opened = new Promise(resolve => channel.onOpen(resolve));
		channel.onMessage(message => this.messages.push(typeof message === 'string' ? message : Buffer.from(message)));
	}

	close() {
		this.connection.close();
	}
}

/** Makes an offer that sends `tracks` (TrackSource) and gives each its way out; with `data`, a data channel too. `rewrite` changes what is told of it, `e2ee` says that it is encrypted. */
export async function offerTracks(name, tracks, { data = false, rewrite = sdp => sdp, e2ee } = {}) {
	const peer = new Peer(name);
	tracks.forEach((track, index) => {
		track.mid = String(index);
		track.track = peer.connection.addTrack(describe(track));
		peer.tracks.push(track.track);
	});
	if (data)
		peer.listen(peer.connection.createDataChannel('chat'));
	peer.offer = await peer.describe('offer');
	peer.offer.sdp = rewrite(peer.offer.sdp);
	peer.offer.e2ee = e2ee;
	peer.answered = async jsep => {
		peer.remote(jsep);
		await peer.connected();
	};
	return peer;
}

function describe({ mid, format, ssrc }) {
	const audio = format.medium === 'audio';
	const media = audio ? new rtc.Audio(mid, 'SendOnly') : new rtc.Video(mid, 'SendOnly');
	const codec = [format.payloadType, format.codec, ...(format.profile ? [format.profile] : [])];
	if (audio)
		media.addAudioCodec(...codec);
	else
		media.addVideoCodec(...codec);
	media.addSSRC(ssrc, `c${ssrc}`, `s${ssrc}`, `t${ssrc}`);
	return media;
}

/** Answers an offer; `receive` gets every RTP packet of every track. */
export async function answerOffer(name, jsep, receive) {
	const peer = new Peer(name);
	peer.connection.onTrack(track => {
		track.onMessage(bytes => isRtp(bytes) && receive(bytes, track.mid()));
		peer.tracks.push(track);
	});
	peer.connection.onDataChannel(channel => peer.listen(channel));
	// Whoever answers "active" says hello before Janus listens, and waits a second before the next try: leave it to Janus.
	peer.remote({ type: jsep.type, sdp: jsep.sdp.replaceAll('a=setup:actpass', 'a=setup:active') });
	// Without a channel of ours libdatachannel does not begin the association that Janus's channel needs.
	if (jsep.sdp.includes('m=application'))
		peer.listen(peer.connection.createDataChannel('chat'));
	peer.answer = await peer.describe('answer');
	return peer;
}

/** node-datachannel's threads keep the process alive until they are told that all is over. Call it after() the tests of a file. */
export function closeAll() {
	for (const peer of kept)
		peer.close();
	rtc.cleanup();
}
