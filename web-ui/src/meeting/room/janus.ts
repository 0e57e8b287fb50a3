// SPDX-License-Identifier: MIT
// janus.js with promises, and without its default of asking a STUN server elsewhere.
import Janus, { type JanusJS } from 'janus-gateway';
import adapter from 'webrtc-adapter';
import { attachProblem, Problem } from './problem.js';

export type Handle = JanusJS.PluginHandle;
export type Message = Record<string, any>;
export type Jsep = JanusJS.JSEP;

export function initJanus(): Promise<void> {
	return new Promise((resolve, reject) => {
		if (!navigator.mediaDevices || !Janus.isWebrtcSupported()) return reject(new Problem('noWebRtc'));
		Janus.init({ debug: false, dependencies: Janus.useDefaultDependencies({ adapter }), callback: () => resolve() });
	});
}

/** A session at `server`. Calls `lost` when the connection goes away later on. */
export function connect(server: string, lost: () => void): Promise<Janus> {
	return new Promise((resolve, reject) => {
		let connected = false;
		const failed = (reason: unknown) => (connected ? lost() : reject(new Problem('serverMissing', String(reason))));
		const session: Janus = new Janus({
			server,
			iceServers: [],
			success: () => {
				connected = true;
				resolve(session);
			},
			error: failed,
			destroyed: () => connected && lost(),
		});
	});
}

export function attach(session: Janus, options: Omit<JanusJS.PluginOptions, 'success' | 'error'>): Promise<Handle> {
	return new Promise((success, reject) => session.attach({ ...options, success, error: (text) => reject(attachProblem(String(text))) }));
}

/** Resolves when the server took the message; what it answers may come as an event. */
export function send(handle: Handle, message: { request: string } & Message, jsep?: Jsep): Promise<Message | undefined> {
	return new Promise((success, reject) =>
		handle.send({ message, ...(jsep ? { jsep } : {}), success, error: (text) => reject(new Problem('joinFailed', String(text))) }),
	);
}

export function createOffer(handle: Handle, tracks: JanusJS.TrackOption[]): Promise<Jsep> {
	return new Promise((success, error) => handle.createOffer({ tracks, success, error }));
}

/** Opens the channel for text as well, where one is offered: Janus sends nothing on it before. */
export function createAnswer(handle: Handle, jsep: Jsep): Promise<Jsep> {
	const tracks: JanusJS.TrackOption[] = [{ type: 'data', capture: true }];
	return new Promise((success, error) => handle.createAnswer({ jsep, tracks, success, error: (reason) => error(new Error(String(reason))) }));
}
