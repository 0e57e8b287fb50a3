// SPDX-License-Identifier: MIT
import { fromBase64url, utf8 } from './bytes.js';
import { verifies, type PublicJwk } from './keys.js';

export interface Jws {
	header: Record<string, unknown>;
	claims: Record<string, unknown>;
	/** Whether that key signed it. */
	signedBy(key: PublicJwk): Promise<boolean>;
}

/** Reads a compact JWS (RFC 7515) with Ed25519 under either of its names. Throws what is none; nothing is verified yet. */
export function readJws(text: string): Jws {
	const [header, payload, signature, ...rest] = text.trim().split('.');
	if (!header || !payload || !signature || rest.length) throw new SyntaxError('not a compact JWS');
	const read = { header: object(header), claims: object(payload) };
	const { alg, crit } = read.header;
	if ((alg !== 'Ed25519' && alg !== 'EdDSA') || crit !== undefined) throw new SyntaxError('not signed with Ed25519');
	const bytes = fromBase64url(signature);
	return { ...read, signedBy: (key) => verifies(key, bytes, utf8(`${header}.${payload}`)) };
}

function object(part: string): Record<string, unknown> {
	const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(part)));
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not a JSON object');
	return value as Record<string, unknown>;
}
