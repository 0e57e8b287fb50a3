// SPDX-License-Identifier: MIT
import type Janus from 'janus-gateway';
import { attach, createAnswer, send, type Handle, type Jsep, type Message } from './janus.js';
import type { Feed, Publisher } from './people.js';

interface Options {
	session: Janus;
	plugin: string;
	room: Feed;
	privateId: number;
	/** A track of that publisher can be shown; it may take the place of an earlier one of its kind. */
	onTrack(feed: Feed, track: MediaStreamTrack): void;
	/** That publisher wrote something. VideoRoom names the channel after them, so that nobody writes in another's name. */
	onText(feed: string, text: string): void;
}

interface Wish {
	feed: Feed;
	mid: string;
}

/** VideoRoom tells of somebody a moment before it lets others subscribe to them. */
const NO_SUCH_FEED = 428;
const PAUSE_MS = 200;
const TRIES = 25;

/** Receives all others over one connection that is renegotiated as they come and go. Its steps run one after the other. */
export class Subscriber {
	#handle: Handle | undefined;
	#subscribed = new Map<Feed, Set<string>>();
	#feeds = new Map<string, Feed>();
	#tracks = new Map<string, MediaStreamTrack>();
	#steps: Promise<unknown> = Promise.resolve();
	#open: Wish[] = [];
	#attached = false;
	#tries = 0;

	constructor(private readonly options: Options) {}

	/** Subscribes to what is new of these. */
	add(publishers: readonly Publisher[]): Promise<void> {
		return this.#step(() => this.#add(publishers));
	}

	remove(feed: Feed): Promise<void> {
		return this.#step(async () => {
			if (this.#subscribed.delete(feed) && this.#handle) await send(this.#handle, { request: 'unsubscribe', streams: [{ feed }] });
		});
	}

	#step(action: () => Promise<void>): Promise<void> {
		const done = this.#steps.then(action);
		this.#steps = done.catch(() => undefined);
		return done;
	}

	async #add(publishers: readonly Publisher[]): Promise<void> {
		const streams = publishers.flatMap((one) => this.#newStreams(one));
		if (!streams.length) return;
		this.#open.push(...streams);
		if (this.#handle) await send(this.#handle, { request: 'subscribe', streams });
		else await this.#join(streams);
	}

	/** Asks once more for all that was not given, unless who sends it has left. */
	async #again(): Promise<void> {
		this.#open = this.#open.filter((one) => this.#subscribed.has(one.feed));
		const streams = this.#open;
		if (!streams.length) return;
		if (this.#attached) await send(this.#handle!, { request: 'subscribe', streams });
		else await this.#enter(streams);
	}

	#refused(): void {
		if (++this.#tries <= TRIES) setTimeout(() => void this.#step(() => this.#again()), PAUSE_MS);
	}

	#newStreams(publisher: Publisher): Wish[] {
		const known = this.#subscribed.get(publisher.id) ?? new Set();
		const fresh = (publisher.streams ?? []).filter((one) => !one.disabled && !known.has(one.mid));
		this.#subscribed.set(publisher.id, new Set([...known, ...fresh.map((one) => one.mid)]));
		return fresh.map(({ mid }) => ({ feed: publisher.id, mid }));
	}

	async #join(streams: Wish[]): Promise<void> {
		const { session, plugin } = this.options;
		this.#handle = await attach(session, {
			plugin,
			onmessage: (message, jsep) => this.#message(message, jsep),
			onremotetrack: (track, mid, on) => this.#track(track, mid, on),
			ondata: (text: unknown, label: unknown) => typeof text === 'string' && this.options.onText(String(label), text),
		});
		await this.#enter(streams);
	}

	async #enter(streams: Wish[]): Promise<void> {
		const { room, privateId } = this.options;
		await send(this.#handle!, { request: 'join', ptype: 'subscriber', room, private_id: privateId, use_msid: false, streams });
	}

	#message(message: Message, jsep?: Jsep): void {
		if (message['error_code'] === NO_SUCH_FEED) return this.#refused();
		if (message['streams']) this.#given(message['streams']);
		for (const stream of message['streams'] ?? []) if (stream.type !== 'data') this.#feeds.set(String(stream.mid), stream.feed_id);
		// A line of the connection may now carry another publisher than before.
		for (const [mid, track] of this.#tracks) this.#show(mid, track);
		if (jsep) void this.#step(() => this.#answer(jsep));
	}

	#given(streams: { feed_id?: Feed; feed_mid?: string }[]): void {
		this.#attached = true;
		this.#tries = 0;
		this.#open = this.#open.filter((one) => !streams.some(({ feed_id, feed_mid }) => feed_id === one.feed && feed_mid === one.mid));
	}

	async #answer(jsep: Jsep): Promise<void> {
		const answer = await createAnswer(this.#handle!, jsep);
		await send(this.#handle!, { request: 'start', room: this.options.room }, answer);
	}

	#track(track: MediaStreamTrack, mid: string, on: boolean): void {
		// "Off" is also said of a track that pauses: it stays in its place, and shows again as soon as packets come.
		if (!on) return;
		this.#tracks.set(mid, track);
		this.#show(mid, track);
	}

	#show(mid: string, track: MediaStreamTrack): void {
		const feed = this.#feeds.get(mid);
		if (feed !== undefined && this.#subscribed.has(feed)) this.options.onTrack(feed, track);
	}
}
