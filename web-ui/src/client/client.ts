// SPDX-License-Identifier: MIT
import { errorIn, TransportError } from './errors.js';
import {
	isConsentEvent,
	type Choice,
	type ConsentEvent,
	type Decided,
	type Info,
	type StartOptions,
	type Started,
	type Stopped,
	type Withdrawal,
	type Withdrawn,
} from './protocol.js';
import type { Transport } from './transport.js';

const ANSWER_TIMEOUT_MS = 15_000;

/**
 * Speaks the gateway's protocol for one participant. Requests go out one at a time and in order, so that an answer that comes as
 * a message belongs to the request that is out. Every method rejects with ConsentError when the gateway refused and
 * with TransportError when its answer is not known.
 */
export class ConsentClient {
	#queue: Promise<unknown> = Promise.resolve();
	#awaited: { consent: string; resolve: (message: unknown) => void } | undefined;
	#listeners = new Set<(event: ConsentEvent) => void>();
	#unsubscribe: () => void;

	constructor(
		readonly transport: Transport,
		private readonly timeoutMs = ANSWER_TIMEOUT_MS,
	) {
		this.#unsubscribe = transport.subscribe((message) => this.#receive(message));
	}

	info(lang?: string): Promise<Info> {
		return this.#request('consent_info', 'info', { lang });
	}

	decide(decisions: Choice[], lang?: string): Promise<Decided> {
		return this.#request('consent_decide', 'decided', { decisions, lang });
	}

	withdraw(withdrawal: Withdrawal = {}): Promise<Withdrawn> {
		return this.#request('consent_withdraw', 'withdrawn', { ...withdrawal });
	}

	start(room: string | number, options: StartOptions): Promise<Started> {
		return this.#request('consent_start', 'started', { room, ...options });
	}

	stop(room: string | number, purpose: string, secret?: string): Promise<Stopped> {
		return this.#request('consent_stop', 'stopped', { room, purpose, secret });
	}

	/** Calls `listener` with every event. Returns a function that ends it. */
	onEvent(listener: (event: ConsentEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): void {
		this.#unsubscribe();
		this.#listeners.clear();
	}

	#request<T>(request: string, expected: string, fields: Record<string, unknown>): Promise<T> {
		const body = { request, ...withoutUndefined(fields) };
		const answer = this.#queue.then(() => this.#exchange(body, expected));
		this.#queue = answer.catch(() => undefined);
		return answer as Promise<T>;
	}

	async #exchange(body: object, expected: string): Promise<unknown> {
		const late = this.#expect(expected);
		try {
			const answer = (await Promise.race([this.transport.send(body), late.timeout])) ?? (await late.answer);
			const error = errorIn(answer);
			if (error) throw error;
			return answer;
		} finally {
			late.end();
		}
	}

	/** Waits for an answer that comes as a message; `timeout` bounds the wait for any answer. */
	#expect(consent: string): { answer: Promise<unknown>; timeout: Promise<never>; end: () => void } {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const timeout = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new TransportError('no answer')), this.timeoutMs);
		});
		const message = new Promise<unknown>((resolve) => (this.#awaited = { consent, resolve }));
		const answer = Promise.race([message, timeout]);
		// Whoever waits sees the failure; when nobody does, it is no unhandled one.
		for (const promise of [timeout, answer]) promise.catch(() => undefined);
		return { answer, timeout, end: () => this.#stopWaiting(timer) };
	}

	#stopWaiting(timer: ReturnType<typeof setTimeout> | undefined): void {
		clearTimeout(timer);
		this.#awaited = undefined;
	}

	#receive(message: unknown): void {
		if (isConsentEvent(message)) {
			for (const listener of this.#listeners) listener(message);
			return;
		}
		const awaited = this.#awaited;
		if (awaited && (errorIn(message) || (message as { consent?: unknown }).consent === awaited.consent)) awaited.resolve(message);
	}
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
