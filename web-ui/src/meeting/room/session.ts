// SPDX-License-Identifier: MIT
import type Janus from 'janus-gateway';
import { BrowserKeychain } from '../../proofs/keychain.js';
import type { ConsentStore } from '../../store/store.js';
import type { Devices, DeviceTrouble, Kind } from './devices.js';
import { connect, initJanus, send, type Handle, type Jsep, type Message } from './janus.js';
import { takeSeat, type Place, type Seat } from './joining.js';
import { isScreen, replaceTrack, sends, type Feed, type Person, type Publisher as RemotePublisher } from './people.js';
import { Problem } from './problem.js';
import { Publisher } from './publisher.js';
import { ScreenShare } from './screen.js';
import { Subscriber } from './subscriber.js';

/** The gateway's public keys, beside this page. */
const KEYS = 'consent-keys.json';

export interface RoomOptions extends Place {
	server: string;
}

/** What somebody wrote; `display` is as VideoRoom knows them, not as they say. */
export interface ChatMessage {
	display: string;
	mine: boolean;
	text: string;
	at: Date;
}

/**
 * One stay in a VideoRoom: from joining to leaving. Events: `change` (people, microphone, camera or screen), `problem` (a CustomEvent with a
 * Problem; the stay is over), `mediafailed`, `chat` (a CustomEvent with a ChatMessage).
 */
export class RoomSession extends EventTarget {
	readonly store: ConsentStore;
	readonly description: string;
	readonly me: Feed;
	#handle: Handle;
	#people = new Map<Feed, Person>();
	#streams = new Map<Feed, MediaStream>();
	#subscriber: Subscriber;
	#screen: ScreenShare | undefined;
	#over = false;

