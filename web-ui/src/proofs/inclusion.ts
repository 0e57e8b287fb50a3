// SPDX-License-Identifier: MIT
// Whether an entry is in a log: a tlog-proof (C2SP) with its checkpoint, against the log's public keys.
import { concat, equal, fromBase64, sha256, utf8, type Bytes } from './bytes.js';
import { publicJwk, rawKey, verifies, type Jwks, type PublicJwk } from './keys.js';

/** The entry, as a receipt names it. */
export interface Place {
	origin: string;
	index: number;
	/** Its leaf hash. */
	leaf: Bytes;
}

const NODE = Uint8Array.of(1);
const ED25519 = Uint8Array.of(0x0a, 0x01);

/** Throws where the text is no proof. */
export async function isIncluded(place: Place, proof: string, keys: Jwks): Promise<boolean> {
	const border = proof.indexOf('\n\n');
	const [format, ...lines] = proof.slice(0, border).split('\n');
	if (border < 0 || format !== 'c2sp.org/tlog-proof@v1') throw new SyntaxError('not a tlog-proof');
	const [index, ...hashes] = lines.filter((line) => !line.startsWith('extra '));
	const checkpoint = proof.slice(border + 2);
	const [origin, size, root] = checkpoint.split('\n');
	if (index !== `index ${place.index}` || origin !== place.origin || !/^[1-9]\d*$/.test(size ?? '')) return false;
	const path = hashes.map(fromBase64);
	return (await isSigned(checkpoint, place.origin, keys)) && equal(await rootOf(place, BigInt(size!), path), fromBase64(root!));
}

/** RFC 9162, 2.1.3.2. What does not fit the size has no root. */
async function rootOf({ index, leaf }: Place, size: bigint, path: readonly Bytes[]): Promise<Bytes> {
	let [first, last, hash] = [BigInt(index), size - 1n, leaf];
	const none = new Uint8Array(0);
	if (first > last) return none;
	for (const sibling of path) {
		if (last === 0n) return none;
		if (first & 1n || first === last) {
			hash = await sha256(NODE, sibling, hash);
			while (!(first & 1n) && first) [first, last] = [first >> 1n, last >> 1n];
		} else hash = await sha256(NODE, hash, sibling);
		[first, last] = [first >> 1n, last >> 1n];
	}
	return last === 0n ? hash : none;
}

/** A signed note (C2SP): one signature by one of the keys, under the log's name, is enough; those of others are read over. */
async function isSigned(note: string, origin: string, { keys }: Jwks): Promise<boolean> {
	const border = note.lastIndexOf('\n\n');
	const text = utf8(note.slice(0, border + 1));
	for (const line of note.slice(border + 2).split('\n')) {
		const [, name, base64] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
		if (name !== origin) continue;
		const bytes = fromBase64(base64!);
		for (const one of keys) if (await isBy(publicJwk(one), origin, bytes, text)) return true;
	}
	return false;
}

async function isBy(key: PublicJwk | undefined, origin: string, bytes: Bytes, text: Bytes): Promise<boolean> {
	if (!key) return false;
	const id = (await sha256(concat(utf8(origin), ED25519, rawKey(key)))).slice(0, 4);
	return equal(bytes.slice(0, 4), id) && verifies(key, bytes.slice(4), text);
}
