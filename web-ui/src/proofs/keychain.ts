// SPDX-License-Identifier: MIT
import { Signer } from './signer.js';

/** Whose key it is: somebody of that name in that meeting. */
export interface Holder {
	meeting: string;
	display: string;
}

/** Keeps the keys that decisions are signed with. One of your own can keep them elsewhere. */
export interface Keychain {
	/** The holder's key, made when there is none; undefined: decisions are not signed here. */
	signer(holder: Holder): Promise<Signer | undefined>;
}

const STORE = 'keys';
const KEPT_MS = 90 * 24 * 3600 * 1000;

interface Kept {
	id: string;
	pair: CryptoKeyPair;
	made: number;
}

/**
 * Keys in this browser's IndexedDB. Each meeting has a key of its own, so that meetings cannot be linked by it, and so has each name: who
 * joins from the same browser under another name is somebody else, and has agreed to nothing. Kept for 90 days. Where the
 * browser has no Ed25519 nobody signs; where it keeps nothing (a private window, perhaps) a key lives as long as the page.
 */
export class BrowserKeychain implements Keychain {
	#made = new Map<string, Promise<Signer | undefined>>();

	constructor(private readonly name = 'janus-consent') {}

	signer(holder: Holder): Promise<Signer | undefined> {
		const id = JSON.stringify([holder.meeting, holder.display]);
		const signer = this.#made.get(id) ?? this.#find(id).catch(() => undefined);
		this.#made.set(id, signer);
		return signer;
	}

	async #find(id: string): Promise<Signer> {
		const fresh = await Signer.make();
		try {
			return await Signer.of(await this.#keep({ id, pair: fresh.pair, made: Date.now() }));
		} catch {
			return fresh;
		}
	}

	/** The pair that is kept under the id: this one, unless there was one before. Two tabs that begin at once get the same. */
	async #keep(one: Kept): Promise<CryptoKeyPair> {
		const database = await this.#open();
		try {
			const keys = database.transaction(STORE, 'readwrite').objectStore(STORE);
			for (const old of await done(keys.index('made').getAllKeys(IDBKeyRange.upperBound(one.made - KEPT_MS)))) keys.delete(old);
			const kept = (await done(keys.get(one.id))) as Kept | undefined;
			if (!kept) await done(keys.add(one));
			return (kept ?? one).pair;
		} finally {
			database.close();
		}
	}

	#open(): Promise<IDBDatabase> {
		const request = indexedDB.open(this.name, 1);
		request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' }).createIndex('made', 'made');
		return done(request);
	}
}

function done<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}
