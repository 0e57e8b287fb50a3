// SPDX-License-Identifier: MIT
// Public Ed25519 keys as JWK (RFC 8037) and sets of them. WebCrypto has Ed25519 in Chrome 137, Firefox 129, Safari 17 and later.
import { fromBase64url, sha256, toBase64url, utf8, type Bytes } from './bytes.js';

/** The members that define a key. */
export interface PublicJwk {
	kty: 'OKP';
	crv: 'Ed25519';
	x: string;
}

export interface Jwks {
	keys: readonly { kty?: string; crv?: string; x?: string; kid?: string }[];
}

/** The three members of a JWK, or undefined where it is no Ed25519 key. */
export function publicJwk(jwk: unknown): PublicJwk | undefined {
	const { kty, crv, x } = (jwk ?? {}) as Record<string, unknown>;
	return kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' ? { kty, crv, x } : undefined;
}

export function rawKey(jwk: PublicJwk): Bytes {
	return fromBase64url(jwk.x);
}

export async function verifies(jwk: PublicJwk, signature: Bytes, signed: Bytes): Promise<boolean> {
	const key = await crypto.subtle.importKey('raw', rawKey(jwk), { name: 'Ed25519' }, false, ['verify']);
	return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, signed);
}

/** RFC 7638, in base64url. */
export async function thumbprint({ kty, crv, x }: PublicJwk): Promise<string> {
	return toBase64url(await sha256(utf8(JSON.stringify({ crv, kty, x }))));
}

/** The key of that id; one without an id is known by its thumbprint. */
export async function findKey({ keys }: Jwks, id: string): Promise<PublicJwk | undefined> {
	for (const one of keys) {
		const jwk = publicJwk(one);
		if (jwk && (one.kid ?? (await thumbprint(jwk))) === id) return jwk;
	}
	return undefined;
}

/** Whether this browser can sign and verify: asked of it, since versions lie. */
export async function canSign(): Promise<boolean> {
	try {
		await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
		return true;
	} catch {
		return false;
	}
}
