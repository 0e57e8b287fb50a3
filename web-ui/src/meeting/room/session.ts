// SPDX-License-Identifier: MIT
import type Janus from 'janus-gateway';
import { ConsentClient } from '../../client/client.js';
import { janusTransport } from '../../client/janus.js';
import { BrowserKeychain } from '../../proofs/keychain.js';
import { ConsentStore } from '../../store/store.js';
import { openDevices, type DeviceTrouble } from './devices.js';
import { attach, connect, initJanus, send, type Handle, type Jsep, type Message } from './janus.js';
import { replaceTrack, sends, type Feed, type Person, type Publisher as RemotePublisher } from './people.js';
import { joinProblem, Problem } from './problem.js';
import { Publisher, type Kind } from './publisher.js';
import { Subscriber } from './subscriber.js';

/** The gateway's public keys, beside this page. */
const KEYS = 'consent-keys.json';

export interface RoomOptions {
	server: string;
	plugin: string;
	room: Feed;
	display: string;
}

/**
 * One stay in a VideoRoom: from joining to leaving. Events: `change` (people, microphone or camera), `problem` (a CustomEvent with a
 * Problem; the stay is over), `mediafailed`.
 */
export class RoomSession extends EventTarget {
	readonly store: ConsentStore;
	readonly description: string;
	#people = new Map<Feed, Person>();
	#streams = new Map<Feed, MediaStream>();
	#subscriber: Subscriber;
	#over = false;

	private constructor(
		private readonly janus: Janus,
		private readonly handle: Handle,
		private readonly publisher: Publisher,
		joined: Message,
		readonly options: RoomOptions,
		readonly me: Feed,
		readonly trouble: DeviceTrouble | undefined,
		store: ConsentStore,
	) {
		super();
		this.store = store;
		this.description = String(joined['description'] ?? '');
		const { plugin, room } = options;
		const onTrack = (feed: Feed, track: MediaStreamTrack) => this.#show(feed, track);
		this.#subscriber = new Subscriber({ session: janus, plugin, room, privateId: joined['private_id'], onTrack });
		this.#publishers(joined['publishers'] ?? []);
	}

	/** Connects, joins and publishes. Rejects with a Problem; then nothing is left open. */
	static async join(options: RoomOptions): Promise<RoomSession> {
		await initJanus();
		const { stream, trouble } = await openDevices();
		const events = new Relay();
		let janus: Janus | undefined;
		try {
			janus = await connect(options.server, () => events.lost());
			const handle = await attach(janus, { plugin: options.plugin, ...events.callbacks });
			const store = new ConsentStore(new ConsentClient(janusTransport(handle)), { keychain: new BrowserKeychain(), keys: KEYS });
			const joined = await events.joined(handle, options);
			const session = new RoomSession(janus, handle, new Publisher(handle, stream), joined, options, joined['id'], trouble, store);
			events.session = session;
			await session.publisher.publish();
			return session;
		} catch (error) {
			for (const track of stream.getTracks()) track.stop();
			janus?.destroy({ notifyDestroyed: false });
			throw error instanceof Problem ? error : new Problem('joinFailed', String(error));
		}
	}

	/** Me first, then the others in the order they came. */
	get people(): Person[] {
		const { display } = this.options;
		const me: Person = { feed: this.me, display, mine: true, stream: this.myStream, microphone: this.publisher.on.audio, camera: this.publisher.on.video };
		return [me, ...this.#people.values()];
	}

	get myStream(): MediaStream {
		return this.publisher.stream;
	}

	can(kind: Kind): boolean {
		return this.publisher.has(kind);
	}

	async turn(kind: Kind, on: boolean): Promise<void> {
		await this.publisher.turn(kind, on);
		this.#changed();
	}

	async leave(): Promise<void> {
		if (this.#over) return;
		await send(this.handle, { request: 'leave' }).catch(() => undefined);
		this.#end();
	}

	/** @internal */
	lost(problem: Problem): void {
		if (this.#over) return;
		this.#end();
		this.dispatchEvent(new CustomEvent('problem', { detail: problem }));
	}

	/** @internal */
	received(message: Message, jsep?: Jsep): void {
		if (message['publishers']) this.#publishers(message['publishers']);
		const gone = message['leaving'] ?? message['unpublished'] ?? message['kicked'];
		if (message['leaving'] === 'ok' && message['reason'] === 'kicked') this.lost(new Problem('kicked'));
		else if (gone !== undefined && gone !== 'ok') this.#gone(gone);
		if (jsep) this.handle.handleRemoteJsep({ jsep });
	}

	/** @internal */
	mediaState(state: string): void {
		if (state === 'failed' && !this.#over) this.dispatchEvent(new Event('mediafailed'));
	}

	#publishers(publishers: RemotePublisher[]): void {
		for (const one of publishers) {
			const known = this.#people.get(one.id);
			const person = { feed: one.id, display: one.display ?? known?.display ?? '', mine: false, stream: this.#stream(one.id) };
			this.#people.set(one.id, { ...person, microphone: sends(one, 'audio'), camera: sends(one, 'video') });
		}
		void this.#subscriber.add(publishers).catch(() => this.dispatchEvent(new Event('mediafailed')));
		this.#changed();
	}

	#gone(feed: Feed): void {
		this.#people.delete(feed);
		this.#streams.delete(feed);
		void this.#subscriber.remove(feed).catch(() => undefined);
		this.#changed();
	}

	#stream(feed: Feed): MediaStream {
		const stream = this.#streams.get(feed) ?? new MediaStream();
		this.#streams.set(feed, stream);
		return stream;
	}

	#show(feed: Feed, track: MediaStreamTrack): void {
		if (this.#people.has(feed)) replaceTrack(this.#stream(feed), track);
		this.#changed();
	}

	#changed(): void {
		if (!this.#over) this.dispatchEvent(new Event('change'));
	}

	#end(): void {
		this.#over = true;
		this.publisher.stop();
		this.store.close();
		this.janus.destroy({ notifyDestroyed: false, cleanupHandles: true });
	}
}

/** Takes what the handle says before there is a session to take it. */
class Relay {
	session: RoomSession | undefined;
	#waiting: { resolve: (joined: Message) => void; reject: (problem: Problem) => void } | undefined;

	readonly callbacks = {
		onmessage: (message: Message, jsep?: Jsep) => this.#message(message, jsep),
		iceState: (state: string) => this.session?.mediaState(state),
	};

	async joined(handle: Handle, { room, display }: RoomOptions): Promise<Message> {
		const answer = new Promise<Message>((resolve, reject) => (this.#waiting = { resolve, reject }));
		answer.catch(() => undefined);
		await send(handle, { request: 'join', ptype: 'publisher', room, display });
		return answer;
	}

	lost(): void {
		this.#waiting?.reject(new Problem('connectionLost'));
		this.session?.lost(new Problem('connectionLost'));
	}

	#message(message: Message, jsep?: Jsep): void {
		if (this.session) this.session.received(message, jsep);
		else if (message['videoroom'] === 'joined') this.#waiting?.resolve(message);
		else if (message['error_code']) this.#waiting?.reject(joinProblem(message['error_code'], message['error']));
	}
}
