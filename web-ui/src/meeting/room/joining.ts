// SPDX-License-Identifier: MIT
import type Janus from 'janus-gateway';
import { ConsentClient } from '../../client/client.js';
import { janusTransport } from '../../client/janus.js';
import { ConsentStore, type StoreOptions } from '../../store/store.js';
import { attach, send, type Handle, type Jsep, type Message } from './janus.js';
import type { Feed } from './people.js';
import { joinProblem, Problem } from './problem.js';

export interface Place {
	plugin: string;
	room: Feed;
	display: string;
}

/** A handle that has joined a room as a publisher. */
export interface Seat {
	handle: Handle;
	/** What VideoRoom said of the room. */
	joined: Message;
	store: ConsentStore;
	/** Who is told from now on; what came before is not lost. */
	listen(listener: SeatListener): void;
}

export interface SeatListener {
	message(message: Message, jsep?: Jsep): void;
	iceState?(state: string): void;
}

/** Attaches and joins. Rejects with a Problem; `lost` settles it when the connection goes away meanwhile. */
export async function takeSeat(session: Janus, place: Place, options: StoreOptions, lost: Promise<never>): Promise<Seat> {
	const relay = new Relay();
	const handle = await attach(session, { plugin: place.plugin, ...relay.callbacks });
	const store = new ConsentStore(new ConsentClient(janusTransport(handle)), options);
	const { room, display } = place;
	await send(handle, { request: 'join', ptype: 'publisher', room, display });
	const joined = await Promise.race([relay.joined, lost]);
	return { handle, joined, store, listen: (listener) => relay.listen(listener) };
}

/** Takes what the handle says before there is somebody to take it. */
class Relay {
	readonly joined: Promise<Message>;
	#settle!: { resolve: (joined: Message) => void; reject: (problem: Problem) => void };
	#listener: SeatListener | undefined;
	#early: [Message, Jsep | undefined][] = [];

	readonly callbacks = {
		onmessage: (message: Message, jsep?: Jsep) => this.#message(message, jsep),
		iceState: (state: string) => this.#listener?.iceState?.(state),
	};

	constructor() {
		this.joined = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
		this.joined.catch(() => undefined);
	}

	listen(listener: SeatListener): void {
		this.#listener = listener;
		for (const [message, jsep] of this.#early.splice(0)) listener.message(message, jsep);
	}

	#message(message: Message, jsep?: Jsep): void {
		if (this.#listener) this.#listener.message(message, jsep);
		else if (message['videoroom'] === 'joined') this.#settle.resolve(message);
		else if (message['error_code']) this.#settle.reject(joinProblem(message['error_code'], message['error']));
		else this.#early.push([message, jsep]);
	}
}
