// SPDX-License-Identifier: MIT
// Bytes and their texts. What is read is read strictly: one value has one text.

export type Bytes = Uint8Array<ArrayBuffer>;

export function utf8(text: string): Bytes {
	return new TextEncoder().encode(text);
}

export function toBase64url(bytes: Bytes): string {
	return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Base64url without padding. Throws what is none. */
export function fromBase64url(text: string): Bytes {
	return decoded(text, text.replace(/-/g, '+').replace(/_/g, '/'), toBase64url);
}

/** Base64 with its padding. Throws what is none. */
export function fromBase64(text: string): Bytes {
	return decoded(text, text, (bytes) => btoa(String.fromCharCode(...bytes)));
}

function decoded(text: string, base64: string, encode: (bytes: Bytes) => string): Bytes {
	const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
	if (encode(bytes) !== text) throw new SyntaxError('not the text of these bytes');
	return bytes;
}

export function fromHex(text: string): Bytes {
	if (!/^([0-9a-f]{2})*$/.test(text)) throw new SyntaxError('not lowercase hexadecimal digits');
	return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

export function concat(...parts: readonly Bytes[]): Bytes {
	const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

export function equal(a: Bytes, b: Bytes): boolean {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)));
}
