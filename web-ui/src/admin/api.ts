// SPDX-License-Identifier: MIT
// Janus's Admin API over a WebSocket, as far as the console needs it.
import type { Jwks } from '../proofs/keys.js';
import type { Row } from './row.js';

export type AdminErrorKind = 'secret' | 'server' | 'plugin' | 'store' | 'operator' | 'save' | 'other';

export class AdminError extends Error {
	override readonly name = 'AdminError';

	constructor(
		readonly kind: AdminErrorKind,
		/** What the server said, for kinds that cannot be said better. */
		readonly reason = '',
	) {
		super(`${kind} ${reason}`);
	}
}

export type ListKind = 'meetings' | 'records' | 'segments';

export type ExportKind = ListKind | 'notices';

/** Filters that are absent filter nothing. */
export type Filters = Partial<Record<'room' | 'meeting' | 'participant' | 'display' | 'purpose' | 'decision' | 'from' | 'to', string>>;

export type Order = 'newest' | 'oldest';

export interface Page {
	rows: Row[];
	/** Where the next page begins; null: this was the last. */
	cursor: string | null;
}

/** A piece of a file. */
export interface ExportPage {
	text: string;
	type: string;
	/** So far, in all pages. */
	rows: number;
	/** How many entries of the ledger it has come through; null: nobody knows. */
	progress: { read: number; of: number } | null;
	cursor: string | null;
}

export interface Stats {
	meetings: number;
	ledger: { healthy: boolean; refused?: number };
	capture: { healthy: boolean; packets: number; bytes: number; lost: number; segments: number; open: number; lag_ms: number };
}

const PAGE_MAX = 1000;

/** Janus's error codes that have a meaning here. */
const coreErrors: Record<number, AdminErrorKind> = { 403: 'secret', 460: 'plugin' };
const LEDGER_UNAVAILABLE = 708;
const ANSWER_TIMEOUT_MS = 30_000;

interface Waiting {
	connection: Promise<WebSocket>;
	resolve(answer: any): void;
	reject(error: AdminError): void;
}

/** Requests to the gateway with the admin secret, which lives here and nowhere else. The connection is made when it is needed. */
export class AdminApi {
	#socket: Promise<WebSocket> | undefined;
	#waiting = new Map<string, Waiting>();
	#count = 0;

	constructor(
		private readonly url: string,
		private readonly plugin: string,
		private readonly secret: string,
		private readonly patience = ANSWER_TIMEOUT_MS,
	) {}

	/** A page. One of a search by name may be empty and yet not be the last. */
	async list(kind: ListKind, filters: Filters, limit: number, cursor: string | null = null, order: Order = 'newest'): Promise<Page> {
		const answer = await this.#request({ request: `consent_${kind}`, ...filters, order, limit, ...(cursor === null ? {} : { cursor }) });
		return { rows: answer[kind], cursor: answer.cursor ?? null };
	}

	/** One meeting, with its people. Undefined: there is none of that id. */
	async meeting(meeting: string): Promise<Row | undefined> {
		const answer = await this.#request({ request: 'consent_meetings', meeting, limit: 1 });
		return answer.meetings[0];
	}

	/** All rows of a list from the oldest on, page by page, but not more than `most`. */
	async all(kind: ListKind, filters: Filters, most: number): Promise<{ rows: Row[]; whole: boolean }> {
		const rows: Row[] = [];
		let cursor: string | null = null;
		do {
			const page: Page = await this.list(kind, filters, PAGE_MAX, cursor, 'oldest');
			rows.push(...page.rows);
			cursor = page.cursor;
		} while (cursor !== null && rows.length < most);
		return { rows, whole: cursor === null };
	}

	/** The next piece of a list as a file. A cursor says itself what it is of. */
	async export(what: ExportKind, format: string, filters: Filters, cursor: string | null): Promise<ExportPage> {
		const answer = await this.#request({ request: 'consent_export', ...(cursor === null ? { what, format, ...filters } : { cursor }) });
		return { text: answer.text, type: answer.media_type, rows: answer.rows, progress: answer.progress, cursor: answer.cursor };
	}

	stats(): Promise<Stats> {
		return this.#request({ request: 'consent_stats' });
	}

	/** How many sets were handed out for training; undefined: more than one page, or a gateway that does not say. */
	async trainingSets(): Promise<number | undefined> {
		return this.#request({ request: 'consent_training_sets', limit: PAGE_MAX }).then(
			(answer) => (answer.cursor ? undefined : answer.training_sets.length),
			() => undefined,
		);
	}

	/** All public keys of the log. */
	keys(): Promise<Jwks> {
		return this.#request({ request: 'consent_key' });
	}

	async checkpoint(): Promise<string> {
		return (await this.#request({ request: 'consent_checkpoint' })).checkpoint;
	}

	/** That the log has the entry of that index; undefined: it has none. */
	async proof(index: number): Promise<string | undefined> {
		return this.#request({ request: 'consent_proof', index }).then(
			(answer) => answer.proof,
			() => undefined,
		);
	}

	/** Destroys what is personal of a participant. Returns how many recordings went with it. */
	async erase(participant: string, reason: string): Promise<number> {
		return (await this.#request({ request: 'consent_erase', participant, reason })).erased ?? 0;
	}

	close(): void {
		void this.#socket?.then((socket) => socket.close()).catch(() => undefined);
	}

	async #request(request: object): Promise<any> {
		const answer = await this.#exchange({ janus: 'message_plugin', plugin: this.plugin, admin_secret: this.secret, request });
		if (answer.janus === 'error') throw new AdminError(coreErrors[answer.error?.code] ?? 'other', String(answer.error?.reason));
		const { error_code: code, error, missing } = answer.response ?? {};
		if (code !== undefined && Array.isArray(missing)) throw new AdminError('operator', missing.join(', '));
		if (code !== undefined) throw new AdminError(code === LEDGER_UNAVAILABLE ? 'store' : 'other', String(error));
		return answer.response;
	}

	async #exchange(message: object): Promise<any> {
		const connection = (this.#socket ??= this.#connect());
		const socket = await connection;
		const transaction = `console-${++this.#count}`;
		const answer = new Promise<any>((resolve, reject) => this.#waiting.set(transaction, { connection, resolve, reject }));
		const timer = setTimeout(() => this.#tooLate(connection, transaction), this.patience);
		socket.send(JSON.stringify({ ...message, transaction }));
		return answer.finally(() => {
			clearTimeout(timer);
			this.#waiting.delete(transaction);
		});
	}

	/** A network that is gone closes nothing: the next request gets a connection of its own. */
	#tooLate(connection: Promise<WebSocket>, transaction: string): void {
		this.#forget(connection);
		this.#waiting.get(transaction)?.reject(new AdminError('server'));
	}

	#forget(connection: Promise<WebSocket>): void {
		if (this.#socket === connection) this.#socket = undefined;
	}

	#connect(): Promise<WebSocket> {
		const connection = new Promise<WebSocket>((resolve, reject) => {
			const socket = new WebSocket(this.url, 'janus-admin-protocol');
			socket.onopen = () => resolve(socket);
			socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
			socket.onclose = () => {
				this.#forget(connection);
				reject(new AdminError('server'));
				for (const one of this.#waiting.values()) if (one.connection === connection) one.reject(new AdminError('server'));
			};
		});
		return connection;
	}

	#receive(answer: { transaction?: string }): void {
		this.#waiting.get(answer.transaction ?? '')?.resolve(answer);
	}
}
