// SPDX-License-Identifier: MIT
import type { ConsentClient } from '../client/client.js';
import { ConsentError, ErrorCode } from '../client/errors.js';
import type {
	BlockedEvent,
	Choice,
	ConsentEvent,
	Decided,
	Info,
	Participant,
	Receipts,
	StartOptions,
	Started,
	Stopped,
	Withdrawal,
	Withdrawn,
} from '../client/protocol.js';
import type { Jwks } from '../proofs/keys.js';
import type { Keychain } from '../proofs/keychain.js';
import type { Signer } from '../proofs/signer.js';
import { fromInfo, withEvent, withMyDecisions } from './reduce.js';
import { closedState, type State } from './state.js';

/** What a user interface may ask for. */
export type ConsentRequest =
	| { type: 'decide'; choices: Choice[] }
	| { type: 'withdraw'; withdrawal: Withdrawal }
	| { type: 'start'; options: StartOptions }
	| { type: 'stop'; purpose: string; secret?: string };

export type Answer = Decided | Withdrawn | Started | Stopped;

export interface StoreOptions {
	/** Where the key is that decisions are signed with; absent: they are not signed. */
	keychain?: Keychain;
	/** The gateway's public keys, which receipts are checked against, or the address of a file with them. */
	keys?: Jwks | string;
}

/** A browser that cannot say whether it has a key must not keep the question from being asked. */
const KEY_TIMEOUT_MS = 3000;

/**
 * The state of consent in one meeting as this participant's handle knows it. It changes only on what the server said: on answers and
 * on events, never because somebody asked for something.
 *
 * Events: `change` (the state is another), `receipt` (there is one more), `blocked` (a CustomEvent whose detail is the gateway's event).
 */
export class ConsentStore extends EventTarget {
	#state: State = closedState;
	#lang: string | undefined;
	#endings: (() => void)[];
	#refreshing: Promise<void> | undefined;
	#refreshAgain = false;
	#closed = false;
	/** For whom there is no need to ask for a key again. */
	#keyless: string | undefined;

	constructor(
		readonly client: ConsentClient,
		private readonly options: StoreOptions = {},
	) {
		super();
		const changed = () => void this.refresh().catch(() => undefined);
		this.#endings = [client.onEvent((event) => this.#receive(event))];
		const room = client.transport.onRoomChange?.(changed);
		if (room) this.#endings.push(room);
	}

	get state(): State {
		return this.#state;
	}

	/** The language that notices are wanted in; the wording is fetched anew. Before the room is joined nothing is asked. */
	async setLanguage(lang: string): Promise<void> {
		this.#lang = lang;
		if (this.#state.open) await this.refresh();
	}

	/** Asks the server for everything. Calls while one is under way are answered by one more. */
	refresh(): Promise<void> {
		if (this.#refreshing) {
			this.#refreshAgain = true;
			return this.#refreshing;
		}
		this.#refreshing = this.#refreshUntilSettled().finally(() => (this.#refreshing = undefined));
		return this.#refreshing;
	}

	async #refreshUntilSettled(): Promise<void> {
		do {
			this.#refreshAgain = false;
			const info = await this.#boundInfo();
			this.#set(fromInfo(info, this.client.signer ? 'signed' : 'session', this.#state));
		} while (this.#refreshAgain);
	}

	/** Whoever comes back with their key is who they were: that is settled before anything is shown, so that nobody is asked again. */
	async #boundInfo(): Promise<Info> {
		const info = await this.client.info(this.#lang);
		const me = myself(info);
		const id = `${info.meeting} ${info.participant}`;
		if (!me || id === this.#keyless || (me.bound && this.client.signer)) return info;
		this.client.signer = undefined;
		const signer = await this.#findSigner(info.meeting, me);
		if (signer && !me.bound) await this.client.bind(signer).catch(() => undefined);
		const after = signer ? await this.client.info(this.#lang) : info;
		this.client.signer = myself(after)?.bound ? signer : undefined;
		if (!this.client.signer) this.#keyless = `${after.meeting} ${after.participant}`;
		return after;
	}

	async #findSigner(meeting: string, { display }: Participant): Promise<Signer | undefined> {
		if (!this.options.keychain) return undefined;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), KEY_TIMEOUT_MS)));
		const found = this.options.keychain.signer({ meeting, display: display ?? '' }).catch(() => undefined);
		return Promise.race([found, late]).finally(() => clearTimeout(timer));
	}

	/** Carries out a request and shows what the server answered. Rejects as the client does. */
	async perform(request: ConsentRequest): Promise<Answer> {
		try {
			return await this.#carryOut(request);
		} catch (error) {
			// The wording shown is not the one in force: fetch it, so that the question is put again as it now reads.
			if (error instanceof ConsentError && error.code === ErrorCode.noticeChanged) await this.refresh();
			throw error;
		}
	}

	async #carryOut(request: ConsentRequest): Promise<Answer> {
		switch (request.type) {
			case 'decide':
				return this.#decided(await this.client.decide(request.choices, this.#lang));
			case 'withdraw':
				return this.#decided(await this.client.withdraw(request.withdrawal));
			case 'start':
				return this.client.start(this.#state.room, request.options);
			case 'stop':
				return this.client.stop(this.#state.room, request.purpose, request.secret);
		}
	}

	/** Events that came while the answer was under way have changed the state meanwhile: it is the state of now that takes it. */
	#decided<T extends Decided | Withdrawn>(answer: T): T {
		this.#set(withMyDecisions(this.#state, answer.decisions));
		if (answer.receipt) this.dispatchEvent(new Event('receipt'));
		return answer;
	}

	/** All receipts of mine in this meeting. */
	receipts(): Promise<Receipts> {
		return this.client.receipts();
	}

	/** The gateway's public keys. Rejects where they are not known, or cannot be fetched. */
	async keys(): Promise<Jwks> {
		const { keys } = this.options;
		if (typeof keys === 'object') return keys;
		if (!keys) throw new TypeError('no keys');
		const answer = await fetch(keys, { cache: 'no-cache' });
		const set = (await answer.json()) as Partial<Jwks>;
		if (!answer.ok || !Array.isArray(set.keys)) throw new TypeError('no set of keys');
		return set as Jwks;
	}

	/** The connection is gone, or the room was left: nothing is known any more. */
	close(): void {
		for (const end of this.#endings.splice(0)) end();
		this.client.close();
		this.#set(closedState);
		this.#closed = true;
	}

	#receive(event: ConsentEvent): void {
		if (event.event === 'blocked') this.dispatchEvent(new CustomEvent<BlockedEvent>('blocked', { detail: event }));
		const incomplete = this.#tellsOfUnknown(event);
		this.#set(withEvent(this.#state, event));
		if (incomplete) void this.refresh().catch(() => undefined);
	}

	/** A wording that took the place of another puts decisions out of force; of a new participant one event says little. */
	#tellsOfUnknown(event: ConsentEvent): boolean {
		const { open, purposes, participants } = this.#state;
		if (event.event === 'notice') return !open || !purposes.some((one) => one.purpose === event.purpose && one.notice === event.notice);
		return event.event === 'decision' && !participants.some((one) => one.id === event.participant);
	}

	#set(state: State): void {
		if (state === this.#state || this.#closed) return;
		this.#state = state;
		this.dispatchEvent(new Event('change'));
	}
}

function myself({ participant, participants }: Info): Participant | undefined {
	return participants.find((one) => one.id === participant);
}