	private constructor(
		private readonly janus: Janus,
		seat: Seat,
		private readonly publisher: Publisher,
		readonly options: RoomOptions,
	) {
		super();
		const { handle, joined, store } = seat;
		this.store = store;
		this.#handle = handle;
		this.me = joined['id'];
		this.description = String(joined['description'] ?? '');
		const { plugin, room } = options;
		const onTrack = (feed: Feed, track: MediaStreamTrack) => this.#show(feed, track);
		const onText = (feed: string, text: string) => this.#heard(feed, text);
		this.#subscriber = new Subscriber({ session: janus, plugin, room, privateId: joined['private_id'], onTrack, onText });
		this.#publishers(joined['publishers'] ?? []);
		seat.listen({ message: (message, jsep) => this.#received(message, jsep), iceState: (state) => this.#mediaState(state) });
	}

	/** Connects, joins, opens the devices and publishes. Rejects with a Problem; then nothing is left open. */
	static async join(options: RoomOptions, open: () => Promise<Devices>): Promise<RoomSession> {
		let devices: Devices | undefined;
		let janus: Janus | undefined;
		let lost: (problem: Problem) => void = () => undefined;
		try {
			await initJanus();
			const losing = new Promise<never>((_, reject) => (lost = reject));
			losing.catch(() => undefined);
			janus = await connect(options.server, () => lost(new Problem('connectionLost')));
			const seat = await takeSeat(janus, options, { keychain: new BrowserKeychain(), keys: KEYS }, losing);
			devices = await open();
			const session = new RoomSession(janus, seat, new Publisher(seat.handle, devices), options);
			losing.catch((problem: Problem) => session.#lost(problem));
			await session.publisher.publish();
			return session;
		} catch (error) {
			devices?.stop();
			janus?.destroy({ notifyDestroyed: false });
			throw error instanceof Problem ? error : new Problem('joinFailed', String(error));
		}
	}

	/** Me first, then the others in the order they came. */
	get people(): Person[] {
		const { display } = this.options;
		const own = { feed: this.me, display, mine: true, screen: false, stream: this.publisher.stream };
		return [{ ...own, microphone: this.publisher.isOn('audio'), camera: this.publisher.isOn('video') }, ...this.#people.values()];
	}

	get trouble(): DeviceTrouble | undefined {
		return this.publisher.devices.trouble;
	}

	get sharing(): boolean {
		return this.#screen !== undefined;
	}

	can(kind: Kind): boolean {
		return this.publisher.has(kind);
	}

	async turn(kind: Kind, on: boolean): Promise<void> {
		await this.publisher.turn(kind, on);
		this.#changed();
	}

	/** Starts or ends sharing my screen. Rejects where it did not work; choosing nothing is no failure. */
	async share(): Promise<void> {
		if (this.#screen) return this.#endSharing();
		const screen = await ScreenShare.start(this.janus, this.options, this.store.client.signer, () => this.#endSharing());
		if (this.#over) screen?.stop();
		else this.#screen = screen;
		if (screen) this.#gone(screen.feed);
		this.#changed();
	}

	async write(text: string): Promise<void> {
		await this.publisher.write(JSON.stringify({ text }));
		this.#chat({ display: this.options.display, mine: true, text, at: new Date() });
	}

	async leave(): Promise<void> {
		if (this.#over) return;
		await send(this.#handle, { request: 'leave' }).catch(() => undefined);
		this.#end();
	}

	#lost(problem: Problem): void {
		if (this.#over) return;
		this.#end();
		this.dispatchEvent(new CustomEvent('problem', { detail: problem }));
	}

	#received(message: Message, jsep?: Jsep): void {
		if (message['publishers']) this.#publishers(message['publishers']);
		const gone = message['leaving'] ?? message['unpublished'] ?? message['kicked'];
		if (message['leaving'] === 'ok' && message['reason'] === 'kicked') this.#lost(new Problem('kicked'));
		else if (gone !== undefined && gone !== 'ok') this.#gone(gone);
		if (jsep) this.#handle.handleRemoteJsep({ jsep });
	}

	#mediaState(state: string): void {
		if (state === 'failed' && !this.#over) this.dispatchEvent(new Event('mediafailed'));
	}

	/** My own screen is no picture for me. */
	#publishers(all: RemotePublisher[]): void {
		const publishers = all.filter((one) => one.id !== this.#screen?.feed);
		for (const one of publishers) {
			const known = this.#people.get(one.id);
			const person = { feed: one.id, display: one.display ?? known?.display ?? '', mine: false, screen: isScreen(one), stream: this.#stream(one.id) };
			this.#people.set(one.id, { ...person, microphone: sends(one, 'audio'), camera: sends(one, 'video') });
		}
		void this.#subscriber.add(publishers).catch(() => this.dispatchEvent(new Event('mediafailed')));
		this.#changed();
	}

	#gone(feed: Feed): void {
		if (feed === this.#screen?.feed && !this.#people.has(feed)) return;
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

	#heard(feed: string, raw: string): void {
		const person = [...this.#people.values()].find((one) => String(one.feed) === feed);
		const text = textOf(raw);
		if (person && text) this.#chat({ display: person.display, mine: false, text, at: new Date() });
	}

	#chat(message: ChatMessage): void {
		if (!this.#over) this.dispatchEvent(new CustomEvent('chat', { detail: message }));
	}

	#endSharing(): void {
		this.#screen?.stop();
		this.#screen = undefined;
		this.#changed();
	}

	#changed(): void {
		if (!this.#over) this.dispatchEvent(new Event('change'));
	}

	#end(): void {
		this.#over = true;
		this.#screen?.stop();
		this.publisher.stop();
		this.store.close();
		this.janus.destroy({ notifyDestroyed: false, cleanupHandles: true });
	}
}

const TEXT_MAX = 4000;

/** What this page writes; anything else on the channel is not for it. */
function textOf(raw: string): string {
	try {
		const { text } = JSON.parse(raw) as { text?: unknown };
		return typeof text === 'string' ? text.slice(0, TEXT_MAX).trim() : '';
	} catch {
		return '';
	}
}
