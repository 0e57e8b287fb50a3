// SPDX-License-Identifier: MIT
import type { ConsentClient } from '../client/client.js';
import { ConsentError, ErrorCode } from '../client/errors.js';
import type { BlockedEvent, Choice, ConsentEvent, Decided, StartOptions, Withdrawal, Withdrawn } from '../client/protocol.js';
import { fromInfo, withEvent, withMyDecisions } from './reduce.js';
import { closedState, type State } from './state.js';

/** What a user interface may ask for. */
export type ConsentRequest =
	| { type: 'decide'; choices: Choice[] }
	| { type: 'withdraw'; withdrawal: Withdrawal }
	| { type: 'start'; options: StartOptions }
	| { type: 'stop'; purpose: string; secret?: string };

/**
 * The state of consent in one meeting as this participant's handle knows it. It changes only on what the server said: on answers and
 * on events, never because somebody asked for something.
 *
 * Events: `change` (the state is another), `blocked` (a CustomEvent whose detail is the gateway's event).
 */
export class ConsentStore extends EventTarget {
	#state: State = closedState;
	#lang: string | undefined;
	#endings: (() => void)[];
	#refreshing: Promise<void> | undefined;
	#refreshAgain = false;
	#closed = false;

	constructor(readonly client: ConsentClient) {
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
			this.#set(fromInfo(await this.client.info(this.#lang)));
		} while (this.#refreshAgain);
	}

	/** Carries out a request and shows what the server answered. Rejects as the client does. */
	async perform(request: ConsentRequest): Promise<void> {
		try {
			await this.#carryOut(request);
		} catch (error) {
			// The wording shown is not the one in force: fetch it, so that the question is put again as it now reads.
			if (error instanceof ConsentError && error.code === ErrorCode.noticeChanged) await this.refresh();
			throw error;
		}
	}

	async #carryOut(request: ConsentRequest): Promise<void> {
		switch (request.type) {
			case 'decide':
				return this.#decided(await this.client.decide(request.choices, this.#lang));
			case 'withdraw':
				return this.#decided(await this.client.withdraw(request.withdrawal));
			case 'start':
				await this.client.start(this.#state.room, request.options);
				break;
			case 'stop':
				await this.client.stop(this.#state.room, request.purpose, request.secret);
				break;
		}
	}

	/** Events that came while the answer was under way have changed the state meanwhile: it is the state of now that takes it. */
	#decided(answer: Decided | Withdrawn): void {
		this.#set(withMyDecisions(this.#state, answer.decisions));
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
