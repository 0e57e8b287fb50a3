// SPDX-License-Identifier: MIT
import { toBase64url, utf8 } from './bytes.js';
import { publicJwk, type PublicJwk } from './keys.js';

const HEADER = toBase64url(utf8('{"alg":"Ed25519"}'));

/** Somebody's key. Its private half cannot be read, not even by this page: it signs, and that is all. */
export class Signer {
	private constructor(
		readonly pair: CryptoKeyPair,
		readonly jwk: PublicJwk,
	) {}

	/** Rejects where the browser has no Ed25519. */
	static async make(): Promise<Signer> {
		const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair;
		return Signer.of(pair);
	}

	static async of(pair: CryptoKeyPair): Promise<Signer> {
		const jwk = publicJwk(await crypto.subtle.exportKey('jwk', pair.publicKey));
		if (!jwk) throw new TypeError('not a pair of Ed25519 keys');
		return new Signer(pair, jwk);
	}

	/** A compact JWS over the claims. */
	async sign(claims: object): Promise<string> {
		const text = `${HEADER}.${toBase64url(utf8(JSON.stringify(claims)))}`;
		const signature = await crypto.subtle.sign({ name: 'Ed25519' }, this.pair.privateKey, utf8(text));
		return `${text}.${toBase64url(new Uint8Array(signature))}`;
	}
}
