// SPDX-License-Identifier: MIT
import type { Signer } from '../proofs/signer.js';
import { ConsentError, ErrorCode, errorIn, TransportError } from './errors.js';
import {
	isConsentEvent,
	type Bound,
	type Choice,
	type ConsentEvent,
	type Decided,
	type Info,
	type Receipts,
	type StartOptions,
	type Started,
	type Stopped,
	type Withdrawal,
	type Withdrawn,
} from './protocol.js';
import type { Transport } from './transport.js';

const ANSWER_TIMEOUT_MS = 15_000;
const MS_PER_SECOND = 1000;

type Fields = Record<string, unknown>;

/**
 * Speaks the gateway's protocol for one participant. Requests go out one at a time and in order, so that an answer that comes as
 * a message belongs to the request that is out. Every method rejects with ConsentError when the gateway refused and
 * with TransportError when its answer is not known.
 */
export class ConsentClient {
	/** Signs decisions and withdrawals from now on, once its key is bound; undefined: nobody does. */
	signer: Signer | undefined;

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
		return this.#signed('consent_decide', 'decided', { decisions, lang }, { decisions, lang });
	}

	withdraw(withdrawal: Withdrawal = {}): Promise<Withdrawn> {
		return this.#signed('consent_withdraw', 'withdrawn', { ...withdrawal }, { purposes: [], ...withdrawal });
	}

	/** Proves a key: this handle is from now on the participant who has it. Decisions have to be signed from then on. */
	bind(signer: Signer): Promise<Bound> {
		return this.#inTurn(async () => {
			const proof = await this.#prove(signer, { bind: signer.jwk });
			return this.#exchange({ request: 'consent_bind', key: signer.jwk, proof }, 'bound');
		});
	}

	receipts(): Promise<Receipts> {
		return this.#request('consent_receipts', 'receipts', {});
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

	#request<T>(request: string, expected: string, fields: Fields): Promise<T> {
		return this.#inTurn(() => this.#exchange({ request, ...withoutUndefined(fields) }, expected));
	}

	/** A request that is signed where there is a key. `subject` is what the signature is over. */
	#signed<T>(request: string, expected: string, fields: Fields, subject: Fields): Promise<T> {
		const signer = this.signer;
		if (!signer) return this.#request(request, expected, fields);
		const once = async () => {
			const proof = await this.#prove(signer, subject);
			return this.#exchange({ request, ...withoutUndefined(fields), proof }, expected);
		};
		// Another tab of the same participant may have used the nonce up: one more try with a new one.
		return this.#inTurn(() => once().catch((error: unknown) => (isBadProof(error) ? once() : Promise.reject(error))));
	}

	/** Signs with a nonce that was just given: it serves once. */
	async #prove(signer: Signer, subject: Fields): Promise<string> {
		const { meeting, participant, nonce } = (await this.#exchange({ request: 'consent_info' }, 'info')) as Info;
		const iat = Math.floor(Date.now() / MS_PER_SECOND);
		return signer.sign({ meeting, participant, nonce, iat, ...withoutUndefined(subject) });
	}

	#inTurn<T>(action: () => Promise<unknown>): Promise<T> {
		const answer = this.#queue.then(action);
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

function isBadProof(error: unknown): boolean {
	return error instanceof ConsentError && error.code === ErrorCode.badProof;
}

function withoutUndefined(fields: Fields): Fields {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
