// SPDX-License-Identifier: MIT
import { TransportError } from './errors.js';
import { isConsentMessage } from './protocol.js';
import type { Transport } from './transport.js';

type MessageHandler = (message: any, jsep?: any) => void;

/** The part of a janus.js plugin handle that is needed. */
export interface JanusHandle {
	send(request: { message: any; success?: (data?: any) => void; error?: (error: string) => void }): void;
	onmessage?: MessageHandler | undefined;
}

/**
 * A transport over a janus.js handle that joins, or has joined, a room as a publisher. The gateway's messages are taken out of the
 * handle's `onmessage`; all others go on to the callback that was there before.
 */
export function janusTransport(handle: JanusHandle): Transport {
	const listeners = new Set<(message: unknown) => void>();
	const roomListeners = new Set<() => void>();
	const before = handle.onmessage;

	handle.onmessage = (message, jsep) => {
		if (isConsentMessage(message)) {
			for (const listener of listeners) listener(message);
			return;
		}
		before?.(message, jsep);
		if (changesRoom(message)) for (const listener of roomListeners) listener();
	};

	return {
		send: (message) =>
			new Promise((success, reject) =>
				handle.send({ message, success, error: (reason) => reject(new TransportError(String(reason))) }),
			),
		subscribe: (listener) => subscribe(listeners, listener),
		onRoomChange: (listener) => subscribe(roomListeners, listener),
	};
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

/** VideoRoom's ways of saying that somebody, perhaps this handle, came or went. */
function changesRoom(message: any): boolean {
	if (message?.videoroom === 'joined') return true;
	return message?.videoroom === 'event' && ['publishers', 'joining', 'leaving', 'unpublished'].some((key) => key in message);
}
